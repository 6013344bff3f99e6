/* SPDX-License-Identifier: MIT */
#include "storage/pending_move_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void pending_move_record_encode(struct wire_writer *writer, const struct person_move *move)
{
    wire_put_u8(writer, VERSION);
    wire_put_u64(writer, move->person.value);
    wire_demand(writer, move->person.value != 0, DP_INVALID);
    wire_put_u32(writer, move->team.value);
    wire_put_date(writer, move->effective);
    wire_demand(writer, date_weekday(move->effective) == 1, DP_INVALID);
}

dp_err pending_move_record_decode(struct bytes value, struct person_move *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct person_move){ 0 };
    wire_get_version(&reader, VERSION);
    out->person.value = wire_get_u64(&reader);
    wire_expect(&reader, out->person.value != 0);
    out->team.value = wire_get_u32(&reader);
    out->effective = wire_get_date(&reader);
    wire_expect(&reader, date_weekday(out->effective) == 1);
    return wire_end(&reader);
}

dp_err pending_move_record_put(struct store_txn *txn, const struct person_move *move)
{
    uint8_t space[PENDING_MOVE_RECORD_MAX];
    struct key key = key_u64(KEY_PENDING_MOVE, move->person.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    pending_move_record_encode(&writer, move);
    return record_put(txn, &key, &writer);
}

dp_err pending_move_record_get(struct store_txn *txn, struct person_id person,
                               struct person_move *out)
{
    struct key key = key_u64(KEY_PENDING_MOVE, person.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return pending_move_record_decode(value, out);
}

dp_err pending_move_record_delete(struct store_txn *txn, struct person_id person)
{
    struct key key = key_u64(KEY_PENDING_MOVE, person.value);
    return record_delete(txn, &key);
}

dp_err pending_move_record_each(struct store_txn *txn,
                                bool (*visit)(const struct person_move *move, void *context),
                                void *context)
{
    struct person_move move;
    struct key prefix = key_of(KEY_PENDING_MOVE);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, pending_move_record_decode(walk.value, &move))) {
        if (!visit(&move, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
