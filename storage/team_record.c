/* SPDX-License-Identifier: MIT */
#include "storage/team_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void team_record_encode(struct wire_writer *writer, const struct team *team)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, team->id.value);
    wire_demand(writer, team->id.value != 0, DP_INVALID);
    wire_put_u32(writer, team->parent.value);
    wire_put_text(writer, team->code, sizeof team->code);
    wire_put_text(writer, team->name, sizeof team->name);
    wire_put_bool(writer, team->is_gone);
}

dp_err team_record_decode(struct bytes value, struct team *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct team){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u32(&reader);
    wire_expect(&reader, out->id.value != 0);
    out->parent.value = wire_get_u32(&reader);
    wire_get_text(&reader, out->code, sizeof out->code);
    wire_get_text(&reader, out->name, sizeof out->name);
    out->is_gone = wire_get_bool(&reader);
    return wire_end(&reader);
}

dp_err team_record_put(struct store_txn *txn, const struct team *team)
{
    uint8_t space[TEAM_RECORD_MAX];
    struct key key = key_u32(KEY_TEAM, team->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    team_record_encode(&writer, team);
    struct key index = key_text(KEY_TEAM_BY_CODE, str_of(team->code));
    struct team old = { 0 };
    dp_err found = team_record_get(txn, team->id, &old);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    DP_TRY(record_index_check(txn, &index, team->id.value));
    DP_TRY(record_put(txn, &key, &writer));
    if (err_is_ok(found)) {
        struct key old_index = key_text(KEY_TEAM_BY_CODE, str_of(old.code));
        DP_TRY(record_delete_any(txn, &old_index));
    }
    return record_index_put(txn, &index, team->id.value);
}

dp_err team_record_get(struct store_txn *txn, struct team_id id, struct team *out)
{
    struct key key = key_u32(KEY_TEAM, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return team_record_decode(value, out);
}

dp_err team_record_by_code(struct store_txn *txn, struct str code, struct team *out)
{
    struct key index = key_text(KEY_TEAM_BY_CODE, code);
    uint64_t number = 0;
    DP_TRY(record_index_get(txn, &index, &number));
    return team_record_get(txn, (struct team_id){ (uint32_t)number }, out);
}

dp_err team_record_delete(struct store_txn *txn, struct team_id id)
{
    struct team old;
    DP_TRY(team_record_get(txn, id, &old));
    struct key key = key_u32(KEY_TEAM, id.value);
    struct key index = key_text(KEY_TEAM_BY_CODE, str_of(old.code));
    DP_TRY(record_delete(txn, &key));
    return record_delete_any(txn, &index);
}

dp_err team_record_each(struct store_txn *txn,
                        bool (*visit)(const struct team *team, void *context), void *context)
{
    struct team team;
    struct key prefix = key_of(KEY_TEAM);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, team_record_decode(walk.value, &team))) {
        if (!visit(&team, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
