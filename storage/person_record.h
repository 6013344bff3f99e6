/* SPDX-License-Identifier: MIT */
#pragma once

/* The people (app/survey/people.h), found by id and by the id that the roster file gives them.
 * Nothing here says whether or when someone answered, and nothing may be added that does. See
 * record.h. */

#include "app/survey/people.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { PERSON_RECORD_MAX = 512 };

void person_record_encode(struct wire_writer *writer, const struct person *person);
dp_err person_record_decode(struct bytes value, struct person *out);

/** Fails: DP_CONFLICT when another person has the external id. */
dp_err person_record_put(struct store_txn *txn, const struct person *person);
dp_err person_record_get(struct store_txn *txn, struct person_id id, struct person *out);
dp_err person_record_by_external_id(struct store_txn *txn, struct str external_id,
                                    struct person *out);
dp_err person_record_delete(struct store_txn *txn, struct person_id id);

/** All, by id. */
dp_err person_record_each(struct store_txn *txn,
                          bool (*visit)(const struct person *person, void *context),
                          void *context);
