/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of lagscan.h: the correlations at all lags that are looked at together.
 *
 * Each team's r is computed in two passes over its pairs; Fisher's z is pooled over teams with weights
 * m - 3. A team with fewer than 15 pairs at a lag does not count there, and a lag without teams is
 * dropped.
 */

#include <stddef.h>

#include "app/stats/lagprepare.h"

/** Correlations pooled over teams at a run of lags. Arrays have LAG_COUNT_MAX places. */
struct lag_family {
    int lag_lo;
    size_t count;
    double *z;      /* pooled Fisher z; NUMBER_NONE where the lag is dropped */
    double *weight; /* sum of m - 3 */
    size_t *pairs;  /* sum of m */
    double *p;      /* two-sided, of this lag alone */
};

enum { LAG_PAIRS_MIN = 15 };

/** The lag at a place. */
static inline int lagfamily_lag(const struct lag_family *family, size_t place)
{
    return family->lag_lo + (int)place;
}

/** Fills a family from the surprises. */
void lagfamily_observe(const struct lag_surprises *s, size_t teams, struct lag_family *family);

/** The place of the largest |z| sqrt(weight); family->count when all lags were dropped. */
size_t lagfamily_best(const struct lag_family *family);

/** p of the best lag, corrected for the number of lags as if they were independent (Sidak). */
double lagfamily_sidak(const struct lag_family *family);
