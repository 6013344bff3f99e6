/* SPDX-License-Identifier: MIT */
#include "web/html/charts/level.h"

enum {
    PATH_BYTES_MAX = 256 * 1024,
    WHISKERS_UP_TO = 120, /* more periods than this: they would be a wall */
    LARGE_UP_TO = 60,
};

static double unit_x(size_t index, const struct lines_place *place)
{
    return plot_x_of(index, place->period_count) * 10;
}

static void write_path(struct html *html, const struct buf *path, const char *classes,
                       size_t index)
{
    if (path->len == 0) {
        return;
    }
    html_open(html, TAG_PATH);
    html_attr_fmt(html, ATTR_CLASS, "%s s%zu", classes, index + 1);
    html_attr(html, ATTR_VECTOR_EFFECT, STR("non-scaling-stroke"));
    html_attr(html, ATTR_D, buf_str(path));
    html_close(html, TAG_PATH);
}

/* ---- Band and line ----------------------------------------------------------------------- */

static size_t band_end(const struct chart_point *level, size_t from, size_t count)
{
    size_t at = from;
    while (at < count && chart_has_interval(&level[at])) {
        at++;
    }
    return at;
}

static void draw_band(struct html *html, const struct chart_point *level, size_t index,
                      const struct lines_place *place)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    for (size_t from = 0; from < place->period_count; from++) {
        size_t to = band_end(level, from, place->period_count);
        for (size_t i = from; i < to; i++) {
            plot_path(&path, i == from ? "M" : "L", unit_x(i, place),
                      plot_y_of(place->axis, level[i].high));
        }
        for (size_t i = to; i > from; i--) {
            plot_path(&path, "L", unit_x(i - 1, place),
                      plot_y_of(place->axis, level[i - 1].low));
        }
        if (to > from) {
            buf_add_char(&path, 'Z');
            from = to;
        }
    }
    write_path(html, &path, "band", index);
}

/* The stretch from period i to the next belongs to a gap when either end has no value. */
static bool is_through(const struct chart_series *series, size_t i)
{
    return !chart_has_value(&series->points[i]) || !chart_has_value(&series->points[i + 1]);
}

static void draw_line(struct html *html, const struct chart_series *series, size_t index,
                      const struct lines_place *place, bool is_dashed)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    const struct chart_point *level = series->level->points;
    size_t drawn_to = place->period_count;
    for (size_t i = 0; i + 1 < place->period_count; i++) {
        bool has_both = chart_has_value(&level[i]) && chart_has_value(&level[i + 1]);
        if (!has_both || is_through(series, i) != is_dashed) {
            continue;
        }
        if (drawn_to != i) {
            plot_path(&path, "M", unit_x(i, place), plot_y_of(place->axis, level[i].value));
        }
        plot_path(&path, "L", unit_x(i + 1, place), plot_y_of(place->axis, level[i + 1].value));
        drawn_to = i + 1;
    }
    write_path(html, &path, is_dashed ? "line dashed" : "line", index);
}

/* ---- Dots -------------------------------------------------------------------------------- */

static void draw_whiskers(struct html *html, const struct chart_series *series, size_t index,
                          const struct lines_place *place)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    for (size_t i = 0; i < place->period_count && place->period_count <= WHISKERS_UP_TO; i++) {
        const struct chart_point *point = &series->points[i];
        if (chart_has_interval(point)) {
            plot_path(&path, "M", unit_x(i, place), plot_y_of(place->axis, point->low));
            plot_path(&path, "L", unit_x(i, place), plot_y_of(place->axis, point->high));
        }
    }
    write_path(html, &path, "thin wide", index);
}

static void draw_dots(struct html *html, const struct chart_series *series, size_t index,
                      const struct lines_place *place)
{
    html_open(html, TAG_G);
    html_attr_fmt(html, ATTR_CLASS, "dots weeks s%zu", index + 1);
    for (size_t i = 0; i < place->period_count; i++) {
        const struct chart_point *point = &series->points[i];
        if (chart_has_value(point)) {
            html_open(html, TAG_CIRCLE);
            html_attr_pct(html, ATTR_CX, plot_x_of(i, place->period_count));
            html_attr_num(html, ATTR_CY, plot_y_of(place->axis, point->value));
            html_attr(html, ATTR_R, place->period_count <= LARGE_UP_TO ? STR("3") : STR("2.2"));
            html_close(html, TAG_CIRCLE);
        }
    }
    html_close(html, TAG_G);
}

void level_draw(struct html *html, const struct chart_series *series, size_t index,
                const struct lines_place *place)
{
    plot_stretch_open(html, place->height_px);
    draw_band(html, series->level->points, index, place);
    draw_whiskers(html, series, index, place);
    draw_line(html, series, index, place, false);
    draw_line(html, series, index, place, true);
    plot_stretch_close(html);
    draw_dots(html, series, index, place);
}

/* ---- Key --------------------------------------------------------------------------------- */

