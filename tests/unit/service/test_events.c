/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/service/events/events.h"
#include "storage/alert_record.h"
#include "storage/correction_record.h"
#include "storage/roster_version_record.h"
#include "storage/unit_membership_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    TUESDAY = 1,
    THURSDAY = 3,
    WEEK = 7,
    CHANGE_DAY = WEEK,
    LAST_WEEK = 5,
    NOBODYS_TEAM = 4711
};
enum { ARENA_MAX = 1 << 20 };

static const struct firm_team teams[] = { { "Service/Hotline", 24 },
                                          { "Service/Desk", 12 },
                                          { "Sales", 24 } };

struct stage {
    struct firm firm;
    struct arena arena;
    struct events events;
};

static dp_err version_job(struct store_txn *txn, void *context)
{
    return roster_version_record_put(txn, context);
}

static dp_err seat_job(struct store_txn *txn, void *context)
{
    return unit_membership_record_put(txn, context);
}

static dp_err correction_job(struct store_txn *txn, void *context)
{
    return correction_record_put(txn, context);
}

static dp_err alert_job(struct store_txn *txn, void *context)
{
    return alert_record_put(txn, context);
}

/* How many people a unit had on a day; 0: the cell is hidden. */
static void put_size(struct stage *stage, const char *unit, enum period_kind kind, int day,
                     uint32_t people)
{
    struct cell cell = { .unit = firm_unit(&stage->firm, unit),
                         .period_kind = kind,
                         .period_start = firm_day(day),
                         .question = { 1 },
                         .question_version = 1,
                         .status = people == 0 ? CELL_HIDDEN : CELL_OK,
                         .headcount = people,
                         .n = people == 0 ? 0 : 10,
                         .mean_hundredths = people == 0 ? 0 : 300,
                         .favourable_pct = people == 0 ? 0 : 20 };
    assert_true(cell.unit.value != 0);
    firm_put_cell(&stage->firm, &cell);
}

static void put_week(struct stage *stage, int week)
{
    firm_put_day(&stage->firm, firm_day(WEEK * week + TUESDAY), (struct question_id){ 1 });
    firm_put_day(&stage->firm, firm_day(WEEK * week + THURSDAY), (struct question_id){ 1 });
    put_size(stage, "Hotline", PERIOD_DAY, WEEK * week + TUESDAY, 24);
    put_size(stage, "Hotline", PERIOD_DAY, WEEK * week + THURSDAY, 0);
    put_size(stage, "Desk", PERIOD_WEEK, WEEK * week, 12);
    put_size(stage, "Sales", PERIOD_DAY, WEEK * week + TUESDAY, 24);
    put_size(stage, "Sales", PERIOD_DAY, WEEK * week + THURSDAY, 24);
}

/* Asked on the Tuesdays and Thursdays of weeks 0, 1, 4 and 5, of which the Hotline shows the
 * first alone; from week 1 on another roster acts, and all units keep their size. */
static int setup(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    struct roster_version version = { .effective = firm_day(CHANGE_DAY), .rows = 60 };
    assert_non_null(stage);
    stage->arena = arena_new(ARENA_MAX);
    firm_start(&stage->firm, true, teams, COUNT(teams));
    firm_make(&stage->firm, firm_day(0)); /* makes the units */
    assert_ok(store_write(stage->firm.appliance.office, version_job, &version));
    for (int week = 0; week <= LAST_WEEK; week++) {
        if (week != 2 && week != 3) {
            put_week(stage, week);
        }
    }
    *state = stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    firm_end(&stage->firm);
    arena_free(&stage->arena);
    free(stage);
    return 0;
}

static dp_err look(struct stage *stage, struct team_id team, bool is_without_corrections)
{
    struct events_wanted wanted = { .team = team,
                                    .from = firm_day(0),
                                    .to = firm_day(WEEK * (LAST_WEEK + 4)),
                                    .is_without_corrections = is_without_corrections };
    return events_of(&stage->firm.appliance, &wanted, &stage->arena, &stage->events);
}

