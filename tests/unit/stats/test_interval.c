/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/interval.h"
#include "app/stats/meta.h"
#include "app/stats/number.h"
#include "app/stats/padjust.h"
#include "app/stats/rmcorr.h"
#include "tests/unit/stats/fixture.h"

/* Nobody asked, or more hits than answers: nothing is defined. */
static void test_interval_wilson_without_answers_is_unknown(void **state)
{
    (void)state;
    assert_true(isnan(interval_wilson(0.0, 0.0, 0.95).value));
    assert_true(isnan(interval_wilson(3.0, 2.0, 0.95).lo));
    assert_true(isnan(interval_wilson(-1.0, 2.0, 0.95).hi));
    assert_true(isnan(interval_newcombe(1.0, 0.0, 1.0, 5.0).lo));
}

/* The ends stay within 0 and 1, also with one answer, none or all favourable. */
static void test_interval_wilson_ends_stay_in_range(void **state)
{
    (void)state;
    for (int answers = 1; answers <= 50; answers++) {
        double n = answers;
        struct interval none = interval_wilson(0.0, n, 0.95);
        struct interval all = interval_wilson(n, n, 0.95);
        fixture_assert_close(none.lo, 0.0, 0.0);
        fixture_assert_close(all.hi, 1.0, 0.0);
        assert_true(none.hi > 0.0 && none.hi < 1.0);
        fixture_assert_close(none.hi, 1.0 - all.lo, 1e-12);
        for (int hits = 1; hits < answers; hits++) {
            struct interval i = interval_wilson(hits, n, 0.95);
            assert_true(i.lo > 0.0 && i.lo < i.value && i.value < i.hi && i.hi < 1.0);
        }
    }
}

/* One answer, or answers without spread, have a mean and no interval. */
static void test_interval_mean_without_spread_has_no_interval(void **state)
{
    (void)state;
    struct mean_evidence one = { .n = 1.0, .mean = 4.0, .sd = NUMBER_NONE, .sd_df = 0.0 };
    struct interval i = interval_mean(&one, 0.95);
    fixture_assert_close(i.value, 4.0, 0.0);
    assert_true(isnan(i.lo) && isnan(i.hi));
    struct mean_evidence equal = { .n = 12.0, .mean = 4.0, .sd = 0.0, .sd_df = 11.0 };
    assert_true(isnan(interval_mean(&equal, 0.95).lo));
    struct mean_evidence none = { .n = 0.0, .mean = NUMBER_NONE };
    assert_true(isnan(interval_mean(&none, 0.95).value));
}

/* Without a spread on both sides there is a difference and no interval. */
static void test_interval_mean_difference_without_spread_has_no_interval(void **state)
{
    (void)state;
    struct mean_evidence a = { .n = 12, .mean = 3.5, .sd = 0.8, .sd_df = 11 };
    struct mean_evidence b = { .n = 9, .mean = 3.0, .sd = NUMBER_NONE, .sd_df = 0 };
    struct interval i = interval_mean_difference(&a, &b, 0.95);
    fixture_assert_close(i.value, 0.5, 1e-12);
    assert_true(isnan(i.lo) && isnan(i.hi));
    a.sd = 0;
    b = a;
    assert_true(isnan(interval_mean_difference(&a, &b, 0.95).lo));
}

/* R: Welch's t from summaries, m1 = 3.9, s1 = 0.8, n1 = 12, m2 = 3.2, s2 = 1.1, n2 = 20. */
static void test_interval_mean_difference_is_welchs(void **state)
{
    (void)state;
    struct mean_evidence a = { .n = 12, .mean = 3.9, .sd = 0.8, .sd_df = 11 };
    struct mean_evidence b = { .n = 20, .mean = 3.2, .sd = 1.1, .sd_df = 19 };
    struct interval i = interval_mean_difference(&a, &b, 0.95);
    fixture_assert_close(i.lo, 0.009660555607584, 1e-9);
    fixture_assert_close(i.hi, 1.390339444392416, 1e-9);
    struct interval back = interval_mean_difference(&b, &a, 0.95);
    fixture_assert_close(back.lo, -i.hi, 1e-12);
}

