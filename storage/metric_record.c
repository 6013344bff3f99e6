/* SPDX-License-Identifier: MIT */
#include "storage/metric_record.h"

#include <assert.h>

#include "storage/record.h"

static_assert(LANGUAGE_COUNT == 2, "another language is another version of this record");

enum { VERSION = 1 };

void metric_record_encode(struct wire_writer *writer, const struct metric *metric)
{
    wire_put_u8(writer, VERSION);
    wire_put_text(writer, metric->code, sizeof metric->code);
    wire_put_text(writer, metric->name[LANGUAGE_EN], sizeof metric->name[LANGUAGE_EN]);
    wire_put_text(writer, metric->name[LANGUAGE_DE], sizeof metric->name[LANGUAGE_DE]);
    wire_put_text(writer, metric->unit, sizeof metric->unit);
    wire_put_enum(writer, metric->shape, METRIC_SECONDS + 1);
    wire_put_enum(writer, metric->better, BETTER_LOWER + 1);
    wire_put_double(writer, metric->min);
    wire_put_double(writer, metric->max);
    wire_put_bool(writer, metric->is_custom);
}

dp_err metric_record_decode(struct bytes value, struct metric *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct metric){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_text(&reader, out->code, sizeof out->code);
    wire_get_text(&reader, out->name[LANGUAGE_EN], sizeof out->name[LANGUAGE_EN]);
    wire_get_text(&reader, out->name[LANGUAGE_DE], sizeof out->name[LANGUAGE_DE]);
    wire_get_text(&reader, out->unit, sizeof out->unit);
    out->shape = (enum metric_shape)wire_get_enum(&reader, METRIC_SECONDS + 1);
    out->better = (enum metric_better)wire_get_enum(&reader, BETTER_LOWER + 1);
    out->min = wire_get_double(&reader);
    out->max = wire_get_double(&reader);
    out->is_custom = wire_get_bool(&reader);
    return wire_end(&reader);
}

dp_err metric_record_put(struct store_txn *txn, const struct metric *metric)
{
    uint8_t space[METRIC_RECORD_MAX];
    struct key key = key_text(KEY_METRIC, str_of(metric->code));
    struct wire_writer writer = wire_write(space, sizeof space);
    metric_record_encode(&writer, metric);
    return record_put(txn, &key, &writer);
}

dp_err metric_record_get(struct store_txn *txn, struct str code, struct metric *out)
{
    struct key key = key_text(KEY_METRIC, code);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return metric_record_decode(value, out);
}

dp_err metric_record_delete(struct store_txn *txn, struct str code)
{
    struct key key = key_text(KEY_METRIC, code);
    return record_delete(txn, &key);
}

dp_err metric_record_each(struct store_txn *txn,
                          bool (*visit)(const struct metric *metric, void *context),
                          void *context)
{
    struct metric metric;
    struct key prefix = key_of(KEY_METRIC);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, metric_record_decode(walk.value, &metric))) {
        if (!visit(&metric, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
