/* SPDX-License-Identifier: MIT */
#pragma once

/* All stored alerts in memory, and what they say about a team. */

#include "storage/alert_record.h"

struct alert_table {
    struct alert *items; /* by id */
    size_t count;
    size_t capacity;
    bool has_no_memory;
};

/** Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. Owns: the caller. */
dp_err alert_table_load(struct store_txn *office, struct alert_table *out);
void alert_table_free(struct alert_table *table);
#define ALERT_TABLE_AUTO __attribute__((cleanup(alert_table_free)))

/** Appends. Fails: DP_NO_MEMORY. */
dp_err alert_table_add(struct alert_table *table, const struct alert *alert);

/** The Monday from which on the team's baseline is counted by hand; days 0 if it never was. */
struct date alert_table_baseline(const struct alert_table *table, struct team_id team);

/** Whether a team is `top` or lies beneath it. Fails: DP_IO, DP_CORRUPT. */
dp_err alert_team_is_within(struct store_txn *office, struct team_id team, struct team_id top,
                            bool *is_within);
