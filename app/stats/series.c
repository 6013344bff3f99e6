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

/* The regressors of the trend at step i: time, then the season. Centred by the caller's means. */
static void trend_row(double *row, double i, double period)
{
    row[0] = i;
    if (period > 0.0) {
        row[1] = sin(2.0 * M_PI * i / period);
        row[2] = cos(2.0 * M_PI * i / period);
    }
}

enum { TREND_TERMS_MAX = 3 };

bool series_detrend(double *values, size_t count, double period)
{
    size_t terms = period > 0.0 ? 3 : 1;
    struct series_summary all = series_summarise(values, count);
    if (all.count < terms + 2) {
        return false;
    }
    double means[TREND_TERMS_MAX] = { 0 };
    double row[TREND_TERMS_MAX] = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(values[i])) {
            trend_row(row, (double)i, period);
            for (size_t a = 0; a < terms; a++) {
                means[a] += row[a] / (double)all.count;
            }
        }
    }
    double products[TREND_TERMS_MAX * TREND_TERMS_MAX] = { 0 };
    double slopes[TREND_TERMS_MAX] = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (!number_is_known(values[i])) {
            continue;
        }
        trend_row(row, (double)i, period);
        for (size_t a = 0; a < terms; a++) {
            for (size_t b = a; b < terms; b++) {
                products[a * terms + b] += (row[a] - means[a]) * (row[b] - means[b]);
            }
            slopes[a] += (row[a] - means[a]) * (values[i] - all.mean);
        }
    }
    if (!solve_cholesky(products, terms)) {
        return false;
    }
    solve_forward(products, terms, slopes);
    solve_backward(products, terms, slopes);
    for (size_t i = 0; i < count; i++) {
        trend_row(row, (double)i, period);
        double fitted = all.mean;
        for (size_t a = 0; a < terms; a++) {
            fitted += slopes[a] * (row[a] - means[a]);
        }
        values[i] -= fitted;
    }
    return true;
}
