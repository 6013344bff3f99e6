/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Units against themes: a table with coloured cells. The colour only repeats the number, from one end
 * of the scale over a neutral middle to the other; the scale is blue against orange, which colour-blind
 * readers tell apart. The full figures with interval and n are in the table twin.
 */

#include "web/html/charts/chart.h"

struct heat {
    struct chart_frame frame;
    struct str unit_word;   /* "Team" */
    struct str column_word; /* "Theme", for the twin */
    const struct str *rows;
    size_t row_count;
    const struct str *columns;
    size_t column_count;
    const struct chart_point *cells; /* row by row */
    double min;                      /* the value of the strongest "low" colour */
    double max;                      /* and of the strongest "high" colour */
    struct str hidden_mark;          /* short text of a cell without value: "< 5" */
};

void heat_draw(struct html *html, const struct heat *chart);
