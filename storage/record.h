/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What all records have in common. A record is a value that names itself: its encoding holds
 * the fields of its key too, so that a decoder has one input. Each record file has
 *
 *   X_record_encode(writer, x)       X_record_decode(value, x)      side by side
 *   X_record_put(txn, x)             inserts or replaces, indexes included
 *   X_record_get(txn, id, x)         DP_NOT_FOUND
 *   X_record_delete(txn, id)         DP_NOT_FOUND; indexes included
 *   X_record_each(txn, visit, ctx)   in key order; visit gives false to stop; it may not write
 *
 * put and delete work only inside a job of store_write() and check before they write. Beyond
 * the errors of the store (DP_IO, DP_FULL), put fails when a field can't be stored:
 * DP_TOO_LONG, DP_NOT_UTF8, DP_OUT_OF_RANGE, DP_INVALID (a rule of the record), DP_CONFLICT
 * (a name that must be unique belongs to another). get and each fail with DP_CORRUPT or
 * DP_SCHEMA_NEWER when stored bytes can't be read.
 *
 * This header is for the record files themselves; others include the records they use.
 */

#include "storage/key.h"
#include "storage/store.h"
#include "storage/wire.h"

/** Stores what the writer holds. Fails: the writer's sticky error, DP_TOO_LONG (a bad key),
 * and as store_put(). */
dp_err record_put(struct store_txn *txn, const struct key *key,
                  const struct wire_writer *writer);

/** Fails: as store_get(); DP_NOT_FOUND for a bad key. */
dp_err record_get(struct store_txn *txn, const struct key *key, struct bytes *value);

/** Fails: as store_delete(); DP_NOT_FOUND for a bad key. */
dp_err record_delete(struct store_txn *txn, const struct key *key);

/** Deletes a key that may be missing. Fails: DP_IO. */
dp_err record_delete_any(struct store_txn *txn, const struct key *key);

/** An index entry: key -> number. */
dp_err record_index_put(struct store_txn *txn, const struct key *key, uint64_t number);
dp_err record_index_get(struct store_txn *txn, const struct key *key, uint64_t *number);

/** DP_CONFLICT if the index entry is there and leads to another number. */
dp_err record_index_check(struct store_txn *txn, const struct key *key, uint64_t number);

/** A walk with a sticky error:
 *
 *     struct record_walk walk = record_walk_start(txn, &prefix, NULL);
 *     while (record_walk_next(&walk) &&
 *            record_walk_ok(&walk, team_record_decode(walk.value, &team))) {
 *         ...
 *     }
 *     return record_walk_end(&walk);
 */
struct record_walk {
    struct store_range *range;
    struct bytes key;
    struct bytes value;
    dp_err failed;
};

/** Takes: `from` NULL for the first key of the prefix. */
struct record_walk record_walk_start(struct store_txn *txn, const struct key *prefix,
                                     const struct key *from);
bool record_walk_next(struct record_walk *walk);
bool record_walk_ok(struct record_walk *walk, dp_err err);
dp_err record_walk_end(struct record_walk *walk);
