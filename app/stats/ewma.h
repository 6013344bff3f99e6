/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Alerts: has a team's mood moved away from where it used to be? (`ewma_full`)
 *
 * A control chart on the residuals of an AR(1) baseline (Lucas & Saccucci 1990, Technometrics 32:1;
 * residual charts: Alwan & Roberts 1988, JBES 6:87): the first 26 or more usable periods give mean,
 * autocorrelation (corrected for its bias) and spread; after them an exponentially weighted sum of
 * what the baseline did not foretell is compared with limits that allow for the baseline itself
 * being an estimate. About one false alarm per team in ten years.
 * Missing periods are passed over: the next residual reaches back over the gap.
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/interval.h"

enum { EWMA_BASELINE_MIN = 26, EWMA_BASELINE_LONG = 52, EWMA_MANY_TEAMS = 20 };

struct ewma_options {
    size_t baseline;           /* usable periods */
    double lambda;             /* 0: 0.2 */
    double limit;              /* L; 0: by ewma_default_limit() for one team */
    bool is_reset_after_alarm; /* on for the product, off for the reference vectors */
};

/** L for a baseline: 3.5 from 26 periods, 3.2 from 52; 0.25 more above 20 teams. */
double ewma_default_limit(size_t baseline, size_t teams);

struct ewma_baseline {
    size_t first; /* the first period after the baseline */
    double mean;
    double phi_raw;
    double phi; /* corrected for bias, within [0, 0.95] */
    double resid_sd;
};

struct ewma_chart {
    bool is_refused; /* under 26 usable periods before, none after, or a constant baseline */
    bool
        is_adrift; /* phi above .8: "this mood drifts slowly; alerts would mislead", no alarms */
    struct ewma_baseline baseline;
    size_t
        count; /* periods after the baseline; the caller's arrays have room for all periods: */
    double *ewma; /* NUMBER_NONE in a missing period */
    double *limit;
    bool *is_alarm;
    bool *is_shock; /* this period alone is more than 4 sd off */
};

/** Draws the chart of y (NUMBER_NONE where missing). */
void ewma_watch(const double *y, size_t periods, const struct ewma_options *options,
                struct ewma_chart *chart);

/** The mean of a baseline with its 95 % interval: t on base - 3 degrees of freedom, the spread of
 * the mean being that of an AR(1) series, s / ((1 - phi) sqrt(base)). Takes: a chart that is
 * not refused. */
struct interval ewma_usual(const struct ewma_baseline *baseline, size_t periods);

/** When the step that raised an alarm is likeliest to have come: the period from which on the sum
 * of the values' deviations, squared and divided by their number, is largest (the maximum
 * likelihood estimate of a step's time: Samuel, Pignatiello & Calvin 1998, Qual Eng 10:521).
 * Takes: a usable period `at`, the mean before, which way the step went, and how many usable
 * periods the search may reach back, `at` counting as the first. */
size_t ewma_step_start(const double *y, size_t at, double mean, bool is_down, size_t reach);

/** L for which a chart with known parameters and exact (time-varying) limits gives a false alarm
 * once in `arl0` periods on average, to 1e-6: the density of the chart's state is carried forward
 * on Gauss-Legendre nodes until it decays geometrically. As spc::xewma.crit(limits = "vacl"). */
double ewma_limit_for(double lambda, double arl0);
