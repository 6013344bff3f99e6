/* SPDX-License-Identifier: MIT */
#include "storage/roster_version_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void roster_version_record_encode(struct wire_writer *writer,
                                  const struct roster_version *version)
{
    wire_put_u8(writer, VERSION);
    wire_put_date(writer, version->effective);
    wire_demand(writer, date_weekday(version->effective) == 1, DP_INVALID);
    wire_put_i64(writer, version->imported_s);
    wire_put_raw(writer, version->hash.bytes, sizeof version->hash.bytes);
    wire_put_u32(writer, version->rows);
}

dp_err roster_version_record_decode(struct bytes value, struct roster_version *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct roster_version){ 0 };
    wire_get_version(&reader, VERSION);
    out->effective = wire_get_date(&reader);
    wire_expect(&reader, date_weekday(out->effective) == 1);
    out->imported_s = wire_get_i64(&reader);
    wire_get_raw(&reader, out->hash.bytes, sizeof out->hash.bytes);
    out->rows = wire_get_u32(&reader);
    return wire_end(&reader);
}

dp_err roster_version_record_put(struct store_txn *txn, const struct roster_version *version)
{
    uint8_t space[ROSTER_VERSION_RECORD_MAX];
    struct key key = key_date(KEY_ROSTER_VERSION, version->effective);
    struct wire_writer writer = wire_write(space, sizeof space);
    roster_version_record_encode(&writer, version);
    return record_put(txn, &key, &writer);
}

dp_err roster_version_record_get(struct store_txn *txn, struct date effective,
                                 struct roster_version *out)
{
    struct key key = key_date(KEY_ROSTER_VERSION, effective);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return roster_version_record_decode(value, out);
}

dp_err roster_version_record_latest(struct store_txn *txn, struct roster_version *out)
{
    struct key prefix = key_of(KEY_ROSTER_VERSION);
    struct bytes key;
    struct bytes value;
    DP_TRY(store_last(txn, key_bytes(&prefix), &key, &value));
    return roster_version_record_decode(value, out);
}

dp_err roster_version_record_delete(struct store_txn *txn, struct date effective)
{
    struct key key = key_date(KEY_ROSTER_VERSION, effective);
    return record_delete(txn, &key);
}

dp_err roster_version_record_each(struct store_txn *txn,
                                  bool (*visit)(const struct roster_version *version,
                                                void *context),
                                  void *context)
{
    struct roster_version version;
    struct key prefix = key_of(KEY_ROSTER_VERSION);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, roster_version_record_decode(walk.value, &version))) {
        if (!visit(&version, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
