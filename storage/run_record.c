/* SPDX-License-Identifier: MIT */
#include "storage/run_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void run_record_encode(struct wire_writer *writer, const struct run *run)
{
    wire_put_u8(writer, VERSION);
    wire_put_u64(writer, run->id.value);
    wire_demand(writer, run->id.value != 0, DP_INVALID);
    wire_put_text(writer, run->schedule, sizeof run->schedule);
    wire_put_i64(writer, run->due_s);
    wire_put_i64(writer, run->started_s);
    wire_put_i64(writer, run->ended_s);
    wire_put_u64(writer, run->rows);
    wire_put_u64(writer, run->bytes);
    wire_put_raw(writer, run->hash.bytes, sizeof run->hash.bytes);
    wire_put_text(writer, run->error, sizeof run->error);
}

dp_err run_record_decode(struct bytes value, struct run *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct run){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u64(&reader);
    wire_expect(&reader, out->id.value != 0);
    wire_get_text(&reader, out->schedule, sizeof out->schedule);
    out->due_s = wire_get_i64(&reader);
    out->started_s = wire_get_i64(&reader);
    out->ended_s = wire_get_i64(&reader);
    out->rows = wire_get_u64(&reader);
    out->bytes = wire_get_u64(&reader);
    wire_get_raw(&reader, out->hash.bytes, sizeof out->hash.bytes);
    wire_get_text(&reader, out->error, sizeof out->error);
    return wire_end(&reader);
}

dp_err run_record_put(struct store_txn *txn, const struct run *run)
{
    uint8_t space[RUN_RECORD_MAX];
    struct key key = key_u64(KEY_RUN, run->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    run_record_encode(&writer, run);
    struct key index = key_run_by_schedule(str_of(run->schedule), run->id.value);
    struct run old;
    dp_err found = run_record_get(txn, run->id, &old);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    DP_TRY(record_put(txn, &key, &writer));
    if (err_is_ok(found)) {
        struct key old_index = key_run_by_schedule(str_of(old.schedule), old.id.value);
        DP_TRY(record_delete_any(txn, &old_index));
    }
    return record_index_put(txn, &index, run->id.value);
}

dp_err run_record_get(struct store_txn *txn, struct run_id id, struct run *out)
{
    struct key key = key_u64(KEY_RUN, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return run_record_decode(value, out);
}

static dp_err read_number(struct bytes value, uint64_t *number)
{
    struct wire_reader reader = wire_read(value);
    *number = wire_get_u64(&reader);
    return wire_end(&reader);
}

dp_err run_record_last(struct store_txn *txn, struct str schedule, struct run *out)
{
    struct key prefix = key_text(KEY_RUN_BY_SCHEDULE, schedule);
    struct bytes key;
    struct bytes value;
    uint64_t number = 0;
    if (prefix.is_bad) {
        return err_make(DP_NOT_FOUND);
    }
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    DP_TRY(read_number(value, &number));
    return run_record_get(txn, (struct run_id){ number }, out);
}

dp_err run_record_delete(struct store_txn *txn, struct run_id id)
{
    struct run old;
    DP_TRY(run_record_get(txn, id, &old));
    struct key key = key_u64(KEY_RUN, id.value);
    struct key index = key_run_by_schedule(str_of(old.schedule), id.value);
    DP_TRY(record_delete(txn, &key));
    return record_delete_any(txn, &index);
}

dp_err run_record_each(struct store_txn *txn,
                       bool (*visit)(const struct run *run, void *context), void *context)
{
    struct run run;
    struct key prefix = key_of(KEY_RUN);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, run_record_decode(walk.value, &run))) {
        if (!visit(&run, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

dp_err run_record_each_of(struct store_txn *txn, struct str schedule,
                          bool (*visit)(const struct run *run, void *context), void *context)
{
    struct run run;
    uint64_t number = 0;
    struct key prefix = key_text(KEY_RUN_BY_SCHEDULE, schedule);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) && record_walk_ok(&walk, read_number(walk.value, &number)) &&
           record_walk_ok(&walk, run_record_get(txn, (struct run_id){ number }, &run))) {
        if (!visit(&run, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
