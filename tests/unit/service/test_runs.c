/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/log.h"
#include "app/service/schedule/runs.h"
#include "tests/support/support.h"

enum { TWO = 120, HOUR_S = 3600 };

static struct zone berlin;
static const struct due at_two = { .kind = DUE_DAILY, .minute = TWO };

static int setup_zone(void **state)
{
    (void)state;
    log_set_level(LOG_LEVEL_ERROR);
    return err_is_ok(zone_load(STR("Europe/Berlin"), &berlin, NULL)) ? 0 : -1;
}

static int64_t at(int month, int day, int minute)
{
    struct date date;
    assert_ok(date_from_parts(2026, month, day, &date));
    return zone_to_unix(&berlin, date, minute * 60);
}

static struct runs_history went_well(int64_t due_s)
{
    return (struct runs_history){ .has_run = true, .due_s = due_s, .ended_s = due_s + 5 };
}

static struct runs_history failed(int64_t due_s, int64_t ended_s, size_t failures)
{
    return (struct runs_history){ .has_run = true,
                                  .due_s = due_s,
                                  .ended_s = ended_s,
                                  .is_failed = true,
                                  .failures = failures };
}

/* A schedule that has never run runs at once, for the newest moment. */
static void test_runs_plan_never_run_is_due(void **state)
{
    (void)state;
    struct runs_history none = { 0 };
    struct runs_plan plan = runs_plan(&at_two, &berlin, &none, at(5, 4, 600));
    assert_true(plan.is_due);
    assert_int_equal(plan.due_s, at(5, 4, TWO));
}

/* After a good run nothing is due until the next moment, and then it is. */
static void test_runs_plan_after_a_run_waits_for_the_next(void **state)
{
    (void)state;
    struct runs_history done = went_well(at(5, 4, TWO));
    struct runs_plan plan = runs_plan(&at_two, &berlin, &done, at(5, 4, TWO) + 10);
    assert_false(plan.is_due);
    assert_int_equal(plan.wake_s, at(5, 5, TWO));
    assert_false(runs_plan(&at_two, &berlin, &done, at(5, 5, TWO) - 1).is_due);
    plan = runs_plan(&at_two, &berlin, &done, at(5, 5, TWO));
    assert_true(plan.is_due);
    assert_int_equal(plan.due_s, at(5, 5, TWO));
}

/* Nine nights switched off: one run in the morning, for the last of them alone. */
static void test_runs_plan_missed_runs_are_caught_up_once(void **state)
{
    (void)state;
    struct runs_history old = went_well(at(5, 4, TWO));
    struct runs_plan plan = runs_plan(&at_two, &berlin, &old, at(5, 13, 480));
    assert_true(plan.is_due);
    assert_int_equal(plan.due_s, at(5, 13, TWO));
    struct runs_history caught_up = went_well(plan.due_s);
    assert_false(runs_plan(&at_two, &berlin, &caught_up, at(5, 13, 481)).is_due);
}

/* 02:30 does not exist on 29 March and comes twice on 25 October: one run each all the same. */
static void test_runs_plan_odd_nights_run_once(void **state)
{
    (void)state;
    static const struct due half_past_two = { .kind = DUE_DAILY, .minute = 150 };
    const int64_t nights[][2] = { { at(3, 28, 720), at(3, 29, 720) },
                                  { at(10, 24, 720), at(10, 25, 720) } };
    for (size_t i = 0; i < 2; i++) {
        struct runs_history history = went_well(
            due_last(&half_past_two, &berlin, nights[i][0]));
        size_t runs = 0;
        for (int64_t now_s = nights[i][0]; now_s < nights[i][1]; now_s += 60) {
            struct runs_plan plan = runs_plan(&half_past_two, &berlin, &history, now_s);
            if (plan.is_due) {
                runs++;
                history = went_well(plan.due_s);
            }
        }
        assert_int_equal(runs, 1);
    }
}

