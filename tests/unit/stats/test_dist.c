/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"
#include "app/stats/special.h"
#include "tests/unit/stats/fixture.h"

/* Outside their range, quantiles are not defined; at its ends they are the ends. */
static void test_dist_quantiles_outside_their_range_are_unknown(void **state)
{
    (void)state;
    static const double BAD[] = { -1e-12, 1.0 + 1e-12, -5.0, 2.0, (double)NAN };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_true(isnan(dist_normal_quantile(BAD[i])));
        assert_true(isnan(dist_t_quantile(BAD[i], 5.0)));
        assert_true(isnan(dist_f_quantile(BAD[i], 2.0, 5.0)));
        assert_true(isnan(dist_chi2_quantile(BAD[i], 5.0)));
    }
    assert_true(isnan(dist_t_quantile(0.5, 0.0)) && isnan(dist_t_two_sided(1.0, -1.0)));
    assert_true(isnan(dist_f_upper(1.0, 0.0, 5.0)) && isnan(dist_chi2_upper(1.0, 0.0)));
    assert_true(isinf(dist_normal_quantile(0.0)) && dist_normal_quantile(0.0) < 0.0);
    assert_true(isinf(dist_t_quantile(1.0, 3.0)) && dist_t_quantile(1.0, 3.0) > 0.0);
    fixture_assert_close(dist_f_quantile(0.0, 3.0, 4.0), 0.0, 0.0);
    assert_true(isinf(dist_chi2_quantile(1.0, 4.0)));
}

/* Every quantile gives back the tail that it was asked for. */
static void test_dist_quantile_and_tail_agree(void **state)
{
    (void)state;
    static const double P[] = { 1e-10, 1e-4, 0.01, 0.2, 0.4999, 0.5, 0.5001, 0.9, 0.9999 };
    static const double DF[] = { 1.0, 2.0, 3.7, 10.0, 57.0, 400.0, 20000.0 };
    for (size_t i = 0; i < sizeof(P) / sizeof(P[0]); i++) {
        fixture_assert_close(dist_normal_upper(-dist_normal_quantile(P[i])) / P[i], 1.0, 1e-12);
        for (size_t j = 0; j < sizeof(DF) / sizeof(DF[0]); j++) {
            fixture_assert_close(dist_t_upper(-dist_t_quantile(P[i], DF[j]), DF[j]) / P[i], 1.0,
                                 1e-9);
            double upper = 1.0 - P[i];
            fixture_assert_close(dist_chi2_upper(dist_chi2_quantile(P[i], DF[j]), DF[j]), upper,
                                 1e-9);
            fixture_assert_close(dist_f_upper(dist_f_quantile(P[i], DF[j], 7.0), DF[j], 7.0),
                                 upper, 1e-9);
        }
    }
}

/* Known special cases tie the families together. */
static void test_dist_families_meet_in_their_special_cases(void **state)
{
    (void)state;
    /* t with 1 degree of freedom is Cauchy, with 2 algebraic. */
    fixture_assert_close(dist_t_upper(1.0, 1.0), 0.25, 1e-14);
    fixture_assert_close(dist_t_upper(2.0, 2.0), 0.5 * (1.0 - 2.0 / sqrt(6.0)), 1e-14);
    /* t squared is F; chi-square with 2 is exponential; far degrees of freedom are normal. */
    fixture_assert_close(dist_f_upper(6.25, 1.0, 12.0), dist_t_two_sided(2.5, 12.0), 1e-14);
    fixture_assert_close(dist_chi2_upper(3.0, 2.0), exp(-1.5), 1e-14);
    fixture_assert_close(dist_chi2_upper(4.0, 1.0), 2.0 * dist_normal_upper(2.0), 1e-14);
    fixture_assert_close(dist_t_upper(1.5, 1e9), dist_normal_upper(1.5), 1e-8);
}

/* Tails keep their relative accuracy where one minus the other side would be 0. */
static void test_dist_far_tails_are_not_zero(void **state)
{
    (void)state;
    fixture_assert_close(dist_normal_upper(30.0) / 4.906713927148187e-198, 1.0, 1e-11);
    fixture_assert_close(dist_t_upper(1e6, 3.0) / 1.1026577908396162e-18, 1.0, 1e-9);
    assert_true(dist_t_upper(50.0, 30.0) > 0.0 && dist_t_upper(50.0, 30.0) < 1e-28);
    assert_true(dist_chi2_upper(1000.0, 3.0) > 0.0);
    fixture_assert_close(dist_t_two_sided((double)INFINITY, 4.0), 0.0, 0.0);
    fixture_assert_close(dist_t_two_sided(0.0, 4.0), 1.0, 1e-15);
}

/* Both tails of the incomplete functions add up to 1, at the ends exactly. */
static void test_special_tails_add_up(void **state)
{
    (void)state;
    for (int eighths = 0; eighths <= 8; eighths++) {
        double x = 0.125 * eighths;
        struct tails beta = special_beta(2.5, 0.5, x, 1.0 - x);
        fixture_assert_close(beta.lower + beta.upper, 1.0, 1e-14);
        struct tails gamma = special_gamma(3.2, 8.0 * x);
        fixture_assert_close(gamma.lower + gamma.upper, 1.0, 1e-14);
    }
    fixture_assert_close(special_beta(2.0, 3.0, 0.0, 1.0).lower, 0.0, 0.0);
    fixture_assert_close(special_beta(2.0, 3.0, 1.0, 0.0).upper, 0.0, 0.0);
    fixture_assert_close(special_beta(2.0, 3.0, 0.5, 0.5).lower, 0.6875, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dist_quantiles_outside_their_range_are_unknown),
        cmocka_unit_test(test_dist_quantile_and_tail_agree),
        cmocka_unit_test(test_dist_families_meet_in_their_special_cases),
        cmocka_unit_test(test_dist_far_tails_are_not_zero),
        cmocka_unit_test(test_special_tails_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
