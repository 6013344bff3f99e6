/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A series with a level that was worked out from it: the values are dots with thin whiskers,
 * the level is the line and its band the shade. The level may pass periods without a value,
 * because its model does; there the line is dashed. It is up to the caller what the level is
 * and where it ends.
 */

#include "web/html/charts/lines.h"

/** The level of one series and the words that explain the drawing. */
struct chart_level {
    const struct chart_point *points; /* one for each period; without n */
    struct str dot;                   /* "Each dot is one week" */
    struct str whisker;  /* "with its 95 % interval"; left out where there is no room */
    struct str line;     /* "the line is the trend" */
    struct str band;     /* "the shade is where the trend lies with 95 % certainty" */
    struct str dashed;   /* "dashed: weeks without a figure" */
    struct str value;    /* the table's columns: "Trend" */
    struct str interval; /* "95 % band of the trend" */
};

/** Band, line, whiskers and dots of a series that has a level. */
void level_draw(struct html *html, const struct chart_series *series, size_t index,
                const struct lines_place *place);

/** What dot, line, shade and dashes mean, each beside its picture; nothing for a series
 * without a level. */
void level_key(struct html *html, const struct chart_series *series, size_t period_count);

/** "Trend: 3.7 (3.6 to 3.8)" for a resting pointer. */
void level_hover(struct html *html, const struct lines_chart *chart, size_t series,
                 size_t period);

/** The two columns of the table: heads, and cells of one period. */
void level_twin_head(struct html *html, const struct chart_series *series);
void level_twin_cells(struct html *html, const struct lines_chart *chart, size_t series,
                      size_t period);
