/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Brings the store to what a roster file says. Internal to this folder.
 *
 * The same code runs twice within one job: first it only looks and counts (so that a job that fails
 * has written nothing, and a dry run is exactly what would happen), then it writes.
 */

#include "app/service/roster/roster_file.h"
#include "storage/store.h"

struct roster_change {
    const struct roster_file *roster;
    const struct import_file *file;
    const struct clock *clock;
    struct secret_hash hash; /* of the file's content */
    struct roster_report *report;

    /* Found out by the look, freed with roster_change_free(). */
    struct team_id *team_ids; /* of the file's teams; 0 while new */
    struct team *all_teams;   /* stored ones by id, new ones behind them */
    size_t all_teams_count;
    bool has_root;
    struct person_id *gone;
    size_t gone_count;
    size_t gone_capacity;
    enum language language; /* the organisation's */
    char organisation_name[NAME_MAX_BYTES];
    struct secret_key link_key;
};

/** Looks: fills the report's counts. Reads only. Fails: DP_FULL, DP_NO_MEMORY, as store_get(). */
dp_err roster_change_look(struct store_txn *txn, struct roster_change *change);

/** Writes what differs; only inside a job, after roster_change_look() of the same job. */
dp_err roster_change_write(struct store_txn *txn, struct roster_change *change);

void roster_change_free(struct roster_change *change);

/** Puts the link of a person into the index, or takes it out. */
dp_err roster_link_put(struct store_txn *txn, const struct secret_key *link_key,
                       const struct person *person);
dp_err roster_link_delete(struct store_txn *txn, const struct secret_key *link_key,
                          const struct person *person);

/** The office's link key; a new one is made and stored when there is none. Only inside a job. */
dp_err roster_link_key(struct store_txn *txn, struct secret_key *key);
