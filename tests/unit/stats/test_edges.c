/* SPDX-License-Identifier: MIT */
/*
 * The edges of the house's limits, from both sides: each test makes sure that it has seen cases on either
 * side of the limit, close to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/stats/corr.h"
#include "app/stats/did.h"
#include "app/stats/effective.h"
#include "app/stats/ewma.h"
#include "app/stats/its.h"
#include "app/stats/lagscan.h"
#include "app/stats/meta.h"
#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { TEAMS_MAX = 12, N_MAX = 120, CELLS = TEAMS_MAX * N_MAX, DRAWS = 199 };

static double x[CELLS];
static double y[CELLS];

static struct lagscan_result scan(size_t n)
{
    struct lagscan_input input = {
        .x = x, .y = y, .periods = n, .options = { .permutations = DRAWS }
    };
    struct scratch scratch = fixture_scratch(lagscan_scratch_bytes(&input));
    struct lagscan_result result;
    assert_ok(lagscan(&input, &scratch, &result));
    return result;
}

static struct lagscan_result scan_teams(size_t teams, size_t n, struct panelscan_team *out)
{
    struct panelscan_input input = {
        .x = x, .y = y, .teams = teams, .periods = n, .options = { .permutations = DRAWS }
    };
    struct scratch scratch = fixture_scratch(panelscan_scratch_bytes(&input));
    struct lagscan_result result;
    assert_ok(panelscan(&input, &scratch, &result, out));
    return result;
}

static void invent_teams(struct prng *prng, size_t teams, size_t n, double rho, int lag)
{
    for (size_t j = 0; j < teams; j++) {
        struct fixture_link link = { 0.4, rho, lag };
        fixture_pair(prng, &link, x + j * n, y + j * n, n);
    }
}

/* ---- links ---- */

/* Customers that lead by the longest lag may lead by more. */
static void test_lagscan_range_at_the_lower_edge_is_open(void **state)
{
    (void)state;
    struct prng prng = prng_seed(16);
    fixture_pair(&prng, &(struct fixture_link){ 0.5, 0.9, -8 }, x, y, 100);
    struct lagscan_result r = scan(100);
    assert_int_equal(r.best_lag, -8);
    assert_true(r.is_lag_lo_open && !r.is_lag_hi_open);
    assert_int_equal(r.verdict, VERDICT_FOLLOWS);
}

/* From one pair, r from .5 on is larger than usual; below, or without evidence, nothing is said. */
static void test_lagscan_larger_than_usual_begins_at_one_half(void **state)
{
    (void)state;
    struct prng prng = prng_seed(1);
    size_t just_below = 0;
    size_t just_above = 0;
    for (int round = 0; round < 120; round++) {
        fixture_pair(&prng, &(struct fixture_link){ 0.3, 0.55, 1 }, x, y, 78);
        struct lagscan_result r = scan(78);
        double size = fabs(r.best_r);
        bool has_grade = r.grade >= GRADE_MODERATE;
        assert_int_equal(r.is_larger_than_usual, has_grade && size >= 0.5);
        just_below += has_grade && size > 0.44 && size < 0.5;
        just_above += has_grade && size >= 0.5 && size < 0.56;
    }
    assert_true(just_below > 3 && just_above > 3);
}

/* Pearson and Spearman apart by more than .25: a few periods shape the result. */
static void test_lagscan_shaped_by_few_begins_at_a_quarter(void **state)
{
    (void)state;
    struct prng prng = prng_seed(2);
    size_t just_below = 0;
    size_t just_above = 0;
    for (int round = 0; round < 200; round++) {
        fixture_pair(&prng, &(struct fixture_link){ 0.2, 0.3, 0 }, x, y, 52);
        x[30] += 0.05 * round;
        y[30] += 0.05 * round;
        struct lagscan_result r = scan(52);
        double apart = fabs(r.raw_pearson - r.raw_spearman);
        assert_int_equal(r.is_shaped_by_few, apart > 0.25);
        just_below += apart > 0.18 && apart <= 0.25;
        just_above += apart > 0.25 && apart < 0.32;
    }
    assert_true(just_below > 3 && just_above > 3);
}

