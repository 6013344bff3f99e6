/* SPDX-License-Identifier: MIT */
/* The numbers of a chart of lines in words: for a resting pointer, and as the table twin. */
#include "web/html/charts/level.h"

static const struct chart_numbers *numbers_of(const struct lines_chart *chart, size_t series)
{
    const struct chart_numbers *own = chart->series[series].numbers;
    return own != NULL ? own : &chart->frame->numbers;
}

/* "Support: 3.7 (3.4 to 4.0), 41" or the reason of the gap. */
static void hover_line(struct html *html, const struct lines_chart *chart, size_t series,
                       size_t period)
{
    const struct chart_point *point = &chart->series[series].points[period];
    const struct chart_frame *frame = chart->frame;
    const struct chart_numbers *numbers = numbers_of(chart, series);
    if (chart->series_count > 1) {
        html_fmt(html, "%.*s: ", STR_ARG(chart->series[series].name));
    }
    if (!chart_has_value(point)) {
        html_text(html, point->reason.len > 0 ? point->reason : frame->words->no_value);
        return;
    }
    char value[CHART_NUMBER_MAX];
    char low[CHART_NUMBER_MAX];
    char high[CHART_NUMBER_MAX];
    chart_number(numbers, point->value, value);
    chart_number(numbers, point->low, low);
    chart_number(numbers, point->high, high);
    html_text_of(html, value);
    if (chart_has_interval(point)) {
        html_fmt(html, " (%s %.*s %s)", low, STR_ARG(frame->words->to), high);
    }
    if (point->n > 0) {
        html_fmt(html, ", n = %lld", (long long)point->n);
    }
}

void lines_hover(struct html *html, const struct lines_chart *chart, double height_px)
{
    html_open(html, TAG_G);
    html_class(html, "hits");
    double slot = 100 / (double)chart->period_count;
    for (size_t i = 0; i < chart->period_count; i++) {
        html_open(html, TAG_RECT);
        html_attr_pct(html, ATTR_X, (double)i * slot);
        html_attr_pct(html, ATTR_WIDTH, slot);
        html_attr_num(html, ATTR_HEIGHT, height_px);
        html_open(html, TAG_TITLE);
        html_text(html, chart->periods[i]);
        for (size_t s = 0; s < chart->series_count; s++) {
            html_text(html, STR("\n"));
            hover_line(html, chart, s, i);
            level_hover(html, chart, s, i);
        }
        html_close(html, TAG_TITLE);
        html_close(html, TAG_RECT);
    }
    html_close(html, TAG_G);
}

/* Curves of sums and averages over groups may have none; then the table has no empty column. */
static bool has_intervals(const struct lines_chart *chart)
{
    for (size_t s = 0; s < chart->series_count; s++) {
        for (size_t i = 0; i < chart->period_count; i++) {
            if (chart_has_interval(&chart->series[s].points[i])) {
                return true;
            }
        }
    }
    return false;
}

static void twin_point(struct html *html, const struct lines_chart *chart, size_t series,
                       size_t period)
{
    const struct chart_point *point = &chart->series[series].points[period];
    const struct chart_words *words = chart->frame->words;
    if (chart_has_value(point)) {
        chart_twin_number(html, numbers_of(chart, series), point->value);
        chart_twin_count(html, point->n);
        return;
    }
    html_open(html, TAG_TD);
    html_class(html, "missing");
    html_attr(html, ATTR_COLSPAN, STR("2"));
    html_text(html, point->reason.len > 0 ? point->reason : words->no_value);
    html_close(html, TAG_TD);
}

static void twin_head(struct html *html, const struct lines_chart *chart, bool is_with_intervals)
{
    const struct chart_words *words = chart->frame->words;
    html_open(html, TAG_THEAD);
    if (chart->series_count > 1) {
        html_open(html, TAG_TR);
        html_leaf(html, TAG_TD, NULL, STR(""));
        for (size_t s = 0; s < chart->series_count; s++) {
            html_open(html, TAG_TH);
            html_attr(html, ATTR_COLSPAN, is_with_intervals ? STR("3") : STR("2"));
            html_attr(html, ATTR_SCOPE, STR("colgroup"));
            html_text(html, chart->series[s].name);
            html_close(html, TAG_TH);
        }
        html_close(html, TAG_TR);
    }
    html_open(html, TAG_TR);
    chart_twin_head(html, words->period);
    for (size_t s = 0; s < chart->series_count; s++) {
        chart_twin_head_num(html, words->value);
        if (is_with_intervals) {
            chart_twin_head_num(html, words->interval);
        }
        chart_twin_head_num(html, words->answers);
        level_twin_head(html, &chart->series[s]);
    }
    html_close(html, TAG_THEAD);
}

void lines_twin(struct html *html, const struct lines_chart *chart)
{
    chart_twin_open(html, chart->frame);
    bool is_with_intervals = has_intervals(chart);
    twin_head(html, chart, is_with_intervals);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < chart->period_count; i++) {
        html_open(html, TAG_TR);
        chart_twin_row(html, chart->periods[i]);
        for (size_t s = 0; s < chart->series_count; s++) {
            if (is_with_intervals) {
                chart_twin_point(html, numbers_of(chart, s), chart->frame->words,
                                 &chart->series[s].points[i]);
            } else {
                twin_point(html, chart, s, i);
            }
            level_twin_cells(html, chart, s, i);
        }
        html_close(html, TAG_TR);
    }
    chart_twin_close(html);
}
