/* SPDX-License-Identifier: MIT */
#include "storage/week_released_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void week_released_record_encode(struct wire_writer *writer, const struct week_released *week)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, week->monday);
    wire_demand(writer, date_weekday(week->monday) == 1, DP_INVALID);
}

dp_err week_released_record_decode(struct bytes value, struct week_released *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct week_released){ 0 };
    wire_get_version(&reader, VERSION);
    out->monday = wire_get_date(&reader);
    wire_expect(&reader, date_weekday(out->monday) == 1);
    return wire_end(&reader);
}

dp_err week_released_record_put(struct store_txn *txn, const struct week_released *week)
{
    uint8_t space[WEEK_RELEASED_RECORD_MAX];
    struct key key = key_date(KEY_WEEK_RELEASED, week->monday);
    struct wire_writer writer = wire_write(space, sizeof space);
    week_released_record_encode(&writer, week);
    return record_put(txn, &key, &writer);
}

dp_err week_released_record_get(struct store_txn *txn, struct date monday,
                                struct week_released *out)
{
    struct key key = key_date(KEY_WEEK_RELEASED, monday);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return week_released_record_decode(value, out);
}

dp_err week_released_record_latest(struct store_txn *txn, struct week_released *out)
{
    struct key prefix = key_of(KEY_WEEK_RELEASED);
    struct bytes key;
    struct bytes value;
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    return week_released_record_decode(value, out);
}

dp_err week_released_record_delete(struct store_txn *txn, struct date monday)
{
    struct key key = key_date(KEY_WEEK_RELEASED, monday);
    return record_delete(txn, &key);
}

dp_err week_released_record_each(struct store_txn *txn,
                                 bool (*visit)(const struct week_released *week, void *context),
                                 void *context)
{
    struct week_released week;
    struct key prefix = key_of(KEY_WEEK_RELEASED);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, week_released_record_decode(walk.value, &week))) {
        if (!visit(&week, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
