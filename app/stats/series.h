/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What can be said about one array of numbers, and what makes two series comparable.
 *
 * Missing observations are NUMBER_NONE and are skipped. Sums of squares are taken after
 * centring (two passes). Sums always run from the first element to the last, so that the same
 * data give the same bytes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/stats/scratch.h"

struct series_summary {
    size_t count;     /* known values */
    double mean;      /* NUMBER_NONE without any */
    double squares;   /* sum of squared deviations from the mean */
    double sd;        /* divisor count - 1; NUMBER_NONE below two values */
    bool is_constant; /* sd below 1e-12 of the mean's size: there is nothing to correlate */
};

struct series_summary series_summarise(const double *values, size_t count);

/** Sorts ascending, in place, without allocating (heap sort). Takes: no missing values. */
void series_sort(double *values, size_t count);

/** The same, `order` following its values: order[i] goes where values[i] goes. */
void series_sort_with(double *values, uint32_t *order, size_t count);

/** The median of the known values; NUMBER_NONE without any. */
double series_median(const double *values, size_t count, struct scratch *scratch);

/** Weighted means of groups of values, such as the weeks of a month; a coarser outcome is never
 * spread over finer periods, the finer series is averaged instead. Takes: `weights` beside the values
 * (NULL: all alike), the group of each value, below `groups`. Gives: NUMBER_NONE for a group without
 * a known value of positive weight. */
struct series_groups {
    const double *values;
    const double *weights;
    const uint32_t *group;
    size_t count;
    size_t groups;
};

void series_group_means(const struct series_groups *in, double *out);

/** The share of missing values between the first and the last place, and the longest run of them. */
struct series_gaps {
    size_t missing;
    size_t longest;
};

struct series_gaps series_find_gaps(const double *values, size_t count);

/**
 * Takes the straight line through the known values away (OLS on time), in place; missing values
 * stay missing. With `period` > 0 also one sine and cosine pair of that many steps.
 * Gives: false when fewer than three values are known or (with a season) the fit is singular.
 */
bool series_detrend(double *values, size_t count, double period);
