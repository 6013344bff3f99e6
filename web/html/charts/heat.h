/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Units against themes: a table with coloured cells. The colour only repeats the number, from one end
 * of the scale over a neutral middle to the other; the scale is blue against orange, which colour-blind
 * readers tell apart. Every cell has its interval and its n, or a mark in place of a number; what
 * colours and marks mean stands in a legend below. The twin has the same figures as a plain list, with
 * their change against the period before.
 *
 * On a narrow screen the table scrolls inside its frame and the units' names stay in sight.
 */

#include "web/html/charts/chart.h"

enum { HEAT_COLOURS = 7, HEAT_DEPTH_MAX = 3 };

/** A row's or a column's head. */
struct heat_head {
    struct str name;
    struct str path; /* of its page; empty: no link */
    struct str note; /* a line below the name; may be empty */
    int depth;       /* of a row in the tree, 0..HEAT_DEPTH_MAX: how far it stands in */
    bool is_strong;  /* of a row with others beneath it */
};

struct heat_cell {
    struct chart_point point;
    struct str path; /* of the cell's own page; empty: no link */
    struct str mark; /* in place of a missing value: "< 5" */
    struct chart_point change; /* against the period before, for the twin; n is not used */
};

/** Words that only this chart has. */
struct heat_words {
    struct str unit;   /* "Team" */
    struct str column; /* "Theme" */
    struct str change; /* "Change"; empty: the twin has no such column */
    struct str count;  /* "n", before the number of answers */
    struct str under;  /* "under", before the lowest step's upper end */
    struct str from;   /* "from", before the highest step's lower end */
};

struct heat {
    struct chart_frame frame;
    const struct heat_words *words;
    const struct heat_head *rows;
    size_t row_count;
    const struct heat_head *columns;
    size_t column_count;
    const struct heat_cell *cells; /* row by row */
    double min;                    /* the scale: HEAT_COLOURS steps of equal size from min */
    double max;                    /* to max; what lies beyond has the colour of the end */
};

void heat_draw(struct html *html, const struct heat *chart);
