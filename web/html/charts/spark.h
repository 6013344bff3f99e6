/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A line as small as a word, for a row of a table whose newest value stands beside it with its
 * interval. It has no axis, so it says its range in words; missing values break the line; all
 * lines of a column share one range, or they would claim to be comparable and not be it.
 */

#include "web/html/charts/plot.h"

enum { SPARK_VALUES_MAX = 104 };

struct spark {
    struct str title;     /* what it shows, from where to where */
    const double *values; /* not finite: missing */
    size_t count;         /* 1..SPARK_VALUES_MAX */
    double min;           /* of the column */
    double max;
};

/** Widens min and max by the known values; start with min above max. */
void spark_widen(const double *values, size_t count, double *min, double *max);

/** Writes the picture; nothing when there is no value. */
void spark_draw(struct html *html, const struct spark *spark);
