/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/core/file.h"
#include "app/privacy/epoch.h"
#include "app/privacy/keyfile.h"
#include "storage/box.h"
#include "storage/flushed_record.h"
#include "storage/question_record.h"
#include "storage/tally.h"
#include "storage/week_released_record.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Hotline (2) daily, people 1..20. Sales (3) weekly, 21..31. Night (4) and Desk (5) pooled, weekly,
 * 32..36 and 37..41. */
static const struct town_team teams[] = {
    { 1, 0, 0 }, { 2, 1, 20 }, { 3, 1, 11 }, { 4, 1, 5 }, { 5, 1, 5 },
};

enum { CLOSE_S = 20 * 3600, HALF_AN_HOUR_S = 1800 };

static struct date day(int of_march)
{
    return date_add(town_date("2026-03-01"), of_march - 1);
}

enum {
    MONDAY = 2,
    TUESDAY,
    WEDNESDAY,
    THURSDAY,
    FRIDAY,
    SATURDAY,
    NEXT_MONDAY = 9,
    NEXT_TUESDAY
};

/* Makes a day's box, puts answers in, leaves it open. `answers` is for people 1, 2, 3 ... */
static void hold(struct town *town, struct date date, const char *answers)
{
    town_make(town, date);
    town_noon(town, date);
    town_answers(town, date, 1, answers);
}

static bool is_flushed(struct town *town, struct date date, struct flushed *out)
{
    struct store_txn *txn = NULL;
    assert_ok(store_read(town->results, &txn));
    dp_err err = flushed_record_get(txn, (struct epoch_id){ date }, out);
    store_read_end(txn);
    return err_is_ok(err);
}

static bool is_released(struct town *town, struct date monday)
{
    struct store_txn *txn = NULL;
    struct week_released week;
    assert_ok(store_read(town->results, &txn));
    dp_err err = week_released_record_get(txn, monday, &week);
    store_read_end(txn);
    return err_is_ok(err);
}

/* No key, no box, no tally of a released week is left. */
static void assert_nothing_left(struct town *town)
{
    size_t count = 99;
    struct epoch_id epochs[BOX_EPOCHS_MAX];
    assert_ok(box_list(town->folder.box, epochs, &count));
    assert_int_equal(count, 0);
    assert_ok(keyfile_list(&town->folder, epochs, &count));
    assert_int_equal(count, 0);
}

static size_t tally_weeks(struct town *town)
{
    size_t count = 99;
    struct date weeks[TALLY_WEEKS_MAX];
    assert_ok(tally_list(town->folder.tally, weeks, &count));
    return count;
}

static dp_err close_now(struct town *town, struct date date, bool is_by_hand,
                        struct dp_problem *problem)
{
    *problem = (struct dp_problem){ 0 };
    return flush_close(&town->house, (struct epoch_id){ date }, is_by_hand, NULL, problem);
}

/* ---- Refused ---- */

/* A second early, without a box, without its key: refused with a sentence, and nothing is lost. */
static void test_flush_close_too_early_or_without_key_is_refused(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem;
    struct flushed flushed;
    town_start(&town, teams, COUNT(teams));
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_NOT_FOUND);
    assert_true(strlen(problem.sentence) > 10);
    hold(&town, day(TUESDAY), "55555");
    town_at(&town, day(TUESDAY), 20 * 60);
    town.now_s--;
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_BUSY);
    assert_true(strlen(problem.sentence) > 10);
    assert_err(close_now(&town, day(TUESDAY), true, &problem), DP_BUSY); /* no demo */
    assert_ok(town_answer(&town, day(TUESDAY), 6, 5));
    town.now_s++;
    const char *hidden = support_path(town.folder.epoch, "away");
    assert_int_equal(rename(support_path(town.folder.epoch, "2026-03-03"), hidden), 0);
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_NOT_FOUND);
    assert_non_null(strstr(problem.sentence, "key"));
    assert_false(is_flushed(&town, day(TUESDAY), &flushed));
    assert_int_equal(rename(hidden, support_path(town.folder.epoch, "2026-03-03")), 0);
    assert_ok(close_now(&town, day(TUESDAY), false, &problem));
    assert_true(is_flushed(&town, day(TUESDAY), &flushed));
    town_end(&town);
}

