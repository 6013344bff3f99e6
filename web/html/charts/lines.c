/* SPDX-License-Identifier: MIT */
#include "web/html/charts/lines.h"

#include <math.h>

#include "web/html/charts/level.h"

enum {
    PATH_BYTES_MAX = 256 * 1024,
    DOTS_UP_TO = 60, /* more periods than this: dots only where a point stands alone */
    END_GAP_PX = 18,
    LETTER_RISE_PX = 5, /* above the foot of the plot */
    LETTER_DROP_PX = 4, /* from the middle of a letter to its base line */
};

static void widen(const struct chart_point *points, size_t count, struct plot_y *range)
{
    for (size_t i = 0; i < count; i++) {
        const struct chart_point *point = &points[i];
        if (!chart_has_value(point)) {
            continue;
        }
        bool has = chart_has_interval(point);
        range->min = fmin(range->min, has ? fmin(point->low, point->value) : point->value);
        range->max = fmax(range->max, has ? fmax(point->high, point->value) : point->value);
    }
}

bool lines_range(const struct chart_series *series, size_t series_count, size_t period_count,
                 struct plot_y *range)
{
    range->min = HUGE_VAL;
    range->max = -HUGE_VAL;
    for (size_t s = 0; s < series_count; s++) {
        widen(series[s].points, period_count, range);
        if (series[s].level != NULL) {
            widen(series[s].level->points, period_count, range);
        }
    }
    return isfinite(range->min) && isfinite(range->max);
}

static double unit_x(size_t index, const struct lines_place *place)
{
    return plot_x_of(index, place->period_count) * 10;
}

/* The position behind the run of values (with intervals, if wanted) that starts at `from`. */
static size_t run_end(const struct chart_series *series, size_t from, size_t count,
                      bool wants_interval)
{
    size_t at = from;
    while (at < count && (wants_interval ? chart_has_interval(&series->points[at])
                                         : chart_has_value(&series->points[at]))) {
        at++;
    }
    return at;
}

static void band_run(struct buf *path, const struct chart_series *series, size_t from,
                     size_t to, const struct lines_place *place)
{
    for (size_t i = from; i < to; i++) {
        plot_path(path, i == from ? "M" : "L", unit_x(i, place),
                  plot_y_of(place->axis, series->points[i].high));
    }
    for (size_t i = to; i > from; i--) {
        plot_path(path, "L", unit_x(i - 1, place),
                  plot_y_of(place->axis, series->points[i - 1].low));
    }
    buf_add_char(path, 'Z');
}

static void draw_path(struct html *html, const struct buf *path, const char *kind, size_t index)
{
    if (path->len == 0) {
        return;
    }
    html_open(html, TAG_PATH);
    html_attr_fmt(html, ATTR_CLASS, "%s s%zu", kind, index + 1);
    html_attr(html, ATTR_VECTOR_EFFECT, STR("non-scaling-stroke"));
    if (kind[0] == 'l' && plot_dash(index) != NULL) {
        html_attr(html, ATTR_STROKE_DASHARRAY, str_of(plot_dash(index)));
    }
    html_attr(html, ATTR_D, buf_str(path));
    html_close(html, TAG_PATH);
}

static void draw_band(struct html *html, const struct chart_series *series, size_t index,
                      const struct lines_place *place)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    for (size_t from = 0; from < place->period_count; from++) {
        size_t to = run_end(series, from, place->period_count, true);
        if (to > from + 1) {
            band_run(&path, series, from, to, place);
        }
        from = to > from ? to : from;
    }
    draw_path(html, &path, "band", index);
}

static void draw_line(struct html *html, const struct chart_series *series, size_t index,
                      const struct lines_place *place)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    for (size_t i = 0; i < place->period_count; i++) {
        if (!chart_has_value(&series->points[i])) {
            continue;
        }
        bool is_start = i == 0 || !chart_has_value(&series->points[i - 1]);
        plot_path(&path, is_start ? "M" : "L", unit_x(i, place),
                  plot_y_of(place->axis, series->points[i].value));
    }
    draw_path(html, &path, "line", index);
}

/* The interval of a point that stands alone, where a band has no width. */
static void draw_whisker(struct html *html, const struct chart_point *point, double x_pct,
                         const struct plot_y *axis)
{
    html_open(html, TAG_LINE);
    html_attr_pct(html, ATTR_X1, x_pct);
    html_attr_pct(html, ATTR_X2, x_pct);
    html_attr_num(html, ATTR_Y1, plot_y_of(axis, point->low));
    html_attr_num(html, ATTR_Y2, plot_y_of(axis, point->high));
    html_close(html, TAG_LINE);
}

