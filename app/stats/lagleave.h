/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of lagscan.h: does a finding rest on one period?
 *
 * Each period in turn is left out and the check p (Sidak over the lags) is computed again. For every
 * period this is done with trends and filters as they were fitted: the surprises into which its values
 * went are dropped from all teams. Sums over the pairs are not added up anew but reduced by the few
 * dropped pairs, which makes it cheaper than a handful of permutations. For the periods that stand out
 * most, and for those in the filters' run-in, trends and filters are fitted anew as well, because a
 * huge outlier bends them, too.
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/lagfamily.h"
#include "app/stats/lagprepare.h"
#include "app/stats/scratch.h"

/** True if leaving out some single period brings the check p above .10. */
bool lagleave_rests_on_one(const struct lag_data *data, const struct lag_choice *choice,
                           const struct lag_surprises *s, const struct lag_family *family,
                           struct scratch *scratch);

/** Bytes of work area for that, beside what lagprepare_room() takes. */
size_t lagleave_scratch_bytes(size_t periods);
