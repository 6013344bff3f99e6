/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which unit the ballots of a team go to, from which Monday on. Older entries stay, so that
 * it is known for every date of the past (released cells are never re-attributed). See
 * record.h.
 */

#include "app/survey/unit.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { UNIT_MEMBERSHIP_RECORD_MAX = 32 };

struct unit_membership_from {
    struct unit_membership membership;
    struct date from;   /* a Monday */
    uint32_t headcount; /* the team's people on that Monday; the yearly check needs it */
};

void unit_membership_record_encode(struct wire_writer *writer,
                                   const struct unit_membership_from *entry);
dp_err unit_membership_record_decode(struct bytes value, struct unit_membership_from *out);

/** Fails: DP_INVALID when `from` is not a Monday. */
dp_err unit_membership_record_put(struct store_txn *txn,
                                  const struct unit_membership_from *entry);

/** The entry that begins on exactly this Monday. */
dp_err unit_membership_record_get(struct store_txn *txn, struct team_id team, struct date from,
                                  struct unit_membership_from *out);

/** The entry that holds on a date. Fails: DP_NOT_FOUND before the team's first. */
dp_err unit_membership_record_at(struct store_txn *txn, struct team_id team, struct date date,
                                 struct unit_membership_from *out);
dp_err unit_membership_record_delete(struct store_txn *txn, struct team_id team,
                                     struct date from);

/** All, by team and Monday. */
dp_err unit_membership_record_each(struct store_txn *txn,
                                   bool (*visit)(const struct unit_membership_from *entry,
                                                 void *context),
                                   void *context);

/** What holds on a date, at most one for each team, by team. */
dp_err unit_membership_record_each_at(struct store_txn *txn, struct date date,
                                      bool (*visit)(const struct unit_membership_from *entry,
                                                    void *context),
                                      void *context);
