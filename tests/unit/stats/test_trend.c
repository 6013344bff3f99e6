/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/ewma.h"
#include "app/stats/number.h"
#include "app/stats/trend.h"
#include "tests/unit/stats/fixture.h"

enum { N_MAX = 200 };

static double y[N_MAX];
static double variance[N_MAX];

/* ---- the trend line ---- */

struct line_room {
    double filtered[N_MAX];
    double filtered_var[N_MAX];
    double smoothed[N_MAX];
    double smoothed_var[N_MAX];
};

static struct trend_line fit_line(size_t n, struct line_room *room)
{
    struct trend_line line = { .filtered = room->filtered,
                               .filtered_var = room->filtered_var,
                               .smoothed = room->smoothed,
                               .smoothed_var = room->smoothed_var };
    struct scratch scratch = fixture_scratch(trend_local_level_scratch_bytes(n));
    trend_local_level(y, variance, n, &scratch, &line);
    return line;
}

/* No value at all, or one whose noise is not known, has no line. */
static void test_trend_local_level_unknown_noise_is_refused(void **state)
{
    (void)state;
    struct line_room room;
    for (size_t t = 0; t < 10; t++) {
        y[t] = NUMBER_NONE;
        variance[t] = NUMBER_NONE;
    }
    assert_true(fit_line(10, &room).is_refused);
    assert_true(fit_line(0, &room).is_refused);
    y[3] = 3.5;
    assert_true(fit_line(10, &room).is_refused);
    variance[3] = 0.0;
    assert_true(fit_line(10, &room).is_refused);
    variance[3] = 0.04;
    struct trend_line line = fit_line(10, &room);
    assert_false(line.is_refused);
    fixture_assert_close(room.smoothed[0], 3.5, 1e-6);
    fixture_assert_close(room.smoothed[9], 3.5, 1e-6);
}

/* A steady level gets a narrow band, a wandering one follows; gaps widen the band. */
static void test_trend_local_level_band_is_honest(void **state)
{
    (void)state;
    enum { N = 80 };
    struct prng prng = prng_seed(2);
    size_t inside = 0;
    size_t all = 0;
    for (int round = 0; round < 60; round++) {
        double level[N];
        double at = 3.6;
        for (size_t t = 0; t < N; t++) {
            at += 0.05 * fixture_normal(&prng);
            level[t] = at;
            variance[t] = t % 3 == 0 ? 0.01 : 0.04;
            y[t] = t >= 40 && t < 46 ? NUMBER_NONE
                                     : at + sqrt(variance[t]) * fixture_normal(&prng);
        }
        struct line_room room;
        assert_false(fit_line(N, &room).is_refused);
        for (size_t t = 0; t < N; t++) {
            double half = 1.96 * sqrt(room.smoothed_var[t]);
            inside += fabs(room.smoothed[t] - level[t]) <= half;
            all++;
            assert_true(room.smoothed_var[t] > 0.0 &&
                        room.smoothed_var[t] <= room.filtered_var[t]);
        }
        assert_true(room.smoothed_var[43] >= room.smoothed_var[38]);
    }
    double coverage = (double)inside / (double)all;
    assert_true(coverage > 0.90 && coverage < 0.98);
}

/* ---- direction ---- */

static struct trend_slope find_slope(size_t n)
{
    struct scratch scratch = fixture_scratch(trend_find_slope_scratch_bytes());
    struct trend_slope slope;
    trend_find_slope(y, n, &scratch, &slope);
    assert_int_equal(scratch.used_bytes, 0);
    return slope;
}

