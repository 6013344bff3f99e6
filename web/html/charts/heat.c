/* SPDX-License-Identifier: MIT */
#include "web/html/charts/heat.h"

#include <math.h>
#include <string.h>

enum { MARKS_MAX = 6, BOUND_DECIMALS = 1 };

static double step_of(const struct heat *chart)
{
    return (chart->max - chart->min) / HEAT_COLOURS;
}

/* 1 for the low end, 4 for the middle, 7 for the high end. A value on a bound has the upper colour,
 * whatever the last bit of the division says. */
static int colour_of(const struct heat *chart, double value)
{
    double step = floor((value - chart->min) / step_of(chart) + 1e-9);
    return (int)fmin(fmax(step, 0), HEAT_COLOURS - 1) + 1;
}

/* ---- The map ------------------------------------------------------------------------------------- */

static void write_name(struct html *html, struct str name, struct str path)
{
    if (path.len == 0) {
        html_text(html, name);
        return;
    }
    html_open(html, TAG_A);
    html_attr(html, ATTR_HREF, path);
    html_text(html, name);
    html_close(html, TAG_A);
}

static void write_head(struct html *html, const struct heat_head *head, bool is_row)
{
    DP_CHECK(head->depth >= 0 && head->depth <= HEAT_DEPTH_MAX);
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, is_row ? STR("row") : STR("col"));
    if (is_row) {
        html_attr_fmt(html, ATTR_CLASS, "in-%d%s", head->depth, head->is_strong ? " strong" : "");
    }
    write_name(html, head->name, head->path);
    if (head->note.len > 0) {
        html_leaf(html, TAG_SMALL, NULL, head->note);
    }
    html_close(html, TAG_TH);
}

/* What a cell says below its number: "3.41 to 3.83, n 34", which breaks only after the comma. */
static void write_basis(struct html *html, const struct heat *chart,
                        const struct chart_point *point)
{
    bool has_interval = chart_has_interval(point);
    html_open(html, TAG_SMALL);
    if (has_interval) {
        char low[CHART_NUMBER_MAX];
        char high[CHART_NUMBER_MAX];
        chart_number(&chart->frame.numbers, point->low, low);
        chart_number(&chart->frame.numbers, point->high, high);
        html_open(html, TAG_SPAN);
        html_fmt(html, "%s %.*s %s%s", low, STR_ARG(chart->frame.words->to), high,
                 point->n > 0 ? "," : "");
        html_close(html, TAG_SPAN);
    }
    if (point->n > 0) {
        html_fmt(html, "%s%.*s\xc2\xa0%lld", has_interval ? " " : "",
                 STR_ARG(chart->words->count), (long long)point->n);
    }
    html_close(html, TAG_SMALL);
}

static struct str reason_of(const struct heat *chart, const struct heat_cell *cell)
{
    return cell->point.reason.len > 0 ? cell->point.reason : chart->frame.words->no_value;
}

static void write_cell(struct html *html, const struct heat *chart, const struct heat_cell *cell)
{
    html_open(html, TAG_TD);
    if (!chart_has_value(&cell->point)) {
        html_class(html, "heat-none");
        html_attr(html, ATTR_TITLE, reason_of(chart, cell));
        html_text(html, cell->mark);
        html_close(html, TAG_TD);
        return;
    }
    char value[CHART_NUMBER_MAX];
    chart_number(&chart->frame.numbers, cell->point.value, value);
    html_attr_fmt(html, ATTR_CLASS, "heat-%d", colour_of(chart, cell->point.value));
    write_name(html, str_of(value), cell->path);
    write_basis(html, chart, &cell->point);
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
    chart_twin_head(html, chart->words->unit);
    for (size_t c = 0; c < chart->column_count; c++) {
        write_head(html, &chart->columns[c], false);
    }
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t r = 0; r < chart->row_count; r++) {
        html_open(html, TAG_TR);
        write_head(html, &chart->rows[r], true);
        for (size_t c = 0; c < chart->column_count; c++) {
            write_cell(html, chart, &chart->cells[r * chart->column_count + c]);
        }
        html_close(html, TAG_TR);
    }
    html_close(html, TAG_DIV);
}

/* ---- The legend ---------------------------------------------------------------------------------- */

static void write_swatch(struct html *html, const char *classes, struct str mark)
{
    html_open(html, TAG_SPAN);
    html_attr_fmt(html, ATTR_CLASS, "swatch %s", classes);
    if (mark.len > 0) {
        html_text(html, mark);
    }
    html_close(html, TAG_SPAN);
}