/* What the detail view calls raw are the series as they came, shifted by the best lag to either side. */
static void test_lagscan_raw_figures_are_those_at_the_best_lag(void **state)
{
    (void)state;
    static const int LAGS[] = { 3, -3, 0 };
    struct prng prng = prng_seed(13);
    for (size_t i = 0; i < sizeof(LAGS) / sizeof(LAGS[0]); i++) {
        struct fixture_link link = { 0.2, 0.9, LAGS[i] };
        fixture_pair(&prng, &link, x, y, 60);
        struct lagscan_result r = scan(60);
        assert_int_equal(r.best_lag, LAGS[i]);
        size_t from_x = LAGS[i] < 0 ? 3 : 0;
        size_t from_y = LAGS[i] > 0 ? 3 : 0;
        size_t pairs = LAGS[i] == 0 ? 60 : 57;
        double raw = corr_pearson(x + from_x, y + from_y, pairs).r;
        assert_true(raw > 0.6);
        fixture_assert_close(r.raw_pearson, raw, 1e-14);
        assert_true(fabs(r.raw_spearman - raw) < 0.2);
    }
}

/* A season can be told from a relation, and taken out, from two years on in each unit. */
static void test_lagscan_season_wants_two_years_of_each_unit(void **state)
{
    (void)state;
    static const struct {
        enum lag_unit unit;
        size_t two_years;
    } ROWS[] = { { LAG_UNIT_WEEK, 104 }, { LAG_UNIT_FORTNIGHT, 52 }, { LAG_UNIT_MONTH, 24 } };
    struct prng prng = prng_seed(14);
    fixture_pair(&prng, &(struct fixture_link){ 0.2, 0.3, 1 }, x, y, 110);
    for (size_t i = 0; i < 2 * sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        bool is_short = i % 2 == 0;
        struct lagscan_input input = { .x = x, .y = y, .periods = ROWS[i / 2].two_years };
        input.periods -= is_short;
        input.options = (struct lagscan_options){ .unit = ROWS[i / 2].unit,
                                                  .permutations = DRAWS,
                                                  .may_remove_season = true };
        struct scratch scratch = fixture_scratch(lagscan_scratch_bytes(&input));
        struct lagscan_result r;
        assert_ok(lagscan(&input, &scratch, &r));
        assert_int_equal(r.is_season_open, is_short);
        assert_int_equal(r.is_season_removed, !is_short);
    }
}

/* Teams differ when both the share beyond chance and its p say so; either alone is not enough. */
static void test_panelscan_teams_differ_by_share_and_by_p(void **state)
{
    (void)state;
    static const size_t TEAMS[] = { 3, 4, 12 };
    struct prng prng = prng_seed(3);
    size_t by_share_alone = 0;
    size_t by_p_alone = 0;
    size_t by_both = 0;
    for (int round = 0; round < 150; round++) {
        size_t teams = TEAMS[round % 3];
        for (size_t j = 0; j < teams; j++) {
            struct fixture_link link = { 0.3, 0.2 + 0.5 * prng_unit(&prng), 1 };
            fixture_pair(&prng, &link, x + j * 60, y + j * 60, 60);
        }
        struct lagscan_result r = scan_teams(teams, 60, NULL);
        bool has_share = r.heterogeneity_i2_pct > 50.0;
        bool has_p = r.heterogeneity_p < 0.1;
        assert_int_equal(r.do_teams_differ, has_share && has_p);
        by_share_alone += has_share && !has_p;
        by_p_alone += !has_share && has_p;
        by_both += has_share && has_p;
    }
    assert_true(by_share_alone > 0 && by_p_alone > 0 && by_both > 0);
}

/* A team has an r of its own from 15 pairs on. */
static void test_panelscan_team_has_an_r_from_fifteen_pairs(void **state)
{
    (void)state;
    struct panelscan_team team[5];
    struct prng prng = prng_seed(4);
    size_t at_fourteen = 0;
    size_t at_fifteen = 0;
    for (int round = 0; round < 30; round++) {
        invent_teams(&prng, 5, 104, 0.8, 5 + round % 4);
        for (size_t t = 22; t < 104; t++) {
            y[104 + t] = NUMBER_NONE;
        }
        (void)scan_teams(5, 104, team);
        assert_int_equal(isnan(team[1].r), team[1].pairs < 15);
        assert_int_equal(isnan(team[1].ci_lo), team[1].pairs < 15);
        at_fourteen += team[1].pairs == 14;
        at_fifteen += team[1].pairs == 15;
    }
    assert_true(at_fourteen > 0 && at_fifteen > 0);
}

