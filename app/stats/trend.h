/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The trend line of one team, its honest band, and whether it goes up or down.
 *
 * Line: a local level, y_t = level_t + noise of known variance (the squared standard error of the
 * period), level_t a random walk whose step variance is a multiple of the median noise, chosen by
 * maximum likelihood on a fixed grid; Kalman filter and Rauch-Tung-Striebel smoother (Durbin &
 * Koopman 2012, ch. 2). Copes with missing periods and unequal numbers of answers. The band is
 * the smoothed level +- 1.96 standard deviations.
 * Direction: the slope of the last 13 periods by gls.h. "Rising" or "falling" only when its 95 %
 * interval excludes 0.
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/gls.h"
#include "app/stats/scratch.h"

struct trend_line {
    bool is_refused;     /* no known value with a known variance above 0 */
    double q;            /* variance of a step of the level */
    double q_multiplier; /* times the median noise variance */
    double loglik;
    /* The caller's arrays, one place a period: */
    double *filtered;
    double *filtered_var;
    double *smoothed;
    double *smoothed_var;
};

/** Fits the line. Takes: y with NUMBER_NONE where missing; `variance` beside each known value, > 0.
 * Values should be of the size of a score or share (the start's variance is 1e7). */
void trend_local_level(const double *y, const double *variance, size_t periods,
                       struct scratch *scratch, struct trend_line *line);

/** Bytes of work area for that. */
size_t trend_local_level_scratch_bytes(size_t periods);

enum trend_direction { TREND_UNKNOWN = 0, TREND_NO_CLEAR_CHANGE, TREND_RISING, TREND_FALLING };

enum { TREND_PERIODS = 13, TREND_PERIODS_MIN = 8 };

struct trend_slope {
    enum trend_direction direction; /* TREND_UNKNOWN below 8 usable periods */
    size_t n;
    struct gls_estimate per_period;
    struct gls_estimate per_quarter; /* times 13 */
};

/** The direction of the last 13 periods. Takes: y with NUMBER_NONE where missing. */
void trend_find_slope(const double *y, size_t periods, struct scratch *scratch,
                      struct trend_slope *slope);

/** Bytes of work area for that. */
size_t trend_find_slope_scratch_bytes(void);
