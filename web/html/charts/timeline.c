/* SPDX-License-Identifier: MIT */
#include "web/html/charts/timeline.h"

#include "web/html/charts/level.h"

enum {
    PLOT_PX = 200,
    STRIP_FROM_PX = 24, /* below the plot */
    STRIP_PX = 26,
    LABELS_PX = 17, /* below plot or strip */
    BARS_BYTES_MAX = 128 * 1024,
};

static int64_t largest_n(const struct timeline *chart)
{
    int64_t largest = 0;
    for (size_t i = 0; i < chart->lines.period_count; i++) {
        int64_t n = chart->lines.series[0].points[i].n;
        bool is_shown = chart_has_value(&chart->lines.series[0].points[i]);
        largest = is_shown && n > largest ? n : largest;
    }
    return largest;
}

/* A bar for each period's n, under the plot. */
static void draw_strip(struct html *html, const struct timeline *chart, double top_px,
                       int64_t largest)
{
    struct buf path BUF_AUTO = buf_new(BARS_BYTES_MAX);
    double bottom_px = top_px + STRIP_PX;
    double slot = 1000 / (double)chart->lines.period_count;
    for (size_t i = 0; i < chart->lines.period_count; i++) {
        const struct chart_point *point = &chart->lines.series[0].points[i];
        if (chart_has_value(point) && point->n > 0) {
            double height = (double)point->n / (double)largest * STRIP_PX;
            buf_fmt(&path, "M%.1f %.1fV%.1fh%.1fV%.1fZ", ((double)i + 0.15) * slot, bottom_px,
                    bottom_px - height, slot * 0.7, bottom_px);
        }
    }
    plot_stretch_open(html, bottom_px);
    html_open(html, TAG_PATH);
    html_class(html, "counts");
    html_attr(html, ATTR_D, buf_str(&path));
    plot_stretch_close(html);
    struct plot_text text = { 0, top_px - 4, "start", "tick" };
    plot_text(html, &text, chart->lines.frame->words->answers);
    html_open(html, TAG_TEXT);
    html_attr(html, ATTR_X, STR("-8"));
    html_attr_num(html, ATTR_Y, top_px + 8);
    html_attr(html, ATTR_TEXT_ANCHOR, STR("end"));
    html_class(html, "tick");
    html_fmt(html, "%lld", (long long)largest);
    html_close(html, TAG_TEXT);
}

static struct plot_y make_axis(const struct timeline *chart)
{
    struct plot_y range = { .min = 0, .max = 1 };
    bool has_data = lines_range(chart->lines.series, chart->lines.series_count,
                                chart->lines.period_count, &range);
    if (chart->has_range || !has_data) {
        range.min = chart->has_range ? chart->min : 0;
        range.max = chart->has_range ? chart->max : 1;
    }
    struct plot_y axis = plot_y_make(range.min, range.max);
    axis.top_px = MARKS_TOP_PX;
    axis.bottom_px = MARKS_TOP_PX + PLOT_PX;
    return axis;
}

static void draw(struct html *html, const struct timeline *chart, struct gaps *gaps)
{
    struct plot_y axis = make_axis(chart);
    int64_t largest = chart->lines.series_count == 1 ? largest_n(chart) : 0;
    double plot_end_px = axis.bottom_px + (largest > 0 ? STRIP_FROM_PX + STRIP_PX : 0);
    double height_px = plot_end_px + LABELS_PX + 6;
    struct lines_place place = {
        .axis = &axis,
        .period_count = chart->lines.period_count,
        .height_px = height_px,
        .is_alone = chart->lines.series_count == 1,
        .reason = chart->lines.frame->words->no_value,
    };
    struct marks_place marks = { chart->lines.period_count, axis.bottom_px };
    chart_svg_open(html, chart->lines.frame,
                   chart->lines.series_count > 1 ? "has-names" : "has-value", height_px);
    plot_grid(html, &axis, &chart->lines.frame->numbers);
    for (size_t s = 0; s < chart->lines.series_count; s++) {
        lines_gaps(html, &chart->lines.series[s], s, &place, gaps);
    }
    marks_draw(html, chart->marks, chart->mark_count, &marks);
    for (size_t s = chart->lines.series_count; s > 0; s--) {
        lines_draw(html, &chart->lines.series[s - 1], s - 1, &place);
    }
    if (largest > 0) {
        draw_strip(html, chart, axis.bottom_px + STRIP_FROM_PX, largest);
    }
    plot_labels(html, chart->lines.labels, chart->lines.period_count, plot_end_px + LABELS_PX);
    lines_ends(html, chart->lines.series, chart->lines.series_count, &place,
               &chart->lines.frame->numbers);
    lines_hover(html, &chart->lines, plot_end_px);
    chart_svg_close(html);
}

void timeline_draw(struct html *html, const struct timeline *chart)
{
    DP_CHECK(chart->lines.period_count >= 1 && chart->lines.period_count <= CHART_PERIODS_MAX);
    DP_CHECK(chart->lines.series_count >= 1 && chart->lines.series_count <= CHART_SERIES_MAX);
    struct gaps gaps = { 0 };
    chart_figure_open(html, chart->lines.frame);
    lines_key(html, chart->lines.series, chart->lines.series_count);
    if (chart->lines.series_count == 1) {
        level_key(html, &chart->lines.series[0], chart->lines.period_count);
    }
    draw(html, chart, &gaps);
    marks_list(html, chart->marks, chart->mark_count);
    gaps_list(html, &gaps);
    lines_twin(html, &chart->lines);
    chart_figure_close(html);
}