/* The periods of a panel are those of its median team, and with an even count the lower one. */
static void test_panelscan_counts_the_median_teams_periods(void **state)
{
    (void)state;
    static const size_t KNOWN[] = { 60, 40, 52, 24, 45, 30 };
    struct prng prng = prng_seed(5);
    for (size_t teams = 5; teams <= 6; teams++) {
        invent_teams(&prng, teams, 60, 0.5, 1);
        for (size_t j = 0; j < teams; j++) {
            for (size_t t = KNOWN[j]; t < 60; t++) {
                y[j * 60 + t] = NUMBER_NONE;
            }
        }
        struct lagscan_result r = scan_teams(teams, 60, NULL);
        assert_int_equal(r.teams, teams);
        assert_int_equal(r.n, 60);
        assert_int_equal(r.n_complete, teams == 5 ? 45 : 40);
    }
}

/* A panel of 19 periods is refused, of 20 and 25 a hint at most, of 26 it may be moderate. */
static void test_panelscan_grades_follow_the_periods(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        enum grade most;
    } ROWS[] = { { 20, GRADE_HINT },     { 25, GRADE_HINT },   { 26, GRADE_MODERATE },
                 { 39, GRADE_MODERATE }, { 40, GRADE_STRONG }, { 52, GRADE_STRONG } };
    struct prng prng = prng_seed(6);
    invent_teams(&prng, 6, 19, 0.95, 1);
    struct lagscan_result r = scan_teams(6, 19, NULL);
    assert_int_equal(r.refusal, REFUSAL_TOO_FEW_PERIODS);
    assert_int_equal(r.verdict, VERDICT_CHART_ONLY);
    assert_true(isnan(r.best_r) && isnan(r.p_perm));
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        prng = prng_seed(6);
        invent_teams(&prng, 6, ROWS[i].n, 0.95, 1);
        r = scan_teams(6, ROWS[i].n, NULL);
        assert_true(r.p_perm <= 0.01);
        assert_int_equal(r.grade, ROWS[i].most);
    }
}

/* Teams whose outcome is their engagement: no interval, strong, and marked as the same. */
static void test_panelscan_identical_series_are_marked(void **state)
{
    (void)state;
    struct prng prng = prng_seed(7);
    invent_teams(&prng, 5, 52, 0.0, 0);
    memcpy(y, x, sizeof(y));
    struct lagscan_result r = scan_teams(5, 52, NULL);
    assert_true(r.is_same_series);
    assert_true(isnan(r.ci_lo) && isnan(r.ci_hi));
    assert_int_equal(r.grade, GRADE_STRONG);
    assert_int_equal(r.verdict, VERDICT_TOGETHER);
    fixture_assert_close(r.p_perm, 1.0 / (DRAWS + 1.0), 1e-12);
}

/* ---- effects ---- */

/* Teams that drift apart with p < .10 are never strong; at .10 and above nothing is said. */
static void test_did_drift_begins_at_a_tenth(void **state)
{
    (void)state;
    enum { TEAMS = 10, N = 40 };
    static bool is_treated[TEAMS];
    struct prng prng = prng_seed(8);
    size_t just_below = 0;
    size_t just_above = 0;
    for (int round = 0; round < 200; round++) {
        for (size_t j = 0; j < TEAMS; j++) {
            is_treated[j] = j < 5;
            fixture_ar1(&prng, 0.3, y + j * N, N);
            for (size_t t = 0; t < N; t++) {
                y[j * N + t] += j < 5 ? 0.06 * (double)t + (t >= 20 ? 4.0 : 0.0) : 0.0;
            }
        }
        struct did_input input = {
            .y = y, .is_treated = is_treated, .teams = TEAMS, .periods = N, .first_treated = 20
        };
        struct scratch scratch = fixture_scratch(did_scratch_bytes(TEAMS, N));
        struct did_result r;
        assert_ok(did_assess(&input, &scratch, &r));
        assert_int_equal(r.is_drifting, r.drift_p < 0.10);
        assert_true(r.p <= 0.01);
        assert_int_equal(r.grade, r.is_drifting ? GRADE_MODERATE : GRADE_STRONG);
        just_below += r.drift_p > 0.05 && r.drift_p < 0.10;
        just_above += r.drift_p >= 0.10 && r.drift_p < 0.15;
    }
    assert_true(just_below > 3 && just_above > 3);
}

