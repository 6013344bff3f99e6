/* SPDX-License-Identifier: MIT */
#pragma once

/* Figures in words and charts, the same on every page that shows them. Texts live in the
 * arena. */

#include "app/service/series/series.h"
#include "app/service/trend/trend.h"
#include "web/html/charts/timeline.h"
#include "web/pages/services.h"

struct str figures_number(const struct page_context *page, double value, int decimals);
struct str figures_pct(const struct page_context *page, double pct);

/** "3.60 to 3.92, 212 answers". */
struct str figures_interval(const struct page_context *page, const struct series_point *point);
struct str figures_share_interval(const struct page_context *page,
                                  const struct series_point *point);

/** "Up 0.12 on the week before (+0.02 to +0.22)." A word only where the interval excludes 0.
 * Takes: a change with its interval, the favourable one with `is_points`. */
struct str figures_change(const struct page_context *page, const struct interval *change,
                          bool is_points);

/** "68%", and what that allows. */
struct str figures_participation(const struct page_context *page,
                                 const struct series_point *point);
struct str figures_participation_word(const struct page_context *page,
                                      const struct series_point *point);

/** "Fewer than 5 people answered". */
struct str figures_few(const struct page_context *page);

/** Direction and level in sentences. Takes: a trend with a figure. */
struct str figures_direction(const struct page_context *page, const struct trend *trend);

/** Words and numbers for charts in the reader's language. */
const struct chart_words *figures_words(const struct page_context *page, enum text period);
struct chart_numbers figures_numbers(const struct page_context *page, int decimals);

/** Period names for a chart: full ones and short ones, `count` each. */
struct figures_periods {
    struct str *names;
    struct str *labels;
};
dp_err figures_periods(const struct page_context *page, struct date first_monday, size_t count,
                       struct figures_periods *out);

/** The index over time as a chart in a card: dots, trend line and band, marks of what
 * happened. When memory runs out the page fails at its end. Fails: as marks_of(). */
dp_err figures_timeline(const struct page_context *page, struct html *html,
                        const struct trend *trend);
