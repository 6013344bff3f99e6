/* SPDX-License-Identifier: MIT */
#include "web/html/charts/bars.h"

#include <math.h>

enum { BAR_PX = 22, BAR_MIDDLE_PX = 11, BAR_TOP_PX = 6, BAR_THICK_PX = 10 };

static double x_of(const struct bars *chart, double value)
{
    double inside = fmin(fmax(value, chart->min), chart->max);
    return (inside - chart->min) * 100 / (chart->max - chart->min);
}

static void vertical(struct html *html, const char *classes, double x_pct)
{
    html_open(html, TAG_LINE);
    html_class(html, classes);
    html_attr_pct(html, ATTR_X1, x_pct);
    html_attr_pct(html, ATTR_X2, x_pct);
    html_attr_num(html, ATTR_Y1, 0);
    html_attr_num(html, ATTR_Y2, BAR_PX);
    html_close(html, TAG_LINE);
}

static void draw_bar(struct html *html, const struct bars *chart,
                     const struct chart_point *point)
{
    html_open(html, TAG_SVG);
    html_class(html, "bar");
    html_attr(html, ATTR_WIDTH, STR("100%"));
    html_attr_num(html, ATTR_HEIGHT, BAR_PX);
    html_attr(html, ATTR_ARIA_HIDDEN, STR("true"));
    if (!chart->is_dots) {
        html_open(html, TAG_RECT);
        html_class(html, "bar-body");
        html_attr_num(html, ATTR_Y, BAR_TOP_PX);
        html_attr_pct(html, ATTR_WIDTH, x_of(chart, point->value));
        html_attr_num(html, ATTR_HEIGHT, BAR_THICK_PX);
        html_attr(html, ATTR_RX, STR("2"));
        html_close(html, TAG_RECT);
    }
    if (chart->has_reference) {
        vertical(html, "reference", x_of(chart, chart->reference));
    }
    if (chart_has_interval(point)) {
        html_open(html, TAG_LINE);
        html_class(html, "whisker");
        html_attr_pct(html, ATTR_X1, x_of(chart, point->low));
        html_attr_pct(html, ATTR_X2, x_of(chart, point->high));
        html_attr_num(html, ATTR_Y1, BAR_MIDDLE_PX);
        html_attr_num(html, ATTR_Y2, BAR_MIDDLE_PX);
        html_close(html, TAG_LINE);
    }
    if (chart->is_dots) {
        html_open(html, TAG_CIRCLE);
        html_class(html, "dot");
        html_attr_pct(html, ATTR_CX, x_of(chart, point->value));
        html_attr_num(html, ATTR_CY, BAR_MIDDLE_PX);
        html_attr(html, ATTR_R, STR("5"));
        html_close(html, TAG_CIRCLE);
    }
    html_close(html, TAG_SVG);
}

static void write_name(struct html *html, const struct bars_row *row)
{
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    if (row->path.len > 0) {
        html_open(html, TAG_A);
        html_attr(html, ATTR_HREF, row->path);
    }
    html_text(html, row->name);
    html_close(html, TAG_TH);
}

static void write_row(struct html *html, const struct bars *chart, const struct bars_row *row)
{
    html_open(html, TAG_TR);
    write_name(html, row);
    if (chart_has_value(&row->point)) {
        html_open(html, TAG_TD);
        html_class(html, "bar-cell");
        draw_bar(html, chart, &row->point);
        html_close(html, TAG_TD);
        chart_twin_point(html, &chart->frame.numbers, chart->frame.words, &row->point);
    } else {
        html_open(html, TAG_TD);
        html_class(html, "missing");
        html_attr(html, ATTR_COLSPAN, STR("4"));
        html_text(html,
                  row->point.reason.len > 0 ? row->point.reason : chart->frame.words->no_value);
        html_close(html, TAG_TD);
    }
    html_close(html, TAG_TR);
}

void bars_draw(struct html *html, const struct bars *chart)
{
    DP_CHECK(chart->min < chart->max);
    const struct chart_words *words = chart->frame.words;
    chart_figure_open(html, &chart->frame);
    html_open(html, TAG_DIV);
    html_class(html, "table-wrap");
    html_attr(html, ATTR_TABINDEX, STR("0"));
    html_attr(html, ATTR_ROLE, STR("region"));
    html_attr(html, ATTR_ARIA_LABEL, chart->frame.title);
    html_open(html, TAG_TABLE);
    html_class(html, "bars");
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    chart_twin_head(html, chart->unit_word);
    html_open(html, TAG_TD);
    html_class(html, "bar-cell");
    html_close(html, TAG_TD);
    chart_twin_head_num(html, words->value);
    chart_twin_head_num(html, words->interval);
    chart_twin_head_num(html, words->answers);
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < chart->row_count; i++) {
        write_row(html, chart, &chart->rows[i]);
    }
    chart_figure_close(html);
}
