/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "storage/alert_record.h"
#include "storage/correction_record.h"
#include "storage/roster_version_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"
#include "web/pages/marks.h"

enum { ARENA_MAX = 1 << 20, TUESDAY = 1, WEEK = 7, WEEKS = 8, OUT_MAX = 4096 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- Slots ------------------------------------------------------------------------------- */

static struct date day_of(int year, int month, int day)
{
    struct date date;
    assert_ok(date_from_parts(year, month, day, &date));
    return date;
}

/* The slot of a date, or -1. */
static int slot_of(const struct marks_wanted *wanted, struct date date)
{
    size_t slot = 0;
    return marks_slot(wanted, date, &slot) ? (int)slot : -1;
}

/* The day before the first slot and the day after the last are outside; all between have
 * theirs. */
static void test_marks_slot_of_weeks_and_fortnights(void **state)
{
    (void)state;
    struct marks_wanted wanted = { .first = firm_day(0), .slots = 3 };
    assert_int_equal(slot_of(&wanted, firm_day(-1)), -1);
    assert_int_equal(slot_of(&wanted, firm_day(0)), 0);
    assert_int_equal(slot_of(&wanted, firm_day(6)), 0);
    assert_int_equal(slot_of(&wanted, firm_day(7)), 1);
    assert_int_equal(slot_of(&wanted, firm_day(20)), 2);
    assert_int_equal(slot_of(&wanted, firm_day(21)), -1);
    wanted.unit = LAG_UNIT_FORTNIGHT;
    assert_int_equal(slot_of(&wanted, firm_day(13)), 0);
    assert_int_equal(slot_of(&wanted, firm_day(14)), 1);
    assert_int_equal(slot_of(&wanted, firm_day(41)), 2);
    assert_int_equal(slot_of(&wanted, firm_day(42)), -1);
}

/* Months of different lengths, over the turn of a year. */
static void test_marks_slot_of_months(void **state)
{
    (void)state;
    struct marks_wanted wanted = { .first = day_of(2025, 12, 1),
                                   .slots = 3,
                                   .unit = LAG_UNIT_MONTH };
    assert_int_equal(slot_of(&wanted, day_of(2025, 11, 30)), -1);
    assert_int_equal(slot_of(&wanted, day_of(2025, 12, 31)), 0);
    assert_int_equal(slot_of(&wanted, day_of(2026, 1, 1)), 1);
    assert_int_equal(slot_of(&wanted, day_of(2026, 2, 28)), 2);
    assert_int_equal(slot_of(&wanted, day_of(2026, 3, 1)), -1);
}

/* Marks come out by slot; of more than a chart has room for, the newest. */
static void test_marks_keep_the_newest_in_order(void **state)
{
    (void)state;
    struct chart_mark items[CHART_MARKS_MAX + 2];
    struct marks marks;
    marks_keep(NULL, 0, &marks);
    assert_int_equal(marks.count, 0);
    for (size_t i = 0; i < COUNT(items); i++) {
        items[i] = (struct chart_mark){ .first = COUNT(items) - i, .last = COUNT(items) - i };
    }
    marks_keep(items, CHART_MARKS_MAX, &marks);
    assert_int_equal(marks.count, CHART_MARKS_MAX);
    assert_int_equal(marks.left_out, 0);
    marks_keep(items, COUNT(items), &marks);
    assert_int_equal(marks.count, CHART_MARKS_MAX);
    assert_int_equal(marks.left_out, 2);
    assert_int_equal(marks.items[0].first, 3);
    assert_int_equal(marks.items[CHART_MARKS_MAX - 1].first, COUNT(items));
}

/* ---- A line with everything on it -------------------------------------------------------- */

struct stage {
    struct firm firm;
    struct services services;
    struct session_view session;
    struct arena arena;
    struct page_context page;
    struct marks marks;
};

static const struct firm_team teams[] = { { "Service", 24 }, { "Sales", 24 } };

static dp_err version_job(struct store_txn *txn, void *context)
{
    return roster_version_record_put(txn, context);
}

static dp_err correction_job(struct store_txn *txn, void *context)
{
    return correction_record_put(txn, context);
}

static dp_err alert_job(struct store_txn *txn, void *context)
{
    return alert_record_put(txn, context);
}

static void put_week(struct stage *stage, int week, uint32_t people)
{
    struct cell cell = { .unit = firm_unit(&stage->firm, "Service"),
                         .period_start = firm_day(WEEK * week + TUESDAY),
                         .question = { 1 },
                         .question_version = 1,
                         .headcount = people,
                         .n = 10,
                         .mean_hundredths = 300,
                         .favourable_pct = 20 };
    firm_put_day(&stage->firm, cell.period_start, (struct question_id){ 1 });
    firm_put_cell(&stage->firm, &cell);
}

static void put_titled(struct stage *stage, uint32_t id, int day, const char *title)
{
    struct correction correction = { .id = { id },
                                     .what = "Dropped",
                                     .start = firm_day(day),
                                     .target = CORRECTION_ON_INDEX,
                                     .expected = "index",
                                     .registered_s = 1,
                                     .actor = "ada" };
    snprintf(correction.title, sizeof correction.title, "%s", title);
    assert_ok(store_write(stage->firm.appliance.office, correction_job, &correction));
}

static void put_correction(struct stage *stage, uint32_t id, int day)
{
    put_titled(stage, id, day, "Fewer <forms>");
}

static int setup(void **state)
{
    static struct stage stage;
    stage = (struct stage){ .arena = arena_new(ARENA_MAX) };
    firm_start(&stage.firm, true, teams, COUNT(teams));
    firm_make(&stage.firm, firm_day(0)); /* makes the units */
    stage.services.appliance = &stage.firm.appliance;
    stage.page = (struct page_context){ .services = &stage.services,
                                        .language = STR("en"),
                                        .session = &stage.session,
                                        .arena = &stage.arena };
    *state = &stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    firm_end(&stage->firm);
    arena_free(&stage->arena);
    return 0;
}

static void find(struct stage *stage, enum lag_unit unit, size_t slots)
{
    struct marks_wanted wanted = { .team = firm_team_id(&stage->firm, "Service"),
                                   .first = unit == LAG_UNIT_MONTH ? day_of(2026, 3, 1)
                                                                   : firm_day(0),
                                   .slots = slots,
                                   .unit = unit };
    assert_ok(marks_of(&stage->page, &wanted, &stage->marks));
}

static void is_mark(const struct stage *stage, size_t place, struct chart_mark wanted)
{
    assert_true(place < stage->marks.count);
    const struct chart_mark *mark = &stage->marks.items[place];
    assert_int_equal(mark->kind, wanted.kind);
    assert_int_equal(mark->first, wanted.first);
    assert_int_equal(mark->last, wanted.last);
    if (!str_equal(mark->when, wanted.when) || !str_equal(mark->label, wanted.label)) {
        fail_msg("%.*s: %.*s", STR_ARG(mark->when), STR_ARG(mark->label));
    }
}

/* A reorganisation in week 1, a pause in weeks 3 and 4, a correction on a Wednesday of week 5,
 * and an alert of week 6. */
static void happen(struct stage *stage)
{
    struct roster_version version = { .effective = firm_day(WEEK), .rows = 40 };
    struct alert alert = { .id = { 1 },
                           .team = firm_team_id(&stage->firm, "Service"),
                           .week = firm_day(6 * WEEK),
                           .since = firm_day(6 * WEEK),
                           .weeks = 1,
                           .n = 20,
                           .value = 3.0,
                           .usual = 3.5,
                           .usual_lo = 3.4,
                           .usual_hi = 3.6,
                           .baseline_first = firm_day(0),
                           .baseline_last = firm_day(0),
                           .baseline_weeks = 1,
                           .limit = 3.5 };
    for (int week = 0; week < WEEKS; week++) {
        if (week != 3 && week != 4) {
            put_week(stage, week, week == 0 ? 24 : 34);
        }
    }
    firm_ask(&stage->firm, firm_day(3 * WEEK + TUESDAY), (struct question_id){ 0 });
    put_correction(stage, 1, 5 * WEEK + 2);
    assert_ok(store_write(stage->firm.appliance.office, version_job, &version));
    assert_ok(store_write(stage->firm.appliance.office, alert_job, &alert));
}

/* All kinds, at their places and in words. */
static void test_marks_of_weeks_has_all_kinds(void **state)
{
    struct stage *stage = *state;
    happen(stage);
    find(stage, LAG_UNIT_WEEK, WEEKS);
    assert_int_equal(stage->marks.count, 4);
    is_mark(stage, 0,
            (struct chart_mark){ CHART_MARK_REORGANISATION, 1, 1, STR("9 March 2026"),
                                 STR("Reorganisation: Service from 24 to 34 people") });
    is_mark(stage, 1,
            (struct chart_mark){ CHART_MARK_HOLIDAY, 3, 4, STR("23 March 2026 to 5 April 2026"),
                                 STR("Carnival: nobody was asked") });
    is_mark(stage, 2,
            (struct chart_mark){ CHART_MARK_CORRECTION, 5, 5, STR("8 April 2026"),
                                 STR("Fewer <forms>") });
    is_mark(stage, 3,
            (struct chart_mark){ CHART_MARK_ALERT, 6, 6, STR("13 April 2026"),
                                 STR("Alert: lower than usual") });
    stage->page.language = STR("de");
    find(stage, LAG_UNIT_WEEK, WEEKS);
    is_mark(stage, 0,
            (struct chart_mark){ CHART_MARK_REORGANISATION, 1, 1, STR("9. M\u00e4rz 2026"),
                                 STR("Umbau: Service von 24 auf 34 Personen") });
}

/* A title as long as it may be stands whole at its mark, whatever its characters take. */
static void test_marks_of_longest_title_is_whole(void **state)
{
    struct stage *stage = *state;
    char title[CORRECTION_TITLE_MAX];
    for (size_t i = 0; i < CORRECTION_TITLE_CHARACTERS; i++) {
        memcpy(title + 4 * i, "\xf0\x9f\x92\xac", 5);
    }
    put_titled(stage, 1, 5 * WEEK + 2, title);
    find(stage, LAG_UNIT_WEEK, WEEKS);
    assert_int_equal(stage->marks.count, 1);
    is_mark(stage, 0,
            (struct chart_mark){ CHART_MARK_CORRECTION, 5, 5, STR("8 April 2026"),
                                 str_of(title) });
}

/* The same on a line of fortnights, and of months, whose first slot may begin within a week. */
static void test_marks_of_longer_periods(void **state)
{
    struct stage *stage = *state;
    happen(stage);
    find(stage, LAG_UNIT_FORTNIGHT, WEEKS / 2);
    assert_int_equal(stage->marks.count, 4);
    assert_int_equal(stage->marks.items[1].first, 1);
    assert_int_equal(stage->marks.items[1].last, 2);
    find(stage, LAG_UNIT_MONTH, 2);
    assert_int_equal(stage->marks.count, 4);
    assert_int_equal(stage->marks.items[0].first, 0);
    assert_int_equal(stage->marks.items[1].last, 1);
    assert_int_equal(stage->marks.items[3].first, 1);
}

/* A stretch that goes on behind the line's end is cut there; without slots nothing is looked
 * for. */
static void test_marks_of_short_line_is_cut(void **state)
{
    struct stage *stage = *state;
    happen(stage);
    find(stage, LAG_UNIT_WEEK, 4);
    assert_int_equal(stage->marks.count, 2);
    assert_int_equal(stage->marks.items[1].last, 3);
    find(stage, LAG_UNIT_MONTH, 1);
    assert_int_equal(stage->marks.items[1].last, 0);
    find(stage, LAG_UNIT_WEEK, 0);
    assert_int_equal(stage->marks.count, 0);
}

/* A team that is not there. */
static void test_marks_of_unknown_team_is_not_found(void **state)
{
    struct stage *stage = *state;
    struct marks_wanted wanted = { .team = { 4711 }, .first = firm_day(0), .slots = 1 };
    assert_err(marks_of(&stage->page, &wanted, &stage->marks), DP_NOT_FOUND);
}

/* More than fit: the newest are given, and the note says how many are not. */
static void test_marks_note_says_how_many_are_left_out(void **state)
{
    struct stage *stage = *state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    happen(stage);
    find(stage, LAG_UNIT_WEEK, WEEKS);
    marks_note(&stage->page, &html, &stage->marks);
    assert_int_equal(out.len, 0);
    for (uint32_t i = 0; i < CHART_MARKS_MAX; i++) {
        put_correction(stage, i + 2, 7 * WEEK);
    }
    find(stage, LAG_UNIT_WEEK, WEEKS);
    assert_int_equal(stage->marks.count, CHART_MARKS_MAX);
    assert_int_equal(stage->marks.left_out, 4);
    marks_note(&stage->page, &html, &stage->marks);
    assert_ok(html_finish(&html));
    buf_add_char(&out, '\0');
    assert_non_null(strstr(out.data, "4 older ones are left out."));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_slot_of_weeks_and_fortnights),
        cmocka_unit_test(test_marks_slot_of_months),
        cmocka_unit_test(test_marks_keep_the_newest_in_order),
        CASE(test_marks_of_weeks_has_all_kinds),
        CASE(test_marks_of_longest_title_is_whole),
        CASE(test_marks_of_longer_periods),
        CASE(test_marks_of_short_line_is_cut),
        CASE(test_marks_of_unknown_team_is_not_found),
        CASE(test_marks_note_says_how_many_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
