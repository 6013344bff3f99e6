/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/ar.h"
#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "app/stats/series.h"
#include "app/stats/solve.h"
#include "tests/unit/stats/fixture.h"

/* ---- series ---- */

/* Nothing known, one value, equal values: each says so. */
static void test_series_summarise_small_inputs(void **state)
{
    (void)state;
    static const double NONE[] = { (double)NAN, (double)INFINITY };
    struct series_summary s = series_summarise(NONE, 2);
    assert_true(s.count == 0 && isnan(s.mean) && isnan(s.sd) && s.is_constant == false);
    static const double ONE[] = { (double)NAN, 4.0 };
    s = series_summarise(ONE, 2);
    assert_true(s.count == 1 && isnan(s.sd) && s.is_constant);
    static const double SAME[] = { 4.1, 4.1, (double)NAN, 4.1 };
    s = series_summarise(SAME, 4);
    assert_true(s.count == 3 && s.is_constant);
    static const double TWO[] = { 1.0, 3.0 };
    s = series_summarise(TWO, 2);
    fixture_assert_close(s.sd, sqrt(2.0), 1e-15);
    assert_false(s.is_constant);
}

/* Sorting, with and without company, against a slow check. */
static void test_series_sort_orders_and_keeps_pairs(void **state)
{
    (void)state;
    struct prng prng = prng_seed(1);
    for (size_t count = 0; count < 70; count++) {
        double values[70];
        double kept[70];
        uint32_t order[70];
        for (size_t i = 0; i < count; i++) {
            values[i] = kept[i] = floor(20.0 * prng_unit(&prng));
            order[i] = (uint32_t)i;
        }
        series_sort_with(values, order, count);
        bool is_seen[70] = { false };
        for (size_t i = 0; i < count; i++) {
            assert_true(i == 0 || values[i - 1] <= values[i]);
            fixture_assert_close(values[i], kept[order[i]], 0.0);
            assert_false(is_seen[order[i]]);
            is_seen[order[i]] = true;
        }
    }
}

/* The median skips what is missing. */
static void test_series_median_of_known_values(void **state)
{
    (void)state;
    struct scratch scratch = fixture_scratch(1024);
    static const double VALUES[] = { 9.0, (double)NAN, 1.0, 5.0, 3.0 };
    fixture_assert_close(series_median(VALUES, 5, &scratch), 4.0, 0.0);
    fixture_assert_close(series_median(VALUES, 4, &scratch), 5.0, 0.0);
    assert_true(isnan(series_median(VALUES + 1, 1, &scratch)));
    assert_true(isnan(series_median(VALUES, 0, &scratch)));
}

static void test_series_find_gaps_counts_runs(void **state)
{
    (void)state;
    static const double VALUES[] = { (double)NAN, 1.0, (double)NAN,
                                     (double)NAN, 2.0, (double)NAN };
    struct series_gaps gaps = series_find_gaps(VALUES, 6);
    assert_int_equal(gaps.missing, 4);
    assert_int_equal(gaps.longest, 2);
    assert_int_equal(series_find_gaps(VALUES, 0).missing, 0);
}

/* What is left has neither level nor slope, also around gaps; too few values are refused. */
static void test_series_detrend_leaves_no_slope(void **state)
{
    (void)state;
    enum { N = 50 };
    struct prng prng = prng_seed(2);
    double values[N];
    double t_mean = 0.0;
    for (size_t t = 0; t < N; t++) {
        bool is_missing = t % 9 == 3;
        values[t] = is_missing ? NUMBER_NONE : 100.0 - 2.5 * (double)t + fixture_normal(&prng);
        t_mean += is_missing ? 0.0 : (double)t;
    }
    assert_true(series_detrend(values, N, 0.0));
    struct series_summary all = series_summarise(values, N);
    double slope = 0.0;
    for (size_t t = 0; t < N; t++) {
        assert_int_equal(isnan(values[t]), t % 9 == 3);
        slope += isnan(values[t]) ? 0.0 : values[t] * ((double)t - t_mean / (double)all.count);
    }
    fixture_assert_close(all.mean, 0.0, 1e-12);
    fixture_assert_close(slope, 0.0, 1e-9);
    assert_true(all.sd < 2.0);
    assert_false(series_detrend(values, 2, 0.0));
    assert_false(series_detrend(values, 4, 12.0));
}

