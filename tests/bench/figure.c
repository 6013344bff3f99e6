/* SPDX-License-Identifier: MIT */
#include "tests/bench/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

void samples_add(struct samples *samples, double value)
{
    if (samples->count < SAMPLES_MAX) {
        samples->values[samples->count++] = value;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct samples sorted(const struct samples *samples)
{
    struct samples copy = *samples;
    qsort(copy.values, copy.count, sizeof copy.values[0], by_value);
    return copy;
}

double samples_median(const struct samples *samples)
{
    struct samples copy = sorted(samples);
    return copy.count == 0 ? 0.0 : copy.values[copy.count / 2];
}

double samples_min(const struct samples *samples)
{
    struct samples copy = sorted(samples);
    return copy.count == 0 ? 0.0 : copy.values[0];
}

double samples_max(const struct samples *samples)
{
    struct samples copy = sorted(samples);
    return copy.count == 0 ? 0.0 : copy.values[copy.count - 1];
}

struct samples samples_one(double value)
{
    struct samples samples = { .count = 1 };
    samples.values[0] = value;
    return samples;
}

struct figure *table_add(struct table *table, const char *name, const char *unit,
                         const struct samples *value)
{
    if (table->count == FIGURES_MAX) {
        (void)fprintf(stderr, "bench: the table is full\n");
        exit(1);
    }
    struct figure *figure = &table->figures[table->count++];
    *figure = (struct figure){ .value = *value };
    (void)snprintf(figure->name, sizeof figure->name, "%s", name);
    (void)snprintf(figure->unit, sizeof figure->unit, "%s", unit);
    return figure;
}

void figure_set_reference(struct figure *figure, const char *name,
                          const struct samples *reference)
{
    (void)snprintf(figure->reference_name, sizeof figure->reference_name, "%s", name);
    figure->reference = *reference;
}

void figure_set_bar(struct figure *figure, enum figure_bar kind, double bar)
{
    figure->bar_kind = kind;
    figure->bar = bar;
    figure->is_bar_on_ratio = false;
}

void figure_set_ratio_bar(struct figure *figure, enum figure_bar kind, double bar)
{
    figure_set_bar(figure, kind, bar);
    figure->is_bar_on_ratio = true;
}

void growth_add(struct growth *growth, double size, double cost)
{
    if (growth->count == GROWTH_SIZES) {
        bench_stop("more than %d sizes", GROWTH_SIZES);
    }
    growth->sizes[growth->count] = size;
    growth->costs[growth->count++] = cost;
}

/* The slope of log cost over log size, by least squares. */
static double exponent(const struct growth *growth)
{
    double n = (double)growth->count;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (size_t i = 0; i < growth->count; i++) {
        double size = log(growth->sizes[i]);
        double cost = log(growth->costs[i]);
        x += size;
        y += cost;
        xx += size * size;
        xy += size * cost;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

void table_add_growth(struct table *table, const char *name, const char *unit,
                      const struct growth *growth)
{
    char row_name[FIGURE_NAME_MAX];
    for (size_t i = 0; i < growth->count; i++) {
        struct samples cost = samples_one(growth->costs[i]);
        (void)snprintf(row_name, sizeof row_name, "%s, %.0f", name, growth->sizes[i]);
        (void)table_add(table, row_name, unit, &cost);
    }
    if (growth->count > 1) {
        struct samples grows = samples_one(exponent(growth));
        (void)table_add(table, "  grows with the power", "", &grows);
    }
}

double figure_ratio(const struct figure *figure)
{
    const struct samples *value = &figure->value;
    const struct samples *reference = &figure->reference;
    struct samples ratios = { .count = 0 };
    if (value->count != reference->count) {
        return samples_median(value) / samples_median(reference);
    }
    for (size_t i = 0; i < value->count; i++) {
        samples_add(&ratios, value->values[i] / reference->values[i]);
    }
    return samples_median(&ratios);
}

bool figure_is_short(const struct figure *figure)
{
    double what = figure->is_bar_on_ratio ? figure_ratio(figure)
                                          : samples_median(&figure->value);
    switch (figure->bar_kind) {
    case FIGURE_AT_MOST:
        return !(what <= figure->bar);
    case FIGURE_AT_LEAST:
        return !(what >= figure->bar);
    case FIGURE_NO_BAR:
        break;
    }
    return false;
}

/* As many digits as say something. */
static void format_number(double value, char *out, size_t size)
{
    int digits = value >= 1000 || value <= -1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
    (void)snprintf(out, size, "%.*f", digits, value);
}

static void format_value(const struct samples *samples, const char *unit, char *out,
                         size_t size)
{
    char median[32];
    char low[32];
    char high[32];
    format_number(samples_median(samples), median, sizeof median);
    format_number(samples_min(samples), low, sizeof low);
    format_number(samples_max(samples), high, sizeof high);
    if (samples->count > 1) {
        (void)snprintf(out, size, "%s %s (%s to %s)", median, unit, low, high);
    } else {
        (void)snprintf(out, size, "%s %s", median, unit);
    }
}

static void format_bar(const struct figure *figure, char *out, size_t size)
{
    char bar[32];
    format_number(figure->bar, bar, sizeof bar);
    out[0] = '\0';
    if (figure->bar_kind != FIGURE_NO_BAR) {
        (void)snprintf(out, size, "%s%s %s%s", figure->is_bar_on_ratio ? "x " : "",
                       figure->bar_kind == FIGURE_AT_MOST ? "<=" : ">=", bar,
                       figure_is_short(figure) ? "  SHORT" : "  met");
    }
}

static void print_row(const struct figure *figure)
{
    char value[160];
    char reference[288];
    char ratio[32] = "";
    char bar[64];
    reference[0] = '\0';
    format_value(&figure->value, figure->unit, value, sizeof value);
    format_bar(figure, bar, sizeof bar);
    if (figure->reference_name[0] != '\0') {
        char text[160];
        format_value(&figure->reference, figure->unit, text, sizeof text);
        (void)snprintf(reference, sizeof reference, "%s: %s", figure->reference_name, text);
        (void)snprintf(ratio, sizeof ratio, "x %.3f", figure_ratio(figure));
    }
    (void)printf("%-50s | %-38s | %-8s | %-16s | %s\n", figure->name, value, ratio, bar,
                 reference);
}

void table_print(const struct table *table)
{
    (void)printf("%-50s | %-38s | %-8s | %-16s | %s\n", "what", "median (spread)", "ratio",
                 "bar", "reference");
    for (size_t i = 0; i < table->count; i++) {
        print_row(&table->figures[i]);
    }
}

static void print_json_samples(const char *name, const struct samples *samples)
{
    (void)printf("\"%s\":{\"median\":%.6g,\"min\":%.6g,\"max\":%.6g,\"runs\":%zu}", name,
                 samples_median(samples), samples_min(samples), samples_max(samples),
                 samples->count);
}

/* Names are our own words without quotes or backslashes. */
void table_print_json(const struct table *table)
{
    (void)printf("{\"figures\":[");
    for (size_t i = 0; i < table->count; i++) {
        const struct figure *figure = &table->figures[i];
        (void)printf("%s\n{\"name\":\"%s\",\"unit\":\"%s\",", i == 0 ? "" : ",", figure->name,
                     figure->unit);
        print_json_samples("value", &figure->value);
        if (figure->reference_name[0] != '\0') {
            (void)printf(",\"reference_name\":\"%s\",", figure->reference_name);
            print_json_samples("reference", &figure->reference);
            (void)printf(",\"ratio\":%.6g", figure_ratio(figure));
        }
        if (figure->bar_kind != FIGURE_NO_BAR) {
            (void)printf(",\"bar\":%.6g,\"bar_is\":\"%s\",\"bar_on\":\"%s\",\"is_met\":%s",
                         figure->bar,
                         figure->bar_kind == FIGURE_AT_MOST ? "at most" : "at least",
                         figure->is_bar_on_ratio ? "ratio" : "value",
                         figure_is_short(figure) ? "false" : "true");
        }
        (void)printf("}");
    }
    (void)printf("\n]}\n");
}

size_t table_print_short(const struct table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct figure *figure = &table->figures[i];
        if (figure_is_short(figure)) {
            double found = figure->is_bar_on_ratio ? figure_ratio(figure)
                                                   : samples_median(&figure->value);
            (void)fprintf(stderr, "falls short: %s: %s%.4g %s, bar %s %.4g\n", figure->name,
                          figure->is_bar_on_ratio ? "ratio " : "", found,
                          figure->is_bar_on_ratio ? "" : figure->unit,
                          figure->bar_kind == FIGURE_AT_MOST ? "at most" : "at least",
                          figure->bar);
            count++;
        }
    }
    return count;
}
