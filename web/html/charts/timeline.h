/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The trend of one to five series over periods (weeks, fortnights, months): mean, 95 %
 * interval, n, the smoothed level where there is one (level.h), honest gaps, markers of what
 * happened. One series also gets a strip of bars with the n of each period; with several the n
 * stands in the table and when pointing at a period.
 */

#include "web/html/charts/lines.h"
#include "web/html/charts/marks.h"

struct timeline {
    struct lines_chart lines;
    const struct chart_mark *marks; /* by first slot, ascending */
    size_t mark_count;
    bool has_range; /* a fixed axis min..max; otherwise the data decide */
    double min;
    double max;
};

/** Writes the figure. Without a single value it says so by its gaps. */
void timeline_draw(struct html *html, const struct timeline *chart);