/* A demo's epoch may be closed early, by hand and only so. */
static void test_flush_close_demo_by_hand_may_be_early(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem;
    struct cell cell;
    town_start_demo(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "55555");
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_BUSY);
    assert_ok(close_now(&town, day(TUESDAY), true, &problem));
    assert_true(
        town_cell(&town, town_unit(&town, 2, day(TUESDAY)), PERIOD_DAY, day(TUESDAY), &cell));
    assert_int_equal(cell.n, 5);
    town_end(&town);
}

struct two_clocks {
    int64_t wall_s;
    int64_t boot_s;
};

static int64_t wall_of(void *context)
{
    return ((const struct two_clocks *)context)->wall_s;
}

static int64_t boot_of(void *context)
{
    return ((const struct two_clocks *)context)->boot_s;
}

/* The wall clock was set forward by ten years, and back: it waits until the time has really passed. */
static void test_flush_close_waits_while_the_clocks_disagree(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem;
    struct flush_report report = { 0 };
    struct flushed flushed;
    int64_t close_s = (int64_t)day(TUESDAY).days * 86400 + CLOSE_S;
    struct two_clocks both = { close_s - 7200, 100 };
    town_start(&town, teams, COUNT(teams));
    town.house.clock.context = &both;
    town.house.clock.wall_s = wall_of;
    town.house.clock.boot_s = boot_of;
    assert_ok(epoch_make(&town.house, (struct epoch_id){ day(TUESDAY) }, &problem));
    both.wall_s += (int64_t)10 * 365 * 86400;
    both.boot_s += 60;
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_BUSY);
    assert_non_null(strstr(problem.sentence, "clock"));
    assert_ok(flush_run(&town.house, &report, &problem));
    assert_int_equal(report.waiting, 1);
    assert_int_equal(report.epochs, 0);
    both.boot_s = 100 + 7200 - 121;
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_BUSY);
    both.wall_s = close_s - 86400;
    both.boot_s = 100 + 7200;
    assert_err(close_now(&town, day(TUESDAY), false, &problem), DP_BUSY);
    assert_false(is_flushed(&town, day(TUESDAY), &flushed));
    both.wall_s = close_s;
    both.boot_s = 100 + 7200 - 120;
    assert_ok(close_now(&town, day(TUESDAY), false, &problem));
    town_end(&town);
}

/* ---- Exact results ---- */

/* A daily unit on an anchor day: 6 answers and a "prefer not to say". (5+5+4+3+2+1)/6 = 3.33, 50 %. */
static void test_flush_close_daily_unit_has_a_day_cell(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    struct flushed flushed;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "5543210");
    struct flush_report report = town_close(&town, day(TUESDAY));
    assert_int_equal(report.epochs, 1);
    assert_int_equal(report.cells_shown, 1);
    assert_int_equal(report.cells_hidden, 0);
    assert_int_equal(report.refused, 0);
    uint32_t unit = town_unit(&town, 2, day(TUESDAY));
    assert_true(town_cell(&town, unit, PERIOD_DAY, day(TUESDAY), &cell));
    struct cell wanted = { .unit = { unit },
                           .period_kind = PERIOD_DAY,
                           .period_start = day(TUESDAY),
                           .question = { 1 },
                           .question_version = 1,
                           .status = CELL_OK,
                           .headcount = 20,
                           .n = 6,
                           .mean_hundredths = 330,
                           .favourable_pct = 50 };
    town_assert_same_cells(&cell, &wanted, 1);
    assert_int_equal(town_cells(&town), 1);
    assert_true(is_flushed(&town, day(TUESDAY), &flushed));
    assert_int_equal(flushed.cells, 1);
    assert_int_equal(flushed.ballots_not_shown, 0);
    assert_nothing_left(&town);
    town_end(&town);
}

