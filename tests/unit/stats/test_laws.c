/* SPDX-License-Identifier: MIT */
/*
 * Laws that hold whatever the data are: what may be exchanged, moved or scaled without changing an
 * answer, and that an interval and its test never contradict each other. test_lagscan.c has those of a
 * single pair; here are the panels, effects and building blocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/stats/did.h"
#include "app/stats/ewma.h"
#include "app/stats/interval.h"
#include "app/stats/its.h"
#include "app/stats/lagscan.h"
#include "app/stats/meta.h"
#include "app/stats/rmcorr.h"
#include "app/stats/series.h"
#include "app/stats/trend.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { TEAMS_MAX = 12, N_MAX = 120, CELLS = TEAMS_MAX * N_MAX, DRAWS = 199 };

static double x[CELLS];
static double y[CELLS];

/* Kolmogorov's distance of sorted values from the even spread over 0 .. 1. */
static double distance_from_even(double *p, size_t count)
{
    double distance = 0.0;
    series_sort(p, count);
    for (size_t i = 0; i < count; i++) {
        distance = fmax(distance, fabs(p[i] - ((double)i + 0.5) / (double)count));
    }
    return distance;
}

/* ---- panels ---- */

static struct lagscan_result scan(size_t teams, size_t n)
{
    struct panelscan_input input = {
        .x = x, .y = y, .teams = teams, .periods = n, .options = { .permutations = DRAWS }
    };
    struct scratch scratch = fixture_scratch(panelscan_scratch_bytes(&input));
    struct lagscan_result result;
    assert_ok(panelscan(&input, &scratch, &result, NULL));
    return result;
}

static void invent_panel(struct prng *prng, size_t teams, size_t n, double rho, int lag)
{
    double shock[N_MAX];
    fixture_ar1(prng, 0.5, shock, n);
    for (size_t j = 0; j < teams; j++) {
        struct fixture_link link = { 0.5, rho, lag };
        fixture_pair(prng, &link, x + j * n, y + j * n, n);
        for (size_t t = 0; t < n; t++) {
            x[j * n + t] += shock[t];
            y[j * n + t] += shock[t];
        }
    }
}

/* Exchanging engagement and outcome turns every lag round and changes nothing else. */
static void test_panelscan_exchanged_series_mirror_the_lags(void **state)
{
    (void)state;
    static double kept[CELLS];
    struct prng prng = prng_seed(1);
    for (int round = 0; round < 20; round++) {
        invent_panel(&prng, 5, 52, 0.4, 2);
        struct lagscan_result a = scan(5, 52);
        memcpy(kept, x, sizeof(x));
        memcpy(x, y, sizeof(x));
        memcpy(y, kept, sizeof(y));
        struct lagscan_result b = scan(5, 52);
        assert_int_equal(a.lag_count, b.lag_count);
        for (size_t i = 0; i < a.lag_count; i++) {
            fixture_assert_close(a.r[i], b.r[b.lag_count - 1 - i], 1e-12);
            assert_int_equal(a.pairs[i], b.pairs[b.lag_count - 1 - i]);
        }
        assert_int_equal(a.best_lag, -b.best_lag);
        assert_int_equal(a.lag_lo, -b.lag_hi);
        fixture_assert_close(a.stat, b.stat, 1e-12);
        fixture_assert_close(a.p_sidak, b.p_sidak, 1e-12);
        fixture_assert_close(a.heterogeneity_q, b.heterogeneity_q, 1e-9);
    }
}

/* Another unit, and a level of each team's own, change nothing; a reversed scale only the sign. */
static void test_panelscan_scale_and_shift_change_nothing(void **state)
{
    (void)state;
    struct prng prng = prng_seed(2);
    for (int round = 0; round < 20; round++) {
        invent_panel(&prng, 6, 52, 0.4, -1);
        struct lagscan_result a = scan(6, 52);
        for (size_t i = 0; i < (size_t)6 * 52; i++) {
            double team = (double)(i / 52);
            x[i] = 3.6 + 0.02 * x[i] - 0.1 * team;
            y[i] = 1e4 - 250.0 * y[i] + 30.0 * team;
        }
        struct lagscan_result b = scan(6, 52);
        for (size_t i = 0; i < a.lag_count; i++) {
            fixture_assert_close(b.r[i], -a.r[i], 1e-9);
        }
        assert_int_equal(a.best_lag, b.best_lag);
        fixture_assert_close(b.p_perm, a.p_perm, 0.0051);
        fixture_assert_close(b.ci_lo, -a.ci_hi, 1e-8);
        assert_int_equal(a.grade, b.grade);
    }
}