static void draw_dots(struct html *html, const struct chart_series *series, size_t index,
                      const struct lines_place *place)
{
    size_t count = place->period_count;
    html_open(html, TAG_G);
    html_attr_fmt(html, ATTR_CLASS, "dots s%zu", index + 1);
    for (size_t i = 0; i < count; i++) {
        const struct chart_point *point = &series->points[i];
        bool is_alone = (i == 0 || !chart_has_value(point - 1)) &&
                        (i + 1 == count || !chart_has_value(point + 1));
        bool has_dots = place->is_alone && count <= DOTS_UP_TO;
        if (!chart_has_value(point) || (!has_dots && !is_alone)) {
            continue;
        }
        if (is_alone && chart_has_interval(point)) {
            draw_whisker(html, point, plot_x_of(i, count), place->axis);
        }
        html_open(html, TAG_CIRCLE);
        html_attr_pct(html, ATTR_CX, plot_x_of(i, count));
        html_attr_num(html, ATTR_CY, plot_y_of(place->axis, point->value));
        html_attr(html, ATTR_R, STR("2.5"));
        html_close(html, TAG_CIRCLE);
    }
    html_close(html, TAG_G);
}

void lines_draw(struct html *html, const struct chart_series *series, size_t index,
                const struct lines_place *place)
{
    if (series->level != NULL) {
        level_draw(html, series, index, place);
        return;
    }
    plot_stretch_open(html, place->height_px);
    draw_band(html, series, index, place);
    draw_line(html, series, index, place);
    plot_stretch_close(html);
    draw_dots(html, series, index, place);
}

/* Missing periods in a row for the same reason. */
struct gap {
    size_t series;
    size_t from;
    size_t to;
    size_t letter;
};

static void shade(struct html *html, size_t from, size_t to, const struct lines_place *place)
{
    double count = (double)place->period_count;
    html_open(html, TAG_RECT);
    html_class(html, "gap");
    html_attr_pct(html, ATTR_X, (double)from * 100 / count);
    html_attr_num(html, ATTR_Y, place->axis->top_px);
    html_attr_pct(html, ATTR_WIDTH, (double)(to - from) * 100 / count);
    html_attr_num(html, ATTR_HEIGHT, place->axis->bottom_px - place->axis->top_px);
    html_close(html, TAG_RECT);
}

/* Half-way between the values around a gap; at the foot when there is none on a side. */
static double break_px(const struct chart_series *series, size_t from, size_t to,
                       const struct lines_place *place)
{
    bool has_both = from > 0 && to < place->period_count &&
                    chart_has_value(&series->points[from - 1]) &&
                    chart_has_value(&series->points[to]);
    if (!has_both) {
        return place->axis->bottom_px - LETTER_RISE_PX;
    }
    return (plot_y_of(place->axis, series->points[from - 1].value) +
            plot_y_of(place->axis, series->points[to].value)) /
               2 +
           LETTER_DROP_PX;
}

static void draw_gap(struct html *html, const struct chart_series *series,
                     const struct gap *gap, const struct lines_place *place)
{
    static const char *const classes[CHART_SERIES_MAX] = { "letter s1", "letter s2",
                                                           "letter s3", "letter s4",
                                                           "letter s5" };
    struct plot_text text = {
        .x_pct = ((double)gap->from + (double)gap->to) * 50 / (double)place->period_count,
        .y_px = place->axis->bottom_px - LETTER_RISE_PX,
        .anchor = "middle",
        .classes = classes[gap->series],
    };
    if (place->is_alone) {
        shade(html, gap->from, gap->to, place);
    } else {
        text.y_px = break_px(series, gap->from, gap->to, place);
    }
    plot_text(html, &text, gaps_letter(gap->letter));
}

static struct str reason_of(const struct chart_point *point, const struct lines_place *place)
{
    return point->reason.len > 0 ? point->reason : place->reason;
}

/* The position behind the run of missing points with the same reason that starts at `from`. */
static size_t gap_end(const struct chart_series *series, size_t from,
                      const struct lines_place *place)
{
    size_t at = from;
    while (at < place->period_count && !chart_has_value(&series->points[at]) &&
           str_equal(reason_of(&series->points[at], place),
                     reason_of(&series->points[from], place))) {
        at++;
    }
    return at;
}

void lines_gaps(struct html *html, const struct chart_series *series, size_t index,
                const struct lines_place *place, struct gaps *gaps)
{
    struct gap gap = { .series = index };
    while (gap.from < place->period_count) {
        struct str reason = reason_of(&series->points[gap.from], place);
        gap.to = gap_end(series, gap.from, place);
        for (size_t i = gap.from; i < gap.to && reason.len > 0; i++) {
            gap.letter = gaps_index(gaps, reason);
        }
        if (gap.to > gap.from && reason.len > 0) {
            draw_gap(html, series, &gap, place);
        }
        gap.from = gap.to > gap.from ? gap.to : gap.from + 1;
    }
}