/* Under 8 usable weeks nothing is said; only the last 13 count. */
static void test_trend_find_slope_few_periods_say_nothing(void **state)
{
    (void)state;
    struct prng prng = prng_seed(3);
    for (size_t t = 0; t < 30; t++) {
        y[t] = 3.0 + 0.1 * (double)t + 0.01 * fixture_normal(&prng);
    }
    assert_int_equal(find_slope(0).direction, TREND_UNKNOWN);
    assert_int_equal(find_slope(7).direction, TREND_UNKNOWN);
    struct trend_slope slope = find_slope(8);
    assert_int_equal(slope.direction, TREND_RISING);
    assert_int_equal(find_slope(30).n, 13);
    for (size_t t = 17; t < 23; t++) {
        y[t] = NUMBER_NONE;
    }
    assert_int_equal(find_slope(30).direction, TREND_UNKNOWN);
    assert_int_equal(find_slope(30).n, 7);
}

/* Up, down and neither, with the interval of the same calculation. */
static void test_trend_find_slope_tells_up_from_down(void **state)
{
    (void)state;
    struct prng prng = prng_seed(4);
    static const double SLOPES[] = { 0.1, -0.1, 0.0 };
    static const enum trend_direction WANTED[] = { TREND_RISING, TREND_FALLING,
                                                   TREND_NO_CLEAR_CHANGE };
    for (size_t i = 0; i < 3; i++) {
        for (size_t t = 0; t < 13; t++) {
            y[t] = 3.5 + SLOPES[i] * (double)t + 0.05 * fixture_normal(&prng);
        }
        struct trend_slope slope = find_slope(13);
        assert_int_equal(slope.direction, WANTED[i]);
        fixture_assert_close(slope.per_quarter.value, 13.0 * slope.per_period.value, 1e-14);
        fixture_assert_close(slope.per_quarter.lo, 13.0 * slope.per_period.lo, 1e-14);
    }
    size_t inside = 0;
    for (int round = 0; round < 200; round++) {
        fixture_ar1(&prng, 0.3, y, 13);
        struct trend_slope slope = find_slope(13);
        inside += slope.per_period.lo <= 0.0 && slope.per_period.hi >= 0.0;
        assert_int_equal(slope.direction == TREND_NO_CLEAR_CHANGE, slope.per_period.p > 0.05);
    }
    assert_in_range(inside, 176, 200);
}

/* ---- alerts ---- */

struct chart_room {
    double ewma[N_MAX];
    double limit[N_MAX];
    bool is_alarm[N_MAX];
    bool is_shock[N_MAX];
};

static struct ewma_chart watch(size_t n, size_t baseline, bool is_reset,
                               struct chart_room *room)
{
    struct ewma_chart chart = { .ewma = room->ewma,
                                .limit = room->limit,
                                .is_alarm = room->is_alarm,
                                .is_shock = room->is_shock };
    struct ewma_options options = { .baseline = baseline, .is_reset_after_alarm = is_reset };
    ewma_watch(y, n, &options, &chart);
    return chart;
}

static void steady(uint64_t seed, double phi, size_t n)
{
    struct prng prng = prng_seed(seed);
    fixture_ar1(&prng, phi, y, n);
    for (size_t t = 0; t < n; t++) {
        y[t] = 3.6 + 0.15 * y[t];
    }
}

/* No alerts before 26 usable weeks, after a flat baseline, or without a week to watch. */
static void test_ewma_watch_short_baseline_is_refused(void **state)
{
    (void)state;
    struct chart_room room;
    steady(1, 0.2, 60);
    assert_true(watch(60, 25, true, &room).is_refused);
    assert_true(watch(26, 26, true, &room).is_refused);
    assert_false(watch(27, 26, true, &room).is_refused);
    y[10] = NUMBER_NONE;
    assert_true(watch(27, 26, true, &room).is_refused);
    assert_true(watch(0, 26, true, &room).is_refused);
    for (size_t t = 0; t < 60; t++) {
        y[t] = 3.6;
    }
    assert_true(watch(60, 26, true, &room).is_refused);
}

