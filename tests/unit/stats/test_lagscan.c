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
#include "app/stats/series.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { N_MAX = 300 };

static double x[N_MAX];
static double y[N_MAX];

static struct lagscan_result scan(size_t n, const struct lagscan_options *options)
{
    struct lagscan_input input = { .x = x, .y = y, .periods = n };
    if (options != NULL) {
        input.options = *options;
    }
    struct scratch scratch = fixture_scratch(lagscan_scratch_bytes(&input));
    struct lagscan_result result;
    assert_ok(lagscan(&input, &scratch, &result));
    assert_int_equal(scratch.used_bytes, 0);
    return result;
}

static void invent(uint64_t seed, double rho, int lag, size_t n)
{
    struct prng prng = prng_seed(seed);
    fixture_pair(&prng, &(struct fixture_link){ 0.5, rho, lag }, x, y, n);
}

/* ---- what is refused ---- */

/* Options outside their limits are a mistake of the caller. */
static void test_lagscan_bad_options_are_out_of_range(void **state)
{
    (void)state;
    static const struct lagscan_options BAD[] = {
        { .lag_max = LAG_MAX + 1 },     { .lag_max = -1 },
        { .primary_lag = LAG_MAX + 1 }, { .primary_lag = -LAG_MAX - 1 },
        { .permutations = 18 },         { .permutations = LAGSCAN_PERMUTATIONS_MAX + 1 }
    };
    invent(1, 0.0, 0, 52);
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct lagscan_input input = { .x = x, .y = y, .periods = 52, .options = BAD[i] };
        struct scratch scratch = fixture_scratch(1 << 20);
        struct lagscan_result result;
        assert_err(lagscan(&input, &scratch, &result), DP_OUT_OF_RANGE);
    }
    struct lagscan_input input = { .x = x, .y = y, .periods = LAGSCAN_PERIODS_MAX + 1 };
    struct scratch scratch = fixture_scratch(1 << 20);
    struct lagscan_result result;
    assert_err(lagscan(&input, &scratch, &result), DP_OUT_OF_RANGE);
}

/* Under 12 periods nothing is said, under 20 only a chart is drawn; both say how many more it takes. */
static void test_lagscan_few_periods_are_refused(void **state)
{
    (void)state;
    invent(2, 0.9, 1, 26);
    for (size_t n = 0; n < 26; n++) {
        struct lagscan_result r = scan(n, NULL);
        bool is_refused = n < 20;
        assert_int_equal(r.refusal, is_refused ? REFUSAL_TOO_FEW_PERIODS : REFUSAL_NONE);
        assert_int_equal(isnan(r.best_r), is_refused);
        assert_int_equal(isnan(r.p_perm), is_refused);
        if (is_refused) {
            assert_int_equal(r.verdict, n < 12 ? VERDICT_NOT_ENOUGH_DATA : VERDICT_CHART_ONLY);
            assert_true(r.needs_more >= 20 - n && r.needs_more >= 4);
        }
    }
}

/* From 20 to 25 periods a hint is the most; from 26 on the same link may be moderate. */
static void test_lagscan_under_26_periods_gives_a_hint_at_most(void **state)
{
    (void)state;
    invent(3, 0.95, 1, 60);
    assert_int_equal(scan(20, NULL).grade, GRADE_HINT);
    assert_int_equal(scan(25, NULL).grade, GRADE_HINT);
    assert_int_equal(scan(25, NULL).verdict, VERDICT_HINT);
    assert_int_equal(scan(26, NULL).grade, GRADE_MODERATE);
    assert_int_equal(scan(39, NULL).grade, GRADE_MODERATE);
    assert_int_equal(scan(40, NULL).grade, GRADE_STRONG);
}

