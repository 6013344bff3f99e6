/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One value for each of several units as bars with their intervals: a table whose middle column is
 * drawn, so that the numbers stand beside what is drawn and need no second table. What can be below
 * and above zero, such as r, is drawn as dots on their whiskers instead. The order is the caller's;
 * nothing here ranks.
 */

#include "web/html/charts/chart.h"

struct bars_row {
    struct str name;
    struct str path; /* of the unit's page; empty: no link */
    struct chart_point point;
};

struct bars {
    struct chart_frame frame;
    struct str unit_word; /* "Team" */
    const struct bars_row *rows;
    size_t row_count;
    double min; /* the axis; a bar begins at min */
    double max;
    bool has_reference; /* a line across all bars, such as the company's mean */
    double reference;
    bool is_dots; /* a dot at the value in place of a bar from min */
};

void bars_draw(struct html *html, const struct bars *chart);
