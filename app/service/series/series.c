/* SPDX-License-Identifier: MIT */
#include "app/service/series/series.h"

#include <math.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/stats/interval.h"

enum { SMALL_N = 10 };

#define CONFIDENCE 0.95

/* The spread behind a sum: its own from 10 answers on, else that of the 26 periods before it
 * and its own together. */
static void spread_of(const struct released_sum *sums, size_t at, double *sd, double *df)
{
    double squares = sums[at].sd_squares;
    *df = sums[at].sd_df;
    bool is_thin = sums[at].n < SMALL_N || *df <= 0.0;
    for (size_t back = 1; is_thin && back <= SERIES_POOL && back <= at; back++) {
        squares += sums[at - back].sd_squares;
        *df += sums[at - back].sd_df;
    }
    *sd = *df > 0.0 ? sqrt(squares / *df) : NUMBER_NONE;
}

struct series_point series_no_point(struct date start, bool is_asked)
{
    return (struct series_point){ .start = start,
                                  .is_asked = is_asked,
                                  .mean = NUMBER_NONE,
                                  .lo = NUMBER_NONE,
                                  .hi = NUMBER_NONE,
                                  .se = NUMBER_NONE,
                                  .se_df = 0.0,
                                  .favourable_pct = NUMBER_NONE,
                                  .favourable_lo_pct = NUMBER_NONE,
                                  .favourable_hi_pct = NUMBER_NONE };
}

struct series_point series_plain_point_of(const struct released_sum *sums, size_t at)
{
    struct series_point point = series_no_point(sums[at].start, sums[at].is_asked);
    point.cells_hidden = sums[at].cells_hidden;
    if (sums[at].n == 0) {
        return point;
    }
    double sd = 0;
    spread_of(sums, at, &sd, &point.se_df);
    point.is_shown = true;
    point.n = sums[at].n;
    point.invited = sums[at].invited;
    point.mean = sums[at].mean;
    point.se = sd / sqrt((double)sums[at].n);
    point.favourable_pct = sums[at].favourable_pct;
    return point;
}

struct series_point series_point_of(const struct released_sum *sums, size_t at)
{
    struct series_point point = series_plain_point_of(sums, at);
    if (!point.is_shown) {
        return point;
    }
    double n = (double)point.n;
    struct mean_evidence evidence = { .n = 1.0,
                                      .mean = point.mean,
                                      .sd = point.se,
                                      .sd_df = point.se_df,
                                      .sd_days = NUMBER_NONE };
    struct interval mean = interval_mean(&evidence, CONFIDENCE);
    struct interval share = interval_wilson(n * point.favourable_pct / 100.0, n, CONFIDENCE);
    point.lo = mean.lo;
    point.hi = mean.hi;
    point.favourable_lo_pct = share.lo * 100.0;
    point.favourable_hi_pct = share.hi * 100.0;
    return point;
}

void series_points(const struct released_sum *sums, size_t count, struct series_point *points)
{
    for (size_t i = 0; i < count; i++) {
        points[i] = series_point_of(sums, i);
    }
}

struct interval series_change(const struct series_point *now, const struct series_point *before,
                              double confidence)
{
    if (!now->is_shown || !before->is_shown) {
        return (struct interval){ NUMBER_NONE, NUMBER_NONE, NUMBER_NONE };
    }
    struct mean_evidence first = {
        .n = 1.0, .mean = now->mean, .sd = now->se, .sd_df = now->se_df
    };
    struct mean_evidence second = {
        .n = 1.0, .mean = before->mean, .sd = before->se, .sd_df = before->se_df
    };
    return interval_mean_difference(&first, &second, confidence);
}

dp_err series_index(const struct appliance *appliance, const struct series_wanted *wanted,
                    struct series_point *points)
{
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(appliance_released(appliance, &cells));
    return series_index_of(cells, wanted, points);
}

/* Weeks before the wanted ones are read, too, so that a thin week has the same interval
 * whatever stretch of time it is looked at in. */
dp_err series_index_of(const struct released *cells, const struct series_wanted *wanted,
                       struct series_point *points)
{
    size_t weeks = wanted->weeks + SERIES_POOL;
    struct date first = date_add(wanted->first_monday, -7 * SERIES_POOL);
    MEM_AUTO struct released_sum *sums = mem_new(weeks, sizeof *sums);
    if (sums == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(released_index_weeks(cells, wanted->team, first, weeks, sums));
    for (size_t i = 0; i < wanted->weeks; i++) {
        points[i] = series_point_of(sums, i + SERIES_POOL);
    }
    return DP_SUCCESS;
}

dp_err series_extent(const struct appliance *appliance, struct date *first_monday,
                     size_t *weeks)
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
