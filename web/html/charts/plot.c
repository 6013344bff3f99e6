/* SPDX-License-Identifier: MIT */
#include "web/html/charts/plot.h"

#include <math.h>

enum { WIDE_LABELS = 12, NARROW_LABELS = 4, GRID_PARTS = 6, GRID_LINES_MAX = 12 };

struct plot_y plot_y_make(double low, double high)
{
    DP_CHECK(isfinite(low) && isfinite(high) && low <= high);
    double span = high - low;
    if (span < 1e-9) {
        span = fabs(high) < 1e-9 ? 1 : fabs(high) * 0.1;
        low -= span / 2;
        high += span / 2;
    }
    static const double factors[] = { 1, 2, 2.5, 5, 10 };
    double power = pow(10, floor(log10(span / GRID_PARTS)));
    size_t at = 0;
    while (factors[at] * power * GRID_PARTS < span * (1 - 1e-9) && factors[at] < 10) {
        at++;
    }
    double step = factors[at] * power;
    return (struct plot_y){
        .min = floor(low / step + 1e-9) * step,
        .max = ceil(high / step - 1e-9) * step,
        .step = step,
    };
}

double plot_y_of(const struct plot_y *axis, double value)
{
    double inside = fmin(fmax(value, axis->min), axis->max);
    double share = (inside - axis->min) / (axis->max - axis->min);
    return axis->bottom_px - share * (axis->bottom_px - axis->top_px);
}

double plot_x_of(size_t index, size_t count)
{
    return ((double)index + 0.5) * 100 / (double)count;
}

static void add_tenth(struct buf *out, double value)
{
    char text[HTML_NUMBER_MAX];
    html_number(round(value * 10) / 10, text);
    buf_add_text(out, text);
}

void plot_path(struct buf *path, const char *command, double x, double y)
{
    buf_add_text(path, command);
    add_tenth(path, x);
    buf_add_char(path, ' ');
    add_tenth(path, y);
}

void plot_text(struct html *html, const struct plot_text *place, struct str text)
{
    html_open(html, TAG_TEXT);
    html_attr_pct(html, ATTR_X, place->x_pct);
    html_attr_num(html, ATTR_Y, place->y_px);
    html_attr(html, ATTR_TEXT_ANCHOR, str_of(place->anchor));
    html_class(html, place->classes);
    html_text(html, text);
    html_close(html, TAG_TEXT);
}

/* Decimals that a multiple of the step needs. */
static int decimals_of(double step)
{
    int decimals = 0;
    while (decimals < 6 && fabs(step - round(step)) > 1e-6) {
        step *= 10;
        decimals++;
    }
    return decimals;
}

void plot_grid(struct html *html, const struct plot_y *axis,
               const struct chart_numbers *numbers)
{
    struct chart_numbers shown = { numbers->decimal_mark, decimals_of(axis->step) };
    for (int i = 0; i < GRID_LINES_MAX; i++) {
        double value = axis->min + i * axis->step;
        if (value > axis->max + axis->step * 1e-6) {
            return;
        }
        double y_px = plot_y_of(axis, value);
        bool is_base = axis->min < 0 ? fabs(value) < axis->step * 1e-6 : i == 0;
        html_open(html, TAG_LINE);
        html_class(html, is_base ? "base" : "grid");
        html_attr(html, ATTR_X2, STR("100%"));
        html_attr_num(html, ATTR_Y1, y_px);
        html_attr_num(html, ATTR_Y2, y_px);
        html_close(html, TAG_LINE);
        char text[CHART_NUMBER_MAX];
        chart_number(&shown, value, text);
        html_open(html, TAG_TEXT);
        html_attr(html, ATTR_X, STR("-8"));
        html_attr_num(html, ATTR_Y, y_px + 4);
        html_attr(html, ATTR_TEXT_ANCHOR, STR("end"));
        html_class(html, "tick");
        html_text_of(html, text);
        html_close(html, TAG_TEXT);
    }
}

static size_t rounded_up(size_t count, size_t parts)
{
    return count == 0 ? 1 : (count + parts - 1) / parts;
}

void plot_labels(struct html *html, const struct str *labels, size_t count, double y_px)
{
    size_t wide_step = rounded_up(count, WIDE_LABELS);
    size_t narrow_step = wide_step * rounded_up(rounded_up(count, wide_step), NARROW_LABELS);
    for (size_t i = 0; i < count; i += wide_step) {
        struct plot_text place = {
            .x_pct = plot_x_of(i, count),
            .y_px = y_px,
            .anchor = "middle",
            .classes = i % narrow_step == 0 ? "tick" : "tick wide",
        };
        plot_text(html, &place, labels[i]);
    }
}

void plot_stretch_open(struct html *html, double height_px)
{
    html_open(html, TAG_SVG);
    html_attr(html, ATTR_WIDTH, STR("100%"));
    html_attr_num(html, ATTR_HEIGHT, height_px);
    html_attr_fmt(html, ATTR_VIEWBOX, "0 0 1000 %.0f", height_px);
    html_attr(html, ATTR_PRESERVEASPECTRATIO, STR("none"));
}

void plot_stretch_close(struct html *html)
{
    html_close(html, TAG_SVG);
}

void plot_edge_open(struct html *html, double y_px)
{
    html_open(html, TAG_SVG);
    html_attr(html, ATTR_X, STR("100%"));
    html_attr_num(html, ATTR_Y, y_px);
    html_attr(html, ATTR_WIDTH, STR("1"));
    html_attr(html, ATTR_HEIGHT, STR("1"));
}

void plot_edge_close(struct html *html)
{
    html_close(html, TAG_SVG);
}

const char *plot_dash(size_t series)
{
    static const char *const dashes[CHART_SERIES_MAX] = { NULL, "7 3", "2 3", "9 3 2 3",
                                                          "1 5" };
    DP_CHECK(series < CHART_SERIES_MAX);
    return dashes[series];
}
