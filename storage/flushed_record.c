/* SPDX-License-Identifier: MIT */
#include "storage/flushed_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void flushed_record_encode(struct wire_writer *writer, const struct flushed *flushed)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, flushed->epoch.date);
    wire_put_u16(writer, flushed->question.value);
    wire_put_u16(writer, flushed->question_version);
    wire_put_u32(writer, flushed->cells);
    wire_put_u32(writer, flushed->ballots_not_shown);
}

dp_err flushed_record_decode(struct bytes value, struct flushed *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct flushed){ 0 };
    wire_get_version(&reader, VERSION);
    out->epoch.date = wire_get_date(&reader);
    out->question.value = wire_get_u16(&reader);
    out->question_version = wire_get_u16(&reader);
    out->cells = wire_get_u32(&reader);
    out->ballots_not_shown = wire_get_u32(&reader);
    return wire_end(&reader);
}

dp_err flushed_record_put(struct store_txn *txn, const struct flushed *flushed)
{
    uint8_t space[FLUSHED_RECORD_MAX];
    struct key key = key_date(KEY_FLUSHED, flushed->epoch.date);
    struct wire_writer writer = wire_write(space, sizeof space);
    flushed_record_encode(&writer, flushed);
    return record_put(txn, &key, &writer);
}

dp_err flushed_record_get(struct store_txn *txn, struct epoch_id epoch, struct flushed *out)
{
    struct key key = key_date(KEY_FLUSHED, epoch.date);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return flushed_record_decode(value, out);
}

dp_err flushed_record_latest(struct store_txn *txn, struct flushed *out)
{
    struct key prefix = key_of(KEY_FLUSHED);
    struct bytes key;
    struct bytes value;
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    return flushed_record_decode(value, out);
}

dp_err flushed_record_delete(struct store_txn *txn, struct epoch_id epoch)
{
    struct key key = key_date(KEY_FLUSHED, epoch.date);
    return record_delete(txn, &key);
}

dp_err flushed_record_each(struct store_txn *txn,
                           bool (*visit)(const struct flushed *flushed, void *context),
                           void *context)
{
    struct flushed flushed;
    struct key prefix = key_of(KEY_FLUSHED);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, flushed_record_decode(walk.value, &flushed))) {
        if (!visit(&flushed, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
