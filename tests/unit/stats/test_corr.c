/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/corr.h"
#include "app/stats/effective.h"
#include "app/stats/number.h"
#include "tests/unit/stats/fixture.h"

enum { N = 60 };

static struct scratch room(void)
{
    return fixture_scratch(1 << 20);
}

/* Fewer than three pairs, or a side that does not vary, have no correlation. */
static void test_corr_pearson_without_variation_is_refused(void **state)
{
    (void)state;
    static const double A[] = { 1.0, 2.0, 4.0, 3.0 };
    static const double FLAT[] = { 3.0, 3.0, 3.0, 3.0 };
    static const double ALMOST[] = { 1e9, 1e9 + 1e-4, 1e9, 1e9 - 1e-4 };
    static const double GAPS[] = { 1.0, (double)NAN, (double)NAN, 2.0 };
    assert_true(corr_pearson(A, A, 0).is_refused);
    assert_true(corr_pearson(A, A, 2).is_refused);
    assert_true(corr_pearson(A, FLAT, 4).is_refused);
    assert_true(corr_pearson(FLAT, A, 4).is_refused);
    assert_true(corr_pearson(A, ALMOST, 4).is_refused);
    assert_true(corr_pearson(A, GAPS, 4).is_refused);
    assert_int_equal(corr_pearson(A, GAPS, 4).n, 2);
    struct scratch scratch = room();
    assert_true(corr_spearman(A, FLAT, 4, &scratch).is_refused);
    assert_true(isnan(corr_pearson(A, FLAT, 4).r) && isnan(corr_pearson(A, FLAT, 4).p));
}

/* Points on a line: r is exactly one, and neither t nor an interval exists. */
static void test_corr_pearson_exact_line_has_no_interval(void **state)
{
    (void)state;
    double x[N];
    double y[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = (double)i * 0.37;
        y[i] = 5.0 - 0.1 * x[i];
    }
    struct corr_result r = corr_pearson(x, y, N);
    assert_true(r.is_exact && isnan(r.t) && isnan(r.ci_lo) && isnan(r.ci_hi));
    fixture_assert_close(r.r, -1.0, 0.0);
    fixture_assert_close(r.p, 0.0, 0.0);
    /* Three pairs have an r, a t and no interval. */
    static const double A[] = { 1.0, 2.0, 4.0 };
    static const double B[] = { 1.0, 4.0, 3.0 };
    r = corr_pearson(A, B, 3);
    assert_true(!r.is_refused && isnan(r.ci_lo) && !isnan(r.t));
}

/* r is symmetric, at most one, and the same in other units. */
static void test_corr_laws_hold(void **state)
{
    (void)state;
    struct prng prng = prng_seed(1);
    for (int round = 0; round < 50; round++) {
        double x[N];
        double y[N];
        double z[N];
        fixture_pair(&prng, &(struct fixture_link){ 0.5, 0.4, 0 }, x, y, N);
        for (size_t i = 0; i < N; i++) {
            z[i] = 1e6 - 40.0 * y[i];
        }
        y[round] = NUMBER_NONE;
        z[round] = NUMBER_NONE;
        struct corr_result a = corr_pearson(x, y, N);
        fixture_assert_close(corr_pearson(y, x, N).r, a.r, 1e-14);
        fixture_assert_close(corr_pearson(x, z, N).r, -a.r, 1e-9);
        assert_true(fabs(a.r) <= 1.0 && a.ci_lo < a.r && a.r < a.ci_hi);
        assert_int_equal(a.n, N - 1);
        struct scratch scratch = room();
        struct corr_result s = corr_spearman(x, y, N, &scratch);
        fixture_assert_close(corr_spearman(x, z, N, &scratch).r, -s.r, 1e-12);
        fixture_assert_close(corr_spearman(y, x, N, &scratch).r, s.r, 1e-12);
        assert_int_equal(scratch.used_bytes, 0);
    }
}