/* A series that does not vary can't go together with anything. */
static void test_lagscan_constant_series_is_refused(void **state)
{
    (void)state;
    invent(4, 0.0, 0, 52);
    for (size_t t = 0; t < 52; t++) {
        y[t] = 79.3;
    }
    assert_int_equal(scan(52, NULL).refusal, REFUSAL_CONSTANT_SERIES);
    assert_int_equal(scan(52, NULL).verdict, VERDICT_REFUSED);
    /* A straight line has nothing left after its trend; rounding must not be taken for surprises. */
    for (size_t t = 0; t < 52; t++) {
        y[t] = 79.3 + 0.1 * (double)t;
    }
    assert_int_equal(scan(52, NULL).refusal, REFUSAL_CONSTANT_SERIES);
    memcpy(x, y, sizeof(x));
    assert_int_equal(scan(52, NULL).refusal, REFUSAL_CONSTANT_SERIES);
}

/* Some missing weeks are fine; more than 15 %, or five in a row, are not. */
static void test_lagscan_missing_periods_are_counted(void **state)
{
    (void)state;
    invent(5, 0.8, 2, 60);
    for (size_t t = 5; t < 60; t += 7) {
        y[t] = NUMBER_NONE;
    }
    struct lagscan_result r = scan(60, NULL);
    assert_int_equal(r.refusal, REFUSAL_NONE);
    assert_int_equal(r.n, 60);
    assert_int_equal(r.n_complete, 52);
    assert_int_equal(r.best_lag, 2);
    assert_true(r.pairs[r.lag_count / 2] < 52);
    x[20] = (double)INFINITY;
    assert_int_equal(scan(60, NULL).refusal, REFUSAL_NONE);
    x[30] = NUMBER_NONE;
    assert_int_equal(scan(60, NULL).refusal, REFUSAL_TOO_MANY_MISSING);

    invent(5, 0.8, 2, 60);
    for (size_t t = 30; t < 34; t++) {
        y[t] = NUMBER_NONE;
    }
    assert_int_equal(scan(60, NULL).refusal, REFUSAL_NONE);
    y[34] = NUMBER_NONE;
    assert_int_equal(scan(60, NULL).refusal, REFUSAL_TOO_MANY_MISSING);
}

/* Time in which only one series exists does not count as missing. */
static void test_lagscan_one_sided_time_is_trimmed(void **state)
{
    (void)state;
    invent(6, 0.8, 1, 100);
    struct lagscan_input inner = { .x = x + 30, .y = y + 30, .periods = 50 };
    struct scratch scratch = fixture_scratch(lagscan_scratch_bytes(&inner));
    struct lagscan_result wanted;
    assert_ok(lagscan(&inner, &scratch, &wanted));
    for (size_t t = 0; t < 30; t++) {
        y[t] = NUMBER_NONE;
    }
    for (size_t t = 80; t < 100; t++) {
        x[t] = NUMBER_NONE;
    }
    struct lagscan_result r = scan(100, NULL);
    assert_int_equal(r.n, 50);
    assert_memory_equal(&r, &wanted, sizeof(r));
}

/* ---- the laws ---- */

/* Exchanging the series turns every lag round and changes nothing else. */
static void test_lagscan_exchanged_series_mirror_the_lags(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        invent(seed, 0.5, 2, 70);
        struct lagscan_result a = scan(70, NULL);
        double kept[N_MAX];
        memcpy(kept, x, sizeof(kept));
        memcpy(x, y, sizeof(x));
        memcpy(y, kept, sizeof(y));
        struct lagscan_result b = scan(70, NULL);
        for (size_t i = 0; i < a.lag_count; i++) {
            fixture_assert_close(a.r[i], b.r[b.lag_count - 1 - i], 1e-12);
        }
        assert_int_equal(a.best_lag, -b.best_lag);
        assert_int_equal(a.lag_lo, -b.lag_hi);
        fixture_assert_close(a.stat, b.stat, 1e-12);
        double error = sqrt(a.p_perm * (1.0 - a.p_perm) / 999.0);
        assert_true(fabs(a.p_perm - b.p_perm) <= 6.0 * error + 0.004);
    }
}

