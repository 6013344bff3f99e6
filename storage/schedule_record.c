/* SPDX-License-Identifier: MIT */
#include "storage/schedule_record.h"

#include "storage/record.h"

enum { MINUTES_OF_DAY = 24 * 60 };

static bool is_sound(const struct schedule *schedule)
{
    bool is_weekly = schedule->kind == SCHEDULE_WEEKLY;
    bool is_monthly = schedule->kind == SCHEDULE_MONTHLY;
    return schedule->minute < MINUTES_OF_DAY && schedule->weekday <= 7 &&
           schedule->month_day <= 31 && is_weekly == (schedule->weekday != 0) &&
           is_monthly == (schedule->month_day != 0);
}

enum { VERSION = 1 };

void schedule_record_encode(struct wire_writer *writer, const struct schedule *schedule)
{
    wire_put_u8(writer, VERSION);
    wire_put_text(writer, schedule->name, sizeof schedule->name);
    wire_put_enum(writer, schedule->kind, SCHEDULE_KIND_COUNT);
    wire_put_u8(writer, schedule->weekday);
    wire_put_u8(writer, schedule->month_day);
    wire_put_u16(writer, schedule->minute);
    wire_put_text(writer, schedule->out_dir, sizeof schedule->out_dir);
    wire_put_u16(writer, schedule->keep);
    wire_put_bool(writer, schedule->is_enabled);
    wire_demand(writer, is_sound(schedule), DP_OUT_OF_RANGE);
}

dp_err schedule_record_decode(struct bytes value, struct schedule *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct schedule){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_text(&reader, out->name, sizeof out->name);
    out->kind = (enum schedule_kind)wire_get_enum(&reader, SCHEDULE_KIND_COUNT);
    out->weekday = wire_get_u8(&reader);
    out->month_day = wire_get_u8(&reader);
    out->minute = wire_get_u16(&reader);
    wire_get_text(&reader, out->out_dir, sizeof out->out_dir);
    out->keep = wire_get_u16(&reader);
    out->is_enabled = wire_get_bool(&reader);
    wire_expect(&reader, is_sound(out));
    return wire_end(&reader);
}

dp_err schedule_record_put(struct store_txn *txn, const struct schedule *schedule)
{
    uint8_t space[SCHEDULE_RECORD_MAX];
    struct key key = key_text(KEY_SCHEDULE, str_of(schedule->name));
    struct wire_writer writer = wire_write(space, sizeof space);
    schedule_record_encode(&writer, schedule);
    return record_put(txn, &key, &writer);
}

dp_err schedule_record_get(struct store_txn *txn, struct str name, struct schedule *out)
{
    struct key key = key_text(KEY_SCHEDULE, name);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return schedule_record_decode(value, out);
}

dp_err schedule_record_delete(struct store_txn *txn, struct str name)
{
    struct key key = key_text(KEY_SCHEDULE, name);
    return record_delete(txn, &key);
}

dp_err schedule_record_each(struct store_txn *txn,
                            bool (*visit)(const struct schedule *schedule, void *context),
                            void *context)
{
    struct schedule schedule;
    struct key prefix = key_of(KEY_SCHEDULE);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, schedule_record_decode(walk.value, &schedule))) {
        if (!visit(&schedule, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
