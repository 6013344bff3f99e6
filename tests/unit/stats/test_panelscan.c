/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { TEAMS_MAX = 12, N_MAX = 160, CELLS = TEAMS_MAX * N_MAX };

static double x[CELLS];
static double y[CELLS];
static struct panelscan_team team[TEAMS_MAX];

static struct lagscan_result scan(size_t teams, size_t n)
{
    struct panelscan_input input = { .x = x, .y = y, .teams = teams, .periods = n };
    struct scratch scratch = fixture_scratch(panelscan_scratch_bytes(&input));
    struct lagscan_result result;
    assert_ok(panelscan(&input, &scratch, &result, team));
    assert_int_equal(scratch.used_bytes, 0);
    return result;
}

/* Teams whose engagement leads by `lag`, and shocks that move all of them in both series. */
static void invent(uint64_t seed, size_t teams, size_t n, double rho, int lag)
{
    struct prng prng = prng_seed(seed);
    double shock_x[N_MAX];
    double shock_y[N_MAX];
    fixture_ar1(&prng, 0.6, shock_x, n);
    fixture_ar1(&prng, 0.6, shock_y, n);
    for (size_t j = 0; j < teams; j++) {
        fixture_pair(&prng, &(struct fixture_link){ 0.6, rho, lag }, x + j * n, y + j * n, n);
        for (size_t t = 0; t < n; t++) {
            x[j * n + t] = 3.6 + 0.1 * (double)j + 0.2 * (x[j * n + t] + shock_x[t]);
            y[j * n + t] = 80.0 - (double)j + 4.0 * (y[j * n + t] + shock_y[t]);
        }
    }
}

/* ---- what is refused ---- */

/* A panel is at least three teams; fewer are no comparison. */
static void test_panelscan_fewer_than_three_teams_are_refused(void **state)
{
    (void)state;
    invent(1, 3, 52, 0.5, 1);
    assert_int_equal(scan(0, 52).refusal, REFUSAL_NO_CONTROLS);
    assert_int_equal(scan(2, 52).refusal, REFUSAL_NO_CONTROLS);
    assert_int_equal(scan(3, 52).refusal, REFUSAL_NONE);
    struct panelscan_input input = { .teams = PANELSCAN_TEAMS_MAX + 1, .periods = 1 };
    struct scratch scratch = fixture_scratch(1 << 20);
    struct lagscan_result result;
    assert_err(panelscan(&input, &scratch, &result, NULL), DP_OUT_OF_RANGE);
}

/* Teams that can't be used are left out and say why; the reason of most becomes the panel's. */
static void test_panelscan_unusable_teams_are_left_out(void **state)
{
    (void)state;
    invent(2, 6, 60, 0.6, 1);
    for (size_t t = 0; t < 60; t++) {
        y[t] = 80.0;
        x[60 + t] = t < 40 ? NUMBER_NONE : x[60 + t];
        y[120 + t] = t % 4 == 1 ? NUMBER_NONE : y[120 + t];
    }
    x[60 + 45] = NUMBER_NONE;
    struct lagscan_result r = scan(6, 60);
    assert_int_equal(r.refusal, REFUSAL_NONE);
    assert_int_equal(r.teams, 3);
    assert_int_equal(r.teams_left_out, 3);
    assert_int_equal(team[0].refusal, REFUSAL_CONSTANT_SERIES);
    assert_int_equal(team[1].refusal, REFUSAL_TOO_FEW_PERIODS);
    assert_int_equal(team[2].refusal, REFUSAL_TOO_MANY_MISSING);
    assert_int_equal(team[3].refusal, REFUSAL_NONE);
    assert_true(isnan(team[0].r) && !isnan(team[3].r));
    assert_false(r.is_time_demeaned);
    for (size_t t = 0; t < 60; t++) {
        y[180 + t] = 80.0;
    }
    assert_int_equal(scan(6, 60).refusal, REFUSAL_CONSTANT_SERIES);
}

/* ---- the laws ---- */

