/* SPDX-License-Identifier: MIT */
#include "storage/audit_record.h"

#include <string.h>

#include "storage/record.h"

enum { VERSION = 1 };

/* What the hash of an entry covers, beside the hash of the one before. */
static void encode_body(struct wire_writer *writer, const struct audit_entry *entry)
{
    wire_put_u8(writer, VERSION);
    wire_put_u64(writer, entry->seq);
    wire_demand(writer, entry->seq != 0, DP_INVALID);
    wire_put_i64(writer, entry->at_s);
    wire_put_text(writer, entry->actor, sizeof entry->actor);
    wire_put_text(writer, entry->action, sizeof entry->action);
    wire_put_text(writer, entry->detail, sizeof entry->detail);
}

void audit_record_encode(struct wire_writer *writer, const struct audit_entry *entry)
{
    encode_body(writer, entry);
    wire_put_raw(writer, entry->prev_hash.bytes, sizeof entry->prev_hash.bytes);
    wire_put_raw(writer, entry->hash.bytes, sizeof entry->hash.bytes);
}

dp_err audit_record_decode(struct bytes value, struct audit_entry *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct audit_entry){ 0 };
    wire_get_version(&reader, VERSION);
    out->seq = wire_get_u64(&reader);
    wire_expect(&reader, out->seq != 0);
    out->at_s = wire_get_i64(&reader);
    wire_get_text(&reader, out->actor, sizeof out->actor);
    wire_get_text(&reader, out->action, sizeof out->action);
    wire_get_text(&reader, out->detail, sizeof out->detail);
    wire_get_raw(&reader, out->prev_hash.bytes, sizeof out->prev_hash.bytes);
    wire_get_raw(&reader, out->hash.bytes, sizeof out->hash.bytes);
    return wire_end(&reader);
}

static dp_err hash_entry(const struct audit_entry *entry, struct secret_hash *out)
{
    uint8_t space[AUDIT_RECORD_MAX];
    struct bytes body;
    struct wire_writer writer = wire_write(space, sizeof space);
    encode_body(&writer, entry);
    DP_TRY(wire_finish(&writer, &body));
    struct bytes parts[] = { bytes_of(entry->prev_hash.bytes, sizeof entry->prev_hash.bytes),
                             body };
    *out = secret_sha256(parts, sizeof parts / sizeof parts[0]);
    return DP_SUCCESS;
}

/* A detail that was cut to its length may end in a part of a character: that part goes. */
static void trim_detail(struct audit_entry *entry)
{
    size_t len = strnlen(entry->detail, sizeof entry->detail - 1);
    for (int cut = 0; cut < 3 && !str_is_utf8((struct str){ entry->detail, len }) && len > 0;
         cut++) {
        len--;
    }
    entry->detail[len] = '\0';
}

dp_err audit_record_append(struct store_txn *txn, struct audit_entry *entry)
{
    uint8_t space[AUDIT_RECORD_MAX];
    struct audit_entry head = { 0 };
    dp_err found = audit_record_head(txn, &head);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    trim_detail(entry);
    entry->seq = head.seq + 1;
    entry->prev_hash = head.hash;
    DP_TRY(hash_entry(entry, &entry->hash));
    struct wire_writer writer = wire_write(space, sizeof space);
    audit_record_encode(&writer, entry);
    struct key key = key_u64(KEY_AUDIT, entry->seq);
    return record_put(txn, &key, &writer);
}

dp_err audit_record_get(struct store_txn *txn, uint64_t seq, struct audit_entry *out)
{
    struct key key = key_u64(KEY_AUDIT, seq);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return audit_record_decode(value, out);
}

dp_err audit_record_head(struct store_txn *txn, struct audit_entry *out)
{
    struct key prefix = key_of(KEY_AUDIT);
    struct bytes key;
    struct bytes value;
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    return audit_record_decode(value, out);
}

dp_err audit_record_each(struct store_txn *txn,
                         bool (*visit)(const struct audit_entry *entry, void *context),
                         void *context)
{
    struct audit_entry entry;
    struct key prefix = key_of(KEY_AUDIT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, audit_record_decode(walk.value, &entry))) {
        if (!visit(&entry, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* ---- Checking the chain ---- */

/* Why an entry doesn't follow the one before, or NULL. */
static const char *fault_of(struct bytes key, struct bytes value,
                            const struct audit_entry *before, struct audit_entry *entry)
{
    struct secret_hash hash;
    struct key expected = key_u64(KEY_AUDIT, before->seq + 1);
    if (!bytes_equal(key, key_bytes(&expected))) {
        return "is missing";
    }
    if (!err_is_ok(audit_record_decode(value, entry)) || !err_is_ok(hash_entry(entry, &hash))) {
        return "can't be read";
    }
    if (entry->seq != before->seq + 1) {
        return "stands in the place of another";
    }
    if (!secret_equal(&entry->prev_hash, &before->hash, sizeof hash)) {
        return "does not follow the entry before it";
    }
    return secret_equal(&entry->hash, &hash, sizeof hash) ? NULL : "was changed";
}

dp_err audit_record_verify(struct store_txn *txn, uint64_t *entries, struct dp_problem *problem)
{
    struct audit_entry before = { 0 };
    struct audit_entry entry = { 0 };
    const char *fault = NULL;
    struct key prefix = key_of(KEY_AUDIT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (fault == NULL && record_walk_next(&walk)) {
        fault = fault_of(walk.key, walk.value, &before, &entry);
        if (fault == NULL) {
            before = entry;
        }
    }
    *entries = before.seq;
    DP_TRY(record_walk_end(&walk));
    if (fault == NULL) {
        return DP_SUCCESS;
    }
    err_ignore(problem_set(problem, 0, 0, "entry %llu of the audit log %s",
                           (unsigned long long)before.seq + 1, fault));
    return err_make(DP_CORRUPT);
}