/* Ties share the mean of their ranks. */
static void test_corr_ranks_share_ties(void **state)
{
    (void)state;
    static const double VALUES[] = { 5.0, 1.0, 5.0, 2.0, 5.0, 2.0 };
    static const double WANTED[] = { 5.0, 1.0, 5.0, 2.5, 5.0, 2.5 };
    double ranks[6];
    struct scratch scratch = room();
    corr_ranks(VALUES, 6, ranks, &scratch);
    for (size_t i = 0; i < 6; i++) {
        fixture_assert_close(ranks[i], WANTED[i], 0.0);
    }
    corr_ranks(VALUES, 0, ranks, &scratch);
}

/* Lags run in the house's direction, and beyond the series there is nothing. */
static void test_corr_at_lag_positive_means_x_leads(void **state)
{
    (void)state;
    struct prng prng = prng_seed(2);
    double x[N];
    double y[N];
    fixture_pair(&prng, &(struct fixture_link){ 0.0, 0.99, 3 }, x, y, N);
    size_t pairs = 0;
    assert_true(corr_at_lag(x, y, N, 3, &pairs) > 0.9);
    assert_int_equal(pairs, N - 3);
    assert_true(fabs(corr_at_lag(x, y, N, -3, &pairs)) < 0.5);
    assert_true(corr_at_lag(y, x, N, -3, &pairs) > 0.9);
    assert_true(isnan(corr_at_lag(x, y, N, N, &pairs)));
    assert_int_equal(pairs, 0);
    assert_true(isnan(corr_at_lag(x, y, N, -N - 5, &pairs)));
    assert_true(isnan(corr_at_lag(x, y, N, N - 2, &pairs)));
    assert_int_equal(pairs, 2);
}

/* Two drifting series hold far fewer independent pairs than weeks; white ones all of them. */
static void test_effective_n_shrinks_with_memory(void **state)
{
    (void)state;
    enum { ROUNDS = 200, WEEKS = 52 };
    struct prng prng = prng_seed(3);
    double pyper = 0.0;
    double bretherton = 0.0;
    double white = 0.0;
    double x[WEEKS];
    double y[WEEKS];
    for (int i = 0; i < ROUNDS; i++) {
        struct scratch scratch = room();
        fixture_ar1(&prng, 0.8, x, WEEKS);
        fixture_ar1(&prng, 0.8, y, WEEKS);
        double n = effective_n_pyper_peterman(x, y, WEEKS, &scratch);
        assert_true(n >= 3.0 && n <= WEEKS);
        pyper += n / ROUNDS;
        bretherton += effective_n_bretherton(x, y, WEEKS) / ROUNDS;
        fixture_ar1(&prng, 0.0, x, WEEKS);
        fixture_ar1(&prng, 0.0, y, WEEKS);
        white += effective_n_pyper_peterman(x, y, WEEKS, &scratch) / ROUNDS;
    }
    assert_true(pyper > 12.0 && pyper < 30.0);
    assert_true(bretherton > 12.0 && bretherton < 25.0);
    assert_true(white > 40.0);
    static const double FLAT[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    struct scratch scratch = room();
    /* Opposite memories would make more of the weeks than there are; they don't. */
    fixture_ar1(&prng, 0.8, x, WEEKS);
    for (size_t t = 0; t < WEEKS; t++) {
        y[t] = t % 2 == 0 ? x[t] : -x[t];
    }
    fixture_assert_close(effective_n_pyper_peterman(x, y, WEEKS, &scratch), WEEKS, 0.0);
    assert_true(isnan(effective_n_pyper_peterman(FLAT, x, 8, &scratch)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corr_pearson_without_variation_is_refused),
        cmocka_unit_test(test_corr_pearson_exact_line_has_no_interval),
        cmocka_unit_test(test_corr_laws_hold),
        cmocka_unit_test(test_corr_ranks_share_ties),
        cmocka_unit_test(test_corr_at_lag_positive_means_x_leads),
        cmocka_unit_test(test_effective_n_shrinks_with_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