/* Units don't matter, and a reversed scale reverses the sign alone. */
static void test_lagscan_scale_and_shift_change_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        invent(seed, 0.4, -1, 52);
        struct lagscan_result a = scan(52, NULL);
        for (size_t t = 0; t < 52; t++) {
            x[t] = 3.6 + 0.02 * x[t];
            y[t] = 1e4 - 250.0 * y[t];
        }
        struct lagscan_result b = scan(52, NULL);
        for (size_t i = 0; i < a.lag_count; i++) {
            fixture_assert_close(b.r[i], -a.r[i], 1e-10);
            assert_true(fabs(a.r[i]) <= 1.0);
        }
        assert_int_equal(a.best_lag, b.best_lag);
        fixture_assert_close(b.p_perm, a.p_perm, 0.0011);
        fixture_assert_close(b.ci_lo, -a.ci_hi, 1e-9);
        assert_int_equal(a.verdict == VERDICT_LEADS, b.verdict == VERDICT_LEADS_AGAINST);
    }
}

/* The page's number, test and interval are one calculation: 0 is outside exactly when p <= .05. */
static void test_lagscan_interval_excludes_0_exactly_when_p_is_small(void **state)
{
    (void)state;
    size_t inside = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        invent(seed, 0.45, 1, 40);
        struct lagscan_result r = scan(40, &(struct lagscan_options){ .permutations = 199 });
        bool excludes = r.ci_lo > 0.0 || r.ci_hi < 0.0;
        assert_int_equal(excludes, r.p_perm <= 0.05);
        assert_true(r.ci_lo <= r.best_r && r.best_r <= r.ci_hi);
        assert_true(r.p_perm >= 1.0 / 200.0 && r.p_perm <= 1.0);
        inside += !excludes;
    }
    assert_in_range(inside, 20, 130);
}

/* Without a relation p is as likely to fall anywhere, and agrees with the check that draws nothing. */
static void test_lagscan_p_is_uniform_without_a_relation(void **state)
{
    (void)state;
    enum { PAIRS = 400 };
    double p[PAIRS];
    struct prng prng = prng_seed(11);
    for (size_t i = 0; i < PAIRS; i++) {
        fixture_ar1(&prng, 0.6, x, 78);
        fixture_ar1(&prng, 0.6, y, 78);
        struct lagscan_result r = scan(78, &(struct lagscan_options){ .permutations = 199 });
        p[i] = r.p_perm;
        bool agrees = fabs(r.p_perm - r.p_sidak) <= 0.06 + 4.0 * sqrt(0.25 / 199.0) ||
                      (r.p_perm <= 2.0 * r.p_sidak && r.p_sidak <= 2.0 * r.p_perm);
        assert_true(agrees);
    }
    series_sort(p, PAIRS);
    double distance = 0.0;
    for (size_t i = 0; i < PAIRS; i++) {
        distance = fmax(distance, fabs(p[i] - ((double)i + 0.5) / PAIRS));
    }
    /* Kolmogorov's 1 % point, and what prewhitening is known to cost. */
    assert_true(distance < 1.63 / sqrt(PAIRS) + 0.02);
}

/* The same data and seed give the same bytes; another seed moves p by Monte Carlo error alone. */
static void test_lagscan_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    invent(12, 0.2, 3, 90);
    struct lagscan_result a = scan(90, NULL);
    struct lagscan_result b = scan(90, NULL);
    assert_memory_equal(&a, &b, sizeof(a));
    assert_true(a.seed == PRNG_SEED);
    struct lagscan_result c = scan(90, &(struct lagscan_options){ .seed = 99 });
    assert_true(c.seed == 99);
    assert_memory_equal(a.r, c.r, sizeof(a.r));
    assert_true(fabs(a.p_perm - c.p_perm) < 6.0 * sqrt(0.25 / 999.0));
}

/* ---- what is found ---- */

