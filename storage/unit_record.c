/* SPDX-License-Identifier: MIT */
#include "storage/unit_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void unit_record_encode(struct wire_writer *writer, const struct unit *unit)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, unit->id.value);
    wire_demand(writer, unit->id.value != 0, DP_INVALID);
    wire_put_enum(writer, unit->kind, UNIT_POOL + 1);
    wire_put_enum(writer, unit->cadence, UNIT_WEEKLY + 1);
    wire_put_u32(writer, unit->team.value);
    wire_put_u32(writer, unit->pool.value);
    wire_put_u32(writer, unit->headcount);
    wire_put_bool(writer, unit->is_closed);
    wire_put_u32(writer, unit->joined_into.value);
    wire_put_text(writer, unit->name, sizeof unit->name);
}

dp_err unit_record_decode(struct bytes value, struct unit *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct unit){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u32(&reader);
    wire_expect(&reader, out->id.value != 0);
    out->kind = (enum unit_kind)wire_get_enum(&reader, UNIT_POOL + 1);
    out->cadence = (enum unit_cadence)wire_get_enum(&reader, UNIT_WEEKLY + 1);
    out->team.value = wire_get_u32(&reader);
    out->pool.value = wire_get_u32(&reader);
    out->headcount = wire_get_u32(&reader);
    out->is_closed = wire_get_bool(&reader);
    out->joined_into.value = wire_get_u32(&reader);
    wire_get_text(&reader, out->name, sizeof out->name);
    return wire_end(&reader);
}

dp_err unit_record_put(struct store_txn *txn, const struct unit *unit)
{
    uint8_t space[UNIT_RECORD_MAX];
    struct key key = key_u32(KEY_UNIT, unit->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    unit_record_encode(&writer, unit);
    return record_put(txn, &key, &writer);
}

dp_err unit_record_get(struct store_txn *txn, struct unit_id id, struct unit *out)
{
    struct key key = key_u32(KEY_UNIT, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return unit_record_decode(value, out);
}

dp_err unit_record_delete(struct store_txn *txn, struct unit_id id)
{
    struct key key = key_u32(KEY_UNIT, id.value);
    return record_delete(txn, &key);
}

dp_err unit_record_each(struct store_txn *txn,
                        bool (*visit)(const struct unit *unit, void *context), void *context)
{
    struct unit unit;
    struct key prefix = key_of(KEY_UNIT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, unit_record_decode(walk.value, &unit))) {
        if (!visit(&unit, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
