/* SPDX-License-Identifier: MIT */
#include "storage/office_key_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void office_key_record_encode(struct wire_writer *writer, const struct office_key *key)
{
    wire_put_u8(writer, VERSION);
    wire_put_enum(writer, key->kind, OFFICE_KEY_COUNT);
    wire_put_raw(writer, key->key.bytes, sizeof key->key.bytes);
}

dp_err office_key_record_decode(struct bytes value, struct office_key *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct office_key){ 0 };
    wire_get_version(&reader, VERSION);
    out->kind = (enum office_key_kind)wire_get_enum(&reader, OFFICE_KEY_COUNT);
    wire_get_raw(&reader, out->key.bytes, sizeof out->key.bytes);
    return wire_end(&reader);
}

dp_err office_key_record_put(struct store_txn *txn, const struct office_key *key)
{
    uint8_t space[OFFICE_KEY_RECORD_MAX];
    struct key at = key_u8(KEY_OFFICE_KEY, (uint8_t)key->kind);
    struct wire_writer writer = wire_write(space, sizeof space);
    office_key_record_encode(&writer, key);
    dp_err err = record_put(txn, &at, &writer);
    secret_wipe(space, sizeof space);
    return err;
}

dp_err office_key_record_get(struct store_txn *txn, enum office_key_kind kind,
                             struct office_key *out)
{
    struct key key = key_u8(KEY_OFFICE_KEY, (uint8_t)kind);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return office_key_record_decode(value, out);
}

dp_err office_key_record_delete(struct store_txn *txn, enum office_key_kind kind)
{
    struct key key = key_u8(KEY_OFFICE_KEY, (uint8_t)kind);
    return record_delete(txn, &key);
}
