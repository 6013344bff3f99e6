/* SPDX-License-Identifier: MIT */
#include "app/stats/corr.h"

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"
#include "app/stats/series.h"

static const double EXACT = 1.0 - 1e-12;
static const double CONSTANT_SHARE = 1e-12;
static const double Z95 = 1.959963984540054;

struct sums {
    size_t n;
    double xx;
    double yy;
    double xy;
    double mean_x;
    double mean_y;
};

static bool is_pair(double x, double y)
{
    return number_is_known(x) && number_is_known(y);
}

static struct sums sums_of(const double *x, const double *y, size_t count)
{
    struct sums s = { 0 };
    double sum_x = 0.0;
    double sum_y = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (is_pair(x[i], y[i])) {
            s.n++;
            sum_x += x[i];
            sum_y += y[i];
        }
    }
    if (s.n == 0) {
        return s;
    }
    s.mean_x = sum_x / (double)s.n;
    s.mean_y = sum_y / (double)s.n;
    for (size_t i = 0; i < count; i++) {
        if (is_pair(x[i], y[i])) {
            double dx = x[i] - s.mean_x;
            double dy = y[i] - s.mean_y;
            s.xx += dx * dx;
            s.yy += dy * dy;
            s.xy += dx * dy;
        }
    }
    return s;
}

static bool varies(double squares, double mean, size_t n)
{
    double limit = CONSTANT_SHARE * fabs(mean);
    return squares > 0.0 && squares > limit * limit * (double)(n - 1);
}

/* r, or NUMBER_NONE when it is not defined. */
static double correlation_of(const struct sums *s)
{
    if (s->n < 3 || !varies(s->xx, s->mean_x, s->n) || !varies(s->yy, s->mean_y, s->n)) {
        return NUMBER_NONE;
    }
    double r = s->xy / sqrt(s->xx) / sqrt(s->yy);
    return fmax(-1.0, fmin(1.0, r));
}

struct corr_result corr_pearson(const double *x, const double *y, size_t count)
{
    struct sums s = sums_of(x, y, count);
    struct corr_result out = { .n = s.n,
                               .r = correlation_of(&s),
                               .t = NUMBER_NONE,
                               .df = NUMBER_NONE,
                               .p = NUMBER_NONE,
                               .ci_lo = NUMBER_NONE,
                               .ci_hi = NUMBER_NONE };
    out.is_refused = !number_is_known(out.r);
    if (out.is_refused) {
        return out;
    }
    out.df = (double)s.n - 2.0;
    out.is_exact = fabs(out.r) >= EXACT;
    if (out.is_exact) {
        out.r = out.r > 0.0 ? 1.0 : -1.0;
        out.p = 0.0;
        return out;
    }
    out.t = out.r * sqrt(out.df / (1.0 - out.r * out.r));
    out.p = dist_t_two_sided(out.t, out.df);
    if (s.n >= 4) {
        double half = Z95 / sqrt((double)s.n - 3.0);
        out.ci_lo = tanh(atanh(out.r) - half);
        out.ci_hi = tanh(atanh(out.r) + half);
    }
    return out;
}

void corr_ranks(const double *values, size_t count, double *ranks, struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    uint32_t *order = scratch_indices(scratch, count);
    double *sorted = scratch_doubles(scratch, count);
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
        sorted[i] = values[i];
    }
    series_sort_with(sorted, order, count);
    size_t first = 0;
    while (first < count) {
        size_t last = first;
        while (last + 1 < count && sorted[last + 1] <= sorted[first]) {
            last++;
        }
        double shared = 0.5 * (double)(first + last) + 1.0;
        for (size_t i = first; i <= last; i++) {
            ranks[order[i]] = shared;
        }
        first = last + 1;
    }
    scratch->used_bytes = mark;
}

size_t corr_spearman_scratch_bytes(size_t count)
{
    return 5 * scratch_need(count, sizeof(double)) + scratch_need(count, sizeof(uint32_t));
}

struct corr_result corr_spearman(const double *x, const double *y, size_t count,
                                 struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    double *known_x = scratch_doubles(scratch, count);
    double *known_y = scratch_doubles(scratch, count);
    double *ranks_x = scratch_doubles(scratch, count);
    double *ranks_y = scratch_doubles(scratch, count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_pair(x[i], y[i])) {
            known_x[n] = x[i];
            known_y[n] = y[i];
            n++;
        }
    }
    corr_ranks(known_x, n, ranks_x, scratch);
    corr_ranks(known_y, n, ranks_y, scratch);
    struct corr_result out = corr_pearson(ranks_x, ranks_y, n);
    out.ci_lo = NUMBER_NONE;
    out.ci_hi = NUMBER_NONE;
    scratch->used_bytes = mark;
    return out;
}

double corr_at_lag(const double *x, const double *y, size_t count, int lag, size_t *pairs)
{
    size_t shift = (size_t)(lag < 0 ? -lag : lag);
    *pairs = 0;
    if (shift >= count) {
        return NUMBER_NONE;
    }
    const double *from_x = lag >= 0 ? x : x + shift;
    const double *from_y = lag >= 0 ? y + shift : y;
    struct sums s = sums_of(from_x, from_y, count - shift);
    *pairs = s.n;
    return correlation_of(&s);
}
