/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/gls.h"
#include "app/stats/its.h"
#include "app/stats/number.h"
#include "app/stats/solve.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { N_MAX = 160 };

static double y[N_MAX];

static struct its_result assess(size_t n, size_t first_treated)
{
    struct its_input input = { .y = y, .periods = n, .first_treated = first_treated };
    struct scratch scratch = fixture_scratch(its_scratch_bytes(n));
    struct its_result result;
    assert_ok(its_assess(&input, &scratch, &result));
    assert_int_equal(scratch.used_bytes, 0);
    return result;
}

static void invent(uint64_t seed, size_t n, size_t first_treated, double step)
{
    struct prng prng = prng_seed(seed);
    fixture_ar1(&prng, 0.4, y, n);
    for (size_t t = 0; t < n; t++) {
        y[t] = 3.6 + 0.2 * y[t] + (t >= first_treated ? step : 0.0);
    }
}

/* ---- what is refused ---- */

/* A date before the first or after the last period, or fewer than 8 on a side. */
static void test_its_assess_short_windows_are_refused(void **state)
{
    (void)state;
    invent(1, 40, 20, 0.5);
    static const size_t BAD[] = { 0, 1, 7, 33, 39, 40, 41, 1000 };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct its_result r = assess(40, BAD[i]);
        assert_int_equal(r.refusal, REFUSAL_WINDOW_TOO_SHORT);
        assert_int_equal(r.verdict, EFFECT_REFUSED);
        assert_true(isnan(r.level.value) && isnan(r.level_mde80));
    }
    assert_int_equal(assess(40, 8).refusal, REFUSAL_NONE);
    assert_int_equal(assess(40, 32).refusal, REFUSAL_NONE);
    assert_int_equal(assess(0, 0).refusal, REFUSAL_WINDOW_TOO_SHORT);
    struct its_input input = { .y = y, .periods = ITS_PERIODS_MAX + 1 };
    struct scratch scratch = fixture_scratch(1024);
    struct its_result r;
    assert_err(its_assess(&input, &scratch, &r), DP_OUT_OF_RANGE);
}

/* A constant outcome and one full of holes. */
static void test_its_assess_constant_and_holes_are_refused(void **state)
{
    (void)state;
    for (size_t t = 0; t < 40; t++) {
        y[t] = 80.0;
    }
    assert_int_equal(assess(40, 20).refusal, REFUSAL_CONSTANT_SERIES);
    invent(2, 60, 30, 0.0);
    for (size_t t = 40; t < 45; t++) {
        y[t] = NUMBER_NONE;
    }
    assert_int_equal(assess(60, 30).refusal, REFUSAL_TOO_MANY_MISSING);
    y[42] = 3.6;
    assert_int_equal(assess(60, 30).refusal, REFUSAL_NONE);
    for (size_t t = 2; t < 30; t += 4) {
        y[t] = NUMBER_NONE;
    }
    assert_int_equal(assess(60, 30).refusal, REFUSAL_TOO_MANY_MISSING);
}

/* ---- what is found ---- */

/* A large step is found within its interval; under 26 periods it is a hint at most. */
static void test_its_assess_step_is_found(void **state)
{
    (void)state;
    invent(3, 80, 40, 0.8);
    struct its_result r = assess(80, 40);
    assert_int_equal(r.verdict, EFFECT_CHANGED);
    assert_true(r.level.lo <= 0.8 && 0.8 <= r.level.hi && r.level.lo > 0.0);
    assert_int_equal(r.placebo_dates, 25);
    assert_false(r.is_placebo_failed);
    assert_int_equal(r.horizon, 12);
    assert_true(r.mean_after - r.mean_before > 0.5);
    invent(3, 25, 13, 3.0);
    r = assess(25, 13);
    assert_true(r.level.p <= 0.05);
    assert_int_equal(r.grade, GRADE_HINT);
    assert_true(isnan(r.placebo_share));
    /* Enough periods, but too few dates for the placebo check: not strong. */
    invent(3, 40, 16, 3.0);
    r = assess(40, 16);
    assert_true(r.placebo_dates == 1 && isnan(r.placebo_share));
    assert_int_equal(r.grade, GRADE_MODERATE);
}

/* When steps like this one happened all the time, this one is nothing special. */
static void test_its_assess_placebo_catches_frequent_steps(void **state)
{
    (void)state;
    struct prng prng = prng_seed(4);
    size_t failed = 0;
    for (uint64_t seed = 0; seed < 12; seed++) {
        for (size_t t = 0; t < 120; t++) {
            double before = (t / 8) % 2 == 0 ? 1.0 : 0.0;
            y[t] = (t < 77 ? before : 0.3) + 0.05 * fixture_normal(&prng);
        }
        struct its_result r = assess(120, 77);
        failed += r.is_placebo_failed;
        assert_true(!r.is_placebo_failed || r.grade <= GRADE_HINT);
    }
    assert_int_equal(failed, 12);
}