/* A lasting drop is noticed and, after an alarm, the chart starts again from 0. */
static void test_ewma_watch_drop_raises_an_alarm(void **state)
{
    (void)state;
    struct chart_room room;
    steady(2, 0.2, 100);
    for (size_t t = 60; t < 100; t++) {
        y[t] -= 0.5;
    }
    struct ewma_chart chart = watch(100, 52, true, &room);
    size_t first = 0;
    while (first < chart.count && !room.is_alarm[first]) {
        first++;
    }
    assert_in_range(chart.baseline.first + first, 60, 68);
    assert_true(fabs(room.ewma[first + 1]) < fabs(room.ewma[first]));
    fixture_assert_close(room.limit[first + 1], room.limit[0], 1e-12);
    chart = watch(100, 52, false, &room);
    assert_true(room.limit[first + 1] > room.limit[0]);
    assert_int_equal(chart.count, 48);
}

/* One week far out is a shock, not a drift. */
static void test_ewma_watch_single_week_is_a_shock(void **state)
{
    (void)state;
    struct chart_room room;
    steady(3, 0.0, 60);
    y[55] -= 1.0;
    struct ewma_chart chart = watch(60, 52, true, &room);
    assert_true(room.is_shock[55 - chart.baseline.first]);
    assert_false(room.is_shock[53 - chart.baseline.first]);
}

/* t(0.975, 23) = 2.0686576; 0.1 / (0.5 sqrt 26) = 0.0392232. Without autocorrelation half as wide. */
static void test_ewma_usual_is_wider_the_more_weeks_hang_together(void **state)
{
    (void)state;
    struct ewma_baseline baseline = { .mean = 3.6, .phi = 0.5, .resid_sd = 0.1 };
    struct interval usual = ewma_usual(&baseline, 26);
    fixture_assert_close(usual.value, 3.6, 1e-12);
    fixture_assert_close(usual.hi - usual.value, 2.0686576 * 0.0392232, 1e-6);
    fixture_assert_close(usual.value - usual.lo, usual.hi - usual.value, 1e-12);
    baseline.phi = 0.0;
    struct interval narrow = ewma_usual(&baseline, 26);
    fixture_assert_close(narrow.hi - 3.6, (usual.hi - 3.6) / 2.0, 1e-12);
}

/* The step is found where it was made, in both directions; not farther back than may be, over
 * gaps, and at the period itself when nothing went that way. */
static void test_ewma_step_start_finds_the_step(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        for (size_t t = 0; t < 30; t++) {
            double step = t >= 22 ? 0.4 : 0.02;
            y[t] = 3.6 + (double)sign * step;
        }
        assert_int_equal(ewma_step_start(y, 29, 3.6, sign < 0, 20), 22);
        assert_int_equal(ewma_step_start(y, 29, 3.6, sign < 0, 8), 22);
        assert_int_equal(ewma_step_start(y, 29, 3.6, sign < 0, 4), 26);
        assert_int_equal(ewma_step_start(y, 29, 3.6, sign > 0, 20), 29);
        y[27] = NUMBER_NONE;
        assert_int_equal(ewma_step_start(y, 29, 3.6, sign < 0, 4), 25);
        assert_int_equal(ewma_step_start(y, 0, 3.6, sign < 0, 4), 0);
    }
}

/* A mood that drifts slowly gets no alerts: they would mislead. */
static void test_ewma_watch_adrift_gives_no_alarms(void **state)
{
    (void)state;
    struct chart_room room;
    struct prng prng = prng_seed(4);
    double at = 3.6;
    for (size_t t = 0; t < 150; t++) {
        at += 0.1 * fixture_normal(&prng);
        y[t] = at;
    }
    struct ewma_chart chart = watch(150, 52, true, &room);
    assert_true(chart.is_adrift && chart.baseline.phi > 0.8 && chart.baseline.phi <= 0.95);
    for (size_t i = 0; i < chart.count; i++) {
        assert_false(room.is_alarm[i] || room.is_shock[i]);
    }
}

