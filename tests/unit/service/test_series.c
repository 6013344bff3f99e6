/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/service/series/series.h"
#include "app/service/trend/trend.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NEAR         1e-9

enum { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, WEEKS = 4, NOBODYS_TEAM = 4711 };

static const struct question_id anchor = { 1 };
static const struct question_id theme = { 2 };
static const struct firm_team teams[] = { { "Service/Hotline", 24 },
                                          { "Service/Desk", 12 },
                                          { "Sales", 24 } };

static void put(struct firm *firm, const char *unit, enum period_kind kind, int day,
                struct cell figures)
{
    figures.unit = firm_unit(firm, unit);
    assert_true(figures.unit.value != 0);
    figures.period_kind = kind;
    figures.period_start = firm_day(day);
    figures.question = figures.question.value == 0 ? anchor : figures.question;
    figures.question_version = 1;
    figures.status = figures.n == 0 ? CELL_HIDDEN : CELL_OK;
    firm_put_cell(firm, &figures);
}

/* Week 0: the Hotline shows one of two days, the weekly Desk its week, Sales a day. Week 1: all is
 * hidden. Week 2: holidays. Week 3: the Hotline alone. */
static int setup(void **state)
{
    struct firm *firm = calloc(1, sizeof *firm);
    assert_non_null(firm);
    firm_start(firm, true, teams, COUNT(teams));
    firm_make(firm, firm_day(MONDAY)); /* makes the units */
    for (int week = 0; week < WEEKS; week++) {
        if (week != 2) {
            firm_put_day(firm, firm_day(7 * week + TUESDAY), anchor);
            firm_put_day(firm, firm_day(7 * week + WEDNESDAY), theme);
            firm_put_day(firm, firm_day(7 * week + THURSDAY), anchor);
        }
    }
    const struct cell hotline = { .headcount = 24,
                                  .n = 10,
                                  .mean_hundredths = 300,
                                  .favourable_pct = 20,
                                  .has_sd = true,
                                  .sd_tenths = 10 };
    const struct cell desk = { .headcount = 12,
                               .n = 10,
                               .mean_hundredths = 400,
                               .favourable_pct = 80,
                               .has_sd = true,
                               .sd_tenths = 10 };
    const struct cell sales = { .headcount = 24,
                                .n = 20,
                                .mean_hundredths = 200,
                                .favourable_pct = 5,
                                .has_sd = true,
                                .sd_tenths = 10 };
    const struct cell hidden = { .headcount = 24 };
    const struct cell of_theme = { .headcount = 24,
                                   .n = 20,
                                   .mean_hundredths = 470,
                                   .favourable_pct = 95,
                                   .question = theme };
    put(firm, "Hotline", PERIOD_DAY, TUESDAY, hotline);
    put(firm, "Hotline", PERIOD_DAY, WEDNESDAY, of_theme);
    put(firm, "Hotline", PERIOD_DAY, THURSDAY, hidden);
    put(firm, "Desk", PERIOD_WEEK, MONDAY, desk);
    put(firm, "Sales", PERIOD_DAY, TUESDAY, sales);
    put(firm, "Hotline", PERIOD_DAY, 7 + TUESDAY, hidden);
    put(firm, "Desk", PERIOD_WEEK, 7 + MONDAY, hidden);
    put(firm, "Hotline", PERIOD_DAY, 21 + THURSDAY, hotline);
    firm_at(firm, firm_day(28), 600);
    *state = firm;
    return 0;
}

static int teardown(void **state)
{
    firm_end(*state);
    free(*state);
    return 0;
}

static void read_sums(struct firm *firm, struct team_id team, struct released_sum sums[WEEKS])
{
    RELEASED_AUTO struct released *cells = NULL;
    assert_ok(released_open(firm->appliance.office, firm->appliance.results, &cells));
    assert_ok(released_index_weeks(cells, team, firm_day(0), WEEKS, sums));
}

static bool is_near(double a, double b)
{
    return fabs(a - b) < NEAR;
}

/* ---- Sums ---- */

/* There is no such team. */
static void test_series_index_unknown_team_is_not_found(void **state)
{
    struct firm *firm = *state;
    struct series_point points[WEEKS];
    struct series_wanted wanted = { { NOBODYS_TEAM }, firm_day(0), WEEKS };
    assert_err(series_index(&firm->appliance, &wanted, points), DP_NOT_FOUND);
}

/* Daily and weekly units in one parent: the mean is weighted by answers, the theme's day and the
 * hidden cell add nothing, and the weekly unit's people were invited twice. */
