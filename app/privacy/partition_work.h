/* SPDX-License-Identifier: MIT */
#pragma once

/* One Monday's work on a partition, as the top of partition.c tells it: small things rise from the
 * leaves to the root. For partition.c. */

#include "app/privacy/partition_list.h"

/* What lies at a team and is too small so far. The lists are linked through next_team, next_unit. */
struct pile {
    uint32_t first_team;
    uint32_t first_unit;
    uint32_t newcomers; /* people */
    uint32_t shrunk;    /* people */
};

struct partition_work {
    struct partition *partition;
    const struct partition_step *step;
    struct partition_tree tree;
    struct pile *piles;   /* by team */
    uint32_t *now;        /* by team: the place of its unit, or PARTITION_NONE */
    uint32_t *rest;       /* by team: the place of its rest unit of >= unit_min, or none */
    uint32_t *next_team;  /* by team */
    uint32_t *next_unit;  /* by unit that was there at the start */
    bool is_first_monday; /* nothing was ever shown */
};

/** Looks up every team's unit. Whatever it gives, end with partition_work_end().
 * Fails: DP_INVALID (not a tree, not a Monday, a seat after this Monday), DP_NO_MEMORY. */
dp_err partition_work_start(struct partition_work *work, struct partition *partition,
                            const struct partition_step *step);

/** Counts people, joins and opens units, sets cadences, pools and names, writes seats. Before it, `now`
 * may be changed. Fails: DP_NO_MEMORY. */
dp_err partition_work_finish(struct partition_work *work);
void partition_work_end(struct partition_work *work);

/** A new unit, empty and weekly. Takes: scope, the place of a team. Fails: DP_NO_MEMORY. */
dp_err partition_work_add_unit(struct partition_work *work, enum unit_kind kind, uint32_t scope,
                               uint32_t *place);

/** By place: a team's people on this Monday; a unit. */
uint32_t partition_work_people(const struct partition_work *work, uint32_t team);
struct unit *partition_work_unit(const struct partition_work *work, uint32_t place);
