/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What all charts share: points, words and the way numbers look. A chart is a <figure> with a caption
 * (title and a sentence that the caller has generated), an SVG made here from plain arrays, and the
 * same numbers as a table behind "show as a table".
 *
 * Honesty is built in: a value comes with its interval and its n; a period without a value is a gap
 * with a letter that a note below explains, and is never bridged by a line.
 *
 * How the SVG fits any width without script: positions across are percentages, positions down are
 * pixels, lines lie in an inner <svg> that is stretched while its strokes keep their width. So text
 * has the same size on a phone and on a wide screen; what only a wide screen has room for carries
 * the class "wide" and app.css hides it elsewhere. No style attribute, no inline script: colours come
 * from classes s1..s5 (Okabe-Ito, another set when dark), dashes tell the lines apart without colour.
 *
 * Charts know nothing of surveys, take nothing from a store and hold no sentence of their own.
 */

#include "app/core/arena.h"
#include "web/html/html.h"

enum {
    CHART_SERIES_MAX = 5,
    CHART_PERIODS_MAX = 1200,
    CHART_MARKS_MAX = 20,
    CHART_REASONS_MAX = 12,
    CHART_LAGS_MAX = 53,
    CHART_NUMBER_MAX = 48,
};

/** How the reader's language writes numbers. */
struct chart_numbers {
    char decimal_mark; /* '.' or ',' */
    int decimals;      /* of values, 0..6 */
};

/** Words in the reader's language; the same for all charts of a page. */
struct chart_words {
    struct str show_table; /* "Show as a table" */
    struct str period;     /* "Week" */
    struct str value;      /* "Mean" */
    struct str interval;   /* "95% interval" */
    struct str to;         /* "to", as in 3.4 to 4.0 */
    struct str answers;    /* "Answers" */
    struct str lag;        /* "Lag" */
    struct str pairs;      /* "Pairs" */
    struct str limit;      /* "By chance up to" */
    struct str no_value;   /* "No figure" */
};

/** One value with its uncertainty, or the reason why there is none. */
struct chart_point {
    bool has_value;
    bool has_interval;
    double value;
    double low;
    double high;
    int64_t n;         /* answers behind it; 0: not given */
    struct str reason; /* of a missing value: "fewer than 5 answered" */
};

/** What every chart begins with. */
struct chart_frame {
    struct str id;       /* unique on the page: letters, digits, '-' */
    struct str title;    /* what is shown */
    struct str sentence; /* what it says */
    struct chart_numbers numbers;
    const struct chart_words *words;
};

/** A number as the reader writes it. */
void chart_number(const struct chart_numbers *numbers, double value,
                  char out[CHART_NUMBER_MAX]);

/** <figure> and its caption. */
void chart_figure_open(struct html *html, const struct chart_frame *frame);
void chart_figure_close(struct html *html);

/** <svg role="img"> of `height_px` with title and description; `classes` beside "plot". */
void chart_svg_open(struct html *html, const struct chart_frame *frame, const char *classes,
                    double height_px);
void chart_svg_close(struct html *html);

/** The disclosure with an open <table>, and its end. */
void chart_twin_open(struct html *html, const struct chart_frame *frame);
void chart_twin_close(struct html *html);

/** A column's header cell, over words or over numbers. */
void chart_twin_head(struct html *html, struct str text);
void chart_twin_head_num(struct html *html, struct str text);

/** One number cell, one "low to high" cell, one cell with a count. */
void chart_twin_number(struct html *html, const struct chart_numbers *numbers, double value);
void chart_twin_interval(struct html *html, const struct chart_numbers *numbers,
                         const struct chart_words *words, const struct chart_point *point);
void chart_twin_count(struct html *html, int64_t n);

/** A row's header cell. */
void chart_twin_row(struct html *html, struct str text);

/** The cells of one point: value, interval, n; or its reason across all three. */
void chart_twin_point(struct html *html, const struct chart_numbers *numbers,
                      const struct chart_words *words, const struct chart_point *point);

/** True if the point has a value that can be drawn (finite). */
bool chart_has_value(const struct chart_point *point);

/** True if it has an interval, too. */
bool chart_has_interval(const struct chart_point *point);
