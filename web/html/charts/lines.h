/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Lines over time with their bands, gaps and ends: what time lines and overlays have in common.
 */

#include "web/html/charts/gaps.h"
#include "web/html/charts/plot.h"

struct chart_level;

/** One line. */
struct chart_series {
    struct str name;
    const struct chart_point *points;    /* one for each period */
    const struct chart_numbers *numbers; /* NULL: those of the frame */
    const struct chart_level *level; /* NULL: the line goes through the points; else level.h */
};

/** What a chart of lines is made of; the drawn points may differ from those of the table. */
struct lines_chart {
    const struct chart_frame *frame;
    size_t period_count;       /* 1..CHART_PERIODS_MAX */
    const struct str *periods; /* full names, for the table: "2026-W10" */
    const struct str *labels;  /* short ones, for the axis: "2 Mar" */
    const struct chart_series *series;
    size_t series_count; /* 1..CHART_SERIES_MAX */
};

/** Fills min and max with the range of all values and intervals; false when there is none. */
bool lines_range(const struct chart_series *series, size_t series_count, size_t period_count,
                 struct plot_y *range);

/** The lines' ground. */
struct lines_place {
    const struct plot_y *axis;
    size_t period_count;
    double height_px;  /* of the whole svg */
    bool is_alone;     /* one line: dots on it, and its gaps are shaded */
    struct str reason; /* of gaps that give none; empty: such gaps get no letter */
};

/** Band (where there are intervals), line and dots of series `index`. */
void lines_draw(struct html *html, const struct chart_series *series, size_t index,
                const struct lines_place *place);

/** Writes the letters of a series' gaps: at the foot of a shaded gap when the line is alone,
 * else at the height where the line breaks off. */
void lines_gaps(struct html *html, const struct chart_series *series, size_t index,
                const struct lines_place *place, struct gaps *gaps);

/** Names and last values at the right edge, moved apart where they would touch; no values when
 * `numbers` is NULL. */
void lines_ends(struct html *html, const struct chart_series *series, size_t series_count,
                const struct lines_place *place, const struct chart_numbers *numbers);

/** The key for narrow screens, where the names at the edge are hidden. */
void lines_key(struct html *html, const struct chart_series *series, size_t series_count);

/** What a pointer resting on a period shows, without any script. */
void lines_hover(struct html *html, const struct lines_chart *chart, double height_px);

/** The table twin: a row a period, value, interval and n for each series. */
void lines_twin(struct html *html, const struct lines_chart *chart);
