/* SPDX-License-Identifier: MIT */
#include "web/html/charts/lags.h"

#include <math.h>

#include "web/html/charts/plot.h"

enum {
    TOP_PX = 26,
    BOTTOM_PX = 226,
    NUMBERS_PX = 243,
    SIDES_PX = 262,
    HEIGHT_PX = 268,
    LABEL_PX = 14,
    PATH_BYTES_MAX = 8192,
    NUMBERS_SHOWN = 9,
};

static size_t lag_count(const struct lags_chart *chart)
{
    return 2 * (size_t)chart->max_lag + 1;
}

static double x_of(const struct lags_chart *chart, int lag)
{
    int slot = lag + chart->max_lag;
    return plot_x_of((size_t)slot, lag_count(chart));
}

/* Zero in the middle and as much on both sides as the data need, at least 0.4. */
static struct plot_y make_axis(const struct lags_chart *chart)
{
    double reach = 0.4;
    for (size_t i = 0; i < lag_count(chart); i++) {
        const struct chart_point *point = &chart->points[i];
        if (chart_has_value(point)) {
            reach = fmax(reach, fabs(point->value));
        }
        if (chart_has_interval(point)) {
            reach = fmax(reach, fmax(fabs(point->low), fabs(point->high)));
        }
        reach = fmax(reach, chart->limits[i]);
    }
    reach = fmin(1, ceil(reach * 5 - 1e-9) / 5);
    double step = reach > 0.9 ? 0.5 : reach / 2;
    return (struct plot_y){ -reach, reach, step, TOP_PX, BOTTOM_PX };
}

static void draw_range(struct html *html, const struct lags_chart *chart)
{
    double half = 50 / (double)lag_count(chart);
    double from = x_of(chart, chart->low) - half;
    double to = x_of(chart, chart->high) + half;
    html_open(html, TAG_RECT);
    html_class(html, "stretch");
    html_attr_pct(html, ATTR_X, from);
    html_attr_num(html, ATTR_Y, TOP_PX);
    html_attr_pct(html, ATTR_WIDTH, to - from);
    html_attr_num(html, ATTR_HEIGHT, BOTTOM_PX - TOP_PX);
    html_close(html, TAG_RECT);
}

/* What chance alone reaches: a step for each lag, because late lags have fewer pairs. */
static void draw_chance(struct html *html, const struct lags_chart *chart,
                        const struct plot_y *axis)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    double slot = 1000 / (double)lag_count(chart);
    for (size_t i = 0; i < lag_count(chart); i++) {
        double limit = chart->limits[i];
        if (limit > 0) {
            buf_fmt(&path, "M%.1f %.1fh%.1fV%.1fh%.1fZ", (double)i * slot,
                    plot_y_of(axis, limit), slot, plot_y_of(axis, -limit), -slot);
        }
    }
    plot_stretch_open(html, HEIGHT_PX);
    html_open(html, TAG_PATH);
    html_class(html, "chance");
    html_attr(html, ATTR_D, buf_str(&path));
    plot_stretch_close(html);
}

static void draw_stem(struct html *html, const struct lags_chart *chart, int lag,
                      const struct plot_y *axis)
{
    const struct chart_point *point = &chart->points[lag + chart->max_lag];
    if (!chart_has_value(point)) {
        return;
    }
    bool is_best = chart->has_best && lag == chart->best;
    double x_pct = x_of(chart, lag);
    html_open(html, TAG_G);
    html_class(html, is_best ? "stem best" : "stem");
    html_open(html, TAG_LINE);
    html_attr_pct(html, ATTR_X1, x_pct);
    html_attr_pct(html, ATTR_X2, x_pct);
    html_attr_num(html, ATTR_Y1, plot_y_of(axis, 0));
    html_attr_num(html, ATTR_Y2, plot_y_of(axis, point->value));
    html_close(html, TAG_LINE);
    if (is_best && chart_has_interval(point)) {
        html_open(html, TAG_LINE);
        html_class(html, "whisker");
        html_attr_pct(html, ATTR_X1, x_pct);
        html_attr_pct(html, ATTR_X2, x_pct);
        html_attr_num(html, ATTR_Y1, plot_y_of(axis, point->low));
        html_attr_num(html, ATTR_Y2, plot_y_of(axis, point->high));
        html_close(html, TAG_LINE);
    }
    html_open(html, TAG_CIRCLE);
    html_attr_pct(html, ATTR_CX, x_pct);
    html_attr_num(html, ATTR_CY, plot_y_of(axis, point->value));
    html_attr(html, ATTR_R, is_best ? STR("6") : STR("3.5"));
    html_close(html, TAG_G);
}

