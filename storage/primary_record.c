/* SPDX-License-Identifier: MIT */
#include "storage/primary_record.h"

#include "storage/record.h"

enum { VERSION = 1, LAG_ZERO = 128 };

static bool is_unit(enum period_kind unit)
{
    return unit == PERIOD_WEEK || unit == PERIOD_MONTH;
}

static bool is_lag(int lag)
{
    return lag >= -PRIMARY_LAG_MAX && lag <= PRIMARY_LAG_MAX;
}

void primary_record_encode(struct wire_writer *writer, const struct primary_question *question)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, question->number);
    wire_demand(writer, question->number != 0 && is_unit(question->unit), DP_INVALID);
    wire_put_text(writer, question->metric, sizeof question->metric);
    wire_put_text(writer, question->source, sizeof question->source);
    wire_put_enum(writer, question->unit, PERIOD_KIND_COUNT);
    wire_demand(writer, is_lag(question->lag), DP_OUT_OF_RANGE);
    wire_put_u8(writer, (uint8_t)(question->lag + LAG_ZERO));
    wire_put_date(writer, question->registered);
    wire_put_date(writer, question->counts_from);
    wire_put_i64(writer, question->registered_s);
    wire_put_text(writer, question->actor, sizeof question->actor);
}

dp_err primary_record_decode(struct bytes value, struct primary_question *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct primary_question){ 0 };
    wire_get_version(&reader, VERSION);
    out->number = wire_get_u32(&reader);
    wire_get_text(&reader, out->metric, sizeof out->metric);
    wire_get_text(&reader, out->source, sizeof out->source);
    out->unit = (enum period_kind)wire_get_enum(&reader, PERIOD_KIND_COUNT);
    out->lag = (int)wire_get_u8(&reader) - LAG_ZERO;
    out->registered = wire_get_date(&reader);
    out->counts_from = wire_get_date(&reader);
    out->registered_s = wire_get_i64(&reader);
    wire_get_text(&reader, out->actor, sizeof out->actor);
    wire_expect(&reader, out->number != 0 && is_unit(out->unit) && is_lag(out->lag));
    return wire_end(&reader);
}

dp_err primary_record_put(struct store_txn *txn, const struct primary_question *question)
{
    uint8_t space[PRIMARY_RECORD_MAX];
    struct key key = key_u32(KEY_PRIMARY, question->number);
    struct wire_writer writer = wire_write(space, sizeof space);
    primary_record_encode(&writer, question);
    return record_put(txn, &key, &writer);
}

dp_err primary_record_get(struct store_txn *txn, uint32_t number, struct primary_question *out)
{
    struct key key = key_u32(KEY_PRIMARY, number);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return primary_record_decode(value, out);
}

dp_err primary_record_latest(struct store_txn *txn, struct primary_question *out)
{
    struct key prefix = key_of(KEY_PRIMARY);
    struct bytes key;
    struct bytes value;
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    return primary_record_decode(value, out);
}

dp_err primary_record_each(struct store_txn *txn,
                           bool (*visit)(const struct primary_question *question,
                                         void *context),
                           void *context)
{
    struct primary_question question;
    struct key prefix = key_of(KEY_PRIMARY);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, primary_record_decode(walk.value, &question))) {
        if (!visit(&question, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
