/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/service/trend/overview.h"
#include "tests/support/support.h"
#include "tests/unit/service/overview_world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NEAR         1e-9

enum { ARENA = 4 << 20 };

static const struct team_id root = { TEAM_ROOT };

static bool is_near(double a, double b)
{
    return fabs(a - b) < NEAR;
}

static int start(void **state, bool has_figures)
{
    struct firm *firm = calloc(1, sizeof *firm);
    assert_non_null(firm);
    overview_world_start(firm, has_figures ? WEEKS : 0);
    *state = firm;
    return 0;
}

static int setup(void **state)
{
    return start(state, true);
}

static int setup_empty(void **state)
{
    return start(state, false);
}

static int teardown(void **state)
{
    firm_end(*state);
    free(*state);
    return 0;
}

static const struct overview_row *row_of(const struct overview *overview, const char *name,
                                         bool is_rest)
{
    for (size_t i = 0; i < overview->row_count; i++) {
        const struct overview_row *row = &overview->rows[i];
        if (strcmp(row->name, name) == 0 && row->is_rest == is_rest) {
            return row;
        }
    }
    fail_msg("no row of %s", name);
    return NULL;
}

/* ---- Nothing to show --------------------------------------------------------------------- */

/* There is no such scope. */
static void test_overview_of_unknown_scope_is_not_found(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_err(overview_of(&firm->appliance, (struct team_id){ 4711 }, &arena, &overview),
               DP_NOT_FOUND);
}

/* Before the first evening there is nothing, and that is no error. */
static void test_overview_of_new_company_is_empty(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    assert_int_equal(overview.top.last, -1);
    assert_int_equal(overview.row_count, 0);
}

