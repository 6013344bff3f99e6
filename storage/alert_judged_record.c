/* SPDX-License-Identifier: MIT */
#include "storage/alert_judged_record.h"

#include "storage/record.h"

enum { VERSION = 1, MONDAY = 1 };

void alert_judged_record_encode(struct wire_writer *writer, struct date monday)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, monday);
    wire_demand(writer, date_weekday(monday) == MONDAY, DP_INVALID);
}

dp_err alert_judged_record_decode(struct bytes value, struct date *out)
{
    struct wire_reader reader = wire_read(value);
    wire_get_version(&reader, VERSION);
    *out = wire_get_date(&reader);
    wire_expect(&reader, date_weekday(*out) == MONDAY);
    return wire_end(&reader);
}

dp_err alert_judged_record_put(struct store_txn *txn, struct date monday)
{
    uint8_t space[ALERT_JUDGED_RECORD_MAX];
    struct key key = key_of(KEY_ALERT_JUDGED);
    struct wire_writer writer = wire_write(space, sizeof space);
    alert_judged_record_encode(&writer, monday);
    return record_put(txn, &key, &writer);
}

dp_err alert_judged_record_get(struct store_txn *txn, struct date *out)
{
    struct key key = key_of(KEY_ALERT_JUDGED);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return alert_judged_record_decode(value, out);
}