/* All events of a team, by name; "" for the whole organisation. */
static void find(struct stage *stage, const char *team)
{
    struct team_id id = team[0] == '\0' ? (struct team_id){ TEAM_ROOT }
                                        : firm_team_id(&stage->firm, team);
    assert_ok(look(stage, id, false));
}

static size_t count_kind(const struct stage *stage, enum event_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < stage->events.count; i++) {
        count += stage->events.items[i].kind == kind ? 1 : 0;
    }
    return count;
}

/* There is no such team. */
static void test_events_of_unknown_team_is_not_found(void **state)
{
    struct stage *stage = *state;
    assert_err(look(stage, (struct team_id){ NOBODYS_TEAM }, false), DP_NOT_FOUND);
    assert_int_equal(stage->events.count, 0);
}

/* An arena that is too small is told, not written beyond. */
static void test_events_of_small_arena_has_no_memory(void **state)
{
    struct stage *stage = *state;
    arena_free(&stage->arena);
    stage->arena = arena_new(16);
    assert_err(look(stage, (struct team_id){ TEAM_ROOT }, false), DP_NO_MEMORY);
}

/* Weeks 2 and 3 are one pause with the calendar's name; the weeks after the last evening are
 * none. */
static void test_events_of_weeks_without_a_question_are_a_pause(void **state)
{
    struct stage *stage = *state;
    firm_ask(&stage->firm, firm_day(3 * WEEK), (struct question_id){ 0 });
    find(stage, "");
    assert_int_equal(stage->events.count, 1);
    const struct event *pause = &stage->events.items[0];
    assert_int_equal(pause->kind, EVENT_PAUSE);
    assert_true(date_equal(pause->first, firm_day(2 * WEEK)));
    assert_true(date_equal(pause->last, firm_day(3 * WEEK)));
    assert_string_equal(pause->label, "Carnival");
}

/* Weeks before the first evening are none either, so a line that begins earlier stays empty
 * there. */
static void test_events_of_before_the_first_evening_is_no_pause(void **state)
{
    struct stage *stage = *state;
    struct events_wanted wanted = { .team = { TEAM_ROOT },
                                    .from = firm_day(-3 * WEEK),
                                    .to = firm_day(0) };
    assert_ok(events_of(&stage->firm.appliance, &wanted, &stage->arena, &stage->events));
    assert_int_equal(stage->events.count, 0);
}

/* A roster under which units make a step is a reorganisation; the largest steps are named
 * first, and a team beneath which nothing moved has none. */
static void test_events_of_units_that_make_a_step_are_a_reorganisation(void **state)
{
    struct stage *stage = *state;
    put_size(stage, "Hotline", PERIOD_DAY, CHANGE_DAY + TUESDAY, 18);
    put_size(stage, "Sales", PERIOD_DAY, CHANGE_DAY + TUESDAY, 33);
    put_size(stage, "Sales", PERIOD_DAY, CHANGE_DAY + THURSDAY, 33);
    find(stage, "");
    assert_int_equal(count_kind(stage, EVENT_REORGANISATION), 1);
    const struct event *event = &stage->events.items[0];
    assert_true(date_equal(event->first, firm_day(CHANGE_DAY)));
    assert_true(date_equal(event->last, firm_day(CHANGE_DAY)));
    assert_int_equal(event->unit_count, 2);
    assert_string_equal(event->units[0].name, "Sales");
    assert_int_equal(event->units[0].before, 24);
    assert_int_equal(event->units[0].after, 33);
    assert_string_equal(event->units[1].name, "Hotline");
    assert_int_equal(event->units[1].after, 18);
    find(stage, "Hotline");
    assert_int_equal(stage->events.items[0].unit_count, 1);
    find(stage, "Desk");
    assert_int_equal(count_kind(stage, EVENT_REORGANISATION), 0);
}