/* ---- linear algebra ---- */

/* The inverse times the matrix is the identity, and the determinant is the product of the pivots. */
static void test_solve_inverse_and_determinant(void **state)
{
    (void)state;
    enum { SIZE = 4, CELLS = 16 };
    static const double A[CELLS] = { 4, 1,  2, 0.5, 1,   5,   -1,  0.2,
                                     2, -1, 6, 0.1, 0.5, 0.2, 0.1, 3 };
    double factor[CELLS];
    double inverse[CELLS];
    for (size_t i = 0; i < CELLS; i++) {
        factor[i] = A[i];
    }
    assert_true(solve_cholesky(factor, SIZE));
    solve_inverse(factor, SIZE, inverse);
    for (size_t i = 0; i < SIZE; i++) {
        for (size_t j = 0; j < SIZE; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < SIZE; k++) {
                sum += A[i * SIZE + k] * inverse[k * SIZE + j];
            }
            fixture_assert_close(sum, i == j ? 1.0 : 0.0, 1e-14);
        }
    }
    double two[4] = { 4.0, 2.0, 2.0, 3.0 };
    assert_true(solve_cholesky(two, 2));
    fixture_assert_close(solve_log_determinant(two, 2), log(8.0), 1e-14);
}

/* A matrix that is not positive definite is refused, not answered. */
static void test_solve_cholesky_singular_is_refused(void **state)
{
    (void)state;
    double zero[1] = { 0.0 };
    assert_false(solve_cholesky(zero, 1));
    double dependent[4] = { 1.0, 2.0, 2.0, 4.0 };
    assert_false(solve_cholesky(dependent, 2));
    double negative[4] = { 1.0, 2.0, 2.0, 1.0 };
    assert_false(solve_cholesky(negative, 2));
    double unknown[1] = { NUMBER_NONE };
    assert_false(solve_cholesky(unknown, 1));
}

/* ---- autoregression ---- */

/* The order grows with the evidence, and the filter of the true order leaves white noise. */
static void test_ar_select_finds_the_memory(void **state)
{
    (void)state;
    enum { N = 200 };
    struct prng prng = prng_seed(3);
    double x[N];
    double e[N];
    fixture_ar1(&prng, 0.8, x, N);
    struct ar_fit fit = ar_select(x, N);
    assert_true(fit.order >= 1);
    fixture_assert_close(fit.phi[0], 0.8, 0.15);
    ar_filter(x, N, &fit, e);
    for (size_t t = 0; t < N; t++) {
        assert_int_equal(isnan(e[t]), t < fit.order);
    }
    assert_int_equal(ar_order_max(39), 2);
    assert_int_equal(ar_order_max(40), 3);
    assert_int_equal(ar_order_max(79), 3);
    assert_int_equal(ar_order_max(80), 4);
}

/* A missing value spoils its own filtered value and those of the periods that look back on it. */
static void test_ar_filter_missing_values_spread(void **state)
{
    (void)state;
    struct ar_fit fit = { .order = 2, .phi = { 0.5, 0.25 } };
    static const double X[] = { 1.0, 2.0, 3.0, (double)NAN, 5.0, 6.0, 7.0 };
    double e[7];
    ar_filter(X, 7, &fit, e);
    assert_true(isnan(e[0]) && isnan(e[1]) && isnan(e[3]) && isnan(e[4]) && isnan(e[5]));
    fixture_assert_close(e[2], 3.0 - 1.0 - 0.25, 1e-15);
    fixture_assert_close(e[6], 7.0 - 3.0 - 1.25, 1e-15);
}

