/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The two pictures of a correction's effect: means before and after, with their intervals, and
 * the curves of the corrected teams beside the others.
 */

#include "web/pages/correction_parts.h"

/** What is drawn. */
struct correction_chart {
    const struct correction_report *report;
    const struct correction_effect *effect;
    const struct correction_words *words;
};

/** Means before and after; nothing if none is known. "Not adjusted for the trend that was
 * already there." Fails: DP_NO_MEMORY. */
dp_err correction_charts_bars(const struct page_context *page, struct html *html,
                              const struct correction_chart *chart);

/** The curves with everything that is marked on time lines; nothing without points.
 * Fails: as marks_of(). */
dp_err correction_charts_curves(const struct page_context *page, struct html *html,
                                const struct correction_chart *chart);