/* Without a relation a panel's p falls anywhere, shared shocks or not, and its interval excludes 0
 * exactly when p <= .05. */
static void test_panelscan_p_is_uniform_without_a_relation(void **state)
{
    (void)state;
    enum { PANELS = 300 };
    double p[PANELS];
    struct prng prng = prng_seed(3);
    for (size_t i = 0; i < PANELS; i++) {
        invent_panel(&prng, 4, 40, 0.0, 0);
        struct lagscan_result r = scan(4, 40);
        bool excludes = r.ci_lo > 0.0 || r.ci_hi < 0.0;
        assert_int_equal(excludes, r.p_perm <= 0.05);
        assert_true(r.ci_lo <= r.best_r && r.best_r <= r.ci_hi);
        p[i] = r.p_perm;
    }
    /* Kolmogorov's 1 % point, and what prewhitening is known to cost. */
    assert_true(distance_from_even(p, PANELS) < 1.63 / sqrt(PANELS) + 0.02);
}

/* ---- effects ---- */

static bool is_treated[TEAMS_MAX];

static struct did_result assess_did(size_t teams, size_t n, size_t first_treated)
{
    struct did_input input = { .y = y,
                               .is_treated = is_treated,
                               .teams = teams,
                               .periods = n,
                               .first_treated = first_treated };
    struct scratch scratch = fixture_scratch(did_scratch_bytes(teams, n));
    struct did_result result;
    assert_ok(did_assess(&input, &scratch, &result));
    return result;
}

static void invent_did(struct prng *prng, size_t teams, double effect)
{
    for (size_t j = 0; j < teams; j++) {
        is_treated[j] = j % 2 == 0;
        fixture_ar1(prng, 0.4, y + j * 40, 40);
        for (size_t t = 20; t < 40; t++) {
            y[j * 40 + t] += is_treated[j] ? effect : 0.0;
        }
    }
}

/* The comparison's p is spread evenly when nothing happened; the interval and p by t agree, and the
 * larger of both p decides. */
static void test_did_p_is_uniform_and_agrees_with_its_interval(void **state)
{
    (void)state;
    enum { CASES = 400 };
    double p[CASES];
    struct prng prng = prng_seed(4);
    size_t found = 0;
    for (size_t i = 0; i < CASES; i++) {
        invent_did(&prng, 8, i % 2 == 0 ? 0.0 : 0.6);
        struct did_result r = assess_did(8, 40, 20);
        bool excludes = r.lo > 0.0 || r.hi < 0.0;
        assert_int_equal(excludes, r.p_t <= 0.05);
        assert_true(r.p >= r.p_t && r.p >= r.p_permutation);
        assert_true(r.lo <= r.estimate && r.estimate <= r.hi);
        found += excludes;
        p[i / 2] = i % 2 == 0 ? r.p_t : p[i / 2];
    }
    assert_in_range(found, 40, 360);
    assert_true(distance_from_even(p, CASES / 2) < 1.63 / sqrt(CASES / 2.0));
}

/* Neither the unit nor what all teams share changes the comparison. */
static void test_did_scale_shift_and_shared_shocks_change_nothing(void **state)
{
    (void)state;
    struct prng prng = prng_seed(5);
    for (int round = 0; round < 20; round++) {
        invent_did(&prng, 8, 0.5);
        struct did_result a = assess_did(8, 40, 20);
        for (size_t i = 0; i < (size_t)8 * 40; i++) {
            y[i] = 80.0 + 4.0 * y[i] + 3.0 * sin((double)(i % 40)) + (double)(i / 40);
        }
        struct did_result b = assess_did(8, 40, 20);
        fixture_assert_close(b.estimate, 4.0 * a.estimate, 1e-11);
        fixture_assert_close(b.hi - b.lo, 4.0 * (a.hi - a.lo), 1e-11);
        fixture_assert_close(b.p_t, a.p_t, 1e-10);
        fixture_assert_close(b.p_permutation, a.p_permutation, 1e-10);
        fixture_assert_close(b.drift_p, a.drift_p, 1e-9);
    }
}

