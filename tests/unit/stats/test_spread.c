/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "app/stats/spread.h"
#include "tests/unit/stats/fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Two groups can't tell; what is missing or has no noise is no group. */
static void test_spread_between_two_groups_is_unknown(void **state)
{
    (void)state;
    const double means[] = { 3.1, 3.9, NUMBER_NONE, 3.0, 3.0 };
    const double ses[] = { 0.1, 0.1, 0.1, 0.0, NUMBER_NONE };
    struct spread spread = spread_between(means, ses, COUNT(means));
    assert_int_equal(spread.groups, 2);
    assert_true(isnan(spread.seen) && isnan(spread.by_chance));
    assert_true(isnan(spread.beyond.value) && isnan(spread.beyond.lo));
    assert_false(spread.is_beyond_chance);
    assert_int_equal(spread_between(NULL, NULL, 0).groups, 0);
}

/* metafor 4: rma(y, sei = s, method = "PM") with confint(), 95 %. */
static void test_spread_between_agrees_with_metafor(void **state)
{
    (void)state;
    static const struct {
        double means[6];
        double ses[6];
        size_t count;
        double seen, by_chance, tau, lo, hi;
    } cases[] = {
        { { 3.1, 3.9, 3.4, 4.2, 3.7 },
          { .1, .12, .2, .15, .11 },
          5,
          0.4277849927,
          0.1407124728,
          0.4065965301,
          0.2205948857,
          1.2219012002 },
        { { 3.5, 3.6, 3.4, 3.55, 3.45, 3.7 },
          { .1, .12, .2, .15, .11, .3 },
          6,
          0.1080123450,
          0.1774823935,
          0,
          0,
          0.1574288104 },
        { { 3.5, 3.8, 3.3, 3.9 },
          { .2, .2, .25, .3 },
          4,
          0.2753785274,
          0.2410912690,
          0.1138080153,
          0,
          0.9937043419 },
        { { 3.50, 3.51, 3.49, 3.50 }, { .2, .2, .2, .2 }, 4, 0.0081649658, 0.2, 0, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct spread spread = spread_between(cases[i].means, cases[i].ses, cases[i].count);
        assert_int_equal(spread.groups, cases[i].count);
        fixture_assert_close(spread.seen, cases[i].seen, 1e-9);
        fixture_assert_close(spread.by_chance, cases[i].by_chance, 1e-9);
        fixture_assert_close(spread.beyond.value, cases[i].tau, 1e-7);
        fixture_assert_close(spread.beyond.lo, cases[i].lo, 1e-7);
        fixture_assert_close(spread.beyond.hi, cases[i].hi, 1e-7);
        assert_int_equal(spread.is_beyond_chance, cases[i].lo > 0);
    }
}

/* The order of groups and a shift of all means change nothing; a scale scales. */
static void test_spread_between_shift_and_scale(void **state)
{
    (void)state;
    const double means[] = { 3.1, 3.9, 3.4, 4.2, 3.7 };
    const double ses[] = { .1, .12, .2, .15, .11 };
    double moved[COUNT(means)];
    double wide[COUNT(means)];
    for (size_t i = 0; i < COUNT(means); i++) {
        moved[i] = 10.0 - 2.0 * means[COUNT(means) - 1 - i];
        wide[i] = 2.0 * ses[COUNT(means) - 1 - i];
    }
    struct spread plain = spread_between(means, ses, COUNT(means));
    struct spread scaled = spread_between(moved, wide, COUNT(means));
    fixture_assert_close(scaled.seen, 2.0 * plain.seen, 1e-9);
    fixture_assert_close(scaled.beyond.value, 2.0 * plain.beyond.value, 1e-9);
    fixture_assert_close(scaled.beyond.lo, 2.0 * plain.beyond.lo, 1e-9);
    fixture_assert_close(scaled.beyond.hi, 2.0 * plain.beyond.hi, 1e-9);
}

/* Without any true difference "beyond chance" is said in 2.5 % of cases, give or take Monte
 * Carlo error; with a clear one almost always, and its size lies in the interval in 95 %. */
static void test_spread_between_errs_as_often_as_it_says(void **state)
{
    (void)state;
    enum { RUNS = 2000, GROUPS = 12 };
    struct prng prng = prng_seed(PRNG_SEED);
    for (int is_real = 0; is_real < 2; is_real++) {
        double tau = is_real ? 0.3 : 0.0;
        int beyond = 0;
        int covered = 0;
        for (int run = 0; run < RUNS; run++) {
            double means[GROUPS];
            double ses[GROUPS];
            for (int i = 0; i < GROUPS; i++) {
                ses[i] = 0.08 + 0.01 * i;
                means[i] = 3.5 + hypot(ses[i], tau) * fixture_normal(&prng);
            }
            struct spread spread = spread_between(means, ses, GROUPS);
            beyond += spread.is_beyond_chance;
            covered += spread.beyond.lo <= tau && tau <= spread.beyond.hi;
        }
        assert_true(is_real ? beyond > RUNS * 95 / 100
                            : beyond < RUNS * 4 / 100 && beyond > RUNS / 100);
        assert_true(!is_real || (covered > RUNS * 93 / 100 && covered < RUNS * 97 / 100));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread_between_two_groups_is_unknown),
        cmocka_unit_test(test_spread_between_agrees_with_metafor),
        cmocka_unit_test(test_spread_between_shift_and_scale),
        cmocka_unit_test(test_spread_between_errs_as_often_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