/* ---- Ends -------------------------------------------------------------------------------- */

struct end {
    size_t series;
    const struct chart_point *point;
    double y_px;
};

/* What the line goes through. */
static const struct chart_point *end_points(const struct chart_series *series)
{
    return series->level != NULL ? series->level->points : series->points;
}

static size_t collect_ends(const struct chart_series *series, size_t series_count,
                           const struct lines_place *place, struct end *ends)
{
    size_t count = 0;
    for (size_t s = 0; s < series_count; s++) {
        const struct chart_point *points = end_points(&series[s]);
        size_t i = place->period_count;
        while (i > 0 && !chart_has_value(&points[i - 1])) {
            i--;
        }
        if (i == 0) {
            continue;
        }
        const struct chart_point *point = &points[i - 1];
        struct end end = { s, point, plot_y_of(place->axis, point->value) };
        size_t at = count;
        for (; at > 0 && ends[at - 1].y_px > end.y_px; at--) {
            ends[at] = ends[at - 1];
        }
        ends[at] = end;
        count++;
    }
    return count;
}

/* Moves labels down until none touches the one above, then up again from the bottom. */
static void move_apart(struct end *ends, size_t count, double bottom_px)
{
    for (size_t i = 1; i < count; i++) {
        ends[i].y_px = fmax(ends[i].y_px, ends[i - 1].y_px + END_GAP_PX);
    }
    double limit = bottom_px;
    for (size_t i = count; i > 0; i--) {
        ends[i - 1].y_px = fmin(ends[i - 1].y_px, limit);
        limit = ends[i - 1].y_px - END_GAP_PX;
    }
}

static void draw_end(struct html *html, const struct end *end, struct str name,
                     const struct chart_numbers *numbers)
{
    char value[CHART_NUMBER_MAX] = "";
    if (numbers != NULL) {
        chart_number(numbers, end->point->value, value);
    }
    plot_edge_open(html, end->y_px);
    if (name.len > 0) {
        html_open(html, TAG_CIRCLE);
        html_attr_fmt(html, ATTR_CLASS, "end s%zu", end->series + 1);
        html_attr(html, ATTR_R, STR("4"));
        html_close(html, TAG_CIRCLE);
    }
    html_open(html, TAG_TEXT);
    html_attr(html, ATTR_X, name.len > 0 ? STR("9") : STR("2"));
    html_attr(html, ATTR_Y, STR("4"));
    html_class(html, "end-text");
    if (numbers != NULL) {
        html_leaf(html, TAG_TSPAN, "value", str_of(value));
    }
    if (name.len > 0) {
        html_open(html, TAG_TSPAN);
        html_class(html, "wide");
        html_attr(html, ATTR_DX, numbers != NULL ? STR("6") : STR("0"));
        html_text(html, name);
        html_close(html, TAG_TSPAN);
    }
    html_close(html, TAG_TEXT);
    plot_edge_close(html);
}

void lines_ends(struct html *html, const struct chart_series *series, size_t series_count,
                const struct lines_place *place, const struct chart_numbers *numbers)
{
    struct end ends[CHART_SERIES_MAX];
    size_t count = collect_ends(series, series_count, place, ends);
    move_apart(ends, count, place->axis->bottom_px);
    for (size_t i = 0; i < count; i++) {
        const struct chart_series *own = &series[ends[i].series];
        struct str name = series_count > 1 ? own->name : STR("");
        bool has_own = numbers != NULL && own->numbers != NULL;
        draw_end(html, &ends[i], name, has_own ? own->numbers : numbers);
    }
}

void lines_key(struct html *html, const struct chart_series *series, size_t series_count)
{
    if (series_count < 2) {
        return;
    }
    html_open(html, TAG_UL);
    html_class(html, "key");
    for (size_t s = 0; s < series_count; s++) {
        html_open(html, TAG_LI);
        html_open(html, TAG_SVG);
        html_attr(html, ATTR_WIDTH, STR("28"));
        html_attr(html, ATTR_HEIGHT, STR("10"));
        html_attr(html, ATTR_ARIA_HIDDEN, STR("true"));
        html_open(html, TAG_LINE);
        html_attr_fmt(html, ATTR_CLASS, "line s%zu", s + 1);
        html_attr(html, ATTR_X2, STR("28"));
        html_attr(html, ATTR_Y1, STR("5"));
        html_attr(html, ATTR_Y2, STR("5"));
        if (plot_dash(s) != NULL) {
            html_attr(html, ATTR_STROKE_DASHARRAY, str_of(plot_dash(s)));
        }
        html_close(html, TAG_SVG);
        html_text(html, series[s].name);
        html_close(html, TAG_LI);
    }
    html_close(html, TAG_UL);
}
