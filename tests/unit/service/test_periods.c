/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/series/outcome_series.h"
#include "app/survey/people.h"
#include "tests/support/support.h"

static struct date day(int year, int month, int number)
{
    struct date date = { 0 };
    assert_ok(date_from_parts(year, month, number, &date));
    return date;
}

/* Before the first and behind the last there is no period; every day between is in the one that
 * starts before it and ends behind it. */
static void test_periods_find_is_the_period_that_holds_the_day(void **state)
{
    (void)state;
    const struct periods axes[] = { { LAG_UNIT_WEEK, day(2024, 1, 1), 80 },
                                    { LAG_UNIT_FORTNIGHT, day(2024, 1, 1), 40 },
                                    { LAG_UNIT_MONTH, day(2024, 1, 1), 20 } };
    for (size_t i = 0; i < 3; i++) {
        struct date first = axes[i].first;
        size_t t = 7;
        assert_false(periods_find(&axes[i], date_add(first, -1), &t));
        assert_int_equal(periods_place(&axes[i], date_add(first, -1)), -1);
        struct date past = periods_start(&axes[i], axes[i].count);
        assert_false(periods_find(&axes[i], past, &t));
        for (struct date at = first; date_is_before(at, past); at = date_add(at, 1)) {
            assert_true(periods_find(&axes[i], at, &t));
            assert_false(date_is_before(at, periods_start(&axes[i], t)));
            assert_true(date_is_before(at, periods_start(&axes[i], t + 1)));
        }
        assert_int_equal(t, axes[i].count - 1);
    }
    assert_int_equal(periods_place(&axes[0], day(2023, 12, 25)), -1);
    assert_int_equal(periods_place(&axes[0], day(2023, 12, 24)), -2);
    assert_int_equal(periods_place(&axes[2], day(2023, 11, 30)), -2);
}

/* ---- Outcomes on an axis ----------------------------------------------------------------- */

static struct store *open_office(const char *dir)
{
    struct store *store = NULL;
    struct dp_problem problem = { 0 };
    const char *path = support_path(dir, "office");
    struct store_options options = {
        .path = path, .schema_version = 1, .kind = "office", .may_create = true
    };
    assert_ok(store_open(&options, &problem, &store));
    return store;
}

static dp_err put_job(struct store_txn *txn, void *context)
{
    return outcome_record_put(txn, context);
}

struct value {
    uint32_t team;
    enum period_kind kind;
    struct date start;
    double value;
    uint32_t n; /* 0: not given */
};

static void put(struct store *office, const struct value *value)
{
    struct outcome outcome = { .metric = "nps",
                               .source = "file",
                               .period_kind = value->kind,
                               .period_start = value->start,
                               .team = { value->team },
                               .value = value->value,
                               .has_n = value->n > 0,
                               .n = value->n,
                               .import = { 1 } };
    assert_ok(store_write(office, put_job, &outcome));
}

static struct outcome_series read(struct store *office, bool is_monthly)
{
    struct outcome_series series;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct outcome_wanted wanted = {
        .metric = STR("nps"),
        .source = STR("file"),
        .is_monthly = is_monthly,
        .periods = { is_monthly ? LAG_UNIT_MONTH : LAG_UNIT_WEEK, day(2024, 1, 1), 3 },
    };
    assert_ok(store_read(office, &txn));
    assert_ok(outcome_series_read(txn, &wanted, &series));
    return series;
}

/* No values at all, or the whole organisation's alone: one row for the root. */
static void test_outcome_series_read_without_teams_is_the_whole(void **state)
{
    struct store *office = *state;
    OUTCOME_SERIES_AUTO struct outcome_series nothing = read(office, false);
    assert_int_equal(nothing.rows, 1);
    assert_true(nothing.is_whole && isnan(nothing.values[0]));
    put(office, &(struct value){ TEAM_ROOT, PERIOD_WEEK, day(2024, 1, 8), 20, 0 });
    OUTCOME_SERIES_AUTO struct outcome_series whole = read(office, false);
    assert_true(whole.is_whole);
    assert_int_equal(whole.teams[0].value, TEAM_ROOT);
    assert_true(isnan(whole.values[0]) && fabs(whole.values[1] - 20) < 1e-12);
    assert_true(fabs(whole.weights[1] - 1) < 1e-12);
}

/* Days make weeks by their n; n below 5, other kinds and other times stay out; teams stand by
 * id, however late they came. */
static void test_outcome_series_read_weighs_days_by_n(void **state)
{
    struct store *office = *state;
    const struct value values[] = {
        { TEAM_ROOT, PERIOD_WEEK, day(2024, 1, 1), 99, 50 }, /* teams have values */
        { 9, PERIOD_DAY, day(2024, 1, 1), 10, 10 },
        { 9, PERIOD_DAY, day(2024, 1, 7), 40, 20 },
        { 9, PERIOD_DAY, day(2024, 1, 8), 70, 4 },
        { 9, PERIOD_DAY, day(2023, 12, 31), 70, 40 },
        { 9, PERIOD_MONTH, day(2024, 2, 1), -50, 40 },
        { 4, PERIOD_WEEK, day(2024, 1, 15), 30, 5 },
        { 4, PERIOD_WEEK, day(2024, 1, 22), 30, 5 },
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        put(office, &values[i]);
    }
    OUTCOME_SERIES_AUTO struct outcome_series weeks = read(office, false);
    assert_false(weeks.is_whole);
    assert_int_equal(weeks.rows, 2);
    assert_int_equal(weeks.teams[0].value, 4);
    assert_int_equal(outcome_series_row(&weeks, (struct team_id){ 9 }), 1);
    assert_int_equal(outcome_series_row(&weeks, (struct team_id){ 5 }), 2);
    assert_true(fabs(weeks.values[3] - 30) < 1e-12 && fabs(weeks.weights[3] - 30) < 1e-12);
    assert_true(isnan(weeks.values[4]) && isnan(weeks.values[0]));
    assert_true(fabs(weeks.values[2] - 30) < 1e-12);
    OUTCOME_SERIES_AUTO struct outcome_series months = read(office, true);
    assert_int_equal(months.rows, 1);
    assert_int_equal(months.teams[0].value, 9);
    assert_true(isnan(months.values[0]) && fabs(months.values[1] + 50) < 1e-12);
}

static const char *folder;

static int setup(void **state)
{
    folder = support_tempdir();
    *state = open_office(folder);
    return 0;
}

static int teardown(void **state)
{
    store_close(*state);
    support_remove_tree(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods_find_is_the_period_that_holds_the_day),
        cmocka_unit_test_setup_teardown(test_outcome_series_read_without_teams_is_the_whole,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_outcome_series_read_weighs_days_by_n, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