/* Missing weeks are passed over; the chart goes on behind them. */
static void test_ewma_watch_missing_weeks_are_passed_over(void **state)
{
    (void)state;
    struct chart_room room;
    steady(5, 0.3, 80);
    y[4] = NUMBER_NONE;
    y[60] = NUMBER_NONE;
    struct ewma_chart chart = watch(80, 30, true, &room);
    assert_false(chart.is_refused);
    assert_int_equal(chart.baseline.first, 31);
    assert_true(isnan(room.ewma[60 - 31]) && !isnan(room.ewma[61 - 31]));
    /* The residual behind the gap reaches back two weeks, with phi squared. */
    double reach = chart.baseline.phi * chart.baseline.phi;
    double residual = (y[61] - chart.baseline.mean) - reach * (y[59] - chart.baseline.mean);
    fixture_assert_close(room.ewma[61 - 31], 0.8 * room.ewma[59 - 31] + 0.2 * residual, 1e-12);
}

/* False alarms stay rare: about one in ten team-years with the product's limits. */
static void test_ewma_watch_false_alarms_are_rare(void **state)
{
    (void)state;
    struct chart_room room;
    size_t alarmed = 0;
    enum { TEAMS = 300 };
    for (uint64_t seed = 0; seed < TEAMS; seed++) {
        steady(100 + seed, 0.4, 104);
        struct ewma_chart chart = watch(104, 52, true, &room);
        bool has_alarm = false;
        for (size_t i = 0; i < chart.count; i++) {
            has_alarm = has_alarm || room.is_alarm[i];
        }
        alarmed += has_alarm;
    }
    assert_true(alarmed < TEAMS * 15 / 100);
}

/* L by baseline and by the number of teams. */
static void test_ewma_default_limit_by_baseline_and_teams(void **state)
{
    (void)state;
    fixture_assert_close(ewma_default_limit(26, 1), 3.5, 0.0);
    fixture_assert_close(ewma_default_limit(51, 20), 3.5, 0.0);
    fixture_assert_close(ewma_default_limit(52, 20), 3.2, 0.0);
    fixture_assert_close(ewma_default_limit(52, 21), 3.45, 1e-15);
}

/* Nonsense has no limit; more patience asks for a wider one. */
static void test_ewma_limit_for_grows_with_patience(void **state)
{
    (void)state;
    assert_true(isnan(ewma_limit_for(0.0, 500.0)) && isnan(ewma_limit_for(1.1, 500.0)));
    assert_true(isnan(ewma_limit_for(0.2, 1.0)) && isnan(ewma_limit_for(0.2, 1e7)));
    double short_run = ewma_limit_for(0.2, 100.0);
    double long_run = ewma_limit_for(0.2, 1000.0);
    assert_true(short_run < long_run);
    /* lambda = 1 is Shewhart's chart: both tails together are 1 / arl0. */
    fixture_assert_close(ewma_limit_for(1.0, 370.3983), 3.0, 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trend_local_level_unknown_noise_is_refused),
        cmocka_unit_test(test_trend_local_level_band_is_honest),
        cmocka_unit_test(test_trend_find_slope_few_periods_say_nothing),
        cmocka_unit_test(test_trend_find_slope_tells_up_from_down),
        cmocka_unit_test(test_ewma_watch_short_baseline_is_refused),
        cmocka_unit_test(test_ewma_watch_drop_raises_an_alarm),
        cmocka_unit_test(test_ewma_watch_single_week_is_a_shock),
        cmocka_unit_test(test_ewma_usual_is_wider_the_more_weeks_hang_together),
        cmocka_unit_test(test_ewma_step_start_finds_the_step),
        cmocka_unit_test(test_ewma_watch_adrift_gives_no_alarms),
        cmocka_unit_test(test_ewma_watch_missing_weeks_are_passed_over),
        cmocka_unit_test(test_ewma_watch_false_alarms_are_rare),
        cmocka_unit_test(test_ewma_default_limit_by_baseline_and_teams),
        cmocka_unit_test(test_ewma_limit_for_grows_with_patience),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
