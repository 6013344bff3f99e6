/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What was measured: a figure is a set of runs with an optional reference from the same minutes and an
 * optional bar, which is on the figure itself or on its ratio to the reference. The table prints them,
 * or says them as JSON, and knows which fall short.
 */

#include <stdbool.h>
#include <stddef.h>

enum {
    SAMPLES_MAX = 64,
    FIGURES_MAX = 128,
    GROWTH_SIZES = 3,
    FIGURE_NAME_MAX = 96,
    FIGURE_UNIT_MAX = 16
};

/** One number a run, in the order of the runs. */
struct samples {
    double values[SAMPLES_MAX];
    size_t count;
};

void samples_add(struct samples *samples, double value);
double samples_median(const struct samples *samples);
double samples_min(const struct samples *samples);
double samples_max(const struct samples *samples);
struct samples samples_one(double value);

enum figure_bar { FIGURE_NO_BAR, FIGURE_AT_MOST, FIGURE_AT_LEAST };

struct figure {
    char name[FIGURE_NAME_MAX];
    char unit[FIGURE_UNIT_MAX];
    struct samples value;
    char reference_name[FIGURE_NAME_MAX]; /* "" without one */
    struct samples reference;
    enum figure_bar bar_kind;
    double bar;
    bool is_bar_on_ratio;
};

struct table {
    struct figure figures[FIGURES_MAX];
    size_t count;
};

/** A new row; its reference and bar may be set afterwards. Lives as long as the table. */
struct figure *table_add(struct table *table, const char *name, const char *unit,
                         const struct samples *value);
void figure_set_reference(struct figure *figure, const char *name,
                          const struct samples *reference);
void figure_set_bar(struct figure *figure, enum figure_bar kind, double bar);
void figure_set_ratio_bar(struct figure *figure, enum figure_bar kind, double bar);

/** What the same thing costs at three sizes. */
struct growth {
    double sizes[GROWTH_SIZES];
    double costs[GROWTH_SIZES];
    size_t count;
};

void growth_add(struct growth *growth, double size, double cost);

/** A row a size and one with the exponent: 1 for twice the cost at twice the size. */
void table_add_growth(struct table *table, const char *name, const char *unit,
                      const struct growth *growth);

/** Value over reference: the median of the runs' ratios where runs were taken in pairs. */
double figure_ratio(const struct figure *figure);
bool figure_is_short(const struct figure *figure);

void table_print(const struct table *table);
void table_print_json(const struct table *table);

/** Lists what falls short. Gives how many do. */
size_t table_print_short(const struct table *table);
