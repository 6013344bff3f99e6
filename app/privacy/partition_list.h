/* SPDX-License-Identifier: MIT */
#pragma once

/* The two lists of a partition, units and seats: growing, finding, copying. For partition.c and
 * partition_work.c. */

#include "app/privacy/partition_tree.h"

/** Behind the last; the caller sees to the order. Fails: DP_NO_MEMORY. */
dp_err partition_list_add_unit(struct partition *partition, const struct unit *unit);
dp_err partition_list_add_seat(struct partition *partition, const struct partition_seat *seat);

/** Orders seats by team and Monday, for qsort(). */
int partition_list_compare(const void *a, const void *b);

/** The place of a unit in the list, or PARTITION_NONE. */
uint32_t partition_list_place(const struct partition *partition, struct unit_id id);

/** The last seat of a team that begins on or before a date, or NULL. */
struct partition_seat *partition_list_seat_at(const struct partition *partition,
                                              struct team_id team, struct date date);

/** A copy of its own. Fails: DP_NO_MEMORY. */
dp_err partition_list_clone(const struct partition *from, struct partition *out);
