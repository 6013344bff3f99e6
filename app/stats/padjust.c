/* SPDX-License-Identifier: MIT */
#include "app/stats/padjust.h"

#include <math.h>

#include "app/stats/number.h"
#include "app/stats/series.h"

size_t padjust_scratch_bytes(size_t count)
{
    return scratch_need(count, sizeof(double)) + scratch_need(count, sizeof(uint32_t));
}

/* Each p times its factor, then made monotone along the ranks: from the largest down for BH, from
 * the smallest up for Holm. Equal p-values end up equal either way. */
static void adjust_ranked(double *sorted, size_t n, enum padjust_method method)
{
    double running = method == PADJUST_BH ? 1.0 : 0.0;
    for (size_t step = 0; step < n; step++) {
        size_t i = method == PADJUST_BH ? n - 1 - step : step;
        double rank = (double)i + 1.0;
        double all = (double)n;
        double factor = method == PADJUST_BH ? all / rank : all - rank + 1.0;
        double value = fmin(1.0, sorted[i] * (method == PADJUST_BONFERRONI ? all : factor));
        running = method == PADJUST_BH ? fmin(running, value) : fmax(running, value);
        sorted[i] = running;
    }
}

void padjust(const double *p, size_t count, enum padjust_method method, struct scratch *scratch,
             double *out)
{
    size_t mark = scratch->used_bytes;
    double *known = scratch_doubles(scratch, count);
    uint32_t *order = scratch_indices(scratch, count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(p[i])) {
            known[n] = p[i];
            order[n++] = (uint32_t)i;
        }
        out[i] = p[i];
    }
    series_sort_with(known, order, n);
    adjust_ranked(known, n, method);
    for (size_t i = 0; i < n; i++) {
        out[order[i]] = known[i];
    }
    scratch->used_bytes = mark;
}

double padjust_sidak(double least, size_t count)
{
    return -expm1((double)count * log1p(-least));
}