/* Engagement that leads is found at its lag, and customers that lead are reported as readily. */
static void test_lagscan_lead_and_follow_are_told_apart(void **state)
{
    (void)state;
    invent(13, 0.8, 2, 78);
    struct lagscan_result lead = scan(78, NULL);
    assert_int_equal(lead.verdict, VERDICT_LEADS);
    assert_int_equal(lead.best_lag, 2);
    assert_true(lead.lag_lo <= 2 && lead.lag_hi >= 2 && lead.lag_lo > 0);
    invent(13, 0.8, -3, 78);
    struct lagscan_result follow = scan(78, NULL);
    assert_int_equal(follow.verdict, VERDICT_FOLLOWS);
    assert_int_equal(follow.best_lag, -3);
    invent(13, 0.8, 0, 78);
    assert_int_equal(scan(78, NULL).verdict, VERDICT_TOGETHER);
}

/* The direction of the outcome changes the words, never the numbers. */
static void test_lagscan_lower_is_better_changes_words_only(void **state)
{
    (void)state;
    invent(13, 0.8, 2, 78);
    struct lagscan_result a = scan(78, NULL);
    struct lagscan_result b = scan(78, &(struct lagscan_options){ .is_lower_better = true });
    assert_int_equal(a.verdict, VERDICT_LEADS);
    assert_int_equal(b.verdict, VERDICT_LEADS_AGAINST);
    assert_true(!a.is_against && b.is_against);
    fixture_assert_close(a.best_r, b.best_r, 0.0);
    fixture_assert_close(a.p_perm, b.p_perm, 0.0);
}

/* A null says either what would have shown, or how many more weeks it takes. */
static void test_lagscan_null_says_what_would_have_shown(void **state)
{
    (void)state;
    invent(1, 0.0, 0, 150);
    struct lagscan_result a = scan(150, NULL);
    assert_true(a.p_perm > 0.10 && a.mde_rho <= 0.5);
    assert_int_equal(a.verdict, VERDICT_NO_LINK);
    assert_int_equal(a.needs_more, 0);
    invent(1, 0.0, 0, 30);
    struct lagscan_result b = scan(30, NULL);
    assert_true(b.p_perm > 0.10 && b.mde_rho > 0.5);
    assert_int_equal(b.verdict, VERDICT_CANNOT_TELL);
    assert_true(b.needs_more >= 4);
}

/* A registered question is one lag: a smaller p for the same r, and no range of lags. */
static void test_lagscan_primary_lag_is_the_whole_family(void **state)
{
    (void)state;
    invent(14, 0.5, 2, 60);
    struct lagscan_result all = scan(60, NULL);
    struct lagscan_result one = scan(
        60, &(struct lagscan_options){ .has_primary_lag = true, .primary_lag = 2 });
    assert_true(one.is_primary && !all.is_primary);
    assert_int_equal(one.lag_count, 1);
    assert_int_equal(one.best_lag, 2);
    assert_int_equal(one.lag_lo, 2);
    assert_int_equal(one.lag_hi, 2);
    assert_false(one.is_lag_lo_open || one.is_lag_hi_open);
    fixture_assert_close(one.best_r, all.r[all.lag_max + 2], 1e-12);
    assert_true(one.crit95 < all.crit95 && one.mde_rho < all.mde_rho);
    fixture_assert_close(one.crit95, 1.96, 0.1);
    struct lagscan_result edge = scan(
        60, &(struct lagscan_options){ .has_primary_lag = true, .primary_lag = -LAG_MAX });
    assert_int_equal(edge.best_lag, -LAG_MAX);
    /* Twelve weeks of 24 leave 12 pairs, which is no basis for an r. */
    struct lagscan_result thin = scan(
        24, &(struct lagscan_options){ .has_primary_lag = true, .primary_lag = LAG_MAX });
    assert_int_equal(thin.refusal, REFUSAL_TOO_FEW_PERIODS);
    assert_true(isnan(thin.best_r) && thin.needs_more >= 4);
}

