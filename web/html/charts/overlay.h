/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Two curves of different units on one ground: each as distance from its own mean in its own standard
 * deviations. The second may be drawn some periods earlier (only when the evidence allows to name a
 * lag: that is the caller's decision); the table always shows the values as they are.
 */

#include "web/html/charts/lines.h"
#include "web/html/charts/marks.h"

struct overlay {
    struct lines_chart lines; /* exactly two series */
    int shift; /* the second is drawn this many periods earlier; may be negative */
    const struct chart_mark *marks;
    size_t mark_count;
};

/** Takes: an arena for the standardised points; when it overflows, the curves are left out and the
 * page fails at its end anyway. */
void overlay_draw(struct html *html, const struct overlay *chart, struct arena *arena);
