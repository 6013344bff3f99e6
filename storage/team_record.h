/* SPDX-License-Identifier: MIT */
#pragma once

/* The teams (app/survey/people.h), found by id and by code. See record.h. */

#include "app/survey/people.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { TEAM_RECORD_MAX = 256 };

void team_record_encode(struct wire_writer *writer, const struct team *team);
dp_err team_record_decode(struct bytes value, struct team *out);

/** Fails: DP_CONFLICT when another team has the code. */
dp_err team_record_put(struct store_txn *txn, const struct team *team);
dp_err team_record_get(struct store_txn *txn, struct team_id id, struct team *out);
dp_err team_record_by_code(struct store_txn *txn, struct str code, struct team *out);
dp_err team_record_delete(struct store_txn *txn, struct team_id id);

/** All, by id: the root comes first. */
dp_err team_record_each(struct store_txn *txn,
                        bool (*visit)(const struct team *team, void *context), void *context);