/* Weeks of the change itself, and weeks that set it off, can be left out. */
static void test_its_assess_transition_and_alert_weeks_are_left_out(void **state)
{
    (void)state;
    invent(5, 60, 30, 0.5);
    struct its_input input = {
        .y = y, .periods = 60, .first_treated = 30, .transition = 1, .dropped_before = 4
    };
    struct scratch scratch = fixture_scratch(its_scratch_bytes(60));
    struct its_result r;
    assert_ok(its_assess(&input, &scratch, &r));
    assert_int_equal(r.refusal, REFUSAL_NONE);
    assert_int_equal(r.n_before, 26);
    assert_int_equal(r.n_after, 29);
    double before = r.level.value;
    for (size_t t = 26; t <= 30; t++) {
        y[t] = 99.0;
    }
    assert_ok(its_assess(&input, &scratch, &r));
    fixture_assert_close(r.level.value, before, 0.0);
    input.dropped_before = 40;
    assert_ok(its_assess(&input, &scratch, &r));
    assert_int_equal(r.refusal, REFUSAL_WINDOW_TOO_SHORT);
}

/* A long transition: the step is read at the first period after it, and so are the first twelve; a
 * slope that begins with the change is not carried back over what was left out. */
static void test_its_assess_level_is_read_after_the_transition(void **state)
{
    (void)state;
    enum { PERIODS = 90, CHANGE = 40, LEFT_OUT = 10 };
    invent(7, PERIODS, CHANGE, 0.0);
    for (size_t t = CHANGE + LEFT_OUT; t < PERIODS; t++) {
        y[t] += 5.0 + 1.0 * (double)(t - CHANGE - LEFT_OUT);
    }
    struct its_input input = {
        .y = y, .periods = PERIODS, .first_treated = CHANGE, .transition = LEFT_OUT
    };
    struct scratch scratch = fixture_scratch(its_scratch_bytes(PERIODS));
    struct its_result r;
    assert_ok(its_assess(&input, &scratch, &r));
    assert_int_equal(r.horizon, ITS_HORIZON);
    assert_int_equal(r.n_before, CHANGE);
    assert_int_equal(r.n_after, PERIODS - CHANGE - LEFT_OUT);
    assert_true(r.level.lo < 5.0 && r.level.hi > 5.0);
    assert_true(fabs(r.gap.value - r.level.value - r.fit.coef[3].value * 5.5) < 1e-9);
    input.transition = PERIODS - CHANGE - 9;
    assert_ok(its_assess(&input, &scratch, &r));
    assert_int_equal(r.horizon, 9);
    input.transition = PERIODS;
    assert_ok(its_assess(&input, &scratch, &r));
    assert_int_equal(r.refusal, REFUSAL_WINDOW_TOO_SHORT);
}

/* Shift moves nothing, scale scales: the step's p is the same in every unit. */
static void test_its_assess_units_do_not_matter(void **state)
{
    (void)state;
    invent(6, 60, 30, 0.3);
    struct its_result a = assess(60, 30);
    for (size_t t = 0; t < 60; t++) {
        y[t] = 1000.0 + 250.0 * y[t];
    }
    struct its_result b = assess(60, 30);
    fixture_assert_close(b.level.value, 250.0 * a.level.value, 1e-8);
    fixture_assert_close(b.level.p, a.level.p, 1e-8);
    assert_int_equal(a.grade, b.grade);
    assert_true((a.level.lo > 0.0 || a.level.hi < 0.0) == (a.level.p <= 0.05));
}

/* ---- regression with alike neighbours ---- */

/* White noise gives ordinary least squares; a singular design or too few values are refused. */
static void test_gls_grid_refuses_what_it_cannot_tell_apart(void **state)
{
    (void)state;
    double design[2 * N_MAX];
    invent(7, 30, 30, 0.0);
    for (size_t t = 0; t < 30; t++) {
        design[2 * t] = 1.0;
        design[2 * t + 1] = 2.0;
    }
    struct gls_input input = { .y = y, .design = design, .n = 30, .terms = 2 };
    struct scratch scratch = fixture_scratch(gls_scratch_bytes(30));
    struct gls_result r;
    gls_grid(&input, &scratch, &r);
    assert_true(r.is_refused);
    gls_ordinary(&input, &scratch, &r);
    assert_true(r.is_refused);
    for (size_t t = 0; t < 30; t++) {
        design[2 * t + 1] = (double)t;
    }
    gls_grid(&input, &scratch, &r);
    assert_false(r.is_refused);
    input.n = 3;
    gls_grid(&input, &scratch, &r);
    assert_true(r.is_refused);
    assert_int_equal(scratch.used_bytes, 0);
}

