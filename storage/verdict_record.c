/* SPDX-License-Identifier: MIT */
#include "storage/verdict_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void verdict_record_encode(struct wire_writer *writer, const struct verdict_memory *verdict)
{
    wire_put_u8(writer, VERSION);
    wire_put_text(writer, verdict->metric, sizeof verdict->metric);
    wire_put_text(writer, verdict->source, sizeof verdict->source);
    wire_put_text(writer, verdict->series, sizeof verdict->series);
    wire_put_date(writer, verdict->computed);
    wire_put_u8(writer, verdict->grade);
    wire_put_u8(writer, verdict->previous_grade);
    wire_put_u32(writer, verdict->n);
    wire_put_text(writer, verdict->json, sizeof verdict->json);
}

dp_err verdict_record_decode(struct bytes value, struct verdict_memory *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct verdict_memory){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_text(&reader, out->metric, sizeof out->metric);
    wire_get_text(&reader, out->source, sizeof out->source);
    wire_get_text(&reader, out->series, sizeof out->series);
    out->computed = wire_get_date(&reader);
    out->grade = wire_get_u8(&reader);
    out->previous_grade = wire_get_u8(&reader);
    out->n = wire_get_u32(&reader);
    wire_get_text(&reader, out->json, sizeof out->json);
    return wire_end(&reader);
}

dp_err verdict_record_put(struct store_txn *txn, const struct verdict_memory *verdict)
{
    uint8_t space[VERDICT_RECORD_MAX];
    struct key key = key_verdict(str_of(verdict->metric), str_of(verdict->source),
                                 str_of(verdict->series));
    struct wire_writer writer = wire_write(space, sizeof space);
    verdict_record_encode(&writer, verdict);
    return record_put(txn, &key, &writer);
}

dp_err verdict_record_get(struct store_txn *txn, struct str metric, struct str source,
                          struct str series, struct verdict_memory *out)
{
    struct key key = key_verdict(metric, source, series);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return verdict_record_decode(value, out);
}

dp_err verdict_record_delete(struct store_txn *txn, struct str metric, struct str source,
                             struct str series)
{
    struct key key = key_verdict(metric, source, series);
    return record_delete(txn, &key);
}

dp_err verdict_record_each(struct store_txn *txn,
                           bool (*visit)(const struct verdict_memory *verdict, void *context),
                           void *context)
{
    struct verdict_memory verdict;
    struct key prefix = key_of(KEY_VERDICT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, verdict_record_decode(walk.value, &verdict))) {
        if (!visit(&verdict, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
