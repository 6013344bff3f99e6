/* SPDX-License-Identifier: MIT */
#include "storage/partition_record.h"

#include "storage/record.h"

enum { VERSION = 1, MONDAY = 1 };

static bool is_sound(const struct partition_state *state)
{
    return date_weekday(state->monday) == MONDAY && date_weekday(state->year_start) == MONDAY &&
           !date_is_before(state->monday, state->year_start) && state->min_people > 0;
}

void partition_record_encode(struct wire_writer *writer, const struct partition_state *state)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, state->monday);
    wire_put_date(writer, state->year_start);
    wire_put_u32(writer, state->min_people);
    wire_demand(writer, is_sound(state), DP_INVALID);
}

dp_err partition_record_decode(struct bytes value, struct partition_state *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct partition_state){ 0 };
    wire_get_version(&reader, VERSION);
    out->monday = wire_get_date(&reader);
    out->year_start = wire_get_date(&reader);
    out->min_people = wire_get_u32(&reader);
    wire_expect(&reader, is_sound(out));
    return wire_end(&reader);
}

dp_err partition_record_put(struct store_txn *txn, const struct partition_state *state)
{
    uint8_t space[PARTITION_RECORD_MAX];
    struct key key = key_of(KEY_PARTITION);
    struct wire_writer writer = wire_write(space, sizeof space);
    partition_record_encode(&writer, state);
    return record_put(txn, &key, &writer);
}

dp_err partition_record_get(struct store_txn *txn, struct partition_state *out)
{
    struct key key = key_of(KEY_PARTITION);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return partition_record_decode(value, out);
}