/* A value that is missing is the same as a row that is not there, with time standing still. */
static void test_gls_grid_missing_rows_keep_their_time(void **state)
{
    (void)state;
    double design[2 * N_MAX];
    invent(8, 40, 40, 0.0);
    for (size_t t = 0; t < 40; t++) {
        design[2 * t] = 1.0;
        design[2 * t + 1] = (double)t;
    }
    struct scratch scratch = fixture_scratch(gls_scratch_bytes(40));
    struct gls_input whole = { .y = y, .design = design, .n = 35, .terms = 2 };
    struct gls_result a;
    gls_grid(&whole, &scratch, &a);
    for (size_t t = 35; t < 40; t++) {
        y[t] = NUMBER_NONE;
    }
    struct gls_input longer = { .y = y, .design = design, .n = 40, .terms = 2 };
    struct gls_result b;
    gls_grid(&longer, &scratch, &b);
    assert_int_equal(b.n, 35);
    fixture_assert_close(a.coef[1].value, b.coef[1].value, 1e-14);
    fixture_assert_close(a.df, b.df, 1e-14);
}

/* Least squares with a covariance that is written out in full, for a level and a slope. */
struct dense {
    double columns[3][N_MAX]; /* level, time, y: the known rows */
    double covariance[N_MAX * N_MAX];
    double products[3][3];
    size_t n;
};

static void dense_rows(struct dense *dense, size_t count)
{
    dense->n = 0;
    for (size_t t = 0; t < count; t++) {
        if (!isnan(y[t])) {
            dense->columns[0][dense->n] = 1.0;
            dense->columns[1][dense->n] = (double)t;
            dense->columns[2][dense->n] = y[t];
            dense->n++;
        }
    }
}

static void dense_whiten(struct dense *dense, const struct gls_result *r)
{
    for (size_t i = 0; i < dense->n; i++) {
        for (size_t j = 0; j < dense->n; j++) {
            double gap = fabs(dense->columns[1][i] - dense->columns[1][j]);
            double alike = fabs(r->rho) > 0.0 ? (1.0 - r->noise_share) * pow(r->rho, gap) : 0.0;
            dense->covariance[i * dense->n + j] = i == j ? 1.0 : alike;
        }
    }
    assert_true(solve_cholesky(dense->covariance, dense->n));
    for (size_t a = 0; a < 3; a++) {
        solve_forward(dense->covariance, dense->n, dense->columns[a]);
    }
    for (size_t at = 0; at < 9; at++) {
        double sum = 0.0;
        for (size_t i = 0; i < dense->n; i++) {
            sum += dense->columns[at / 3][i] * dense->columns[at % 3][i];
        }
        dense->products[at / 3][at % 3] = sum;
    }
}

/* The whitening and the criterion against the dense covariance, with gaps in time. */
static void test_gls_grid_equals_the_dense_covariance(void **state)
{
    (void)state;
    enum { N = 40 };
    static struct dense dense;
    double design[2 * N];
    struct prng prng = prng_seed(9);
    for (int round = 0; round < 10; round++) {
        fixture_ar1(&prng, 0.7, y, N);
        for (size_t t = 0; t < N; t++) {
            design[2 * t] = 1.0;
            design[2 * t + 1] = (double)t;
            y[t] = prng_unit(&prng) < 0.2 ? NUMBER_NONE : y[t] + 0.3 * fixture_normal(&prng);
        }
        struct gls_input input = { .y = y, .design = design, .n = N, .terms = 2 };
        struct scratch scratch = fixture_scratch(gls_scratch_bytes(N));
        struct gls_result r;
        gls_grid(&input, &scratch, &r);
        dense_rows(&dense, N);
        dense_whiten(&dense, &r);
        double(*m)[3] = dense.products;
        double det = m[0][0] * m[1][1] - m[0][1] * m[1][0];
        fixture_assert_close(r.coef[1].value, (m[0][0] * m[1][2] - m[0][1] * m[0][2]) / det,
                             1e-9);
        fixture_assert_close(r.coef[1].se, sqrt(r.sigma2 * m[0][0] / det), 1e-9);
        double reml = (double)(dense.n - 2) * log(r.sigma2) + log(det) +
                      solve_log_determinant(dense.covariance, dense.n);
        fixture_assert_close(r.reml, -0.5 * reml, 1e-9);
    }
}

/* The rule of thumb, at the sizes that matter. */
static void test_gls_newey_west_lag_follows_the_rule(void **state)
{
    (void)state;
    assert_int_equal(gls_newey_west_lag(20), 2);
    assert_int_equal(gls_newey_west_lag(52), 3);
    assert_int_equal(gls_newey_west_lag(100), 4);
    assert_int_equal(gls_newey_west_lag(104), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_its_assess_short_windows_are_refused),
        cmocka_unit_test(test_its_assess_constant_and_holes_are_refused),
        cmocka_unit_test(test_its_assess_step_is_found),
        cmocka_unit_test(test_its_assess_placebo_catches_frequent_steps),
        cmocka_unit_test(test_its_assess_transition_and_alert_weeks_are_left_out),
        cmocka_unit_test(test_its_assess_level_is_read_after_the_transition),
        cmocka_unit_test(test_its_assess_units_do_not_matter),
        cmocka_unit_test(test_gls_grid_refuses_what_it_cannot_tell_apart),
        cmocka_unit_test(test_gls_grid_missing_rows_keep_their_time),
        cmocka_unit_test(test_gls_grid_equals_the_dense_covariance),
        cmocka_unit_test(test_gls_newey_west_lag_follows_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