static void test_released_index_weeks_adds_daily_and_weekly_units(void **state)
{
    struct firm *firm = *state;
    struct released_sum sums[WEEKS];
    read_sums(firm, firm_team_id(firm, "Service"), sums);
    assert_int_equal(sums[0].cells_shown, 2);
    assert_int_equal(sums[0].cells_hidden, 1);
    assert_int_equal(sums[0].n, 20);
    assert_int_equal(sums[0].invited, 24 + 2 * 12);
    assert_true(is_near(sums[0].mean, 3.5));
    assert_true(is_near(sums[0].favourable_pct, 50.0));
    assert_true(is_near(sums[0].sd_df, 18.0));
    read_sums(firm, (struct team_id){ TEAM_ROOT }, sums);
    assert_int_equal(sums[0].n, 40);
    assert_true(is_near(sums[0].mean, (30.0 + 40.0 + 40.0) / 40.0));
    read_sums(firm, firm_team_id(firm, "Desk"), sums);
    assert_int_equal(sums[0].n, 10);
    assert_int_equal(sums[0].cells_hidden, 0);
    assert_true(is_near(sums[0].mean, 4.0));
}

/* All hidden is asked but not shown; holidays are not asked; both have no number at all. */
static void test_series_index_hidden_and_holiday_weeks_have_no_number(void **state)
{
    struct firm *firm = *state;
    struct series_point points[WEEKS];
    struct series_wanted wanted = { firm_team_id(firm, "Service"), firm_day(0), WEEKS };
    assert_ok(series_index(&firm->appliance, &wanted, points));
    for (int week = 1; week <= 2; week++) {
        assert_false(points[week].is_shown);
        assert_int_equal(points[week].is_asked, week == 1);
        assert_int_equal(points[week].cells_hidden, week == 1 ? 2 : 0);
        assert_int_equal(points[week].n, 0);
        assert_false(number_is_known(points[week].mean));
        assert_false(number_is_known(points[week].lo));
        assert_false(number_is_known(points[week].favourable_pct));
    }
    assert_true(date_equal(points[3].start, firm_day(21)));
    assert_true(points[3].is_shown);
    assert_true(is_near(points[3].mean, 3.0));
    assert_true(points[3].lo < 3.0 && points[3].hi > 3.0 && points[3].lo >= 1.0);
    assert_true(is_near(points[3].se, 1.0 / sqrt(10.0)));
}

/* From the Monday of the first counted day to that of the last. */
static void test_series_extent_covers_the_counted_weeks(void **state)
{
    struct firm *firm = *state;
    struct date first;
    size_t weeks = 0;
    assert_ok(series_extent(&firm->appliance, &first, &weeks));
    assert_true(date_equal(first, firm_day(0)));
    assert_int_equal(weeks, WEEKS);
}

/* ---- Who sees what ---- */

/* A manager of Service sees Service and beneath, not Sales and not the whole. */
static void test_trend_of_team_outside_the_scope_is_forbidden(void **state)
{
    struct firm *firm = *state;
    struct trend trend;
    ARENA_AUTO struct arena arena = arena_new(1 << 20);
    const struct team_id root = { TEAM_ROOT };
    struct team_id service = firm_team_id(firm, "Service");
    struct team_id sales = firm_team_id(firm, "Sales");
    struct team_id hotline = firm_team_id(firm, "Hotline");
    assert_err(trend_of_team(&firm->appliance, service, sales, 0, &arena, &trend),
               DP_FORBIDDEN);
    assert_err(trend_of_team(&firm->appliance, service, root, 0, &arena, &trend), DP_FORBIDDEN);
    assert_err(trend_of_team(&firm->appliance, hotline, service, 0, &arena, &trend),
               DP_FORBIDDEN);
    assert_err(trend_of_team(&firm->appliance, root, (struct team_id){ NOBODYS_TEAM }, 0,
                             &arena, &trend),
               DP_NOT_FOUND);
    assert_ok(trend_of_team(&firm->appliance, service, hotline, 0, &arena, &trend));
    assert_string_equal(trend.path, "Service/Hotline");
    assert_int_equal(trend.weeks, WEEKS);
    assert_int_equal(trend.last, 3);
    assert_ok(trend_of_team(&firm->appliance, service, service, 2, &arena, &trend));
    assert_int_equal(trend.weeks, 2);
    assert_true(date_equal(trend.first_monday, firm_day(14)));
    assert_ok(trend_of_team(&firm->appliance, root, sales, 0, &arena, &trend));
    assert_int_equal(trend.last, 0);
}

/* Where there is no figure, no number can be mistaken for one. */
static void test_series_no_point_knows_no_number(void **state)
{
    (void)state;
    struct series_point point = series_no_point(date_make(7), true);
    const double numbers[] = { point.mean,
                               point.lo,
                               point.hi,
                               point.se,
                               point.favourable_pct,
                               point.favourable_lo_pct,
                               point.favourable_hi_pct };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_false(number_is_known(numbers[i]));
    }
    assert_true(point.start.days == 7 && point.is_asked && !point.is_shown && point.n == 0);
    assert_false(series_no_point(date_make(7), false).is_asked);
    assert_false(number_is_known(series_change(&point, &point, 0.95).value));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series_no_point_knows_no_number),
        TEST(test_series_index_unknown_team_is_not_found),
        TEST(test_released_index_weeks_adds_daily_and_weekly_units),
        TEST(test_series_index_hidden_and_holiday_weeks_have_no_number),
        TEST(test_series_extent_covers_the_counted_weeks),
        TEST(test_trend_of_team_outside_the_scope_is_forbidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