/* The order in which teams stand changes nothing. */
static void test_panelscan_permuted_teams_give_the_same(void **state)
{
    (void)state;
    enum { TEAMS = 6, N = 52 };
    static double kept_x[CELLS];
    static double kept_y[CELLS];
    struct prng prng = prng_seed(3);
    for (uint64_t seed = 0; seed < 10; seed++) {
        invent(seed, TEAMS, N, 0.3, 2);
        struct lagscan_result a = scan(TEAMS, N);
        uint32_t order[TEAMS];
        prng_permute(&prng, order, TEAMS);
        memcpy(kept_x, x, sizeof(x));
        memcpy(kept_y, y, sizeof(y));
        for (size_t j = 0; j < TEAMS; j++) {
            memcpy(x + j * N, kept_x + (size_t)order[j] * N, N * sizeof(double));
            memcpy(y + j * N, kept_y + (size_t)order[j] * N, N * sizeof(double));
        }
        struct lagscan_result b = scan(TEAMS, N);
        for (size_t i = 0; i < a.lag_count; i++) {
            fixture_assert_close(a.r[i], b.r[i], 1e-12);
        }
        assert_int_equal(a.best_lag, b.best_lag);
        fixture_assert_close(a.p_perm, b.p_perm, 0.0011);
        fixture_assert_close(a.crit95, b.crit95, 1e-9);
        fixture_assert_close(a.heterogeneity_q, b.heterogeneity_q, 1e-9);
    }
}

/* Shocks that hit everybody are no evidence: p stays honest although all teams agree by accident. */
static void test_panelscan_shared_shocks_are_no_evidence(void **state)
{
    (void)state;
    enum { PANELS = 120 };
    size_t found = 0;
    for (uint64_t seed = 0; seed < PANELS; seed++) {
        invent(100 + seed, 5, 52, 0.0, 0);
        struct lagscan_result r = scan(5, 52);
        assert_true(r.is_time_demeaned);
        bool excludes = r.ci_lo > 0.0 || r.ci_hi < 0.0;
        assert_int_equal(excludes, r.p_perm <= 0.05);
        found += r.p_perm <= 0.05;
    }
    /* 5 to 7 %: 17 of 120 would be five standard deviations. */
    assert_in_range(found, 0, 16);
}

/* ---- what is found ---- */

/* Eight teams see a link that one alone could not. */
static void test_panelscan_many_teams_see_a_small_link(void **state)
{
    (void)state;
    invent(4, 8, 52, 0.5, 2);
    struct lagscan_result r = scan(8, 52);
    assert_int_equal(r.best_lag, 2);
    assert_true(r.p_perm <= 0.01 && r.mde_rho < 0.25);
    assert_int_equal(r.verdict, VERDICT_LEADS);
    assert_int_equal(r.grade, GRADE_STRONG);
    assert_int_equal(r.pairs[r.lag_count / 2], 8 * r.m);
    assert_false(r.is_larger_than_usual);
    assert_true(r.best_r > 0.2 && r.best_r < 0.8);
}

/* Three teams keep their shared shocks, so moderate is the most. */
static void test_panelscan_three_teams_are_moderate_at_most(void **state)
{
    (void)state;
    invent(5, 3, 104, 0.9, 1);
    struct lagscan_result r = scan(3, 104);
    assert_false(r.is_time_demeaned);
    assert_true(r.p_perm <= 0.01 && r.ci_lo >= 0.2);
    assert_int_equal(r.grade, GRADE_MODERATE);
}