/* Memory that runs out is an error, never a page without its end. */
static void test_overview_of_without_memory_fails(void **state)
{
    struct firm *firm = *state;
    for (size_t bytes = 0; bytes < 16384; bytes += 1024) {
        struct overview overview;
        ARENA_AUTO struct arena arena = arena_new(bytes);
        assert_err(overview_of(&firm->appliance, root, &arena, &overview), DP_NO_MEMORY);
    }
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* The order of the tree, with the unit of small teams behind the children of its parent.
 * Small teams say where they are counted. */
static void test_overview_rows_keep_the_order_of_the_tree(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    static const struct {
        const char *name;
        size_t depth;
        enum overview_counted counted;
        bool is_rest;
        bool is_shown;
    } wanted[] = { { "Service", 1, OVERVIEW_OWN, false, true },
                   { "Hotline", 2, OVERVIEW_OWN, false, true },
                   { "Desk", 2, OVERVIEW_OWN, false, true },
                   { "Nook", 2, OVERVIEW_REST, false, false },
                   { "Den", 2, OVERVIEW_REST, false, false },
                   { "Service", 2, OVERVIEW_OWN, true, true },
                   { "Sales", 1, OVERVIEW_OWN, false, true },
                   { "Depot", 1, OVERVIEW_OWN, false, true } };
    assert_int_equal(overview.row_count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const struct overview_row *row = &overview.rows[i];
        assert_string_equal(row->name, wanted[i].name);
        assert_int_equal(row->depth, wanted[i].depth);
        assert_int_equal(row->counted, wanted[i].counted);
        assert_int_equal(row->is_rest, wanted[i].is_rest);
        assert_int_equal(row->now.is_shown, wanted[i].is_shown);
        assert_string_equal(row->counted_in, row->counted == OVERVIEW_REST ? "Service" : "");
    }
    const struct overview_row *rest = row_of(&overview, "Service", true);
    assert_true(is_near(rest->now.mean, 3.8));
    assert_int_equal(rest->now.n, 12);
}

/* A manager's rows are those beneath; for the one of a small team its figures lie outside. */
static void test_overview_of_manager_has_the_subtree_alone(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_ok(overview_of(&firm->appliance, firm_team_id(firm, "Service"), &arena, &overview));
    assert_int_equal(overview.row_count, 5);
    assert_string_equal(overview.rows[0].name, "Hotline");
    assert_int_equal(overview.rows[0].depth, 1);
    assert_int_equal(overview.teams.groups, 3);
    assert_ok(overview_of(&firm->appliance, firm_team_id(firm, "Nook"), &arena, &overview));
    assert_int_equal(overview.top.last, -1);
    assert_int_equal(overview.row_count, 0);
}

/* Each row's figures are those that its trend has, in the memory of a web process, too. */
static void test_overview_rows_agree_with_their_trend(void **state)
{
    struct firm *firm = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    for (int look = 0; look < 2; look++) {
        struct overview overview;
        struct trend trend;
        assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
        for (size_t i = 0; i < overview.row_count; i++) {
            const struct overview_row *row = &overview.rows[i];
            if (row->is_rest || !row->now.is_shown) {
                continue;
            }
            assert_ok(trend_of_team(&firm->appliance, root, row->team, 0, &arena, &trend));
            const struct series_point *point = &trend.points[trend.last];
            assert_true(date_equal(row->now.start, point->start));
            assert_true(is_near(row->now.mean, point->mean));
            assert_true(is_near(row->now.lo, point->lo) && is_near(row->now.hi, point->hi));
            assert_true(is_near(row->before.mean, (point - 1)->mean));
            assert_true(is_near(row->spark[OVERVIEW_SPARK - 1], point->mean));
            assert_false(number_is_known(row->spark[OVERVIEW_SPARK - WEEKS + GAP]));
            assert_false(number_is_known(row->spark[0])); /* before the first evening */
        }
        assert_ok(appliance_remember(&firm->appliance));
    }
}

/* ---- Changes ----------------------------------------------------------------------------- */

/* The Depot's leap is a change with its interval, and more than chance though many are
 * looked at; who answered changed as well. The others' wobble is no change. */
static void test_overview_change_has_its_interval(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    const struct overview_change *depot = &row_of(&overview, "Depot", false)->change;
    struct mean_evidence now = {
        .n = 24, .mean = 4.5, .sd = 0.8, .sd_df = 22, .sd_days = NUMBER_NONE
    };
    struct mean_evidence before = {
        .n = 40, .mean = 3.01, .sd = 0.8, .sd_df = 38, .sd_days = NUMBER_NONE
    };
    struct interval wanted = interval_mean_difference(&now, &before, 0.95);
    assert_true(is_near(depot->mean.value, 1.49));
    assert_true(is_near(depot->mean.lo, wanted.lo) && is_near(depot->mean.hi, wanted.hi));
    assert_true(depot->is_clear);
    assert_true(depot->has_response_moved); /* 83 % before, 50 % now */
    struct interval share = interval_newcombe(12, 24, 20, 40);
    assert_true(is_near(depot->favourable.lo, 100.0 * share.lo));
    const struct overview_change *sales = &row_of(&overview, "Sales", false)->change;
    assert_true(sales->mean.lo < 0.0 && sales->mean.hi > 0.0);
    assert_false(sales->is_clear || sales->has_response_moved);
    assert_int_equal(overview.rows_changed, 6);
}

/* What excludes 0 for one look alone isn't marked among many: the scope's own change is one
 * look. */
static void test_overview_change_pays_for_looking_at_many(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    struct unit_id desk = firm_unit(firm, "Desk");
    int last = WEEK * (WEEKS - 1);
    overview_world_put(firm, desk, PERIOD_DAY, last + TUESDAY, 20,
                       390); /* 0.4 up: 2.2 standard errors */
    overview_world_put(firm, desk, PERIOD_DAY, last + THURSDAY, 20, 390);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    const struct overview_change *change = &row_of(&overview, "Desk", false)->change;
    assert_true(change->mean.lo > 0.0);
    assert_false(change->is_clear);
    assert_ok(overview_of(&firm->appliance, firm_team_id(firm, "Desk"), &arena, &overview));
    assert_true(is_near(overview.change.mean.lo, change->mean.lo));
    assert_true(overview.change.is_clear);
}

/* A first week, or one behind a week without figures, has nothing to be compared with. */
static void test_overview_change_without_a_week_before_is_unknown(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    overview_world_week(firm, 0);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    assert_int_equal(overview.top.last, 0);
    assert_false(number_is_known(overview.change.mean.value));
    assert_false(overview.change.is_clear || overview.change.has_response_moved);
    assert_false(number_is_known(overview.rows[0].change.favourable.lo));
    assert_int_equal(overview.rows_changed, 0);
}

/* ---- Consistency ------------------------------------------------------------------------- */

/* Teams differ by more than chance, days don't. */
static void test_overview_spread_tells_teams_from_days(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_ok(overview_of(&firm->appliance, firm_team_id(firm, "Service"), &arena, &overview));
    assert_int_equal(overview.days.groups, 2 * OVERVIEW_EVEN_WEEKS);
    assert_false(overview.days.is_beyond_chance);
    assert_true(overview.teams.is_beyond_chance);
    assert_true(overview.teams.beyond.lo < 0.35 && overview.teams.beyond.hi > 0.35);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    assert_int_equal(overview.teams.groups, 5);
    assert_ok(overview_of(&firm->appliance, firm_team_id(firm, "Sales"), &arena, &overview));
    assert_int_equal(overview.teams.groups, 1);
    assert_false(number_is_known(overview.teams.beyond.value));
}

/* ---- The trend line ---------------------------------------------------------------------- */

/* The line passes the week that nobody was asked in, wider there than beside it. */
static void test_trend_line_passes_a_gap_with_a_wider_band(void **state)
{
    struct firm *firm = *state;
    struct trend trend;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    assert_ok(trend_of_team(&firm->appliance, root, firm_team_id(firm, "Hotline"), 0, &arena,
                            &trend));
    assert_true(trend.has_line && !trend.is_running);
    assert_int_equal(trend.weeks, WEEKS);
    assert_false(trend.points[GAP].is_shown);
    for (int week = 0; week < WEEKS; week++) {
        assert_true(trend.level_lo[week] < trend.level[week]);
        assert_true(trend.level[week] < trend.level_hi[week]);
    }
    double at_gap = trend.level_hi[GAP] - trend.level_lo[GAP];
    assert_true(at_gap >= trend.level_hi[GAP - 1] - trend.level_lo[GAP - 1]);
    assert_int_equal(trend.slope.n, WEEKS - 1);
    assert_int_equal(trend.slope.direction, TREND_NO_CLEAR_CHANGE);
    assert_true(trend.slope.per_quarter.lo >= -4.0 && trend.slope.per_quarter.hi <= 4.0);
    assert_int_equal(trend_weeks_missing(&trend.slope), 0);
}

/* Fewer weeks are the end of the same line, not another line. */
static void test_trend_line_is_that_of_the_whole_history(void **state)
{
    struct firm *firm = *state;
    struct trend all;
    struct trend few;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    struct team_id depot = firm_team_id(firm, "Depot");
    assert_ok(trend_of_team(&firm->appliance, root, depot, 0, &arena, &all));
    assert_ok(trend_of_team(&firm->appliance, root, depot, 3, &arena, &few));
    assert_int_equal(few.weeks, 3);
    assert_int_equal(few.last, 2);
    for (size_t i = 0; i < 3; i++) {
        size_t at = WEEKS - 3 + i;
        assert_true(date_equal(few.points[i].start, all.points[at].start));
        assert_true(is_near(few.level[i], all.level[at]));
        assert_true(is_near(few.level_lo[i], all.level_lo[at]));
        assert_true(is_near(few.points[i].lo, all.points[at].lo));
    }
    assert_int_equal(few.slope.n, all.slope.n);
}

/* Before and behind the weeks with figures there is no line: it is no forecast. */
static void test_trend_line_ends_with_the_figures(void **state)
{
    struct firm *firm = *state;
    struct trend trend;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    struct unit_id sales = firm_unit(firm, "Sales");
    int hidden = WEEK * WEEKS + TUESDAY;
    firm_put_day(firm, firm_day(hidden), overview_world_anchor);
    overview_world_put(firm, sales, PERIOD_DAY, hidden, 0, 0);
    firm_at(firm, firm_day(WEEK * (WEEKS + 1)), 600);
    assert_ok(
        trend_of_team(&firm->appliance, root, firm_team_id(firm, "Sales"), 0, &arena, &trend));
    assert_int_equal(trend.weeks, WEEKS + 1);
    assert_int_equal(trend.last, WEEKS - 1);
    assert_true(number_is_known(trend.level[WEEKS - 1]));
    assert_false(number_is_known(trend.level[WEEKS]));
    assert_false(number_is_known(trend.level_lo[WEEKS]) ||
                 number_is_known(trend.level_hi[WEEKS]));
}

/* A direction needs 8 weeks, and says how many are missing. */
static void test_trend_direction_needs_eight_weeks(void **state)
{
    struct firm *firm = *state;
    for (int weeks = 1; weeks <= 9; weeks++) {
        struct trend trend;
        ARENA_AUTO struct arena arena = arena_new(ARENA);
        overview_world_week(firm, weeks - 1 < GAP ? weeks - 1 : weeks);
        assert_ok(trend_of_team(&firm->appliance, root, firm_team_id(firm, "Hotline"), 0,
                                &arena, &trend));
        assert_int_equal(trend.slope.n, weeks);
        assert_int_equal(trend.slope.direction == TREND_UNKNOWN, weeks < 8);
        assert_int_equal(trend_weeks_missing(&trend.slope), weeks < 8 ? 8 - weeks : 0);
    }
}

/* ---- A week that is not over ------------------------------------------------------------- */

/* On Wednesday the week has a dot, but the comparison, the line and the direction are last
 * week's; on the Monday after it counts. */
static void test_overview_waits_for_the_week_to_be_over(void **state)
{
    struct firm *firm = *state;
    struct overview overview;
    ARENA_AUTO struct arena arena = arena_new(ARENA);
    firm_at(firm, firm_day(WEEK * (WEEKS - 1) + 2), 600);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    assert_true(overview.top.is_running);
    assert_int_equal(overview.top.last, WEEKS - 2);
    assert_true(overview.top.points[WEEKS - 1].is_shown);
    assert_false(number_is_known(overview.top.level[WEEKS - 1]));
    assert_int_equal(overview.top.slope.n, WEEKS - 2);
    assert_true(date_equal(overview.rows[0].now.start, firm_day(WEEK * (WEEKS - 2))));
    firm_at(firm, firm_day(WEEK * WEEKS), 600);
    assert_ok(overview_of(&firm->appliance, root, &arena, &overview));
    assert_false(overview.top.is_running);
    assert_int_equal(overview.top.last, WEEKS - 1);
}

#define TEST(function)       cmocka_unit_test_setup_teardown(function, setup, teardown)
#define TEST_EMPTY(function) cmocka_unit_test_setup_teardown(function, setup_empty, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_overview_of_unknown_scope_is_not_found),
        TEST_EMPTY(test_overview_of_new_company_is_empty),
        TEST(test_overview_of_without_memory_fails),
        TEST(test_overview_rows_keep_the_order_of_the_tree),
        TEST(test_overview_of_manager_has_the_subtree_alone),
        TEST(test_overview_rows_agree_with_their_trend),
        TEST(test_overview_change_has_its_interval),
        TEST(test_overview_change_pays_for_looking_at_many),
        TEST_EMPTY(test_overview_change_without_a_week_before_is_unknown),
        TEST(test_overview_spread_tells_teams_from_days),
        TEST(test_trend_line_passes_a_gap_with_a_wider_band),
        TEST(test_trend_line_is_that_of_the_whole_history),
        TEST(test_trend_line_ends_with_the_figures),
        TEST_EMPTY(test_trend_direction_needs_eight_weeks),
        TEST(test_overview_waits_for_the_week_to_be_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
