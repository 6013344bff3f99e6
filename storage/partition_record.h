/* SPDX-License-Identifier: MIT */
#pragma once

/* How far the partition is: the Monday it was last revised for, the first Monday of its year, and
 * the k that holds for that year (it may only be raised, and only at the turn of a year). Units and
 * memberships have records of their own. See record.h. */

#include "app/core/date.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { PARTITION_RECORD_MAX = 16 };

struct partition_state {
    struct date monday;
    struct date year_start;
    uint32_t min_people;
};

void partition_record_encode(struct wire_writer *writer, const struct partition_state *state);
dp_err partition_record_decode(struct bytes value, struct partition_state *out);

/** Fails: DP_INVALID when a date is no Monday, the year begins after the week, or k is 0. */
dp_err partition_record_put(struct store_txn *txn, const struct partition_state *state);

/** Fails: DP_NOT_FOUND before the first week. */
dp_err partition_record_get(struct store_txn *txn, struct partition_state *out);
