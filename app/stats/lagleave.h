/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of lagscan.h: does a finding rest on one period?
 *
 * Each period in turn is left out, with trends and filters as they were fitted: every surprise into
 * which its values went is dropped from all teams, and the check p (Sidak over the lags) is computed
 * again. Sums over the pairs are not added up anew but reduced by the few dropped pairs, which makes
 * the check cheaper than a handful of permutations; where too little of a sum would be left to
 * subtract safely it is added up anew after all.
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/lagpermute.h"
#include "app/stats/lagprepare.h"
#include "app/stats/scratch.h"

/** True if leaving out some single period brings the check p above `p_max`. */
bool lagleave_rests_on_one(const struct lag_surprises *s, size_t teams,
                           const struct lag_family *family, double p_max, struct scratch *scratch);

/** Bytes of work area for that. */
size_t lagleave_scratch_bytes(size_t periods);
