/* SPDX-License-Identifier: MIT */
#include "app/service/series/series.h"

#include <math.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/stats/interval.h"

enum { POOL_WEEKS = 26, SMALL_N = 10 };

#define CONFIDENCE 0.95

/* The spread behind a sum: its own from 10 answers on, else that of the 26 periods before it and
 * its own together. */
static void spread_of(const struct released_sum *sums, size_t at, double *sd, double *df)
{
    double squares = sums[at].sd_squares;
    *df = sums[at].sd_df;
    bool is_thin = sums[at].n < SMALL_N || *df <= 0.0;
    for (size_t back = 1; is_thin && back <= POOL_WEEKS && back <= at; back++) {
        squares += sums[at - back].sd_squares;
        *df += sums[at - back].sd_df;
    }
    *sd = *df > 0.0 ? sqrt(squares / *df) : NUMBER_NONE;
}

static struct series_point hidden_point(const struct released_sum *sum)
{
    return (struct series_point){ .start = sum->start,
                                  .is_asked = sum->is_asked,
                                  .mean = NUMBER_NONE,
                                  .lo = NUMBER_NONE,
                                  .hi = NUMBER_NONE,
                                  .se = NUMBER_NONE,
                                  .se_df = 0.0,
                                  .favourable_pct = NUMBER_NONE,
                                  .favourable_lo_pct = NUMBER_NONE,
                                  .favourable_hi_pct = NUMBER_NONE };
}

void series_points(const struct released_sum *sums, size_t count, struct series_point *points)
{
    for (size_t i = 0; i < count; i++) {
        struct series_point point = hidden_point(&sums[i]);
        point.cells_hidden = sums[i].cells_hidden;
        if (sums[i].n > 0) {
            double sd = 0;
            double df = 0;
            double n = (double)sums[i].n;
            spread_of(sums, i, &sd, &df);
            struct mean_evidence evidence = {
                .n = n, .mean = sums[i].mean, .sd = sd, .sd_df = df, .sd_days = NUMBER_NONE
            };
            struct interval mean = interval_mean(&evidence, CONFIDENCE);
            struct interval share =
                interval_wilson(n * sums[i].favourable_pct / 100.0, n, CONFIDENCE);
            point.is_shown = true;
            point.n = sums[i].n;
            point.invited = sums[i].invited;
            point.mean = sums[i].mean;
            point.lo = mean.lo;
            point.hi = mean.hi;
            point.se = sd / sqrt(n);
            point.se_df = df;
            point.favourable_pct = sums[i].favourable_pct;
            point.favourable_lo_pct = share.lo * 100.0;
            point.favourable_hi_pct = share.hi * 100.0;
        }
        points[i] = point;
    }
}

dp_err series_index(const struct appliance *appliance, const struct series_wanted *wanted,
                    struct series_point *points)
{
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(appliance_released(appliance, &cells));
    return series_index_of(cells, wanted, points);
}

dp_err series_index_of(const struct released *cells, const struct series_wanted *wanted,
                       struct series_point *points)
{
    MEM_AUTO struct released_sum *sums = mem_new(wanted->weeks, sizeof *sums);
    if (sums == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(released_index_weeks(cells, wanted->team, wanted->first_monday, wanted->weeks, sums));
    series_points(sums, wanted->weeks, points);
    return DP_SUCCESS;
}

dp_err series_extent(const struct appliance *appliance, struct date *first_monday, size_t *weeks)
{
    RELEASED_AUTO struct released *cells = NULL;
    struct date first;
    struct date last;
    *weeks = 0;
    *first_monday = date_monday(appliance_today(appliance));
    DP_TRY(appliance_released(appliance, &cells));
    dp_err found = released_extent(cells, &first, &last);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    *first_monday = date_monday(first);
    *weeks = (size_t)((date_monday(last).days - first_monday->days) / 7) + 1;
    return DP_SUCCESS;
}
