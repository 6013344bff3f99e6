/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of lagscan.h: correlations at all lags, observed and under permuted time.
 *
 * The observed correlations are computed in two passes. For the permutations speed counts: the
 * values are centred once and missing ones set to zero; for one permutation and one team a single
 * pass gives the products at all lags at once (each permuted x meets a run of neighbouring y's, so
 * the compiler vectorises over lags), while sums over the overlaps come from the totals minus a
 * few values at the ends. Missing values cost a short correction each. Every sum has a fixed order,
 * so results do not depend on the width of the machine's vectors.
 */

#include <stddef.h>
#include <stdint.h>

#include "app/stats/lagprepare.h"
#include "app/stats/scratch.h"

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

/** Fills a family from the surprises. */
void lagpermute_observe(const struct lag_surprises *s, size_t teams, struct lag_family *family);

/** The place of the largest |z| sqrt(weight); family->count when all lags were dropped. */
size_t lagpermute_best(const struct lag_family *family);

/** p of the best lag, corrected for the number of lags as if they were independent (Sidak). */
double lagpermute_sidak(const struct lag_family *family);

/** Fills `stats` with the largest statistic over the lags that `family` kept, once for each
 * permutation of time; all teams move together. */
struct lag_draws {
    uint32_t permutations;
    uint64_t seed;
    double *stats;
};

void lagpermute_draw(const struct lag_surprises *s, size_t teams,
                     const struct lag_family *family, struct scratch *scratch,
                     struct lag_draws *draws);

/** Bytes that lagpermute_draw() takes, without the room for the draws. */
size_t lagpermute_scratch_bytes(size_t teams, size_t periods);
