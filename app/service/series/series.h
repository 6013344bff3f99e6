/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The figures that HR sees, as series over time: sums of released cells from
 * app/privacy/released with the intervals of statistics.md 2. Trend, link and export all read
 * these, so that the same number stands everywhere.
 */

#include "app/privacy/released.h"
#include "app/service/appliance/appliance.h"
#include "app/stats/interval.h"
#include "app/stats/number.h"

enum { SERIES_POOL = 26 /* periods whose spread a thin one borrows */ };

/** One week (or fortnight) of one team's subtree. */
struct series_point {
    struct date start; /* the Monday */
    bool is_shown;     /* false: hidden, or nobody was asked; all numbers are then undefined */
    bool is_asked;     /* false: nobody was asked at all (holidays) */
    uint32_t n;        /* answers 1..5 */
    uint64_t invited;  /* people in the shown cells, once for each day they were asked */
    uint32_t cells_hidden; /* units whose cell of the period stays hidden */
    double mean;           /* NUMBER_NONE unless shown */
    double lo;             /* 95 % interval; NUMBER_NONE when it can't be given */
    double hi;
    double se;    /* of the mean, for the trend line; NUMBER_NONE when it can't be given */
    double se_df; /* degrees of freedom behind se */
    double favourable_pct;
    double favourable_lo_pct;
    double favourable_hi_pct;
};

/** Which series: a team with everything beneath it, from a Monday on. */
struct series_wanted {
    struct team_id team; /* TEAM_ROOT: the whole organisation */
    struct date first_monday;
    size_t weeks;
};

/** The engagement index: the weekly mean of the anchor question. `points` has room for all
 * weeks.
 * Fails: DP_NOT_FOUND (no such team), DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err series_index(const struct appliance *appliance, const struct series_wanted *wanted,
                    struct series_point *points);

/** The same from a snapshot that is open already, for many teams in a row. */
dp_err series_index_of(const struct released *cells, const struct series_wanted *wanted,
                       struct series_point *points);

/** A period without a figure: no number of it is known. */
struct series_point series_no_point(struct date start, bool is_asked);

/** Adds intervals to a sum: the spread of a thin period is pooled with the SERIES_POOL before
 * it. */
struct series_point series_point_of(const struct released_sum *sums, size_t at);

/** The same without intervals: what it takes to compare with another. */
struct series_point series_plain_point_of(const struct released_sum *sums, size_t at);

/** series_point_of() for all. */
void series_points(const struct released_sum *sums, size_t count, struct series_point *points);

/** The later mean less the earlier one with its interval; NUMBER_NONE where it can't be
 * given. */
struct interval series_change(const struct series_point *now, const struct series_point *before,
                              double confidence);

/** The weeks for which anything was released: from the Monday of the first cell to that of
 * the last. `*weeks` is 0 when there is nothing yet. */
dp_err series_extent(const struct appliance *appliance, struct date *first_monday,
                     size_t *weeks);
