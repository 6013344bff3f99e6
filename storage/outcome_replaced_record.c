/* SPDX-License-Identifier: MIT */
#include "storage/outcome_replaced_record.h"

#include "storage/outcome_record.h"
#include "storage/record.h"

enum { VERSION = 1 };

void outcome_replaced_record_encode(struct wire_writer *writer,
                                    const struct outcome_replaced *replaced)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, replaced->import.value);
    wire_demand(writer, replaced->import.value != 0, DP_INVALID);
    outcome_record_encode(writer, &replaced->before);
}

/* The outcome is the rest of the value, with a version of its own. */
dp_err outcome_replaced_record_decode(struct bytes value, struct outcome_replaced *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct outcome_replaced){ 0 };
    wire_get_version(&reader, VERSION);
    out->import.value = wire_get_u32(&reader);
    wire_expect(&reader, out->import.value != 0);
    if (reader.failed != DP_OK) {
        return err_make(reader.failed);
    }
    return outcome_record_decode(reader.rest, &out->before);
}

dp_err outcome_replaced_record_put(struct store_txn *txn,
                                   const struct outcome_replaced *replaced)
{
    uint8_t space[OUTCOME_REPLACED_RECORD_MAX];
    struct key key = key_outcome_replaced(replaced->import, &replaced->before);
    struct wire_writer writer = wire_write(space, sizeof space);
    outcome_replaced_record_encode(&writer, replaced);
    return record_put(txn, &key, &writer);
}

dp_err outcome_replaced_record_get(struct store_txn *txn, struct import_id import,
                                   const struct outcome *place, struct outcome_replaced *out)
{
    struct key key = key_outcome_replaced(import, place);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return outcome_replaced_record_decode(value, out);
}

dp_err outcome_replaced_record_delete(struct store_txn *txn, struct import_id import,
                                      const struct outcome *place)
{
    struct key key = key_outcome_replaced(import, place);
    return record_delete(txn, &key);
}

dp_err outcome_replaced_record_each_of(struct store_txn *txn, struct import_id import,
                                       bool (*visit)(const struct outcome_replaced *replaced,
                                                     void *context),
                                       void *context)
{
    struct outcome_replaced replaced;
    struct key prefix = key_outcomes_replaced_by(import);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, outcome_replaced_record_decode(walk.value, &replaced))) {
        if (!visit(&replaced, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
