/* SPDX-License-Identifier: MIT */
#include "storage/correction_record.h"

#include "storage/record.h"

static void put_teams(struct wire_writer *writer, const struct correction *correction)
{
    wire_demand(writer, correction->team_count <= CORRECTION_TEAMS_MAX, DP_OUT_OF_RANGE);
    wire_put_u32(writer, correction->team_count);
    for (uint32_t i = 0; i < correction->team_count && writer->failed == DP_OK; i++) {
        wire_put_u32(writer, correction->teams[i].value);
    }
}

static void get_teams(struct wire_reader *reader, struct correction *out)
{
    uint32_t count = wire_get_u32(reader);
    wire_expect(reader, count <= CORRECTION_TEAMS_MAX);
    for (uint32_t i = 0; i < count && reader->failed == DP_OK; i++) {
        out->teams[i].value = wire_get_u32(reader);
        out->team_count++;
    }
}

enum { VERSION = 1 };

void correction_record_encode(struct wire_writer *writer, const struct correction *correction)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, correction->id.value);
    wire_demand(writer, correction->id.value != 0, DP_INVALID);
    wire_put_text(writer, correction->title, sizeof correction->title);
    wire_put_text(writer, correction->what, sizeof correction->what);
    wire_put_enum(writer, correction->category, CORRECTION_CATEGORY_COUNT);
    put_teams(writer, correction);
    wire_put_date(writer, correction->start);
    wire_put_enum(writer, correction->target, CORRECTION_TARGET_COUNT);
    wire_put_text(writer, correction->expected, sizeof correction->expected);
    wire_put_enum(writer, correction->direction, CORRECTION_DIRECTION_COUNT);
    wire_put_i64(writer, correction->registered_s);
    wire_put_text(writer, correction->actor, sizeof correction->actor);
    wire_put_i64(writer, correction->withdrawn_s);
    wire_put_text(writer, correction->withdrawn_why, sizeof correction->withdrawn_why);
}

dp_err correction_record_decode(struct bytes value, struct correction *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct correction){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u32(&reader);
    wire_expect(&reader, out->id.value != 0);
    wire_get_text(&reader, out->title, sizeof out->title);
    wire_get_text(&reader, out->what, sizeof out->what);
    out->category = (enum correction_category)wire_get_enum(&reader, CORRECTION_CATEGORY_COUNT);
    get_teams(&reader, out);
    out->start = wire_get_date(&reader);
    out->target = (enum correction_target)wire_get_enum(&reader, CORRECTION_TARGET_COUNT);
    wire_get_text(&reader, out->expected, sizeof out->expected);
    out->direction = (enum correction_direction)wire_get_enum(&reader,
                                                              CORRECTION_DIRECTION_COUNT);
    out->registered_s = wire_get_i64(&reader);
    wire_get_text(&reader, out->actor, sizeof out->actor);
    out->withdrawn_s = wire_get_i64(&reader);
    wire_get_text(&reader, out->withdrawn_why, sizeof out->withdrawn_why);
    return wire_end(&reader);
}

dp_err correction_record_put(struct store_txn *txn, const struct correction *correction)
{
    uint8_t space[CORRECTION_RECORD_MAX];
    struct key key = key_u32(KEY_CORRECTION, correction->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    correction_record_encode(&writer, correction);
    return record_put(txn, &key, &writer);
}

dp_err correction_record_get(struct store_txn *txn, struct correction_id id,
                             struct correction *out)
{
    struct key key = key_u32(KEY_CORRECTION, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return correction_record_decode(value, out);
}

dp_err correction_record_delete(struct store_txn *txn, struct correction_id id)
{
    struct key key = key_u32(KEY_CORRECTION, id.value);
    return record_delete(txn, &key);
}

dp_err correction_record_each(struct store_txn *txn,
                              bool (*visit)(const struct correction *correction, void *context),
                              void *context)
{
    struct correction correction;
    struct key prefix = key_of(KEY_CORRECTION);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, correction_record_decode(walk.value, &correction))) {
        if (!visit(&correction, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
