/* SPDX-License-Identifier: MIT */
#include "web/html/charts/spark.h"

#include <math.h>

enum { WIDTH_PX = 104, HEIGHT_PX = 28, EDGE_PX = 4, PATH_BYTES_MAX = 4096 };

void spark_widen(const double *values, size_t count, double *min, double *max)
{
    for (size_t i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            *min = fmin(*min, values[i]);
            *max = fmax(*max, values[i]);
        }
    }
}

static double x_of(const struct spark *spark, size_t i)
{
    double steps = spark->count > 1 ? (double)(spark->count - 1) : 1.0;
    return EDGE_PX + (double)i * (WIDTH_PX - 2 * EDGE_PX) / steps;
}

static double y_of(const struct spark *spark, double value)
{
    double span = spark->max - spark->min;
    double share = span > 0.0 ? fmin(fmax((value - spark->min) / span, 0.0), 1.0) : 0.5;
    return HEIGHT_PX - EDGE_PX - share * (HEIGHT_PX - 2 * EDGE_PX);
}

/* A value between two missing ones is a stroke of no length, which its round ends show. */
static size_t write_line(const struct spark *spark, struct buf *path)
{
    size_t last = spark->count;
    for (size_t i = 0; i < spark->count; i++) {
        if (!isfinite(spark->values[i])) {
            continue;
        }
        bool is_start = last == spark->count || last + 1 != i;
        double y = y_of(spark, spark->values[i]);
        plot_path(path, is_start ? "M" : "L", x_of(spark, i), y);
        if (is_start) {
            plot_path(path, "L", x_of(spark, i), y);
        }
        last = i;
    }
    return last;
}

void spark_draw(struct html *html, const struct spark *spark)
{
    struct buf path BUF_AUTO = buf_new(PATH_BYTES_MAX);
    DP_CHECK(spark->count >= 1 && spark->count <= SPARK_VALUES_MAX);
    size_t last = write_line(spark, &path);
    if (last == spark->count) {
        return;
    }
    html_open(html, TAG_SVG);
    html_class(html, "spark");
    html_attr_int(html, ATTR_WIDTH, WIDTH_PX);
    html_attr_int(html, ATTR_HEIGHT, HEIGHT_PX);
    html_attr(html, ATTR_ROLE, STR("img"));
    html_leaf(html, TAG_TITLE, NULL, spark->title);
    html_open(html, TAG_PATH);
    html_attr(html, ATTR_D, buf_str(&path));
    html_close(html, TAG_PATH);
    html_open(html, TAG_CIRCLE);
    html_attr_num(html, ATTR_CX, x_of(spark, last));
    html_attr_num(html, ATTR_CY, y_of(spark, spark->values[last]));
    html_attr(html, ATTR_R, STR("2.5"));
    html_close(html, TAG_SVG);
}
