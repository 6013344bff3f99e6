/* SPDX-License-Identifier: MIT */
#include "app/stats/effective.h"

#include <math.h>

#include "app/stats/ar.h"
#include "app/stats/corr.h"
#include "app/stats/number.h"
#include "app/stats/series.h"

static double centred(const double *values, size_t i, double mean)
{
    return number_is_known(values[i]) ? values[i] - mean : 0.0;
}

void effective_acf(const double *values, size_t count, size_t lags, double *out)
{
    struct series_summary all = series_summarise(values, count);
    for (size_t lag = 1; lag <= lags; lag++) {
        double sum = 0.0;
        for (size_t i = lag; i < count; i++) {
            sum += centred(values, i, all.mean) * centred(values, i - lag, all.mean);
        }
        out[lag - 1] = all.squares > 0.0 ? sum / all.squares : NUMBER_NONE;
    }
}

size_t effective_n_scratch_bytes(size_t count)
{
    return 2 * scratch_need(count, sizeof(double));
}

double effective_n_pyper_peterman(const double *x, const double *y, size_t count,
                                  struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    size_t lags = count / 4;
    double *of_x = scratch_doubles(scratch, lags);
    double *of_y = scratch_doubles(scratch, lags);
    effective_acf(x, count, lags, of_x);
    effective_acf(y, count, lags, of_y);
    double n = (double)count;
    double sum = 0.0;
    for (size_t j = 1; j <= lags; j++) {
        sum += (n - (double)j) / n * of_x[j - 1] * of_y[j - 1];
    }
    scratch->used_bytes = mark;
    double inverse = 1.0 / n + 2.0 / n * sum;
    if (isnan(inverse)) {
        return NUMBER_NONE;
    }
    return inverse > 0.0 ? fmax(3.0, fmin(n, 1.0 / inverse)) : n;
}

double effective_n_bretherton(const double *x, const double *y, size_t count)
{
    double of_x = 0.0;
    double of_y = 0.0;
    effective_acf(x, count, 1, &of_x);
    effective_acf(y, count, 1, &of_y);
    return (double)count * (1.0 - of_x * of_y) / (1.0 + of_x * of_y);
}

/* The cross-correlation with means and deviations of the whole series, divisor n. */
static double whole_at_lag(const double *x, const double *y, size_t count, int lag)
{
    struct series_summary all_x = series_summarise(x, count);
    struct series_summary all_y = series_summarise(y, count);
    size_t shift = (size_t)(lag < 0 ? -lag : lag);
    size_t from_x = lag >= 0 ? 0 : shift;
    size_t from_y = lag >= 0 ? shift : 0;
    double sum = 0.0;
    for (size_t i = 0; i + shift < count; i++) {
        sum += (x[from_x + i] - all_x.mean) * (y[from_y + i] - all_y.mean);
    }
    return sum / sqrt(all_x.squares * all_y.squares);
}

void effective_prewhitened_ccf(const double *x, const double *y, size_t count,
                               struct scratch *scratch, struct effective_ccf *out)
{
    size_t mark = scratch->used_bytes;
    struct ar_fit fit = ar_fit_order(x, count, 1);
    double *filtered_x = scratch_doubles(scratch, count);
    double *filtered_y = scratch_doubles(scratch, count);
    ar_filter(x, count, &fit, filtered_x);
    ar_filter(y, count, &fit, filtered_y);
    out->phi = fit.phi[0];
    out->m = count - fit.order;
    out->bound95 = 1.959963984540054 / sqrt((double)out->m);
    const double *ex = filtered_x + fit.order;
    const double *ey = filtered_y + fit.order;
    double best = -1.0;
    int lag = -out->lag_max;
    for (size_t place = 0; lag <= out->lag_max; place++, lag++) {
        size_t pairs = 0;
        out->whole[place] = whole_at_lag(ex, ey, out->m, lag);
        out->pairs[place] = corr_at_lag(ex, ey, out->m, lag, &pairs);
        out->raw[place] = corr_at_lag(x, y, count, lag, &pairs);
        if (fabs(out->pairs[place]) > best) {
            best = fabs(out->pairs[place]);
            out->best_lag = lag;
        }
    }
    scratch->used_bytes = mark;
}