static struct its_result assess_its(size_t n, size_t first_treated)
{
    struct its_input input = { .y = y, .periods = n, .first_treated = first_treated };
    struct scratch scratch = fixture_scratch(its_scratch_bytes(n));
    struct its_result result;
    assert_ok(its_assess(&input, &scratch, &result));
    return result;
}

static void invent_step(struct prng *prng, size_t n, size_t first_treated, double step)
{
    fixture_ar1(prng, 0.2, y, n);
    for (size_t t = first_treated; t < n; t++) {
        y[t] += step;
    }
}

/* Twelve periods on each side may be moderate, eleven on either are a hint at most. */
static void test_its_moderate_wants_twelve_on_each_side(void **state)
{
    (void)state;
    static const struct {
        size_t first_treated;
        enum grade grade;
    } ROWS[] = { { 11, GRADE_HINT }, { 12, GRADE_MODERATE }, { 29, GRADE_HINT } };
    struct prng prng = prng_seed(9);
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        invent_step(&prng, 40, ROWS[i].first_treated, 9.0);
        struct its_result r = assess_its(40, ROWS[i].first_treated);
        assert_true(r.level.p <= 0.001);
        assert_false(r.is_placebo_failed);
        assert_int_equal(r.grade, ROWS[i].grade);
    }
    invent_step(&prng, 40, 28, 9.0);
    assert_true(assess_its(40, 28).grade >= GRADE_MODERATE);
}

/* One placebo date of ten as large as the real one passes, two do not. */
static void test_its_placebo_fails_above_a_tenth(void **state)
{
    (void)state;
    struct prng prng = prng_seed(10);
    size_t one = 0;
    size_t more = 0;
    for (int round = 0; round < 150; round++) {
        invent_step(&prng, 45, 25, 1.5);
        struct its_result r = assess_its(45, 25);
        assert_int_equal(r.placebo_dates, 10);
        size_t as_large = (size_t)lround(10.0 * r.placebo_share);
        assert_int_equal(r.is_placebo_failed, as_large > 1);
        one += as_large == 1;
        more += as_large == 2;
    }
    assert_true(one > 0 && more > 0);
}

/* ---- building blocks ---- */

/* One week is a shock from 4 standard deviations on, either way. */
static void test_ewma_shock_begins_at_four_deviations(void **state)
{
    (void)state;
    enum { WEEKS = 53 };
    static double sums[2][WEEKS];
    static bool flags[2][WEEKS];
    static const struct {
        double deviations;
        bool is_shock;
    } ROWS[] = { { 3.99, false }, { 4.01, true }, { -3.99, false }, { -4.01, true } };
    struct prng prng = prng_seed(11);
    fixture_ar1(&prng, 0.3, y, WEEKS);
    struct ewma_chart chart = {
        .ewma = sums[0], .limit = sums[1], .is_alarm = flags[0], .is_shock = flags[1]
    };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        ewma_watch(y, WEEKS, &(struct ewma_options){ .baseline = 52 }, &chart);
        const struct ewma_baseline *b = &chart.baseline;
        y[52] = b->mean + b->phi * (y[51] - b->mean) + ROWS[i].deviations * b->resid_sd;
        ewma_watch(y, WEEKS, &(struct ewma_options){ .baseline = 52 }, &chart);
        assert_int_equal(chart.count, 1);
        assert_int_equal(flags[1][0], ROWS[i].is_shock);
    }
}

/* A mood drifts when its corrected memory, not the raw one, is above .8. */
static void test_ewma_adrift_goes_by_the_corrected_memory(void **state)
{
    (void)state;
    enum { WEEKS = 40 };
    static double sums[2][WEEKS];
    static bool flags[2][WEEKS];
    struct ewma_chart chart = {
        .ewma = sums[0], .limit = sums[1], .is_alarm = flags[0], .is_shock = flags[1]
    };
    struct prng prng = prng_seed(15);
    size_t by_correction = 0;
    size_t just_below = 0;
    for (int round = 0; round < 200; round++) {
        fixture_ar1(&prng, 0.85, y, WEEKS);
        ewma_watch(y, WEEKS, &(struct ewma_options){ .baseline = 30 }, &chart);
        const struct ewma_baseline *b = &chart.baseline;
        assert_int_equal(chart.is_adrift, b->phi > 0.8);
        by_correction += b->phi > 0.8 && b->phi_raw <= 0.8;
        just_below += b->phi > 0.7 && b->phi <= 0.8;
    }
    assert_true(by_correction > 3 && just_below > 3);
}

