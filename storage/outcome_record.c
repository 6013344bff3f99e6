/* SPDX-License-Identifier: MIT */
#include "storage/outcome_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void outcome_record_encode(struct wire_writer *writer, const struct outcome *outcome)
{
    wire_put_u8(writer, VERSION);
    wire_put_text(writer, outcome->metric, sizeof outcome->metric);
    wire_put_text(writer, outcome->source, sizeof outcome->source);
    wire_put_enum(writer, outcome->period_kind, PERIOD_KIND_COUNT);
    wire_put_date(writer, outcome->period_start);
    wire_put_u32(writer, outcome->team.value);
    wire_put_double(writer, outcome->value);
    wire_put_bool(writer, outcome->has_n);
    wire_put_u32(writer, outcome->n);
    wire_put_u32(writer, outcome->import.value);
}

dp_err outcome_record_decode(struct bytes value, struct outcome *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct outcome){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_text(&reader, out->metric, sizeof out->metric);
    wire_get_text(&reader, out->source, sizeof out->source);
    out->period_kind = (enum period_kind)wire_get_enum(&reader, PERIOD_KIND_COUNT);
    out->period_start = wire_get_date(&reader);
    out->team.value = wire_get_u32(&reader);
    out->value = wire_get_double(&reader);
    out->has_n = wire_get_bool(&reader);
    out->n = wire_get_u32(&reader);
    out->import.value = wire_get_u32(&reader);
    return wire_end(&reader);
}

static struct key key_of_place(const struct outcome *place)
{
    return key_outcome(str_of(place->metric), str_of(place->source), place->period_kind,
                       place->period_start, place->team);
}

dp_err outcome_record_put(struct store_txn *txn, const struct outcome *outcome)
{
    uint8_t space[OUTCOME_RECORD_MAX];
    struct key key = key_of_place(outcome);
    struct wire_writer writer = wire_write(space, sizeof space);
    outcome_record_encode(&writer, outcome);
    return record_put(txn, &key, &writer);
}

dp_err outcome_record_get(struct store_txn *txn, const struct outcome *place,
                          struct outcome *out)
{
    struct key key = key_of_place(place);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return outcome_record_decode(value, out);
}

dp_err outcome_record_delete(struct store_txn *txn, const struct outcome *place)
{
    struct key key = key_of_place(place);
    return record_delete(txn, &key);
}

dp_err outcome_record_each(struct store_txn *txn,
                           bool (*visit)(const struct outcome *outcome, void *context),
                           void *context)
{
    struct outcome outcome;
    struct key prefix = key_of(KEY_OUTCOME);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, outcome_record_decode(walk.value, &outcome))) {
        if (!visit(&outcome, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

dp_err outcome_record_each_of(struct store_txn *txn, struct str metric, struct str source,
                              bool (*visit)(const struct outcome *outcome, void *context),
                              void *context)
{
    struct outcome outcome;
    struct key prefix = key_outcomes_of(metric, source);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, outcome_record_decode(walk.value, &outcome))) {
        if (!visit(&outcome, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

dp_err outcome_record_each_in(struct store_txn *txn, const struct outcome_range *range,
                              bool (*visit)(const struct outcome *outcome, void *context),
                              void *context)
{
    struct outcome outcome;
    struct key prefix = key_outcomes_of(range->metric, range->source);
    struct key from = key_outcomes_from(range->metric, range->source, range->kind, range->from);
    struct record_walk walk = record_walk_start(txn, &prefix, &from);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, outcome_record_decode(walk.value, &outcome))) {
        if (outcome.period_kind != range->kind ||
            date_is_before(range->to, outcome.period_start) || !visit(&outcome, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