/* Four answers, none, four and nine that skip: the same hidden cell, the same record of the epoch. */
static void test_flush_close_hidden_day_says_nothing_of_how_many(void **state)
{
    (void)state;
    static const char *const answers[] = { "", "5555", "55550000000", "0" };
    struct cell first = { 0 };
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct town town;
        struct cell cell;
        struct flushed flushed;
        town_start(&town, teams, COUNT(teams));
        hold(&town, day(TUESDAY), answers[i]);
        town_close(&town, day(TUESDAY));
        assert_true(town_cell(&town, town_unit(&town, 2, day(TUESDAY)), PERIOD_DAY,
                              day(TUESDAY), &cell));
        assert_int_equal(cell.status, CELL_HIDDEN);
        first = i == 0 ? cell : first;
        town_assert_same_cells(&cell, &first, 1);
        assert_true(is_flushed(&town, day(TUESDAY), &flushed));
        assert_int_equal(flushed.ballots_not_shown, 0);
        town_end(&town);
    }
}

/* A theme day: the weekly units answer together in their pool, the daily unit alone. */
static void test_flush_close_theme_day_counts_weekly_units_in_their_pool(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(WEDNESDAY), "4444");
    town_answers(&town, day(WEDNESDAY), 21, "55"); /* Sales */
    town_answers(&town, day(WEDNESDAY), 32, "43"); /* Night */
    town_answers(&town, day(WEDNESDAY), 37, "3");  /* Desk */
    struct flush_report report = town_close(&town, day(WEDNESDAY));
    assert_int_equal(report.cells_shown, 1);
    assert_int_equal(report.cells_hidden, 1);
    uint32_t sales = town_unit(&town, 3, day(WEDNESDAY));
    uint32_t pool = town_pool(&town, sales);
    assert_int_equal(town_pool(&town, town_unit(&town, 4, day(WEDNESDAY))), pool);
    assert_true(town_cell(&town, pool, PERIOD_DAY, day(WEDNESDAY), &cell));
    assert_int_equal(cell.status, CELL_OK);
    assert_int_equal(cell.n, 5);
    assert_int_equal(cell.headcount, 21);
    assert_int_equal(cell.mean_hundredths, 400);
    assert_int_equal(cell.favourable_pct, 60);
    assert_false(town_cell(&town, sales, PERIOD_DAY, day(WEDNESDAY), &cell));
    assert_int_equal(tally_weeks(&town), 0);
    town_end(&town);
}

/* The weekly unit's two anchor days: counts wait in the tally, which only its week's last survey day
 * turns into one cell. Tuesday 5 answers, Thursday 6: 11 in all. */
static void test_flush_close_weekly_unit_has_a_week_cell(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "");
    town_answers(&town, day(TUESDAY), 21, "54321");
    town_close(&town, day(TUESDAY));
    assert_int_equal(tally_weeks(&town), 1);
    hold(&town, day(THURSDAY), "");
    town_answers(&town, day(THURSDAY), 21, "5555440");
    town_close(&town, day(THURSDAY));
    uint32_t sales = town_unit(&town, 3, day(TUESDAY));
    uint32_t others = town_unit(&town, 4, day(TUESDAY));
    assert_false(town_cell(&town, sales, PERIOD_WEEK, day(MONDAY), &cell));
    assert_false(is_released(&town, day(MONDAY)));
    hold(&town, day(FRIDAY), "");
    struct flush_report report = town_close(&town, day(FRIDAY));
    assert_int_equal(report.weeks, 1);
    assert_true(is_released(&town, day(MONDAY)));
    assert_int_equal(tally_weeks(&town), 0);
    assert_true(town_cell(&town, sales, PERIOD_WEEK, day(MONDAY), &cell));
    struct cell wanted = { .unit = { sales },
                           .period_kind = PERIOD_WEEK,
                           .period_start = day(MONDAY),
                           .question = { 1 },
                           .question_version = 1,
                           .status = CELL_OK,
                           .headcount = 11,
                           .n = 11,
                           .mean_hundredths = 390, /* 43 / 11 = 3.909 */
                           .favourable_pct = 75,   /* 8 of 11 = 72.7 % */
                           .has_sd = true,
                           .sd_tenths = 14, /* (187 - 43^2/11) / 10 = 1.89 */
                           .has_bins = true,
                           .bins = { 1, 1, 1, 3, 5 } };
    town_assert_same_cells(&cell, &wanted, 1);
    assert_true(town_cell(&town, others, PERIOD_WEEK, day(MONDAY), &cell));
    assert_int_equal(cell.status, CELL_HIDDEN);
    assert_nothing_left(&town);
    town_end(&town);
}