static void write_step(struct html *html, const struct heat *chart, int colour)
{
    struct chart_numbers numbers = { chart->frame.numbers.decimal_mark, BOUND_DECIMALS };
    char classes[] = "heat-0";
    char low[CHART_NUMBER_MAX];
    char high[CHART_NUMBER_MAX];
    classes[5] = (char)('0' + colour);
    chart_number(&numbers, chart->min + (colour - 1) * step_of(chart), low);
    chart_number(&numbers, chart->min + colour * step_of(chart), high);
    html_open(html, TAG_LI);
    write_swatch(html, classes, STR(""));
    if (colour == 1) {
        html_fmt(html, "%.*s %s", STR_ARG(chart->words->under), high);
    } else if (colour == HEAT_COLOURS) {
        html_fmt(html, "%.*s %s", STR_ARG(chart->words->from), low);
    } else {
        html_fmt(html, "%s %.*s %s", low, STR_ARG(chart->frame.words->to), high);
    }
    html_close(html, TAG_LI);
}

static bool is_same_reason(const struct heat *chart, const struct heat_cell *a,
                           const struct heat_cell *b)
{
    return str_equal(a->mark, b->mark) && str_equal(reason_of(chart, a), reason_of(chart, b));
}

/* Each mark once, with its reason. */
static void write_marks(struct html *html, const struct heat *chart)
{
    const struct heat_cell *seen[MARKS_MAX];
    size_t seen_count = 0;
    for (size_t i = 0; i < chart->row_count * chart->column_count; i++) {
        const struct heat_cell *cell = &chart->cells[i];
        bool is_new = !chart_has_value(&cell->point) && seen_count < MARKS_MAX;
        for (size_t k = 0; k < seen_count && is_new; k++) {
            is_new = !is_same_reason(chart, cell, seen[k]);
        }
        if (is_new) {
            seen[seen_count++] = cell;
            html_open(html, TAG_LI);
            write_swatch(html, "heat-none", cell->mark);
            html_text(html, reason_of(chart, cell));
            html_close(html, TAG_LI);
        }
    }
}

static void write_legend(struct html *html, const struct heat *chart)
{
    html_open(html, TAG_UL);
    html_class(html, "heat-legend");
    for (int colour = 1; colour <= HEAT_COLOURS; colour++) {
        write_step(html, chart, colour);
    }
    write_marks(html, chart);
    html_close(html, TAG_UL);
}

/* ---- The twin ------------------------------------------------------------------------------------ */

/* A number with its sign, also above 0; what is rounded to nothing has none. */
static void write_signed(struct html *html, const struct heat *chart, double value)
{
    char text[CHART_NUMBER_MAX];
    chart_number(&chart->frame.numbers, fabs(value), text);
    bool is_nothing = strpbrk(text, "123456789") == NULL;
    html_fmt(html, "%s%s", is_nothing ? "" : value > 0 ? "+" : "\xe2\x88\x92", text);
}

static void write_change(struct html *html, const struct heat *chart,
                         const struct chart_point *change)
{
    html_open(html, TAG_TD);
    html_class(html, "num");
    if (chart_has_value(change)) {
        write_signed(html, chart, change->value);
    }
    if (chart_has_interval(change)) {
        html_text(html, STR(" ("));
        write_signed(html, chart, change->low);
        html_fmt(html, " %.*s ", STR_ARG(chart->frame.words->to));
        write_signed(html, chart, change->high);
        html_text(html, STR(")"));
    }
    html_close(html, TAG_TD);
}

static void write_twin(struct html *html, const struct heat *chart)
{
    const struct chart_words *words = chart->frame.words;
    bool has_changes = chart->words->change.len > 0;
    chart_twin_open(html, &chart->frame);
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    chart_twin_head(html, chart->words->unit);
    chart_twin_head(html, chart->words->column);
    chart_twin_head_num(html, words->value);
    chart_twin_head_num(html, words->interval);
    chart_twin_head_num(html, words->answers);
    if (has_changes) {
        chart_twin_head_num(html, chart->words->change);
    }
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < chart->row_count * chart->column_count; i++) {
        html_open(html, TAG_TR);
        chart_twin_row(html, chart->rows[i / chart->column_count].name);
        html_leaf(html, TAG_TD, NULL, chart->columns[i % chart->column_count].name);
        chart_twin_point(html, &chart->frame.numbers, words, &chart->cells[i].point);
        if (has_changes) {
            write_change(html, chart, &chart->cells[i].change);
        }
        html_close(html, TAG_TR);
    }
    chart_twin_close(html);
}

void heat_draw(struct html *html, const struct heat *chart)
{
    DP_CHECK(chart->min < chart->max && chart->column_count >= 1);
    chart_figure_open(html, &chart->frame);
    write_map(html, chart);
    write_legend(html, chart);
    write_twin(html, chart);
    chart_figure_close(html);
}
