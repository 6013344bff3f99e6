/* SPDX-License-Identifier: MIT */
#include "app/stats/interval.h"

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"
#include "app/stats/series.h"

enum { DAYS_MIN = 4, NPS_MIN = 20 };
static const double SCORE_MIN = 1.0;
static const double SCORE_MAX = 5.0;

static const struct interval UNDEFINED = { NUMBER_NONE, NUMBER_NONE, NUMBER_NONE };

struct interval interval_wilson(double hits, double n, double confidence)
{
    if (!(n > 0.0) || !(hits >= 0.0 && hits <= n)) {
        return UNDEFINED;
    }
    double z = -dist_normal_quantile(0.5 * (1.0 - confidence));
    double p = hits / n;
    double shrink = 1.0 + z * z / n;
    double centre = (p + z * z / (2.0 * n)) / shrink;
    double half = z / shrink * sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    /* At 0 and n the end is exact; the subtraction would leave a rounding error there. */
    double lo = hits <= 0.0 ? 0.0 : fmax(0.0, centre - half);
    double hi = hits >= n ? 1.0 : fmin(1.0, centre + half);
    return (struct interval){ .value = p, .lo = lo, .hi = hi };
}

struct interval interval_newcombe(double hits1, double n1, double hits2, double n2)
{
    struct interval a = interval_wilson(hits1, n1, 0.95);
    struct interval b = interval_wilson(hits2, n2, 0.95);
    double difference = a.value - b.value;
    double down = hypot(a.value - a.lo, b.hi - b.value);
    double up = hypot(a.hi - a.value, b.value - b.lo);
    return (struct interval){ difference, difference - down, difference + up };
}

/* Half the width by t; NUMBER_NONE without spread or degrees of freedom. */
static double half_width(double se, double df, double confidence)
{
    if (!(se > 0.0) || !(df >= 1.0)) {
        return NUMBER_NONE;
    }
    return dist_t_quantile(0.5 * (1.0 + confidence), df) * se;
}

struct interval interval_around(double mean, double half)
{
    struct interval out = { .value = mean, .lo = NUMBER_NONE, .hi = NUMBER_NONE };
    if (number_is_known(half)) {
        out.lo = fmax(SCORE_MIN, mean - half);
        out.hi = fmin(SCORE_MAX, mean + half);
    }
    return out;
}

struct interval interval_mean(const struct mean_evidence *e, double confidence)
{
    if (!(e->n > 0.0) || !number_is_known(e->mean)) {
        return UNDEFINED;
    }
    double half = half_width(e->sd / sqrt(e->n), e->sd_df, confidence);
    if (e->days >= DAYS_MIN) {
        double days = (double)e->days;
        half = fmax(half, half_width(e->sd_days / sqrt(days), days - 1.0, confidence));
    }
    return interval_around(e->mean, half);
}

struct interval interval_mean_difference(const struct mean_evidence *first,
                                         const struct mean_evidence *second,
                                         double confidence)
{
    struct interval out = { first->mean - second->mean, NUMBER_NONE, NUMBER_NONE };
    double a = first->sd * first->sd / first->n;
    double b = second->sd * second->sd / second->n;
    double df = (a + b) * (a + b) / (a * a / first->sd_df + b * b / second->sd_df);
    double half = half_width(sqrt(a + b), df, confidence);
    if (number_is_known(half)) {
        out.lo = out.value - half;
        out.hi = out.value + half;
    }
    return out;
}

struct interval interval_values(const double *values, size_t count, double confidence)
{
    struct series_summary all = series_summarise(values, count);
    double n = (double)all.count;
    struct interval out = { .value = all.mean, .lo = NUMBER_NONE, .hi = NUMBER_NONE };
    if (all.count >= 2 && !all.is_constant) {
        double half = half_width(all.sd / sqrt(n), n - 1.0, confidence);
        out.lo = all.mean - half;
        out.hi = all.mean + half;
    }
    return out;
}

double interval_pooled_sd(const double *sds, const double *n, size_t cells, double *df)
{
    double squares = 0.0;
    *df = 0.0;
    for (size_t i = 0; i < cells; i++) {
        if (number_is_known(sds[i]) && n[i] > 1.0) {
            squares += (n[i] - 1.0) * sds[i] * sds[i];
            *df += n[i] - 1.0;
        }
    }
    return *df > 0.0 ? sqrt(squares / *df) : NUMBER_NONE;
}

struct interval interval_nps(double promoters, double detractors, double n)
{
    if (!(n > 0.0)) {
        return UNDEFINED;
    }
    double p_up = promoters / n;
    double p_down = detractors / n;
    struct interval out = { .value = p_up - p_down, .lo = NUMBER_NONE, .hi = NUMBER_NONE };
    if (n < NPS_MIN) {
        return out;
    }
    double variance = (p_up + p_down - out.value * out.value) / n;
    double half = 1.959963984540054 * sqrt(fmax(0.0, variance));
    out.lo = fmax(-1.0, out.value - half);
    out.hi = fmin(1.0, out.value + half);
    return out;
}

struct interval interval_rate(double count, double exposure)
{
    if (!(exposure > 0.0) || !(count >= 0.0)) {
        return UNDEFINED;
    }
    /* The chi-square quantiles are exact at every count, so there is no seam at 20. */
    double lo = count > 0.0 ? 0.5 * dist_chi2_quantile(0.025, 2.0 * count) : 0.0;
    double hi = 0.5 * dist_chi2_quantile(0.975, 2.0 * count + 2.0);
    return (struct interval){ count / exposure, lo / exposure, hi / exposure };
}

bool interval_response_moved(double rate_before, double rate_after)
{
    return fabs(rate_after - rate_before) * 100.0 > RESPONSE_MOVED_PCT + 1e-9;
}
