/* SPDX-License-Identifier: MIT */
#include "app/stats/trend.h"

#include <math.h>

#include "app/stats/number.h"
#include "app/stats/series.h"

/* ---- the local level ---- */

static const double MULTIPLIERS[] = { 0, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2 };
enum { MULTIPLIER_COUNT = sizeof(MULTIPLIERS) / sizeof(MULTIPLIERS[0]) };
static const double START_VARIANCE = 1e7;

struct level_data {
    const double *y;
    const double *variance;
    size_t periods;
};

/* One step of the filter; gives what the value adds to the log likelihood. */
static double take_value(double y, double noise, double *level, double *spread)
{
    double total = *spread + noise;
    double surprise = y - *level;
    double gain = *spread / total;
    *level += gain * surprise;
    *spread *= 1.0 - gain;
    return -0.5 * (log(2.0 * M_PI * total) + surprise * surprise / total);
}

/* The filter alone. The first value starts the level and is no evidence (diffuse start). */
static double filter(const struct level_data *data, double q, struct trend_line *line)
{
    double level = 0.0;
    double spread = START_VARIANCE;
    double loglik = 0.0;
    bool has_started = false;
    for (size_t t = 0; t < data->periods; t++) {
        spread += t > 0 ? q : 0.0;
        if (number_is_known(data->y[t])) {
            double gained = take_value(data->y[t], data->variance[t], &level, &spread);
            loglik += has_started ? gained : 0.0;
            has_started = true;
        }
        line->filtered[t] = level;
        line->filtered_var[t] = spread;
    }
    return loglik;
}

/* Backwards through time. The prediction for t + 1 is the filtered level at t, q less sure. */
static void smooth(const struct level_data *data, double q, struct trend_line *line)
{
    size_t last = data->periods - 1;
    line->smoothed[last] = line->filtered[last];
    line->smoothed_var[last] = line->filtered_var[last];
    for (size_t t = last; t > 0; t--) {
        double predicted_var = line->filtered_var[t - 1] + q;
        double share = line->filtered_var[t - 1] / predicted_var;
        line->smoothed[t - 1] = line->filtered[t - 1] +
                                share * (line->smoothed[t] - line->filtered[t - 1]);
        line->smoothed_var[t - 1] = line->filtered_var[t - 1] +
                                    share * share * (line->smoothed_var[t] - predicted_var);
    }
}

size_t trend_local_level_scratch_bytes(size_t periods)
{
    return 2 * scratch_need(periods, sizeof(double));
}

void trend_local_level(const double *y, const double *variance, size_t periods,
                       struct scratch *scratch, struct trend_line *line)
{
    size_t mark = scratch->used_bytes;
    struct level_data data = { .y = y, .variance = variance, .periods = periods };
    double *known = scratch_doubles(scratch, periods);
    bool is_sound = true;
    for (size_t t = 0; t < periods; t++) {
        bool is_known = number_is_known(y[t]);
        known[t] = is_known ? variance[t] : NUMBER_NONE;
        is_sound = is_sound && (!is_known || variance[t] > 0.0);
    }
    double median = series_median(known, periods, scratch);
    scratch->used_bytes = mark;
    line->is_refused = !is_sound || !number_is_known(median);
    if (line->is_refused) {
        return;
    }
    double best = -NUMBER_INFINITE;
    for (size_t i = 0; i < MULTIPLIER_COUNT; i++) {
        double loglik = filter(&data, MULTIPLIERS[i] * median, line);
        if (loglik > best) {
            best = loglik;
            line->q_multiplier = MULTIPLIERS[i];
        }
    }
    line->q = line->q_multiplier * median;
    line->loglik = filter(&data, line->q, line);
    smooth(&data, line->q, line);
}

/* ---- direction ---- */

size_t trend_find_slope_scratch_bytes(void)
{
    return gls_scratch_bytes(TREND_PERIODS);
}

static struct gls_estimate times(struct gls_estimate e, double factor)
{
    e.value *= factor;
    e.se *= factor;
    e.lo *= factor;
    e.hi *= factor;
    return e;
}

void trend_find_slope(const double *y, size_t periods, struct scratch *scratch,
                      struct trend_slope *slope)
{
    size_t count = periods < TREND_PERIODS ? periods : TREND_PERIODS;
    double design[2 * TREND_PERIODS];
    for (size_t t = 0; t < count; t++) {
        design[2 * t] = 1.0;
        design[2 * t + 1] = (double)t + 1.0;
    }
    struct gls_input input = {
        .y = y + periods - count, .design = design, .n = count, .terms = 2
    };
    *slope = (struct trend_slope){ .direction = TREND_UNKNOWN };
    for (size_t t = 0; t < count; t++) {
        slope->n += number_is_known(input.y[t]);
    }
    if (slope->n < TREND_PERIODS_MIN) {
        return;
    }
    struct gls_result fit;
    gls_grid(&input, scratch, &fit);
    if (fit.is_refused) {
        return;
    }
    slope->per_period = fit.coef[1];
    slope->per_quarter = times(fit.coef[1], (double)TREND_PERIODS);
    slope->direction = TREND_NO_CLEAR_CHANGE;
    if (slope->per_period.lo > 0.0) {
        slope->direction = TREND_RISING;
    }
    if (slope->per_period.hi < 0.0) {
        slope->direction = TREND_FALLING;
    }
}
