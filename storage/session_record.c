/* SPDX-License-Identifier: MIT */
#include "storage/session_record.h"

#include "storage/record.h"

/* So many sessions are deleted for one walk. */
enum { DELETE_STEP = 256 };

enum { VERSION = 1 };

void session_record_encode(struct wire_writer *writer, const struct session *session)
{
    wire_put_u8(writer, VERSION);
    wire_put_raw(writer, session->token_hash.bytes, sizeof session->token_hash.bytes);
    wire_put_u32(writer, session->account.value);
    wire_demand(writer, session->account.value != 0, DP_INVALID);
    wire_put_i64(writer, session->created_s);
    wire_put_i64(writer, session->last_used_s);
    wire_put_i64(writer, session->expires_s);
    wire_put_raw(writer, session->csrf_key.bytes, sizeof session->csrf_key.bytes);
}

dp_err session_record_decode(struct bytes value, struct session *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct session){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_raw(&reader, out->token_hash.bytes, sizeof out->token_hash.bytes);
    out->account.value = wire_get_u32(&reader);
    wire_expect(&reader, out->account.value != 0);
    out->created_s = wire_get_i64(&reader);
    out->last_used_s = wire_get_i64(&reader);
    out->expires_s = wire_get_i64(&reader);
    wire_get_raw(&reader, out->csrf_key.bytes, sizeof out->csrf_key.bytes);
    return wire_end(&reader);
}

static struct key key_of_hash(const struct secret_hash *token_hash)
{
    return key_raw(KEY_SESSION, token_hash->bytes, sizeof token_hash->bytes);
}

dp_err session_record_put(struct store_txn *txn, const struct session *session)
{
    uint8_t space[SESSION_RECORD_MAX];
    struct key key = key_of_hash(&session->token_hash);
    struct wire_writer writer = wire_write(space, sizeof space);
    session_record_encode(&writer, session);
    struct key index = key_session_by_account(session->account, session->token_hash.bytes);
    struct session old;
    dp_err found = session_record_get(txn, &session->token_hash, &old);
    if (err_is_ok(found) && old.account.value != session->account.value) {
        return err_make(DP_CONFLICT);
    }
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    DP_TRY(record_put(txn, &key, &writer));
    return record_index_put(txn, &index, session->account.value);
}

dp_err session_record_get(struct store_txn *txn, const struct secret_hash *token_hash,
                          struct session *out)
{
    struct key key = key_of_hash(token_hash);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return session_record_decode(value, out);
}

dp_err session_record_delete(struct store_txn *txn, const struct secret_hash *token_hash)
{
    struct session old;
    DP_TRY(session_record_get(txn, token_hash, &old));
    struct key key = key_of_hash(token_hash);
    struct key index = key_session_by_account(old.account, token_hash->bytes);
    DP_TRY(record_delete(txn, &key));
    return record_delete_any(txn, &index);
}

dp_err session_record_each(struct store_txn *txn,
                           bool (*visit)(const struct session *session, void *context),
                           void *context)
{
    struct session session;
    struct key prefix = key_of(KEY_SESSION);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, session_record_decode(walk.value, &session))) {
        if (!visit(&session, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* The token hash at the end of a key of the index. */
static dp_err hash_of_index(struct bytes key, struct secret_hash *hash)
{
    struct wire_reader reader = wire_read(key);
    (void)wire_get_u8(&reader);
    (void)wire_get_u32(&reader);
    wire_get_raw(&reader, hash->bytes, sizeof hash->bytes);
    return wire_end(&reader);
}

dp_err session_record_each_of(struct store_txn *txn, struct account_id account,
                              bool (*visit)(const struct session *session, void *context),
                              void *context)
{
    struct session session;
    struct secret_hash hash;
    struct key prefix = key_u32(KEY_SESSION_BY_ACCOUNT, account.value);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) && record_walk_ok(&walk, hash_of_index(walk.key, &hash)) &&
           record_walk_ok(&walk, session_record_get(txn, &hash, &session))) {
        if (!visit(&session, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* ---- Deleting many: nothing may be deleted during a walk, so first they are collected ---- */

struct doomed {
    struct secret_hash hashes[DELETE_STEP];
    uint32_t count;
    int64_t now_s;
};

static bool collect(const struct session *session, void *context)
{
    struct doomed *doomed = context;
    doomed->hashes[doomed->count++] = session->token_hash;
    return doomed->count < DELETE_STEP;
}

static bool collect_expired(const struct session *session, void *context)
{
    struct doomed *doomed = context;
    return session->expires_s > doomed->now_s || collect(session, context);
}

static dp_err delete_collected(struct store_txn *txn, const struct doomed *doomed)
{
    for (uint32_t i = 0; i < doomed->count; i++) {
        DP_TRY(session_record_delete(txn, &doomed->hashes[i]));
    }
    return DP_SUCCESS;
}

dp_err session_record_delete_of(struct store_txn *txn, struct account_id account,
                                uint32_t *count)
{
    struct doomed doomed;
    uint32_t total = 0;
    do {
        doomed.count = 0;
        DP_TRY(session_record_each_of(txn, account, collect, &doomed));
        DP_TRY(delete_collected(txn, &doomed));
        total += doomed.count;
    } while (doomed.count == DELETE_STEP);
    if (count != NULL) {
        *count = total;
    }
    return DP_SUCCESS;
}

dp_err session_record_delete_expired(struct store_txn *txn, int64_t now_s, uint32_t *count)
{
    struct doomed doomed = { .now_s = now_s };
    DP_TRY(session_record_each(txn, collect_expired, &doomed));
    DP_TRY(delete_collected(txn, &doomed));
    *count = doomed.count;
    return DP_SUCCESS;
}