/* Four people, or less than a tenth, is everyday coming and going; five of 24, or of exactly
 * 50, is a step. A weekly unit is measured like a daily one. */
static void test_events_of_small_steps_are_no_reorganisation(void **state)
{
    static const struct {
        uint32_t before;
        uint32_t after;
        size_t wanted;
    } cases[] = { { 24, 20, 0 }, { 24, 28, 0 }, { 51, 46, 0 }, { 24, 19, 1 }, { 50, 45, 1 } };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        put_size(stage, "Hotline", PERIOD_DAY, TUESDAY, cases[i].before);
        put_size(stage, "Hotline", PERIOD_DAY, CHANGE_DAY + TUESDAY, cases[i].after);
        find(stage, "");
        assert_int_equal(count_kind(stage, EVENT_REORGANISATION), cases[i].wanted);
    }
    put_size(stage, "Desk", PERIOD_WEEK, CHANGE_DAY, 17);
    find(stage, "Desk");
    assert_int_equal(count_kind(stage, EVENT_REORGANISATION), 1);
    assert_int_equal(stage->events.items[0].units[0].before, 12);
    assert_int_equal(stage->events.items[0].units[0].after, 17);
}

/* What was hidden on either side is not compared; a step without a roster is none. */
static void test_events_of_hidden_or_unexplained_step_is_left_out(void **state)
{
    struct stage *stage = *state;
    put_size(stage, "Hotline", PERIOD_DAY, CHANGE_DAY + TUESDAY, 0);
    put_size(stage, "Sales", PERIOD_DAY, LAST_WEEK * WEEK + TUESDAY, 60);
    put_size(stage, "Sales", PERIOD_DAY, LAST_WEEK * WEEK + THURSDAY, 60);
    find(stage, "");
    assert_int_equal(count_kind(stage, EVENT_REORGANISATION), 0);
}

/* A team that is counted with another unit from a Monday on is told to those who see it. */
static void test_events_of_team_in_another_unit_is_a_reorganisation(void **state)
{
    struct stage *stage = *state;
    struct unit_membership_from entry = {
        .membership = { .team = firm_team_id(&stage->firm, "Desk"),
                        .unit = firm_unit(&stage->firm, "Hotline") },
        .from = firm_day(4 * WEEK),
        .headcount = 12,
    };
    assert_ok(store_write(stage->firm.appliance.office, seat_job, &entry));
    find(stage, "Service");
    assert_int_equal(count_kind(stage, EVENT_REORGANISATION), 1);
    const struct event *event = &stage->events.items[stage->events.count - 1];
    assert_true(date_equal(event->first, firm_day(4 * WEEK)));
    assert_int_equal(event->teams_reseated, 1);
    assert_int_equal(event->unit_count, 0);
    find(stage, "Sales");
    assert_int_equal(count_kind(stage, EVENT_REORGANISATION), 0);
}

static void put_correction(struct stage *stage, uint32_t id, const char *team, int day,
                           bool is_withdrawn)
{
    struct correction correction = { .id = { id },
                                     .title = "Fewer forms",
                                     .what = "Forms are dropped",
                                     .start = firm_day(day),
                                     .target = CORRECTION_ON_INDEX,
                                     .expected = "index",
                                     .registered_s = 1,
                                     .actor = "test",
                                     .withdrawn_s = is_withdrawn ? 2 : 0 };
    snprintf(correction.withdrawn_why, sizeof correction.withdrawn_why, "%s",
             is_withdrawn ? "A mistake" : "");
    if (team != NULL) {
        correction.teams[correction.team_count++] = firm_team_id(&stage->firm, team);
    }
    assert_ok(store_write(stage->firm.appliance.office, correction_job, &correction));
}

/* A correction stands on the lines of its team, of those above and those beneath, and on no
 * other; one for the whole organisation on all, a withdrawn one on none. */