/* The wider of the two spreads counts, and days only from the fourth on. */
static void test_interval_mean_takes_the_wider_spread(void **state)
{
    (void)state;
    struct mean_evidence e = { .n = 40.0, .mean = 3.5, .sd = 0.9, .sd_df = 39.0 };
    double answers = interval_mean(&e, 0.95).hi - 3.5;
    fixture_assert_close(answers, 2.0226909200367604 * 0.9 / sqrt(40.0), 1e-9);
    e.sd_days = 0.8;
    e.days = 3;
    fixture_assert_close(interval_mean(&e, 0.95).hi - 3.5, answers, 1e-12);
    e.days = 4;
    fixture_assert_close(interval_mean(&e, 0.95).hi - 3.5, 3.182446305284263 * 0.4, 1e-9);
    e.sd_days = 0.01;
    fixture_assert_close(interval_mean(&e, 0.95).hi - 3.5, answers, 1e-12);
    e = (struct mean_evidence){ .n = 3.0, .mean = 4.6, .sd = 2.0, .sd_df = 2.0 };
    fixture_assert_close(interval_mean(&e, 0.95).hi, 5.0, 0.0);
    fixture_assert_close(interval_mean(&e, 0.95).lo, 1.0, 0.0);
}

/* Values of any unit; the missing ones are passed over, and one or equal ones have no interval. */
static void test_interval_values_is_the_plain_t_interval(void **state)
{
    (void)state;
    static const double V[] = { 70.0, (double)NAN, 74.0, 72.0, 72.0 };
    struct interval got = interval_values(V, 5, 0.95);
    fixture_assert_close(got.value, 72.0, 1e-12);
    double half = 3.182446305284263 * sqrt(8.0 / 3.0) / 2.0;
    fixture_assert_close(got.lo, 72.0 - half, 1e-9);
    fixture_assert_close(got.hi, 72.0 + half, 1e-9);
    got = interval_values(V + 3, 2, 0.95);
    fixture_assert_close(got.value, 72.0, 1e-12);
    assert_true(isnan(got.lo) && isnan(got.hi));
    got = interval_values(V, 1, 0.95);
    fixture_assert_close(got.value, 70.0, 0.0);
    assert_true(isnan(got.lo));
    assert_true(isnan(interval_values(V + 1, 1, 0.95).value));
}

/* Cells without an sd, and cells of one, add nothing to the pool. */
static void test_interval_pooled_sd_weighs_by_df(void **state)
{
    (void)state;
    static const double SD[] = { 1.0, (double)NAN, 0.5, 9.0 };
    static const double N[] = { 11.0, 20.0, 31.0, 1.0 };
    double df = 0.0;
    fixture_assert_close(interval_pooled_sd(SD, N, 4, &df), sqrt((10.0 + 30.0 * 0.25) / 40.0),
                         1e-14);
    fixture_assert_close(df, 40.0, 0.0);
    assert_true(isnan(interval_pooled_sd(SD + 1, N + 1, 1, &df)));
    fixture_assert_close(df, 0.0, 0.0);
}

/* Net promoter score: an interval from 20 answers on, inside -1 and 1. */
static void test_interval_nps_needs_twenty(void **state)
{
    (void)state;
    assert_true(isnan(interval_nps(1.0, 1.0, 0.0).value));
    struct interval few = interval_nps(10.0, 4.0, 19.0);
    fixture_assert_close(few.value, 6.0 / 19.0, 1e-15);
    assert_true(isnan(few.lo));
    struct interval i = interval_nps(10.0, 4.0, 20.0);
    fixture_assert_close(i.hi - i.value, 1.959963984540054 * sqrt((0.7 - 0.09) / 20.0), 1e-12);
    fixture_assert_close(interval_nps(30.0, 0.0, 30.0).hi, 1.0, 0.0);
}

/* Garwood's interval: R's poisson.test(7) and poisson.test(0). */
static void test_interval_rate_is_exact_poisson(void **state)
{
    (void)state;
    struct interval seven = interval_rate(7.0, 2.0);
    fixture_assert_close(seven.value, 3.5, 0.0);
    fixture_assert_close(seven.lo * 2.0, 2.8143630515198672, 1e-9);
    fixture_assert_close(seven.hi * 2.0, 14.4226753617023782, 1e-9);
    struct interval none = interval_rate(0.0, 1.0);
    fixture_assert_close(none.lo, 0.0, 0.0);
    fixture_assert_close(none.hi, 3.6888794541139363, 1e-9);
    assert_true(isnan(interval_rate(1.0, 0.0).value));
}

/* More than 15 points, not 15. */
static void test_interval_response_moved_by_more_than_fifteen_points(void **state)
{
    (void)state;
    assert_false(interval_response_moved(0.60, 0.75));
    assert_true(interval_response_moved(0.60, 0.7501));
    assert_true(interval_response_moved(0.80, 0.60));
}

/* ---- many tests, many teams ---- */

enum { TESTS = 30 };

