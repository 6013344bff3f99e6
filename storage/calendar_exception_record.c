/* SPDX-License-Identifier: MIT */
#include "storage/calendar_exception_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void calendar_exception_record_encode(struct wire_writer *writer,
                                      const struct calendar_exception *exception)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, exception->date);
    wire_put_enum(writer, exception->kind, CALENDAR_PAUSED + 1);
    wire_put_u16(writer, exception->question.value);
    wire_put_text(writer, exception->label, sizeof exception->label);
}

dp_err calendar_exception_record_decode(struct bytes value, struct calendar_exception *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct calendar_exception){ 0 };
    wire_get_version(&reader, VERSION);
    out->date = wire_get_date(&reader);
    out->kind = (enum calendar_kind)wire_get_enum(&reader, CALENDAR_PAUSED + 1);
    out->question.value = wire_get_u16(&reader);
    wire_get_text(&reader, out->label, sizeof out->label);
    return wire_end(&reader);
}

dp_err calendar_exception_record_put(struct store_txn *txn,
                                     const struct calendar_exception *exception)
{
    uint8_t space[CALENDAR_EXCEPTION_RECORD_MAX];
    struct key key = key_date(KEY_CALENDAR_EXCEPTION, exception->date);
    struct wire_writer writer = wire_write(space, sizeof space);
    calendar_exception_record_encode(&writer, exception);
    return record_put(txn, &key, &writer);
}

dp_err calendar_exception_record_get(struct store_txn *txn, struct date date,
                                     struct calendar_exception *out)
{
    struct key key = key_date(KEY_CALENDAR_EXCEPTION, date);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return calendar_exception_record_decode(value, out);
}

dp_err calendar_exception_record_delete(struct store_txn *txn, struct date date)
{
    struct key key = key_date(KEY_CALENDAR_EXCEPTION, date);
    return record_delete(txn, &key);
}

dp_err calendar_exception_record_each(struct store_txn *txn,
                                      bool (*visit)(const struct calendar_exception *exception,
                                                    void *context),
                                      void *context)
{
    struct calendar_exception exception;
    struct key prefix = key_of(KEY_CALENDAR_EXCEPTION);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, calendar_exception_record_decode(walk.value, &exception))) {
        if (!visit(&exception, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

dp_err calendar_exception_record_each_between(
    struct store_txn *txn, struct date from, struct date to,
    bool (*visit)(const struct calendar_exception *exception, void *context), void *context)
{
    struct calendar_exception exception;
    struct key prefix = key_of(KEY_CALENDAR_EXCEPTION);
    struct key start = key_date(KEY_CALENDAR_EXCEPTION, from);
    struct record_walk walk = record_walk_start(txn, &prefix, &start);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, calendar_exception_record_decode(walk.value, &exception))) {
        if (date_is_before(to, exception.date) || !visit(&exception, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
