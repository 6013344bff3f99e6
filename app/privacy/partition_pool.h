/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Pools: which weekly units are counted together on the days of theme questions. A pool is always a
 * sum of whole units, so it can be cut anew on every Monday without giving anything away.
 */

#include "app/privacy/partition_tree.h"

/** Sets `pool` of every unit, opens, makes and closes pools. Weekly units of one team form a pool of
 * daily_from people or more; fewer go up a level; at the root unit_min are enough.
 * Fails: DP_NO_MEMORY. */
dp_err partition_pool_weekly(struct partition *partition, const struct partition_tree *tree,
                             const struct partition_rules *rules);
