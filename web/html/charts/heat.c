/* SPDX-License-Identifier: MIT */
#include "web/html/charts/heat.h"

#include <math.h>

enum { COLOURS = 7 };

/* 1 for the low end, 4 for the middle, 7 for the high end. */
static int colour_of(const struct heat *chart, double value)
{
    double share = (value - chart->min) / (chart->max - chart->min);
    double step = floor(fmin(fmax(share, 0), 1) * COLOURS);
    return (int)fmin(step, COLOURS - 1) + 1;
}

static void write_cell(struct html *html, const struct heat *chart,
                       const struct chart_point *point)
{
    html_open(html, TAG_TD);
    if (!chart_has_value(point)) {
        html_class(html, "heat-none");
        html_attr(html, ATTR_TITLE,
                  point->reason.len > 0 ? point->reason : chart->frame.words->no_value);
        html_text(html, chart->hidden_mark);
        html_close(html, TAG_TD);
        return;
    }
    char value[CHART_NUMBER_MAX];
    chart_number(&chart->frame.numbers, point->value, value);
    html_attr_fmt(html, ATTR_CLASS, "heat-%d", colour_of(chart, point->value));
    html_text_of(html, value);
    if (point->n > 0) {
        html_open(html, TAG_SMALL);
        html_fmt(html, "n %lld", (long long)point->n);
        html_close(html, TAG_SMALL);
    }
    html_close(html, TAG_TD);
}

static void write_map(struct html *html, const struct heat *chart)
{
    html_open(html, TAG_DIV);
    html_class(html, "table-wrap");
    html_attr(html, ATTR_TABINDEX, STR("0"));
    html_attr(html, ATTR_ROLE, STR("region"));
    html_attr(html, ATTR_ARIA_LABEL, chart->frame.title);
    html_open(html, TAG_TABLE);
    html_class(html, "heat");
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    chart_twin_head(html, chart->unit_word);
    for (size_t c = 0; c < chart->column_count; c++) {
        chart_twin_head(html, chart->columns[c]);
    }
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t r = 0; r < chart->row_count; r++) {
        html_open(html, TAG_TR);
        chart_twin_row(html, chart->rows[r]);
        for (size_t c = 0; c < chart->column_count; c++) {
            write_cell(html, chart, &chart->cells[r * chart->column_count + c]);
        }
        html_close(html, TAG_TR);
    }
    html_close(html, TAG_DIV);
}

static void write_twin(struct html *html, const struct heat *chart)
{
    const struct chart_words *words = chart->frame.words;
    chart_twin_open(html, &chart->frame);
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    chart_twin_head(html, chart->unit_word);
    chart_twin_head(html, chart->column_word);
    chart_twin_head_num(html, words->value);
    chart_twin_head_num(html, words->interval);
    chart_twin_head_num(html, words->answers);
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < chart->row_count * chart->column_count; i++) {
        html_open(html, TAG_TR);
        chart_twin_row(html, chart->rows[i / chart->column_count]);
        html_leaf(html, TAG_TD, NULL, chart->columns[i % chart->column_count]);
        chart_twin_point(html, &chart->frame.numbers, words, &chart->cells[i]);
        html_close(html, TAG_TR);
    }
    chart_twin_close(html);
}

void heat_draw(struct html *html, const struct heat *chart)
{
    DP_CHECK(chart->min < chart->max && chart->column_count >= 1);
    chart_figure_open(html, &chart->frame);
    write_map(html, chart);
    write_twin(html, chart);
    chart_figure_close(html);
}
