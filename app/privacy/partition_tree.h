/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The team tree as arrays, for partition.c: parents as places, and an order in which every team
 * comes after all that is beneath it, so that one pass carries small teams upwards.
 */

#include "app/privacy/partition.h"

/** "No such place". */
#define PARTITION_NONE UINT32_MAX

struct partition_tree {
    const struct partition_team *teams; /* by id; the caller's */
    uint32_t count;
    uint32_t root;    /* a place in `teams`, as all numbers below */
    uint32_t *parent; /* of the root: itself */
    uint32_t *depth;
    uint32_t *order; /* deepest first, the root last */
};

/** Fails: DP_INVALID (not sorted by id, no or several roots, unknown parent, a circle),
 * DP_NO_MEMORY. Owns: the caller; end with partition_tree_free(). */
dp_err partition_tree_build(const struct partition_team *teams, size_t count,
                            struct partition_tree *out);
void partition_tree_free(struct partition_tree *tree);

/** The place of a team, or PARTITION_NONE. */
uint32_t partition_tree_find(const struct partition_tree *tree, struct team_id id);

/** The lowest team that has both at or beneath it. */
uint32_t partition_tree_join(const struct partition_tree *tree, uint32_t a, uint32_t b);