/* However much of each week is already in the others, a series is worth three periods, and never more
 * than it has. */
static void test_effective_n_is_three_at_least(void **state)
{
    (void)state;
    enum { N = 24 };
    struct scratch scratch = fixture_scratch(effective_n_scratch_bytes(N));
    for (size_t t = 0; t < N; t++) {
        x[t] = t % 2 == 0 ? 1.0 : -1.0;
        y[t] = t % 2 == 0 ? 1.0 : -1.0;
    }
    fixture_assert_close(effective_n_pyper_peterman(x, y, N, &scratch), 3.0, 1e-15);
    for (size_t t = 0; t < N; t++) {
        y[t] = (t / 2) % 2 == 0 ? 1.0 : -1.0;
    }
    double n = effective_n_pyper_peterman(x, y, N, &scratch);
    assert_true(n > 20.0 && n <= 24.0);
}

/* A team of four weeks counts a little, one of three not at all. */
static void test_meta_counts_teams_from_four_weeks(void **state)
{
    (void)state;
    static const double R[] = { 0.2, 0.6 };
    static const double FOUR[] = { 40.0, 4.0 };
    static const double THREE[] = { 40.0, 3.0 };
    struct meta_result four = meta_fisher_z(R, FOUR, 2);
    assert_int_equal(four.teams, 2);
    fixture_assert_close(four.fixed.z, (37.0 * atanh(0.2) + atanh(0.6)) / 38.0, 1e-13);
    assert_int_equal(meta_fisher_z(R, THREE, 2).teams, 1);
}

/* Pooled teams differ by the same two marks as those of a panel. */
static void test_meta_teams_differ_by_share_and_by_p(void **state)
{
    (void)state;
    enum { TEAMS = 12 };
    double r[TEAMS];
    double n[TEAMS];
    struct prng prng = prng_seed(16);
    size_t just_below = 0;
    size_t just_above = 0;
    size_t few = 0;
    for (int round = 0; round < 400; round++) {
        size_t teams = round % 2 == 0 ? TEAMS : 2;
        for (size_t j = 0; j < teams; j++) {
            n[j] = 40.0;
            r[j] = tanh(0.3 + 0.2 * fixture_normal(&prng));
        }
        struct meta_result m = meta_fisher_z(r, n, teams);
        assert_int_equal(m.do_differ, m.i2_pct > 50.0 && m.q_p < 0.1);
        just_below += m.i2_pct > 40.0 && m.i2_pct <= 50.0 && m.q_p < 0.1;
        just_above += m.i2_pct > 50.0 && m.i2_pct < 60.0 && m.q_p < 0.1;
        few += m.i2_pct > 50.0 && m.q_p >= 0.1;
    }
    assert_true(just_below > 3 && just_above > 3 && few > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lagscan_range_at_the_lower_edge_is_open),
        cmocka_unit_test(test_lagscan_larger_than_usual_begins_at_one_half),
        cmocka_unit_test(test_lagscan_shaped_by_few_begins_at_a_quarter),
        cmocka_unit_test(test_lagscan_raw_figures_are_those_at_the_best_lag),
        cmocka_unit_test(test_lagscan_season_wants_two_years_of_each_unit),
        cmocka_unit_test(test_panelscan_teams_differ_by_share_and_by_p),
        cmocka_unit_test(test_panelscan_team_has_an_r_from_fifteen_pairs),
        cmocka_unit_test(test_panelscan_counts_the_median_teams_periods),
        cmocka_unit_test(test_panelscan_grades_follow_the_periods),
        cmocka_unit_test(test_panelscan_identical_series_are_marked),
        cmocka_unit_test(test_did_drift_begins_at_a_tenth),
        cmocka_unit_test(test_its_moderate_wants_twelve_on_each_side),
        cmocka_unit_test(test_its_placebo_fails_above_a_tenth),
        cmocka_unit_test(test_ewma_shock_begins_at_four_deviations),
        cmocka_unit_test(test_ewma_adrift_goes_by_the_corrected_memory),
        cmocka_unit_test(test_effective_n_is_three_at_least),
        cmocka_unit_test(test_meta_counts_teams_from_four_weeks),
        cmocka_unit_test(test_meta_teams_differ_by_share_and_by_p),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
