/* SPDX-License-Identifier: MIT */
#include "web/html/charts/overlay.h"

#include <math.h>

enum { PLOT_PX = 200, LABELS_PX = 17, SERIES = 2 };

/* Distances from the mean in standard deviations; a curve without spread lies on zero. */
static void standardise(const struct chart_point *points, size_t count, struct chart_point *out)
{
    double sum = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (chart_has_value(&points[i])) {
            sum += points[i].value;
            used++;
        }
    }
    double mean = used > 0 ? sum / (double)used : 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        double distance = chart_has_value(&points[i]) ? points[i].value - mean : 0;
        squares += distance * distance;
    }
    double spread = used > 1 ? sqrt(squares / (double)(used - 1)) : 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct chart_point){ .reason = points[i].reason };
        out[i].has_value = chart_has_value(&points[i]);
        out[i].value = out[i].has_value && spread > 0 ? (points[i].value - mean) / spread : 0;
    }
}

static struct chart_point *shifted(const struct chart_point *points, size_t count, int shift,
                                   struct arena *arena)
{
    struct chart_point *out = arena_take(arena, count, sizeof *out);
    for (size_t i = 0; out != NULL && i < count; i++) {
        int64_t from = (int64_t)i + shift;
        if (from >= 0 && from < (int64_t)count) {
            out[i] = points[from];
        }
    }
    return out;
}

static void draw(struct html *html, const struct overlay *chart,
                 const struct chart_series *drawn, struct gaps *gaps)
{
    const struct lines_chart *lines = &chart->lines;
    struct plot_y range = { .min = -1, .max = 1 };
    if (!lines_range(drawn, SERIES, lines->period_count, &range)) {
        range = (struct plot_y){ .min = -1, .max = 1 };
    }
    struct plot_y axis = plot_y_make(range.min, range.max);
    axis.top_px = MARKS_TOP_PX;
    axis.bottom_px = MARKS_TOP_PX + PLOT_PX;
    double height_px = axis.bottom_px + LABELS_PX + 6;
    struct lines_place place = {
        .axis = &axis,
        .period_count = lines->period_count,
        .height_px = height_px,
    };
    struct marks_place marks = { lines->period_count, axis.bottom_px };
    struct chart_numbers numbers = { lines->frame->numbers.decimal_mark, 1 };
    chart_svg_open(html, lines->frame, "has-names", height_px);
    plot_grid(html, &axis, &numbers);
    for (size_t s = 0; s < SERIES; s++) {
        lines_gaps(html, &drawn[s], s, &place, gaps);
    }
    marks_draw(html, chart->marks, chart->mark_count, &marks);
    for (size_t s = SERIES; s > 0; s--) {
        lines_draw(html, &drawn[s - 1], s - 1, &place);
    }
    plot_labels(html, lines->labels, lines->period_count, axis.bottom_px + LABELS_PX);
    lines_ends(html, drawn, SERIES, &place, NULL);
    lines_hover(html, lines, axis.bottom_px);
    chart_svg_close(html);
}

void overlay_draw(struct html *html, const struct overlay *chart, struct arena *arena)
{
    const struct lines_chart *lines = &chart->lines;
    DP_CHECK(lines->series_count == SERIES);
    DP_CHECK(lines->period_count >= 1 && lines->period_count <= CHART_PERIODS_MAX);
    struct chart_series drawn[SERIES];
    for (size_t s = 0; s < SERIES; s++) {
        struct chart_point *points = arena_take(arena, lines->period_count, sizeof *points);
        if (points == NULL) {
            return;
        }
        standardise(lines->series[s].points, lines->period_count, points);
        drawn[s] = (struct chart_series){ .name = lines->series[s].name, .points = points };
    }
    drawn[1].points = shifted(drawn[1].points, lines->period_count, chart->shift, arena);
    if (drawn[1].points == NULL) {
        return;
    }
    chart_figure_open(html, lines->frame);
    lines_key(html, lines->series, SERIES);
    struct gaps gaps = { 0 };
    draw(html, chart, drawn, &gaps);
    marks_list(html, chart->marks, chart->mark_count);
    gaps_list(html, &gaps);
    lines_twin(html, lines);
    chart_figure_close(html);
}
