/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of lagscan.h: correlations at all lags under permuted time.
 *
 * Here speed counts, so the correlations are not computed in two passes as in lagfamily.h: the values
 * are centred once and missing ones set to zero; for one permutation and one team a single pass gives the products at all lags at once (each permuted x meets a run of neighbouring y's, so
 * the compiler vectorises over lags), while sums over the overlaps come from the totals minus a
 * few values at the ends. Missing values cost a short correction each. Every sum has a fixed order,
 * so results do not depend on the width of the machine's vectors.
 */

#include <stddef.h>
#include <stdint.h>

#include "app/stats/lagfamily.h"
#include "app/stats/lagprepare.h"
#include "app/stats/scratch.h"

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