static void test_events_of_corrections_that_touch_the_team(void **state)
{
    struct stage *stage = *state;
    put_correction(stage, 1, "Service", 9, false);
    put_correction(stage, 2, "Sales", 9, true);
    find(stage, "");
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 1);
    assert_string_equal(stage->events.items[0].label, "Fewer forms");
    assert_true(date_equal(stage->events.items[0].first, firm_day(9)));
    find(stage, "Hotline");
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 1);
    find(stage, "Sales");
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 0);
    put_correction(stage, 3, NULL, 30, false);
    find(stage, "Sales");
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 1);
    assert_ok(look(stage, firm_team_id(&stage->firm, "Sales"), true));
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 0);
}

/* Outside the asked weeks nothing counts: not the day before the first, not the day after the
 * last. */
static void test_events_of_outside_the_range_are_left_out(void **state)
{
    struct stage *stage = *state;
    put_correction(stage, 1, NULL, -1, false);
    put_correction(stage, 2, NULL, WEEK * (LAST_WEEK + 5), false);
    find(stage, "");
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 0);
    put_correction(stage, 1, NULL, 0, false);
    put_correction(stage, 2, NULL, WEEK * (LAST_WEEK + 5) - 1, false);
    find(stage, "");
    assert_int_equal(count_kind(stage, EVENT_CORRECTION), 2);
}

/* An alert stands on its own team's line alone, and says in which direction. */
static void test_events_of_alerts_of_the_team_itself(void **state)
{
    struct stage *stage = *state;
    struct alert alert = { .id = { 1 },
                           .team = firm_team_id(&stage->firm, "Hotline"),
                           .week = firm_day(WEEK),
                           .kind = ALERT_DRIFT_ABOVE,
                           .since = firm_day(WEEK),
                           .weeks = 1,
                           .n = 20,
                           .value = 4.0,
                           .usual = 3.5,
                           .usual_lo = 3.4,
                           .usual_hi = 3.6,
                           .baseline_first = firm_day(0),
                           .baseline_last = firm_day(0),
                           .baseline_weeks = 1,
                           .limit = 3.5 };
    assert_ok(store_write(stage->firm.appliance.office, alert_job, &alert));
    find(stage, "Hotline");
    assert_int_equal(count_kind(stage, EVENT_ALERT), 1);
    assert_true(stage->events.items[0].is_above);
    find(stage, "");
    assert_int_equal(count_kind(stage, EVENT_ALERT), 0);
    alert.value = 3.0;
    assert_ok(store_write(stage->firm.appliance.office, alert_job, &alert));
    find(stage, "Hotline");
    assert_false(stage->events.items[0].is_above);
}

/* Of more than EVENTS_MAX the newest are given, in order, and the others are counted. */
static void test_events_of_too_many_keeps_the_newest(void **state)
{
    struct stage *stage = *state;
    for (uint32_t i = 0; i < EVENTS_MAX; i++) {
        put_correction(stage, i + 1, NULL, (int)(i % 40), false);
    }
    find(stage, "Sales");
    assert_int_equal(stage->events.count, EVENTS_MAX); /* and the pause is one too many */
    assert_int_equal(stage->events.left_out, 1);
    for (size_t i = 1; i < stage->events.count; i++) {
        assert_true(stage->events.items[i - 1].first.days <= stage->events.items[i].first.days);
    }
    assert_int_equal(count_kind(stage, EVENT_PAUSE), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_events_of_unknown_team_is_not_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_events_of_small_arena_has_no_memory, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_events_of_weeks_without_a_question_are_a_pause,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_of_before_the_first_evening_is_no_pause,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_events_of_units_that_make_a_step_are_a_reorganisation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_of_small_steps_are_no_reorganisation, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_events_of_hidden_or_unexplained_step_is_left_out,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_of_team_in_another_unit_is_a_reorganisation,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_of_corrections_that_touch_the_team, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_events_of_outside_the_range_are_left_out, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_events_of_alerts_of_the_team_itself, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_events_of_too_many_keeps_the_newest, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