static void key_line(struct html *html, const char *classes, bool is_upright)
{
    html_open(html, TAG_LINE);
    html_class(html, classes);
    html_attr(html, ATTR_X1, is_upright ? STR("14") : STR("0"));
    html_attr(html, ATTR_X2, is_upright ? STR("14") : STR("28"));
    html_attr(html, ATTR_Y1, is_upright ? STR("0") : STR("7"));
    html_attr(html, ATTR_Y2, is_upright ? STR("14") : STR("7"));
    html_close(html, TAG_LINE);
}

static void key_dot(struct html *html)
{
    html_open(html, TAG_G);
    html_class(html, "dots weeks s1");
    html_open(html, TAG_CIRCLE);
    html_attr(html, ATTR_CX, STR("14"));
    html_attr(html, ATTR_CY, STR("7"));
    html_attr(html, ATTR_R, STR("3"));
    html_close(html, TAG_G);
}

static void key_band(struct html *html)
{
    html_open(html, TAG_RECT);
    html_class(html, "band s1");
    html_attr(html, ATTR_WIDTH, STR("28"));
    html_attr(html, ATTR_HEIGHT, STR("14"));
    html_close(html, TAG_RECT);
}

static void key_open(struct html *html)
{
    html_open(html, TAG_LI);
    html_open(html, TAG_SVG);
    html_attr(html, ATTR_WIDTH, STR("28"));
    html_attr(html, ATTR_HEIGHT, STR("14"));
    html_attr(html, ATTR_ARIA_HIDDEN, STR("true"));
}

static void key_close(struct html *html, struct str words)
{
    html_close(html, TAG_SVG);
    html_leaf(html, TAG_SPAN, NULL, words);
    html_close(html, TAG_LI);
}

static bool has_dashes(const struct chart_series *series, size_t period_count)
{
    const struct chart_point *level = series->level->points;
    for (size_t i = 0; i + 1 < period_count; i++) {
        if (chart_has_value(&level[i]) && chart_has_value(&level[i + 1]) &&
            is_through(series, i)) {
            return true;
        }
    }
    return false;
}

void level_key(struct html *html, const struct chart_series *series, size_t period_count)
{
    const struct chart_level *level = series->level;
    if (level == NULL) {
        return;
    }
    html_open(html, TAG_UL);
    html_class(html, "key level");
    key_open(html);
    if (period_count <= WHISKERS_UP_TO) {
        key_line(html, "thin wide s1", true);
    }
    key_dot(html);
    html_close(html, TAG_SVG);
    html_leaf(html, TAG_SPAN, NULL, level->dot);
    if (period_count <= WHISKERS_UP_TO) {
        html_leaf(html, TAG_SPAN, "wide", level->whisker);
    }
    html_close(html, TAG_LI);
    key_open(html);
    key_line(html, "line s1", false);
    key_close(html, level->line);
    key_open(html);
    key_band(html);
    key_close(html, level->band);
    if (has_dashes(series, period_count)) {
        key_open(html);
        key_line(html, "line dashed s1", false);
        key_close(html, level->dashed);
    }
    html_close(html, TAG_UL);
}

/* ---- In words ---------------------------------------------------------------------------- */

static const struct chart_numbers *numbers_of(const struct lines_chart *chart, size_t series)
{
    const struct chart_numbers *own = chart->series[series].numbers;
    return own != NULL ? own : &chart->frame->numbers;
}

void level_hover(struct html *html, const struct lines_chart *chart, size_t series,
                 size_t period)
{
    const struct chart_level *level = chart->series[series].level;
    const struct chart_numbers *numbers = numbers_of(chart, series);
    char value[CHART_NUMBER_MAX];
    char low[CHART_NUMBER_MAX];
    char high[CHART_NUMBER_MAX];
    if (level == NULL || !chart_has_interval(&level->points[period])) {
        return;
    }
    chart_number(numbers, level->points[period].value, value);
    chart_number(numbers, level->points[period].low, low);
    chart_number(numbers, level->points[period].high, high);
    html_fmt(html, "\n%.*s: %s (%s %.*s %s)", STR_ARG(level->value), value, low,
             STR_ARG(chart->frame->words->to), high);
}

void level_twin_head(struct html *html, const struct chart_series *series)
{
    if (series->level != NULL) {
        chart_twin_head_num(html, series->level->value);
        chart_twin_head_num(html, series->level->interval);
    }
}

void level_twin_cells(struct html *html, const struct lines_chart *chart, size_t series,
                      size_t period)
{
    const struct chart_level *level = chart->series[series].level;
    if (level == NULL) {
        return;
    }
    const struct chart_point *point = &level->points[period];
    if (!chart_has_interval(point)) {
        html_leaf(html, TAG_TD, NULL, STR(""));
        html_leaf(html, TAG_TD, NULL, STR(""));
        return;
    }
    chart_twin_number(html, numbers_of(chart, series), point->value);
    chart_twin_interval(html, numbers_of(chart, series), chart->frame->words, point);
}