/* The band belongs to all lags together: something leaves it on the leading side alone, nothing where
 * nothing was found, and a lag that was dropped or refused has none. */
static void test_lagscan_stands_out_beyond_what_chance_reaches(void **state)
{
    (void)state;
    invent(13, 0.8, 2, 78);
    struct lagscan_result lead = scan(78, NULL);
    size_t best = (size_t)(lead.best_lag + lead.lag_max);
    double chance = lagscan_chance(&lead, best);
    assert_true(chance > 0.0 && chance < fabs(lead.best_r));
    fixture_assert_close(atanh(chance) * sqrt(lead.weight[best]), lead.crit95, 1e-9);
    assert_true(lagscan_stands_out(&lead, 1, lead.lag_max));
    assert_false(lagscan_stands_out(&lead, -lead.lag_max, -1));
    assert_false(lagscan_stands_out(&lead, 1, 1));
    invent(1, 0.0, 0, 150);
    struct lagscan_result none = scan(150, NULL);
    assert_true(none.p_perm > 0.10);
    assert_false(lagscan_stands_out(&none, -none.lag_max, none.lag_max));
    invent(13, 0.8, 2, 15);
    struct lagscan_result few = scan(15, NULL);
    assert_true(isnan(lagscan_chance(&few, 0)));
    assert_false(lagscan_stands_out(&few, -few.lag_max, few.lag_max));
}

/* K never exceeds a sixth of the periods, whatever is asked for. */
static void test_lagscan_largest_lag_is_a_sixth_of_the_periods(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        enum lag_unit unit;
        int asked;
        int given;
    } CASES[] = { { 20, LAG_UNIT_WEEK, 0, 3 },    { 47, LAG_UNIT_WEEK, 0, 7 },
                  { 48, LAG_UNIT_WEEK, 0, 8 },    { 200, LAG_UNIT_WEEK, 0, 8 },
                  { 200, LAG_UNIT_WEEK, 12, 12 }, { 30, LAG_UNIT_WEEK, 12, 5 },
                  { 60, LAG_UNIT_WEEK, 4, 4 },    { 60, LAG_UNIT_FORTNIGHT, 0, 4 },
                  { 60, LAG_UNIT_MONTH, 0, 3 } };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        invent(15, 0.3, 1, CASES[i].n);
        struct lagscan_result r = scan(
            CASES[i].n,
            &(struct lagscan_options){ .unit = CASES[i].unit, .lag_max = CASES[i].asked });
        assert_int_equal(r.lag_max, CASES[i].given);
        assert_int_equal(r.lag_count, 2 * CASES[i].given + 1);
    }
}

/* A link at the longest lag may be longer still. */
static void test_lagscan_range_at_the_edge_is_open(void **state)
{
    (void)state;
    invent(16, 0.9, 8, 100);
    struct lagscan_result r = scan(100, NULL);
    assert_int_equal(r.best_lag, 8);
    assert_true(r.is_lag_hi_open && !r.is_lag_lo_open);
    invent(16, 0.9, 2, 100);
    r = scan(100, NULL);
    assert_false(r.is_lag_hi_open || r.is_lag_lo_open);
}

/* Two copies of one series: strong, but without an interval, and marked as the same. */
static void test_lagscan_identical_series_are_marked(void **state)
{
    (void)state;
    invent(17, 0.0, 0, 60);
    memcpy(y, x, sizeof(y));
    struct lagscan_result r = scan(60, NULL);
    assert_true(r.is_same_series);
    assert_int_equal(r.grade, GRADE_STRONG);
    assert_int_equal(r.verdict, VERDICT_TOGETHER);
    assert_true(isnan(r.ci_lo) && isnan(r.ci_hi));
    fixture_assert_close(r.p_perm, 0.001, 1e-12);
    fixture_assert_close(r.best_r, 1.0, 1e-12);
}