/* Never below the raw ones, in their order, and ties stay ties. */
static void check_adjusted(const double *p, const double *out)
{
    for (size_t i = 0; i < TESTS; i++) {
        assert_false(out[i] < p[i] || out[i] > 1.0);
        for (size_t j = 0; j < TESTS; j++) {
            assert_false(p[i] < p[j] && out[i] > out[j]);
            assert_false(p[i] <= p[j] && p[j] <= p[i] && fabs(out[i] - out[j]) > 0.0);
        }
    }
}

/* What every method of adjusting keeps; missing p-values stay missing. */
static void test_padjust_keeps_order_and_ties(void **state)
{
    (void)state;
    struct prng prng = prng_seed(5);
    double p[TESTS];
    double out[TESTS];
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < TESTS; i++) {
            p[i] = floor(40.0 * prng_unit(&prng)) / 40.0;
        }
        p[4] = NUMBER_NONE;
        for (int method = PADJUST_BH; method <= PADJUST_BONFERRONI; method++) {
            struct scratch scratch = fixture_scratch(padjust_scratch_bytes(TESTS));
            padjust(p, TESTS, (enum padjust_method)method, &scratch, out);
            assert_true(isnan(out[4]));
            check_adjusted(p, out);
        }
    }
    struct scratch scratch = fixture_scratch(64);
    padjust(p, 0, PADJUST_BH, &scratch, out);
    p[0] = 0.03;
    padjust(p, 1, PADJUST_BH, &scratch, out);
    fixture_assert_close(out[0], 0.03, 0.0);
    fixture_assert_close(padjust_sidak(1e-20, 17), 17e-20, 1e-10);
}

/* Teams without an r, and those of three weeks, don't count; one team is no comparison. */
static void test_meta_fisher_z_few_teams_are_handled(void **state)
{
    (void)state;
    static const double R[] = { 0.5, (double)NAN, 0.9, 1.0 };
    static const double N[] = { 40.0, 40.0, 3.0, 40.0 };
    struct meta_result none = meta_fisher_z(R + 1, N + 1, 3);
    assert_int_equal(none.teams, 0);
    assert_true(isnan(none.fixed.r) && isnan(none.q));
    struct meta_result one = meta_fisher_z(R, N, 4);
    assert_int_equal(one.teams, 1);
    fixture_assert_close(one.fixed.r, 0.5, 1e-12);
    assert_true(isnan(one.q) && !one.do_differ);
    static const double APART[] = { 0.8, -0.7, 0.75, -0.6 };
    static const double FORTY[] = { 40.0, 40.0, 40.0, 40.0 };
    assert_true(meta_fisher_z(APART, FORTY, 4).do_differ);
}

/* Within teams the sign can be the opposite of that between them; too few values are refused. */
static void test_rmcorr_too_few_observations_are_refused(void **state)
{
    (void)state;
    static const uint32_t TEAM[] = { 0, 0, 0, 1, 1, 1 };
    static const double X[] = { 1.0, 2.0, 3.0, 11.0, 12.0, 13.0 };
    static const double Y[] = { 9.0, 9.9, 11.0, 1.0, 2.2, 3.0 };
    struct rmcorr_input input = { .team = TEAM, .x = X, .y = Y, .count = 6, .teams = 2 };
    struct rmcorr_result r;
    struct scratch scratch = fixture_scratch(rmcorr_scratch_bytes(2));
    rmcorr(&input, &scratch, &r);
    assert_true(!r.is_refused && r.r > 0.9 && r.pooled_r < 0.0);
    fixture_assert_close(r.df, 3.0, 0.0);
    input.count = 4;
    rmcorr(&input, &scratch, &r);
    assert_true(r.is_refused && isnan(r.r) && isnan(r.p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interval_wilson_without_answers_is_unknown),
        cmocka_unit_test(test_interval_wilson_ends_stay_in_range),
        cmocka_unit_test(test_interval_mean_without_spread_has_no_interval),
        cmocka_unit_test(test_interval_mean_difference_without_spread_has_no_interval),
        cmocka_unit_test(test_interval_mean_difference_is_welchs),
        cmocka_unit_test(test_interval_mean_takes_the_wider_spread),
        cmocka_unit_test(test_interval_values_is_the_plain_t_interval),
        cmocka_unit_test(test_interval_pooled_sd_weighs_by_df),
        cmocka_unit_test(test_interval_nps_needs_twenty),
        cmocka_unit_test(test_interval_rate_is_exact_poisson),
        cmocka_unit_test(test_interval_response_moved_by_more_than_fifteen_points),
        cmocka_unit_test(test_padjust_keeps_order_and_ties),
        cmocka_unit_test(test_meta_fisher_z_few_teams_are_handled),
        cmocka_unit_test(test_rmcorr_too_few_observations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