/* Nine answers of a week, or ten without a day of five: hidden. */
static void test_flush_close_weekly_unit_needs_a_full_day_and_ten(void **state)
{
    (void)state;
    static const char *const weeks[][2] = { { "55555", "5555" }, { "5555", "5555" } };
    for (size_t i = 0; i < COUNT(weeks); i++) {
        struct town town;
        struct cell cell;
        town_start(&town, teams, COUNT(teams));
        hold(&town, day(TUESDAY), "");
        town_answers(&town, day(TUESDAY), 21, weeks[i][0]);
        town_close(&town, day(TUESDAY));
        hold(&town, day(THURSDAY), "");
        town_answers(&town, day(THURSDAY), 21, weeks[i][1]);
        town_pause(&town, day(FRIDAY));
        struct flush_report report = town_close(&town, day(THURSDAY)); /* the last one, now */
        assert_int_equal(report.weeks, 1);
        assert_true(town_cell(&town, town_unit(&town, 3, day(TUESDAY)), PERIOD_WEEK,
                              day(MONDAY), &cell));
        assert_int_equal(cell.status, CELL_HIDDEN);
        town_end(&town);
    }
}

/* The week's last day fell out: the next run after Sunday releases the week. */
static void test_flush_run_releases_a_left_over_week(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    struct dp_problem problem = { 0 };
    struct flush_report report = { 0 };
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "");
    town_answers(&town, day(TUESDAY), 21, "5544332211");
    town_close(&town, day(TUESDAY));
    town_at(&town, date_add(day(MONDAY), 6), 23 * 60);
    assert_ok(flush_run(&town.house, &report, &problem));
    assert_int_equal(report.weeks, 0);
    assert_int_equal(tally_weeks(&town), 1);
    town_at(&town, day(NEXT_MONDAY), 0);
    assert_ok(flush_run(&town.house, &report, &problem));
    assert_int_equal(report.weeks, 1);
    assert_int_equal(tally_weeks(&town), 0);
    assert_true(
        town_cell(&town, town_unit(&town, 3, day(TUESDAY)), PERIOD_WEEK, day(MONDAY), &cell));
    assert_int_equal(cell.n, 10);
    town_end(&town);
}

/* While a box of the week is not flushed, the week waits for it. */
static void test_flush_run_week_waits_for_its_boxes(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    struct flush_report report = { 0 };
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(THURSDAY), "");
    town_answers(&town, day(THURSDAY), 21, "55555");
    hold(&town, day(FRIDAY), "5");
    const char *hidden = support_path(town.folder.epoch, "away");
    assert_int_equal(rename(support_path(town.folder.epoch, "2026-03-05"), hidden), 0);
    town_close(&town, day(FRIDAY));
    assert_false(is_released(&town, day(MONDAY)));
    town_at(&town, day(NEXT_MONDAY), 0);
    assert_err(flush_run(&town.house, &report, &problem), DP_NOT_FOUND);
    assert_false(is_released(&town, day(MONDAY)));
    assert_int_equal(rename(hidden, support_path(town.folder.epoch, "2026-03-05")), 0);
    assert_ok(flush_run(&town.house, &report, &problem));
    assert_true(is_released(&town, day(MONDAY)));
    assert_true(
        town_cell(&town, town_unit(&town, 3, day(THURSDAY)), PERIOD_WEEK, day(MONDAY), &cell));
    town_end(&town);
}