/* y is x two weeks later, nothing else: found there, p at its floor and never 0. */
static void test_lagscan_shifted_copy_reaches_the_floor_of_p(void **state)
{
    (void)state;
    struct prng prng = prng_seed(18);
    fixture_ar1(&prng, 0.7, x, 82);
    memcpy(y + 2, x, 80 * sizeof(double));
    y[0] = x[40];
    y[1] = x[41];
    struct lagscan_result r = scan(80, NULL);
    assert_int_equal(r.best_lag, 2);
    assert_int_equal(r.grade, GRADE_STRONG);
    fixture_assert_close(r.p_perm, 0.001, 1e-12);
    assert_true(r.ci_lo > 0.5 && r.ci_hi <= 1.0 && r.is_larger_than_usual);
}

/* One week that is far out in both series makes a large r out of nothing. Over many lags the
 * permutations see through most of it; at a single one, asked in advance, leaving the week out must. */
static void test_lagscan_one_huge_outlier_is_a_hint_at_most(void **state)
{
    (void)state;
    static const double SIZES[] = { 30.0, 1e6, 1e12 };
    for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++) {
        invent(1, 0.0, 0, 60);
        x[30] += SIZES[i];
        y[31] += SIZES[i];
        struct lagscan_result all = scan(60, NULL);
        assert_int_equal(all.best_lag, 1);
        assert_true(all.best_r > 0.8 && all.p_sidak < 0.001);
        assert_true(all.grade <= GRADE_HINT);
        struct lagscan_result r = scan(
            60, &(struct lagscan_options){ .has_primary_lag = true, .primary_lag = 1 });
        assert_true(r.best_r > 0.8 && r.p_perm <= 0.05);
        assert_true(r.rests_on_one_period);
        assert_int_equal(r.grade, GRADE_HINT);
    }
    invent(13, 0.8, 2, 78);
    assert_false(scan(78, NULL).rests_on_one_period);
}

/* An outcome that takes two values has many equal permutations; ties count as reached. */
static void test_lagscan_two_valued_outcome_is_scanned(void **state)
{
    (void)state;
    invent(19, 0.8, 1, 60);
    for (size_t t = 0; t < 60; t++) {
        y[t] = y[t] > 0.0 ? 1.0 : 0.0;
    }
    struct lagscan_result r = scan(60, NULL);
    assert_int_equal(r.refusal, REFUSAL_NONE);
    assert_int_equal(r.best_lag, 1);
    assert_true(r.p_perm >= 0.001 && r.p_perm <= 1.0);
}

/* Drifting and exploding series: filters with phi near or above 1 are finite sums all the same. */
static void test_lagscan_phi_at_and_above_one_stays_finite(void **state)
{
    (void)state;
    struct prng prng = prng_seed(20);
    for (size_t t = 0; t < 100; t++) {
        x[t] = (t > 0 ? x[t - 1] : 0.0) + fixture_normal(&prng);
        y[t] = (t > 0 ? 1.03 * y[t - 1] : 1.0) + fixture_normal(&prng);
    }
    struct lagscan_result r = scan(100, NULL);
    assert_int_equal(r.refusal, REFUSAL_NONE);
    for (size_t i = 0; i < r.lag_count; i++) {
        assert_true(fabs(r.r[i]) <= 1.0);
    }
    assert_true(r.p_perm > 0.0 && r.p_perm <= 1.0);
}

/* Two series that share a year's rhythm and nothing else: with two years it can be taken out. */
static void test_lagscan_season_is_removed_on_request(void **state)
{
    (void)state;
    struct prng prng = prng_seed(21);
    fixture_ar1(&prng, 0.2, x, 156);
    fixture_ar1(&prng, 0.2, y, 156);
    for (size_t t = 0; t < 156; t++) {
        double season = 3.0 * sin(2.0 * M_PI * (double)t / (365.25 / 7.0));
        x[t] += season;
        y[t] += season;
    }
    struct lagscan_options options = { .may_remove_season = true };
    struct lagscan_result with = scan(156, &options);
    assert_true(with.is_season_removed && !with.is_season_open);
    assert_true(with.p_perm > 0.05);
    struct lagscan_result short_time = scan(103, &options);
    assert_true(!short_time.is_season_removed && short_time.is_season_open);
    assert_false(scan(156, NULL).is_season_removed);
}