/* A team that was created or closed in mid-series counts for its own time. */
static void test_panelscan_teams_come_and_go(void **state)
{
    (void)state;
    invent(6, 5, 104, 0.7, 1);
    for (size_t t = 0; t < 104; t++) {
        x[t] = t < 50 ? NUMBER_NONE : x[t];
        y[104 + t] = t >= 60 ? NUMBER_NONE : y[104 + t];
    }
    struct lagscan_result r = scan(5, 104);
    assert_int_equal(r.teams, 5);
    assert_int_equal(r.n, 104);
    assert_int_equal(r.best_lag, 1);
    assert_true(team[0].pairs < 54 && team[0].pairs > 40);
    assert_true(team[1].pairs < 60 && team[2].pairs > 95);
    assert_true(r.p_perm <= 0.01);
    /* While one team is alone, what it does is all that moved the company: no evidence. */
    invent(6, 4, 104, 0.7, 1);
    for (size_t j = 1; j < 4; j++) {
        for (size_t t = 0; t < 30; t++) {
            x[j * 104 + t] = NUMBER_NONE;
        }
    }
    r = scan(4, 104);
    assert_true(r.is_time_demeaned && r.n == 104);
    assert_true(team[0].pairs > 60 && team[0].pairs <= 74);
}

/* One missing week in one team: the panel hardly moves, and the draws keep their level. */
static void test_panelscan_missing_weeks_hardly_matter(void **state)
{
    (void)state;
    invent(7, 6, 60, 0.4, 1);
    struct lagscan_result a = scan(6, 60);
    x[120 + 30] = NUMBER_NONE;
    y[240 + 11] = NUMBER_NONE;
    struct lagscan_result b = scan(6, 60);
    assert_int_equal(a.best_lag, b.best_lag);
    fixture_assert_close(a.best_r, b.best_r, 0.05);
    fixture_assert_close(a.crit95, b.crit95, 0.15);
}

/* Teams that go opposite ways: the average hides that, and it is said. */
static void test_panelscan_opposite_teams_differ(void **state)
{
    (void)state;
    invent(8, 8, 104, 0.8, 1);
    struct lagscan_result alike = scan(8, 104);
    assert_false(alike.do_teams_differ);
    for (size_t i = 0; i < 312; i++) {
        y[i] = 160.0 - y[i];
    }
    struct lagscan_result r = scan(8, 104);
    assert_true(r.do_teams_differ);
    assert_true(r.heterogeneity_i2_pct > 50.0 && r.heterogeneity_p < 0.1);
}

/* A team's own interval is as wide as all lags ask for; without enough pairs there is none. */
static void test_panelscan_team_intervals_pay_for_all_lags(void **state)
{
    (void)state;
    invent(6, 5, 104, 0.7, 1);
    for (size_t t = 22; t < 104; t++) {
        y[104 + t] = NUMBER_NONE;
    }
    struct lagscan_result r = scan(5, 104);
    assert_int_equal(r.best_lag, 1);
    for (size_t j = 0; j < 5; j++) {
        double reach = r.crit95 / sqrt((double)team[j].pairs - 3.0);
        assert_true(team[j].ci_lo < team[j].r && team[j].r < team[j].ci_hi);
        fixture_assert_close(atanh(team[j].ci_hi) - atanh(team[j].r), reach, 1e-9);
        fixture_assert_close(atanh(team[j].r) - atanh(team[j].ci_lo), reach, 1e-9);
    }
    for (size_t t = 0; t < 104; t++) {
        y[t] = 4.0;
    }
    r = scan(5, 104);
    assert_int_equal(team[0].refusal, REFUSAL_CONSTANT_SERIES);
    assert_true(isnan(team[0].r) && isnan(team[0].ci_lo) && isnan(team[0].ci_hi));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panelscan_fewer_than_three_teams_are_refused),
        cmocka_unit_test(test_panelscan_unusable_teams_are_left_out),
        cmocka_unit_test(test_panelscan_permuted_teams_give_the_same),
        cmocka_unit_test(test_panelscan_shared_shocks_are_no_evidence),
        cmocka_unit_test(test_panelscan_many_teams_see_a_small_link),
        cmocka_unit_test(test_panelscan_three_teams_are_moderate_at_most),
        cmocka_unit_test(test_panelscan_teams_come_and_go),
        cmocka_unit_test(test_panelscan_missing_weeks_hardly_matter),
        cmocka_unit_test(test_panelscan_opposite_teams_differ),
        cmocka_unit_test(test_panelscan_team_intervals_pay_for_all_lags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