/* The step's interval and p are one calculation, and so are the gap's. */
static void test_its_interval_excludes_0_exactly_when_p_is_small(void **state)
{
    (void)state;
    struct prng prng = prng_seed(6);
    size_t found = 0;
    for (int round = 0; round < 60; round++) {
        fixture_ar1(&prng, 0.5, y, 40);
        for (size_t t = 20; t < 40; t++) {
            y[t] += 1.2;
        }
        struct its_input input = { .y = y, .periods = 40, .first_treated = 20 };
        struct scratch scratch = fixture_scratch(its_scratch_bytes(40));
        struct its_result r;
        assert_ok(its_assess(&input, &scratch, &r));
        bool excludes = r.level.lo > 0.0 || r.level.hi < 0.0;
        assert_int_equal(excludes, r.level.p <= 0.05);
        assert_int_equal(r.gap.lo > 0.0 || r.gap.hi < 0.0, r.gap.p <= 0.05);
        assert_true(!excludes || r.grade != GRADE_NONE);
        found += excludes;
    }
    assert_in_range(found, 5, 55);
}

/* ---- building blocks ---- */

/* The order of teams and of observations, and a level of each team's own, change nothing within. */
static void test_rmcorr_order_and_levels_change_nothing(void **state)
{
    (void)state;
    enum { COUNT = 60, TEAMS = 5 };
    uint32_t team[COUNT];
    uint32_t order[COUNT];
    double moved_x[COUNT];
    double moved_y[COUNT];
    uint32_t moved_team[COUNT];
    struct prng prng = prng_seed(7);
    struct scratch scratch = fixture_scratch(rmcorr_scratch_bytes(TEAMS));
    for (int round = 0; round < 20; round++) {
        fixture_pair(&prng, &(struct fixture_link){ 0.2, 0.5, 0 }, x, y, COUNT);
        prng_permute(&prng, order, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            team[i] = (uint32_t)(i % TEAMS);
        }
        for (size_t i = 0; i < COUNT; i++) {
            moved_team[i] = (TEAMS - 1) - team[order[i]];
            moved_x[i] = 2.0 * x[order[i]] + 3.0 * moved_team[i];
            moved_y[i] = y[order[i]] - 7.0 * moved_team[i];
        }
        struct rmcorr_input a = { team, x, y, COUNT, TEAMS };
        struct rmcorr_input b = { moved_team, moved_x, moved_y, COUNT, TEAMS };
        struct rmcorr_result one;
        struct rmcorr_result other;
        rmcorr(&a, &scratch, &one);
        rmcorr(&b, &scratch, &other);
        fixture_assert_close(other.r, one.r, 1e-10);
        fixture_assert_close(other.slope, 0.5 * one.slope, 1e-10);
        fixture_assert_close(other.p, one.p, 1e-9);
    }
}

/* A pooled correlation lies among those pooled and does not depend on their order. */
static void test_meta_order_changes_nothing(void **state)
{
    (void)state;
    static const double R[] = { 0.1, 0.5, -0.2, 0.4, 0.3 };
    static const double N[] = { 30, 60, 25, 104, 40 };
    static const double BACK_R[] = { 0.3, 0.4, -0.2, 0.5, 0.1 };
    static const double BACK_N[] = { 40, 104, 25, 60, 30 };
    struct meta_result a = meta_fisher_z(R, N, 5);
    struct meta_result b = meta_fisher_z(BACK_R, BACK_N, 5);
    fixture_assert_close(a.fixed.r, b.fixed.r, 1e-14);
    fixture_assert_close(a.random.r, b.random.r, 1e-13);
    fixture_assert_close(a.q, b.q, 1e-12);
    assert_true(a.fixed.r > -0.2 && a.fixed.r < 0.5);
    assert_true(a.fixed.lo < a.fixed.r && a.fixed.r < a.fixed.hi);
    assert_true(a.random.hi - a.random.lo >= a.fixed.hi - a.fixed.lo);
}