static dp_err reword(struct store_txn *txn, void *context)
{
    (void)context;
    struct question question;
    DP_TRY(question_record_latest(txn, (struct question_id){ 1 }, &question));
    question.version++;
    return question_record_put(txn, &question);
}

/* Reworded between Tuesday and Thursday: the two wordings are not added up; the newer one stands. */
static void test_flush_close_reworded_question_is_not_mixed(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "");
    town_answers(&town, day(TUESDAY), 21, "1111111111");
    town_close(&town, day(TUESDAY));
    assert_ok(store_write(town.office, reword, NULL));
    hold(&town, day(THURSDAY), "");
    town_answers(&town, day(THURSDAY), 21, "44444444443");
    town_pause(&town, day(FRIDAY));
    town_close(&town, day(THURSDAY));
    assert_true(
        town_cell(&town, town_unit(&town, 3, day(TUESDAY)), PERIOD_WEEK, day(MONDAY), &cell));
    assert_int_equal(cell.question_version, 2);
    assert_int_equal(cell.n, 11);
    assert_int_equal(cell.mean_hundredths, 390);
    struct flushed flushed;
    assert_true(is_flushed(&town, day(THURSDAY), &flushed));
    assert_int_equal(flushed.ballots_not_shown, 10);
    town_end(&town);
}

/* ---- Tampering ---- */

static void put_raw(struct town *town, struct date date, const struct box_entry *entry)
{
    struct box *box = NULL;
    struct dp_problem problem = { 0 };
    assert_ok(box_open(town->folder.box, (struct epoch_id){ date }, &problem, &box));
    assert_ok(box_put(box, entry));
    box_close(box);
}

static void seal_for(struct town *town, struct ballot *ballot, struct box_entry *entry)
{
    struct box *box = NULL;
    struct dp_problem problem = { 0 };
    assert_ok(box_open(town->folder.box, ballot->epoch, &problem, &box));
    assert_ok(ballot_seal(ballot, box_head(box)->public_key, entry->ballot));
    box_close(box);
}

/* Ballots that the plan does not allow are not counted: rubbish, another unit's place, no such unit,
 * another question, another day. The others are. */
static void test_flush_close_ballots_beside_the_plan_are_refused(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "44444");
    uint32_t hotline = town_unit(&town, 2, day(TUESDAY));
    uint32_t sales = town_unit(&town, 3, day(TUESDAY));
    struct ballot good = { .epoch = { day(TUESDAY) },
                           .cell_unit = { hotline },
                           .unit = { hotline },
                           .question = { 1 },
                           .question_version = 1,
                           .answer = 1 };
    struct ballot wrong[6];
    for (size_t i = 0; i < COUNT(wrong); i++) {
        wrong[i] = good;
    }
    wrong[0].unit.value = sales;
    wrong[1].unit.value = 999;
    wrong[2].question.value = 2;
    wrong[3].epoch.date = day(WEDNESDAY);
    wrong[4].unit.value = town_pool(&town, sales);
    wrong[5].question_version = 2;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct box_entry entry;
        struct epoch_id inside = wrong[i].epoch;
        wrong[i].epoch.date = day(TUESDAY);
        memset(&entry, (int)i + 1, sizeof entry);
        seal_for(&town, &wrong[i], &entry);
        if (!date_equal(inside.date, day(TUESDAY))) {
            memset(entry.ballot, 7, sizeof entry.ballot);
        }
        put_raw(&town, day(TUESDAY), &entry);
    }
    struct flush_report report = town_close(&town, day(TUESDAY));
    assert_int_equal(report.refused, COUNT(wrong));
    assert_true(town_cell(&town, hotline, PERIOD_DAY, day(TUESDAY), &cell));
    assert_int_equal(cell.n, 5);
    assert_int_equal(cell.mean_hundredths, 400);
    town_end(&town);
}