static void draw_best_label(struct html *html, const struct lags_chart *chart)
{
    double x_pct = x_of(chart, chart->best);
    struct plot_text text = { x_pct, LABEL_PX, "middle", "best-label" };
    if (x_pct < 35) {
        text.anchor = "start";
        text.x_pct = 0;
    }
    if (x_pct > 65) {
        text.anchor = "end";
        text.x_pct = 100;
    }
    plot_text(html, &text, chart->best_label);
}

static void draw_numbers(struct html *html, const struct lags_chart *chart)
{
    int step = chart->max_lag > NUMBERS_SHOWN ? 4 : 2;
    for (int lag = -chart->max_lag; lag <= chart->max_lag; lag++) {
        if (chart->max_lag > 4 && lag % step != 0) {
            continue;
        }
        html_open(html, TAG_TEXT);
        html_class(html, "tick");
        html_attr_pct(html, ATTR_X, x_of(chart, lag));
        html_attr_num(html, ATTR_Y, NUMBERS_PX);
        html_attr(html, ATTR_TEXT_ANCHOR, STR("middle"));
        html_fmt(html, "%d", lag < 0 ? -lag : lag);
        html_close(html, TAG_TEXT);
    }
    html_open(html, TAG_TEXT);
    html_class(html, "side");
    html_attr_num(html, ATTR_Y, SIDES_PX);
    html_text(html, STR("\xe2\x86\x90 "));
    html_text(html, chart->left);
    html_close(html, TAG_TEXT);
    html_open(html, TAG_TEXT);
    html_class(html, "side");
    html_attr(html, ATTR_X, STR("100%"));
    html_attr_num(html, ATTR_Y, SIDES_PX);
    html_attr(html, ATTR_TEXT_ANCHOR, STR("end"));
    html_text(html, chart->right);
    html_text(html, STR(" \xe2\x86\x92"));
    html_close(html, TAG_TEXT);
}

static void write_twin(struct html *html, const struct lags_chart *chart)
{
    const struct chart_words *words = chart->frame.words;
    chart_twin_open(html, &chart->frame);
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    chart_twin_head(html, words->lag);
    chart_twin_head_num(html, words->value);
    chart_twin_head_num(html, words->interval);
    chart_twin_head_num(html, words->limit);
    chart_twin_head_num(html, words->pairs);
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (int lag = -chart->max_lag; lag <= chart->max_lag; lag++) {
        const struct chart_point *point = &chart->points[lag + chart->max_lag];
        html_open(html, TAG_TR);
        html_open(html, TAG_TH);
        html_attr(html, ATTR_SCOPE, STR("row"));
        html_fmt(html, "%d", lag);
        html_close(html, TAG_TH);
        if (chart_has_value(point)) {
            chart_twin_number(html, &chart->frame.numbers, point->value);
            chart_twin_interval(html, &chart->frame.numbers, words, point);
        } else {
            html_open(html, TAG_TD);
            html_class(html, "missing");
            html_attr(html, ATTR_COLSPAN, STR("2"));
            html_text(html, point->reason.len > 0 ? point->reason : words->no_value);
            html_close(html, TAG_TD);
        }
        chart_twin_number(html, &chart->frame.numbers, chart->limits[lag + chart->max_lag]);
        chart_twin_count(html, point->n);
        html_close(html, TAG_TR);
    }
    chart_twin_close(html);
}

void lags_draw(struct html *html, const struct lags_chart *chart)
{
    DP_CHECK(chart->max_lag >= 0 && lag_count(chart) <= CHART_LAGS_MAX);
    struct plot_y axis = make_axis(chart);
    chart_figure_open(html, &chart->frame);
    chart_svg_open(html, &chart->frame, "lags", HEIGHT_PX);
    if (chart->has_range) {
        DP_CHECK(-chart->max_lag <= chart->low && chart->low <= chart->high &&
                 chart->high <= chart->max_lag);
        draw_range(html, chart);
    }
    draw_chance(html, chart, &axis);
    plot_grid(html, &axis, &chart->frame.numbers);
    for (int lag = -chart->max_lag; lag <= chart->max_lag; lag++) {
        draw_stem(html, chart, lag, &axis);
    }
    if (chart->has_best) {
        DP_CHECK(-chart->max_lag <= chart->best && chart->best <= chart->max_lag);
        draw_best_label(html, chart);
    }
    draw_numbers(html, chart);
    chart_svg_close(html);
    write_twin(html, chart);
    chart_figure_close(html);
}