/* A clock that goes back an hour, or a day, makes nothing run twice. */
static void test_runs_plan_clock_set_back_runs_nothing_twice(void **state)
{
    (void)state;
    struct runs_history done = went_well(at(5, 4, TWO));
    struct runs_plan plan = runs_plan(&at_two, &berlin, &done, at(5, 4, TWO) - HOUR_S);
    assert_false(plan.is_due);
    assert_int_equal(plan.wake_s, at(5, 5, TWO));
    assert_false(runs_plan(&at_two, &berlin, &done, at(5, 3, TWO)).is_due);
    assert_false(runs_plan(&at_two, &berlin, &done, at(5, 4, TWO)).is_due);
    assert_true(runs_plan(&at_two, &berlin, &done, at(5, 5, TWO)).is_due);
}

/* A run from ten years ahead was written by a wrong clock and does not stop the exports. */
static void test_runs_plan_run_from_far_ahead_does_not_count(void **state)
{
    (void)state;
    int64_t now_s = at(5, 4, 600);
    struct runs_history stray = went_well(now_s + RUNS_STRAY_S + 1);
    assert_true(runs_plan(&at_two, &berlin, &stray, now_s).is_due);
    stray = went_well(now_s + RUNS_STRAY_S);
    assert_false(runs_plan(&at_two, &berlin, &stray, now_s).is_due);
}

/* A failed run is tried again after ten minutes, three times in all. */
static void test_runs_plan_failed_run_is_tried_again(void **state)
{
    (void)state;
    int64_t due_s = at(5, 4, TWO);
    struct runs_history once = failed(due_s, due_s + 20, 1);
    struct runs_plan plan = runs_plan(&at_two, &berlin, &once, due_s + 30);
    assert_false(plan.is_due);
    assert_int_equal(plan.wake_s, due_s + 20 + RUNS_RETRY_S);
    plan = runs_plan(&at_two, &berlin, &once, plan.wake_s);
    assert_true(plan.is_due);
    assert_int_equal(plan.due_s, due_s);
    struct runs_history thrice = failed(due_s, due_s + 2000, RUNS_TRIES);
    plan = runs_plan(&at_two, &berlin, &thrice, due_s + 2000 + RUNS_RETRY_S);
    assert_false(plan.is_due);
    assert_int_equal(plan.wake_s, at(5, 5, TWO));
}

/* When the clock was set back after a failure, the retry does not wait for the old time. */
static void test_runs_plan_retry_survives_a_clock_set_back(void **state)
{
    (void)state;
    int64_t due_s = at(5, 4, TWO);
    struct runs_history once = failed(due_s, due_s + 20, 1);
    assert_true(runs_plan(&at_two, &berlin, &once, due_s - HOUR_S).is_due);
}

/* ---- With a data folder ---- */

struct fixture {
    const char *dir;
    int64_t now_s;
    struct appliance appliance;
};

static int setup_folder(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ .dir = support_tempdir(), .now_s = at(5, 4, 600) };
    struct appliance_start start = { .path = support_path(fixture.dir, "data"),
                                     .name = "Example",
                                     .zone = "Europe/Berlin",
                                     .base_url = "" };
    struct dp_problem problem = { 0 };
    assert_ok(
        appliance_create(&start, clock_fixed(&fixture.now_s), &problem, &fixture.appliance));
    *state = &fixture;
    return 0;
}

static int teardown_folder(void **state)
{
    struct fixture *fixture = *state;
    appliance_close(&fixture->appliance);
    support_remove_tree(fixture->dir);
    return 0;
}

static dp_err put_schedule(struct store_txn *txn, void *context)
{
    return schedule_record_put(txn, context);
}

static void schedule(struct fixture *fixture, const char *out_dir, bool is_enabled)
{
    struct schedule wanted = { .name = RUNS_SCHEDULE,
                               .kind = SCHEDULE_DAILY,
                               .minute = TWO,
                               .keep = 3,
                               .is_enabled = is_enabled };
    (void)snprintf(wanted.out_dir, sizeof wanted.out_dir, "%s", out_dir);
    assert_ok(store_write(fixture->appliance.office, put_schedule, &wanted));
}

static struct runs_history history_of(struct fixture *fixture)
{
    struct runs_history history;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(fixture->appliance.office, &txn));
    assert_ok(runs_read(txn, STR(RUNS_SCHEDULE), fixture->now_s, &history));
    return history;
}

