/* SPDX-License-Identifier: MIT */
#include "app/stats/series.h"

#include <math.h>

#include "app/stats/number.h"
#include "app/stats/solve.h"

struct series_summary series_summarise(const double *values, size_t count)
{
    struct series_summary out = { .mean = NUMBER_NONE, .sd = NUMBER_NONE };
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(values[i])) {
            sum += values[i];
            out.count++;
        }
    }
    if (out.count == 0) {
        return out;
    }
    out.mean = sum / (double)out.count;
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(values[i])) {
            out.squares += (values[i] - out.mean) * (values[i] - out.mean);
        }
    }
    if (out.count >= 2) {
        out.sd = sqrt(out.squares / (double)(out.count - 1));
    }
    out.is_constant = out.count < 2 || out.sd <= 1e-12 * fabs(out.mean) || out.sd <= 0.0;
    return out;
}

static void swap(double *values, uint32_t *order, size_t i, size_t j)
{
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
    if (order != NULL) {
        uint32_t place = order[i];
        order[i] = order[j];
        order[j] = place;
    }
}

static void sift_down(double *values, uint32_t *order, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && values[child + 1] > values[child]) {
            child++;
        }
        if (values[child] <= values[root]) {
            return;
        }
        swap(values, order, root, child);
        root = child;
    }
}

void series_sort_with(double *values, uint32_t *order, size_t count)
{
    for (size_t i = count / 2; i > 0; i--) {
        sift_down(values, order, i - 1, count);
    }
    for (size_t end = count; end > 1; end--) {
        swap(values, order, 0, end - 1);
        sift_down(values, order, 0, end - 1);
    }
}

void series_sort(double *values, size_t count)
{
    series_sort_with(values, NULL, count);
}

double series_median(const double *values, size_t count, struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    double *sorted = scratch_doubles(scratch, count);
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(values[i])) {
            sorted[known++] = values[i];
        }
    }
    series_sort(sorted, known);
    double median = NUMBER_NONE;
    if (known > 0) {
        median = known % 2 == 1 ? sorted[known / 2]
                                : 0.5 * (sorted[known / 2 - 1] + sorted[known / 2]);
    }
    scratch->used_bytes = mark;
    return median;
}

void series_group_means(const struct series_groups *in, double *out)
{
    for (size_t g = 0; g < in->groups; g++) {
        double sum = 0.0;
        double weights = 0.0;
        for (size_t i = 0; i < in->count; i++) {
            double weight = in->weights != NULL ? in->weights[i] : 1.0;
            if (in->group[i] == g && number_is_known(in->values[i]) && weight > 0.0) {
                sum += weight * in->values[i];
                weights += weight;
            }
        }
        out[g] = weights > 0.0 ? sum / weights : NUMBER_NONE;
    }
}

struct series_gaps series_find_gaps(const double *values, size_t count)
{
    struct series_gaps gaps = { 0, 0 };
    size_t run = 0;
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(values[i])) {
            run = 0;
            continue;
        }
        gaps.missing++;
        run++;
        gaps.longest = run > gaps.longest ? run : gaps.longest;
    }
    return gaps;
}

enum { TREND_TERMS_MAX = 3 };

/* A regression on time, and with a period on its sine and cosine, too. */
struct trend {
    size_t terms;
    double period;
    double mean_value;
    double means[TREND_TERMS_MAX];
    double slopes[TREND_TERMS_MAX];
};

static void trend_row(const struct trend *trend, size_t i, double *row)
{
    double t = (double)i;
    row[0] = t;
    if (trend->terms > 1) {
        row[1] = sin(2.0 * M_PI * t / trend->period);
        row[2] = cos(2.0 * M_PI * t / trend->period);
    }
}

static void trend_means(struct trend *trend, const double *values, size_t count, size_t known)
{
    double row[TREND_TERMS_MAX] = { 0 };
    for (size_t i = 0; i < count; i++) {
        trend_row(trend, i, row);
        double share = number_is_known(values[i]) ? 1.0 / (double)known : 0.0;
        for (size_t a = 0; a < trend->terms; a++) {
            trend->means[a] += row[a] * share;
        }
    }
}

/* Adds one known value to the normal equations, all about their means. */
static void trend_add(struct trend *trend, double value, double *row, double *products)
{
    for (size_t a = 0; a < trend->terms; a++) {
        row[a] -= trend->means[a];
    }
    for (size_t a = 0; a < trend->terms; a++) {
        for (size_t b = a; b < trend->terms; b++) {
            products[a * trend->terms + b] += row[a] * row[b];
        }
        trend->slopes[a] += row[a] * (value - trend->mean_value);
    }
}

static bool trend_fit(struct trend *trend, const double *values, size_t count)
{
    double products[TREND_TERMS_MAX * TREND_TERMS_MAX] = { 0 };
    double row[TREND_TERMS_MAX] = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(values[i])) {
            trend_row(trend, i, row);
            trend_add(trend, values[i], row, products);
        }
    }
    if (!solve_cholesky(products, trend->terms)) {
        return false;
    }
    solve_forward(products, trend->terms, trend->slopes);
    solve_backward(products, trend->terms, trend->slopes);
    return true;
}

bool series_detrend(double *values, size_t count, double period)
{
    struct series_summary all = series_summarise(values, count);
    struct trend trend = { .terms = period > 0.0 ? 3 : 1,
                           .period = period,
                           .mean_value = all.mean };
    if (all.count < trend.terms + 2) {
        return false;
    }
    trend_means(&trend, values, count, all.count);
    if (!trend_fit(&trend, values, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        double row[TREND_TERMS_MAX] = { 0 };
        trend_row(&trend, i, row);
        double fitted = all.mean;
        for (size_t a = 0; a < trend.terms; a++) {
            fitted += trend.slopes[a] * (row[a] - trend.means[a]);
        }
        values[i] -= fitted;
    }
    return true;
}