static dp_err put_orphan(struct store_txn *txn, void *context)
{
    const struct box_entry *entry = context;
    uint8_t key[1 + BOX_SLOT_BYTES] = { 0x63 };
    memcpy(key + 1, entry->slot, BOX_SLOT_BYTES);
    return store_put(txn, bytes_of(key, sizeof key),
                     bytes_of(entry->ballot, sizeof entry->ballot));
}

/* A ballot without a marker, though well sealed, does not count. */
static void test_flush_close_ballot_without_marker_is_refused(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    struct dp_problem problem = { 0 };
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "4444");
    uint32_t hotline = town_unit(&town, 2, day(TUESDAY));
    struct ballot ballot = { .epoch = { day(TUESDAY) },
                             .cell_unit = { hotline },
                             .unit = { hotline },
                             .question = { 1 },
                             .question_version = 1,
                             .answer = 4 };
    struct box_entry entry = { .slot = { 9 } };
    seal_for(&town, &ballot, &entry);
    struct store_options options = { .path = support_path(town.folder.box, "2026-03-03"),
                                     .schema_version = BOX_SCHEMA,
                                     .kind = "box" };
    struct store *store = NULL;
    assert_ok(store_open(&options, &problem, &store));
    assert_ok(store_write(store, put_orphan, &entry));
    store_close(store);
    struct flush_report report = town_close(&town, day(TUESDAY));
    assert_int_equal(report.refused, 1);
    assert_true(town_cell(&town, hotline, PERIOD_DAY, day(TUESDAY), &cell));
    assert_int_equal(cell.status, CELL_HIDDEN);
    town_end(&town);
}

/* More ballots than people: nothing of that unit is shown, the other units are. */
static void test_flush_close_stuffed_unit_is_hidden(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    const struct town_team two[] = { { 1, 0, 0 }, { 2, 1, 15 }, { 3, 1, 15 } };
    town_start(&town, two, COUNT(two));
    hold(&town, day(TUESDAY), "555555555555555");
    town_answers(&town, day(TUESDAY), 16, "33333");
    uint32_t first = town_unit(&town, 2, day(TUESDAY));
    struct ballot ballot = { .epoch = { day(TUESDAY) },
                             .cell_unit = { first },
                             .unit = { first },
                             .question = { 1 },
                             .question_version = 1,
                             .answer = 1 };
    struct box_entry entry = { .marker = { 1 }, .slot = { 1 } };
    seal_for(&town, &ballot, &entry);
    put_raw(&town, day(TUESDAY), &entry);
    town_close(&town, day(TUESDAY));
    assert_true(town_cell(&town, first, PERIOD_DAY, day(TUESDAY), &cell));
    assert_int_equal(cell.status, CELL_HIDDEN);
    assert_true(
        town_cell(&town, town_unit(&town, 3, day(TUESDAY)), PERIOD_DAY, day(TUESDAY), &cell));
    assert_int_equal(cell.n, 5);
    town_end(&town);
}

/* ---- Repeating ---- */

/* Again is fine and changes nothing; a box that comes up again under a flushed date is only removed. */
static void test_flush_close_again_changes_nothing(void **state)
{
    (void)state;
    struct town town;
    struct cell before[8];
    struct cell after[8];
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "55555");
    town_close(&town, day(TUESDAY));
    size_t count = town_all_cells(&town, before, COUNT(before));
    struct flush_report report = town_close(&town, day(TUESDAY));
    assert_int_equal(report.cells_shown, 0);
    assert_int_equal(town_all_cells(&town, after, COUNT(after)), count);
    town_assert_same_cells(before, after, count);
    town_end(&town);
}

