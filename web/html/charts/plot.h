/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The drawing ground of the charts: which pixel a value lies on, grid lines with their numbers, labels
 * under the axis. Across everything is a percentage, down it is a pixel (chart.h says why).
 */

#include "web/html/charts/chart.h"

/** The value axis. */
struct plot_y {
    double min;
    double max;
    double step; /* between grid lines */
    double top_px;
    double bottom_px;
};

/** An axis that holds low..high with round ends and four to eight grid lines.
 * Takes: low <= high, both finite. */
struct plot_y plot_y_make(double low, double high);

/** The pixel of a value, clamped to the axis. */
double plot_y_of(const struct plot_y *axis, double value);

/** The middle of slot `index` of `count`, in per cent of the width. */
double plot_x_of(size_t index, size_t count);

/** Grid lines and their numbers at the left; the line of zero, or else the lowest, is stronger. */
void plot_grid(struct html *html, const struct plot_y *axis,
               const struct chart_numbers *numbers);

/** Labels under the axis: as many of `labels` as fit, fewer on a narrow screen. */
void plot_labels(struct html *html, const struct str *labels, size_t count, double y_px);

/** Begins and ends the stretched inner <svg>; in it 1000 units are the whole width. */
void plot_stretch_open(struct html *html, double height_px);
void plot_stretch_close(struct html *html);

/** A place on the right edge where pixels count from `y_px`, for labels at the lines' ends. */
void plot_edge_open(struct html *html, double y_px);
void plot_edge_close(struct html *html);

/** Adds a command of a path and its place, rounded to a tenth: "L100.5 12". */
void plot_path(struct buf *path, const char *command, double x, double y);

/** A text at a percentage; anchor is "start", "middle" or "end". */
struct plot_text {
    double x_pct;
    double y_px;
    const char *anchor;
    const char *classes;
};
void plot_text(struct html *html, const struct plot_text *place, struct str text);

/** The dash of series 0..4, so that lines differ without colour; NULL for a full line. */
const char *plot_dash(size_t series);
