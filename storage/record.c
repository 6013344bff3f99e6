/* SPDX-License-Identifier: MIT */
#include "storage/record.h"

dp_err record_put(struct store_txn *txn, const struct key *key,
                  const struct wire_writer *writer)
{
    struct bytes value;
    DP_TRY(wire_finish(writer, &value));
    if (key->is_bad) {
        return err_make(DP_TOO_LONG);
    }
    return store_put(txn, key_bytes(key), value);
}

dp_err record_get(struct store_txn *txn, const struct key *key, struct bytes *value)
{
    return key->is_bad ? err_make(DP_NOT_FOUND) : store_get(txn, key_bytes(key), value);
}

dp_err record_delete(struct store_txn *txn, const struct key *key)
{
    return key->is_bad ? err_make(DP_NOT_FOUND) : store_delete(txn, key_bytes(key));
}

dp_err record_delete_any(struct store_txn *txn, const struct key *key)
{
    dp_err err = record_delete(txn, key);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

/* ---- Indexes ---- */

dp_err record_index_put(struct store_txn *txn, const struct key *key, uint64_t number)
{
    uint8_t space[8];
    struct wire_writer writer = wire_write(space, sizeof space);
    wire_put_u64(&writer, number);
    return record_put(txn, key, &writer);
}

dp_err record_index_get(struct store_txn *txn, const struct key *key, uint64_t *number)
{
    struct bytes value;
    DP_TRY(record_get(txn, key, &value));
    struct wire_reader reader = wire_read(value);
    *number = wire_get_u64(&reader);
    return wire_end(&reader);
}

dp_err record_index_check(struct store_txn *txn, const struct key *key, uint64_t number)
{
    uint64_t found = 0;
    dp_err err = record_index_get(txn, key, &found);
    if (err_is(err, DP_NOT_FOUND)) {
        return key->is_bad ? err_make(DP_TOO_LONG) : DP_SUCCESS;
    }
    DP_TRY(err);
    return err_make(found == number ? DP_OK : DP_CONFLICT);
}

/* ---- Walks ---- */

struct record_walk record_walk_start(struct store_txn *txn, const struct key *prefix,
                                     const struct key *from)
{
    struct record_walk walk = { 0 };
    bool is_bad = prefix->is_bad || (from != NULL && from->is_bad);
    if (!is_bad) { /* nothing can lie under a bad key */
        walk.failed = store_range_start(txn, key_bytes(prefix),
                                        key_bytes(from == NULL ? prefix : from), &walk.range);
    }
    return walk;
}

bool record_walk_next(struct record_walk *walk)
{
    return walk->range != NULL && err_is_ok(walk->failed) &&
           store_range_next(walk->range, &walk->key, &walk->value);
}

bool record_walk_ok(struct record_walk *walk, dp_err err)
{
    if (err_is_ok(walk->failed)) {
        walk->failed = err;
    }
    return err_is_ok(err);
}

dp_err record_walk_end(struct record_walk *walk)
{
    if (walk->range != NULL) {
        dp_err ended = store_range_end(walk->range);
        walk->range = NULL;
        DP_TRY(walk->failed);
        return ended;
    }
    return walk->failed;
}