/* Keys that never got their box go on the day after; those of today and tomorrow stay. */
static void test_flush_run_destroys_stray_keys(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    town_start(&town, teams, COUNT(teams));
    town_make(&town, day(TUESDAY));
    town_make(&town, day(WEDNESDAY));
    assert_ok(file_remove_tree(support_path(town.folder.box, "2026-03-03")));
    assert_ok(file_remove_tree(support_path(town.folder.box, "2026-03-04")));
    support_write_file(support_path(town.folder.epoch, "2026-03-04.ab12.tmp"), "secret", 6);
    town_at(&town, day(WEDNESDAY), 0);
    assert_ok(flush_run(&town.house, NULL, &problem));
    struct epoch_id keys[KEYFILE_EPOCHS_MAX];
    size_t count = 0;
    assert_ok(keyfile_list(&town.folder, keys, &count));
    assert_int_equal(count, 1);
    assert_int_equal(keys[0].date.days, day(WEDNESDAY).days);
    town_end(&town);
}

/* One day that can't be closed does not hold up the next. */
static void test_flush_run_one_bad_box_does_not_stop_the_others(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    struct flushed flushed;
    town_start(&town, teams, COUNT(teams));
    hold(&town, day(TUESDAY), "5");
    hold(&town, day(WEDNESDAY), "5");
    assert_ok(file_destroy(support_path(town.folder.epoch, "2026-03-03")));
    town_at(&town, day(WEDNESDAY), 20 * 60);
    assert_err(flush_run(&town.house, NULL, &problem), DP_NOT_FOUND);
    assert_false(is_flushed(&town, day(TUESDAY), &flushed));
    assert_true(is_flushed(&town, day(WEDNESDAY), &flushed));
    town_end(&town);
}

/* The loop is woken an hour before a close, at the close, and at least every hour. */
static void test_flush_next_due_names_the_next_moment(void **state)
{
    (void)state;
    struct town town;
    int64_t due_s = 0;
    town_start(&town, teams, COUNT(teams));
    town_noon(&town, day(TUESDAY));
    assert_ok(flush_next_due(&town.house, &due_s));
    assert_int_equal(due_s, town.now_s + 3600);
    town_make(&town, day(TUESDAY));
    town_at(&town, day(TUESDAY), 18 * 60 + 30);
    assert_ok(flush_next_due(&town.house, &due_s));
    assert_int_equal(due_s, town.now_s + HALF_AN_HOUR_S);
    town_at(&town, day(TUESDAY), 19 * 60 + 45);
    assert_ok(flush_next_due(&town.house, &due_s));
    assert_int_equal(due_s, town.now_s + HALF_AN_HOUR_S / 2);
    town_at(&town, day(TUESDAY), 21 * 60);
    assert_ok(flush_next_due(&town.house, &due_s));
    assert_int_equal(due_s, town.now_s + 60);
    town_end(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flush_close_too_early_or_without_key_is_refused),
        cmocka_unit_test(test_flush_close_demo_by_hand_may_be_early),
        cmocka_unit_test(test_flush_close_waits_while_the_clocks_disagree),
        cmocka_unit_test(test_flush_close_daily_unit_has_a_day_cell),
        cmocka_unit_test(test_flush_close_hidden_day_says_nothing_of_how_many),
        cmocka_unit_test(test_flush_close_theme_day_counts_weekly_units_in_their_pool),
        cmocka_unit_test(test_flush_close_weekly_unit_has_a_week_cell),
        cmocka_unit_test(test_flush_close_weekly_unit_needs_a_full_day_and_ten),
        cmocka_unit_test(test_flush_run_releases_a_left_over_week),
        cmocka_unit_test(test_flush_run_week_waits_for_its_boxes),
        cmocka_unit_test(test_flush_close_reworded_question_is_not_mixed),
        cmocka_unit_test(test_flush_close_ballots_beside_the_plan_are_refused),
        cmocka_unit_test(test_flush_close_ballot_without_marker_is_refused),
        cmocka_unit_test(test_flush_close_stuffed_unit_is_hidden),
        cmocka_unit_test(test_flush_close_again_changes_nothing),
        cmocka_unit_test(test_flush_run_destroys_stray_keys),
        cmocka_unit_test(test_flush_run_one_bad_box_does_not_stop_the_others),
        cmocka_unit_test(test_flush_next_due_names_the_next_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
