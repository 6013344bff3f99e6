/* SPDX-License-Identifier: MIT */
#include "storage/alert_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

static void put_figures(struct wire_writer *writer, const struct alert *alert)
{
    wire_put_date(writer, alert->since);
    wire_put_u32(writer, alert->weeks);
    wire_put_u32(writer, alert->n);
    wire_put_double(writer, alert->value);
    wire_put_bool(writer, alert->has_interval);
    if (alert->has_interval) {
        wire_put_double(writer, alert->value_lo);
        wire_put_double(writer, alert->value_hi);
    }
    wire_put_double(writer, alert->usual);
    wire_put_double(writer, alert->usual_lo);
    wire_put_double(writer, alert->usual_hi);
    wire_put_date(writer, alert->baseline_first);
    wire_put_date(writer, alert->baseline_last);
    wire_put_u32(writer, alert->baseline_weeks);
    wire_put_double(writer, alert->limit);
}

static void get_figures(struct wire_reader *reader, struct alert *out)
{
    out->since = wire_get_date(reader);
    out->weeks = wire_get_u32(reader);
    out->n = wire_get_u32(reader);
    out->value = wire_get_double(reader);
    out->has_interval = wire_get_bool(reader);
    if (out->has_interval) {
        out->value_lo = wire_get_double(reader);
        out->value_hi = wire_get_double(reader);
    }
    out->usual = wire_get_double(reader);
    out->usual_lo = wire_get_double(reader);
    out->usual_hi = wire_get_double(reader);
    out->baseline_first = wire_get_date(reader);
    out->baseline_last = wire_get_date(reader);
    out->baseline_weeks = wire_get_u32(reader);
    out->limit = wire_get_double(reader);
}

void alert_record_encode(struct wire_writer *writer, const struct alert *alert)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, alert->id.value);
    wire_demand(writer, alert->id.value != 0, DP_INVALID);
    wire_put_u32(writer, alert->team.value);
    wire_put_date(writer, alert->week);
    wire_put_enum(writer, alert->kind, ALERT_KIND_COUNT);
    put_figures(writer, alert);
    wire_put_bool(writer, alert->is_past);
    wire_put_i64(writer, alert->acknowledged_s);
    wire_put_text(writer, alert->acknowledged_by, sizeof alert->acknowledged_by);
    wire_put_text(writer, alert->note, sizeof alert->note);
    wire_put_bool(writer, alert->is_new_baseline);
}

dp_err alert_record_decode(struct bytes value, struct alert *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct alert){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u32(&reader);
    wire_expect(&reader, out->id.value != 0);
    out->team.value = wire_get_u32(&reader);
    out->week = wire_get_date(&reader);
    out->kind = (enum alert_kind)wire_get_enum(&reader, ALERT_KIND_COUNT);
    get_figures(&reader, out);
    out->is_past = wire_get_bool(&reader);
    out->acknowledged_s = wire_get_i64(&reader);
    wire_get_text(&reader, out->acknowledged_by, sizeof out->acknowledged_by);
    wire_get_text(&reader, out->note, sizeof out->note);
    out->is_new_baseline = wire_get_bool(&reader);
    return wire_end(&reader);
}

dp_err alert_record_put(struct store_txn *txn, const struct alert *alert)
{
    uint8_t space[ALERT_RECORD_MAX];
    struct key key = key_u32(KEY_ALERT, alert->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    alert_record_encode(&writer, alert);
    return record_put(txn, &key, &writer);
}

dp_err alert_record_get(struct store_txn *txn, struct alert_id id, struct alert *out)
{
    struct key key = key_u32(KEY_ALERT, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return alert_record_decode(value, out);
}

dp_err alert_record_delete(struct store_txn *txn, struct alert_id id)
{
    struct key key = key_u32(KEY_ALERT, id.value);
    return record_delete(txn, &key);
}

dp_err alert_record_each(struct store_txn *txn,
                         bool (*visit)(const struct alert *alert, void *context), void *context)
{
    struct alert alert;
    struct key prefix = key_of(KEY_ALERT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, alert_record_decode(walk.value, &alert))) {
        if (!visit(&alert, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
