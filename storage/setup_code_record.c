/* SPDX-License-Identifier: MIT */
#include "storage/setup_code_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void setup_code_record_encode(struct wire_writer *writer, const struct setup_code *code)
{
    wire_put_u8(writer, VERSION);
    wire_put_raw(writer, code->hash.bytes, sizeof code->hash.bytes);
    wire_put_i64(writer, code->created_s);
}

dp_err setup_code_record_decode(struct bytes value, struct setup_code *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct setup_code){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_raw(&reader, out->hash.bytes, sizeof out->hash.bytes);
    out->created_s = wire_get_i64(&reader);
    return wire_end(&reader);
}

dp_err setup_code_record_put(struct store_txn *txn, const struct setup_code *code)
{
    uint8_t space[SETUP_CODE_RECORD_MAX];
    struct key key = key_of(KEY_SETUP_CODE);
    struct wire_writer writer = wire_write(space, sizeof space);
    setup_code_record_encode(&writer, code);
    return record_put(txn, &key, &writer);
}

dp_err setup_code_record_get(struct store_txn *txn, struct setup_code *out)
{
    struct key key = key_of(KEY_SETUP_CODE);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return setup_code_record_decode(value, out);
}

dp_err setup_code_record_delete(struct store_txn *txn)
{
    struct key key = key_of(KEY_SETUP_CODE);
    return record_delete(txn, &key);
}
