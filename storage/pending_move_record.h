/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A change of team that has not begun to act: until `effective` the person still belongs to
 * the team of the person record, from then on to `team`. At most one for each person; a
 * newer one replaces it. Who applies it writes the person record and deletes the move in one
 * job. See record.h.
 */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { PENDING_MOVE_RECORD_MAX = 32 };

struct person_move {
    struct person_id person;
    struct team_id team;   /* 0: leaves */
    struct date effective; /* a Monday */
};

void pending_move_record_encode(struct wire_writer *writer, const struct person_move *move);
dp_err pending_move_record_decode(struct bytes value, struct person_move *out);

/** Fails: DP_INVALID when it is no Monday. */
dp_err pending_move_record_put(struct store_txn *txn, const struct person_move *move);
dp_err pending_move_record_get(struct store_txn *txn, struct person_id person,
                               struct person_move *out);
dp_err pending_move_record_delete(struct store_txn *txn, struct person_id person);

/** All, by person. */
dp_err pending_move_record_each(struct store_txn *txn,
                                bool (*visit)(const struct person_move *move, void *context),
                                void *context);