/* Too few rows, or a flat series: order 0 and no harm. */
static void test_ar_fit_order_without_evidence_is_0(void **state)
{
    (void)state;
    static const double FLAT[12] = { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 };
    assert_int_equal(ar_select(FLAT, 12).order, 0);
    assert_int_equal(ar_select(FLAT, 1).order, 0);
    assert_int_equal(ar_fit_order(FLAT, 12, 1).order, 0);
    assert_int_equal(ar_fit_order(FLAT, 3, AR_ORDER_MAX + 1).order, 0);
    assert_int_equal(ar_fit_order(FLAT, 3, 0).order, 0);
}

/* ---- random numbers ---- */

/* The published first outputs of SplitMix64 and xoshiro256**, so that no version ever differs. */
static void test_prng_next_matches_the_published_generators(void **state)
{
    (void)state;
    struct prng seeded = prng_seed(1234567);
    assert_true(seeded.state[0] == UINT64_C(6457827717110365317));
    assert_true(seeded.state[1] == UINT64_C(3203168211198807973));
    assert_true(seeded.state[2] == UINT64_C(9817491932198370423));
    assert_true(seeded.state[3] == UINT64_C(4593380528125082431));
    struct prng prng = { .state = { 1, 2, 3, 4 } };
    assert_true(prng_next(&prng) == UINT64_C(11520));
    assert_true(prng_next(&prng) == UINT64_C(0));
    assert_true(prng_next(&prng) == UINT64_C(1509978240));
    assert_true(prng_next(&prng) == UINT64_C(1215971899390074240));
}

/* Each of the numbers below a bound comes about equally often, 1 included. */
static void test_prng_below_is_even(void **state)
{
    (void)state;
    enum { BOUND = 7, EACH = 10000, DRAWS = 70000 };
    struct prng prng = prng_seed(5);
    size_t counts[BOUND] = { 0 };
    for (int i = 0; i < DRAWS; i++) {
        uint32_t value = prng_below(&prng, BOUND);
        assert_true(value < BOUND);
        counts[value]++;
        assert_int_equal(prng_below(&prng, 1), 0);
    }
    double chi2 = 0.0;
    for (size_t i = 0; i < BOUND; i++) {
        double gap = (double)counts[i] - EACH;
        chi2 += gap * gap / EACH;
    }
    assert_true(chi2 < 22.5);
    /* Without drawing some numbers again every third result would come twice as often here. */
    size_t thirds = 0;
    for (int i = 0; i < 9000; i++) {
        uint32_t value = prng_below(&prng, UINT32_C(3) << 30);
        assert_true(value < UINT32_C(3) << 30);
        thirds += value % 3 == 0;
    }
    assert_in_range(thirds, 2800, 3200);
}

/* All orders of four are equally likely. */
static void test_prng_permute_reaches_every_order(void **state)
{
    (void)state;
    struct prng prng = prng_seed(6);
    size_t counts[256] = { 0 };
    enum { DRAWS = 24000 };
    for (int i = 0; i < DRAWS; i++) {
        uint32_t order[4];
        prng_permute(&prng, order, 4);
        counts[order[0] + 4 * order[1] + 16 * order[2] + 64 * order[3]]++;
    }
    size_t seen = 0;
    for (size_t i = 0; i < 256; i++) {
        assert_true(counts[i] == 0 || (counts[i] > 850 && counts[i] < 1150));
        seen += counts[i] > 0;
    }
    assert_int_equal(seen, 24);
    prng_permute(&prng, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series_summarise_small_inputs),
        cmocka_unit_test(test_series_sort_orders_and_keeps_pairs),
        cmocka_unit_test(test_series_median_of_known_values),
        cmocka_unit_test(test_series_find_gaps_counts_runs),
        cmocka_unit_test(test_series_detrend_leaves_no_slope),
        cmocka_unit_test(test_solve_inverse_and_determinant),
        cmocka_unit_test(test_solve_cholesky_singular_is_refused),
        cmocka_unit_test(test_ar_select_finds_the_memory),
        cmocka_unit_test(test_ar_filter_missing_values_spread),
        cmocka_unit_test(test_ar_fit_order_without_evidence_is_0),
        cmocka_unit_test(test_prng_next_matches_the_published_generators),
        cmocka_unit_test(test_prng_below_is_even),
        cmocka_unit_test(test_prng_permute_reaches_every_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