/* Counting the other answers mirrors a share's interval, and exchanging two groups their difference. */
static void test_interval_shares_are_symmetric(void **state)
{
    (void)state;
    for (double n = 5.0; n <= 40.0; n += 7.0) {
        for (double hits = 0.0; hits <= n; hits += 1.0) {
            struct interval a = interval_wilson(hits, n, 0.95);
            struct interval b = interval_wilson(n - hits, n, 0.95);
            fixture_assert_close(a.lo, 1.0 - b.hi, 1e-14);
            struct interval c = interval_newcombe(hits, n, 3.0, 9.0);
            struct interval d = interval_newcombe(3.0, 9.0, hits, n);
            fixture_assert_close(c.lo, -d.hi, 1e-14);
            assert_true(c.lo <= c.value && c.value <= c.hi);
        }
    }
}

/* A trend line and a chart follow the unit: other levels and scales give the same weeks. */
static void test_trend_and_alerts_follow_the_unit(void **state)
{
    (void)state;
    enum { WEEKS = 80 };
    static double variance[2][WEEKS];
    static double room[2][4][WEEKS];
    static double sums[2][2][WEEKS];
    static bool alarms[2][2][WEEKS];
    struct prng prng = prng_seed(8);
    fixture_ar1(&prng, 0.4, x, WEEKS);
    for (size_t t = 0; t < WEEKS; t++) {
        x[t] -= t >= 60 ? 1.5 : 0.0;
        y[t] = 3.0 + 0.25 * x[t];
        variance[0][t] = 0.5 + 0.01 * (double)t;
        variance[1][t] = 0.0625 * variance[0][t];
    }
    for (int unit = 0; unit < 2; unit++) {
        struct trend_line line = { .filtered = room[unit][0],
                                   .filtered_var = room[unit][1],
                                   .smoothed = room[unit][2],
                                   .smoothed_var = room[unit][3] };
        struct scratch scratch = fixture_scratch(trend_local_level_scratch_bytes(WEEKS));
        const double *values = unit == 0 ? x : y;
        trend_local_level(values, variance[unit], WEEKS, &scratch, &line);
        assert_false(line.is_refused);
        struct ewma_chart chart = { .ewma = sums[unit][0],
                                    .limit = sums[unit][1],
                                    .is_alarm = alarms[unit][0],
                                    .is_shock = alarms[unit][1] };
        ewma_watch(values, WEEKS, &(struct ewma_options){ .baseline = 52 }, &chart);
        assert_false(chart.is_refused);
    }
    size_t raised = 0;
    for (size_t t = 0; t < WEEKS; t++) {
        fixture_assert_close(room[1][2][t], 3.0 + 0.25 * room[0][2][t], 1e-5);
        fixture_assert_close(room[1][3][t], 0.0625 * room[0][3][t], 1e-5);
        assert_int_equal(alarms[0][0][t], alarms[1][0][t]);
        assert_int_equal(alarms[0][1][t], alarms[1][1][t]);
        raised += alarms[0][0][t];
    }
    assert_true(raised > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panelscan_exchanged_series_mirror_the_lags),
        cmocka_unit_test(test_panelscan_scale_and_shift_change_nothing),
        cmocka_unit_test(test_panelscan_p_is_uniform_without_a_relation),
        cmocka_unit_test(test_did_p_is_uniform_and_agrees_with_its_interval),
        cmocka_unit_test(test_did_scale_shift_and_shared_shocks_change_nothing),
        cmocka_unit_test(test_its_interval_excludes_0_exactly_when_p_is_small),
        cmocka_unit_test(test_rmcorr_order_and_levels_change_nothing),
        cmocka_unit_test(test_meta_order_changes_nothing),
        cmocka_unit_test(test_interval_shares_are_symmetric),
        cmocka_unit_test(test_trend_and_alerts_follow_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