/* Without a schedule, or with one that is switched off, nothing runs. */
static void test_runs_step_without_schedule_does_nothing(void **state)
{
    struct fixture *fixture = *state;
    int64_t wake_s = 0;
    bool has_run = true;
    assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
    assert_false(has_run);
    assert_true(wake_s > fixture->now_s);
    schedule(fixture, "", false);
    assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
    assert_false(has_run);
}

/* A look makes the run that is due, writes its snapshot and notes it; the next look has none. */
static void test_runs_step_makes_the_run_once(void **state)
{
    struct fixture *fixture = *state;
    int64_t wake_s = 0;
    bool has_run = false;
    schedule(fixture, "", true);
    assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
    assert_true(has_run);
    assert_int_equal(
        access(support_path(fixture->appliance.folder.exports, "current/SHA256SUMS"), R_OK), 0);
    struct runs_history history = history_of(fixture);
    assert_true(history.has_run);
    assert_false(history.is_failed);
    assert_int_equal(history.due_s, at(5, 4, TWO));
    assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
    assert_false(has_run);
    assert_int_equal(wake_s, at(5, 5, TWO));
}

/* A folder that can't be made fails three times, is noted each time, and rests till the next night. */
static void test_runs_step_failures_are_counted(void **state)
{
    struct fixture *fixture = *state;
    int64_t wake_s = 0;
    bool has_run = false;
    log_set_level(LOG_LEVEL_ERROR);
    schedule(fixture, support_path(fixture->dir, "no/such/parent"), true);
    for (size_t i = 1; i <= RUNS_TRIES; i++) {
        assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
        assert_true(has_run);
        struct runs_history history = history_of(fixture);
        assert_true(history.is_failed);
        assert_int_equal(history.failures, i);
        fixture->now_s += RUNS_RETRY_S;
    }
    assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
    assert_false(has_run);
    assert_int_equal(wake_s, at(5, 5, TWO));
    fixture->now_s = at(5, 5, TWO);
    assert_ok(runs_step(&fixture->appliance, &wake_s, &has_run));
    assert_true(has_run);
    assert_int_equal(history_of(fixture).failures, 1);
}

/* A weekly and a monthly record keep their day when they are asked when they are due. */
static void test_runs_due_of_keeps_the_day(void **state)
{
    (void)state;
    struct schedule weekly = { .kind = SCHEDULE_WEEKLY, .weekday = 3, .minute = 5 };
    struct schedule monthly = { .kind = SCHEDULE_MONTHLY, .month_day = 31, .minute = 6 };
    struct due due = runs_due_of(&weekly);
    assert_int_equal(due.kind, DUE_WEEKLY);
    assert_int_equal(due.weekday, 3);
    assert_int_equal(due.minute, 5);
    due = runs_due_of(&monthly);
    assert_int_equal(due.kind, DUE_MONTHLY);
    assert_int_equal(due.month_day, 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_plan_never_run_is_due),
        cmocka_unit_test(test_runs_plan_after_a_run_waits_for_the_next),
        cmocka_unit_test(test_runs_plan_missed_runs_are_caught_up_once),
        cmocka_unit_test(test_runs_plan_odd_nights_run_once),
        cmocka_unit_test(test_runs_plan_clock_set_back_runs_nothing_twice),
        cmocka_unit_test(test_runs_plan_run_from_far_ahead_does_not_count),
        cmocka_unit_test(test_runs_plan_failed_run_is_tried_again),
        cmocka_unit_test(test_runs_plan_retry_survives_a_clock_set_back),
        cmocka_unit_test_setup_teardown(test_runs_step_without_schedule_does_nothing,
                                        setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_runs_step_makes_the_run_once, setup_folder,
                                        teardown_folder),
        cmocka_unit_test_setup_teardown(test_runs_step_failures_are_counted, setup_folder,
                                        teardown_folder),
        cmocka_unit_test(test_runs_due_of_keeps_the_day),
    };
    return cmocka_run_group_tests(tests, setup_zone, NULL);
}
