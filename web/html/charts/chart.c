/* SPDX-License-Identifier: MIT */
#include "web/html/charts/chart.h"

#include <math.h>

#include "app/core/num.h"

void chart_number(const struct chart_numbers *numbers, double value, char out[CHART_NUMBER_MAX])
{
    char text[NUM_TEXT_MAX];
    num_fixed(isfinite(value) ? value : 0, numbers->decimals, text);
    size_t i = 0;
    for (; text[i] != '\0'; i++) {
        out[i] = (char)(text[i] == '.' ? numbers->decimal_mark : text[i]);
    }
    out[i] = '\0';
}

void chart_figure_open(struct html *html, const struct chart_frame *frame)
{
    html_open(html, TAG_FIGURE);
    html_class(html, "chart");
    html_attr(html, ATTR_ID, frame->id);
    html_open(html, TAG_FIGCAPTION);
    html_leaf(html, TAG_STRONG, NULL, frame->title);
    if (frame->sentence.len > 0) {
        html_leaf(html, TAG_SPAN, NULL, frame->sentence);
    }
    html_close(html, TAG_FIGCAPTION);
}

void chart_figure_close(struct html *html)
{
    html_close(html, TAG_FIGURE);
}

static void described(struct html *html, enum html_tag tag, const struct chart_frame *frame,
                      const char *suffix, struct str text)
{
    html_open(html, tag);
    html_attr_fmt(html, ATTR_ID, "%.*s-%s", STR_ARG(frame->id), suffix);
    html_text(html, text);
    html_close(html, tag);
}

void chart_svg_open(struct html *html, const struct chart_frame *frame, const char *classes,
                    double height_px)
{
    html_open(html, TAG_SVG);
    html_attr_fmt(html, ATTR_CLASS, "plot %s", classes);
    html_attr(html, ATTR_WIDTH, STR("100%"));
    html_attr_num(html, ATTR_HEIGHT, height_px);
    html_attr(html, ATTR_ROLE, STR("img"));
    html_attr_fmt(html, ATTR_ARIA_LABELLEDBY, "%.*s-t %.*s-d", STR_ARG(frame->id),
                  STR_ARG(frame->id));
    described(html, TAG_TITLE, frame, "t", frame->title);
    described(html, TAG_DESC, frame, "d", frame->sentence);
}

void chart_svg_close(struct html *html)
{
    html_close(html, TAG_SVG);
}

void chart_twin_open(struct html *html, const struct chart_frame *frame)
{
    html_open(html, TAG_DETAILS);
    html_class(html, "twin");
    html_leaf(html, TAG_SUMMARY, NULL, frame->words->show_table);
    html_open(html, TAG_DIV);
    html_class(html, "table-wrap");
    html_attr(html, ATTR_TABINDEX, STR("0"));
    html_attr(html, ATTR_ROLE, STR("region"));
    html_attr(html, ATTR_ARIA_LABEL, frame->title);
    html_open(html, TAG_TABLE);
    html_leaf(html, TAG_CAPTION, NULL, frame->title);
}

void chart_twin_close(struct html *html)
{
    html_close(html, TAG_DETAILS);
}

static void column_head(struct html *html, const char *classes, struct str text)
{
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("col"));
    if (classes != NULL) {
        html_class(html, classes);
    }
    html_text(html, text);
    html_close(html, TAG_TH);
}

void chart_twin_head(struct html *html, struct str text)
{
    column_head(html, NULL, text);
}

void chart_twin_head_num(struct html *html, struct str text)
{
    column_head(html, "num", text);
}

void chart_twin_number(struct html *html, const struct chart_numbers *numbers, double value)
{
    char text[CHART_NUMBER_MAX];
    chart_number(numbers, value, text);
    html_leaf(html, TAG_TD, "num", str_of(text));
}

void chart_twin_interval(struct html *html, const struct chart_numbers *numbers,
                         const struct chart_words *words, const struct chart_point *point)
{
    char low[CHART_NUMBER_MAX];
    char high[CHART_NUMBER_MAX];
    chart_number(numbers, point->low, low);
    chart_number(numbers, point->high, high);
    html_open(html, TAG_TD);
    html_class(html, "num");
    if (chart_has_interval(point)) {
        html_fmt(html, "%s %.*s %s", low, STR_ARG(words->to), high);
    }
    html_close(html, TAG_TD);
}

void chart_twin_count(struct html *html, int64_t n)
{
    html_open(html, TAG_TD);
    html_class(html, "num");
    if (n > 0) {
        html_fmt(html, "%lld", (long long)n);
    }
    html_close(html, TAG_TD);
}

void chart_twin_row(struct html *html, struct str text)
{
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_text(html, text);
    html_close(html, TAG_TH);
}

void chart_twin_point(struct html *html, const struct chart_numbers *numbers,
                      const struct chart_words *words, const struct chart_point *point)
{
    if (chart_has_value(point)) {
        chart_twin_number(html, numbers, point->value);
        chart_twin_interval(html, numbers, words, point);
        chart_twin_count(html, point->n);
        return;
    }
    html_open(html, TAG_TD);
    html_class(html, "missing");
    html_attr(html, ATTR_COLSPAN, STR("3"));
    html_text(html, point->reason.len > 0 ? point->reason : words->no_value);
    html_close(html, TAG_TD);
}

bool chart_has_value(const struct chart_point *point)
{
    return point->has_value && isfinite(point->value);
}

bool chart_has_interval(const struct chart_point *point)
{
    return chart_has_value(point) && point->has_interval && isfinite(point->low) &&
           isfinite(point->high);
}