/* Every unit has its own word, as JSON and the command line print it. */
static void test_lag_unit_name_names_each(void **state)
{
    (void)state;
    assert_string_equal(lag_unit_name(LAG_UNIT_WEEK), "week");
    assert_string_equal(lag_unit_name(LAG_UNIT_FORTNIGHT), "fortnight");
    assert_string_equal(lag_unit_name(LAG_UNIT_MONTH), "month");
}

/* A monthly outcome is paired with the months' means of engagement, never spread over weeks. */
static void test_series_group_means_pair_weeks_with_months(void **state)
{
    (void)state;
    static const double WEEKS[] = { 3.0, 4.0, NUMBER_NONE, 5.0, 2.0, 9.0 };
    static const double ANSWERS[] = { 10, 30, 10, 8, 8, 0 };
    static const uint32_t MONTH[] = { 0, 0, 0, 1, 1, 2 };
    double out[4];
    struct series_groups groups = {
        .values = WEEKS, .weights = ANSWERS, .group = MONTH, .count = 6, .groups = 4
    };
    series_group_means(&groups, out);
    fixture_assert_close(out[0], 3.75, 1e-15);
    fixture_assert_close(out[1], 3.5, 1e-15);
    assert_true(isnan(out[2]) && isnan(out[3]));
    groups.weights = NULL;
    series_group_means(&groups, out);
    fixture_assert_close(out[0], 3.5, 1e-15);
    fixture_assert_close(out[2], 9.0, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lagscan_bad_options_are_out_of_range),
        cmocka_unit_test(test_lagscan_few_periods_are_refused),
        cmocka_unit_test(test_lagscan_under_26_periods_gives_a_hint_at_most),
        cmocka_unit_test(test_lagscan_constant_series_is_refused),
        cmocka_unit_test(test_lagscan_missing_periods_are_counted),
        cmocka_unit_test(test_lagscan_one_sided_time_is_trimmed),
        cmocka_unit_test(test_lagscan_exchanged_series_mirror_the_lags),
        cmocka_unit_test(test_lagscan_scale_and_shift_change_nothing),
        cmocka_unit_test(test_lagscan_interval_excludes_0_exactly_when_p_is_small),
        cmocka_unit_test(test_lagscan_p_is_uniform_without_a_relation),
        cmocka_unit_test(test_lagscan_same_seed_gives_the_same_bytes),
        cmocka_unit_test(test_lagscan_lead_and_follow_are_told_apart),
        cmocka_unit_test(test_lagscan_lower_is_better_changes_words_only),
        cmocka_unit_test(test_lagscan_null_says_what_would_have_shown),
        cmocka_unit_test(test_lagscan_primary_lag_is_the_whole_family),
        cmocka_unit_test(test_lagscan_stands_out_beyond_what_chance_reaches),
        cmocka_unit_test(test_lagscan_largest_lag_is_a_sixth_of_the_periods),
        cmocka_unit_test(test_lagscan_range_at_the_edge_is_open),
        cmocka_unit_test(test_lagscan_identical_series_are_marked),
        cmocka_unit_test(test_lagscan_shifted_copy_reaches_the_floor_of_p),
        cmocka_unit_test(test_lagscan_one_huge_outlier_is_a_hint_at_most),
        cmocka_unit_test(test_lagscan_two_valued_outcome_is_scanned),
        cmocka_unit_test(test_lagscan_phi_at_and_above_one_stays_finite),
        cmocka_unit_test(test_lagscan_season_is_removed_on_request),
        cmocka_unit_test(test_lag_unit_name_names_each),
        cmocka_unit_test(test_series_group_means_pair_weeks_with_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
