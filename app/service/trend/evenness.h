/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Is it good everywhere, and every day? The spread of the engagement index between units and
 * between days over the OVERVIEW_EVEN_WEEKS weeks up to one, beside what sampling noise alone
 * would give. Noise: the pooled standard deviation of the answers within the cells, over the
 * root of n.
 */

#include "app/privacy/released.h"
#include "app/stats/spread.h"

/** Between the units within the scope that have figures. Takes: the Monday of the newest week.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err evenness_of_teams(const struct released *cells, struct team_id scope, struct date monday,
                         struct spread *out);

/** Between the days on which the scope's daily units have figures. Fails: as
 * evenness_of_teams(). */
dp_err evenness_of_days(const struct released *cells, struct team_id scope, struct date monday,
                        struct spread *out);
