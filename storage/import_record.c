/* SPDX-License-Identifier: MIT */
#include "storage/import_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void import_record_encode(struct wire_writer *writer, const struct import *import)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, import->id.value);
    wire_demand(writer, import->id.value != 0, DP_INVALID);
    wire_put_enum(writer, import->kind, IMPORT_KIND_COUNT);
    wire_put_text(writer, import->file_name, sizeof import->file_name);
    wire_put_raw(writer, import->hash.bytes, sizeof import->hash.bytes);
    wire_put_u32(writer, import->rows);
    wire_put_date(writer, import->date);
    wire_put_text(writer, import->actor, sizeof import->actor);
    wire_put_bool(writer, import->is_undone);
}

dp_err import_record_decode(struct bytes value, struct import *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct import){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u32(&reader);
    wire_expect(&reader, out->id.value != 0);
    out->kind = (enum import_kind)wire_get_enum(&reader, IMPORT_KIND_COUNT);
    wire_get_text(&reader, out->file_name, sizeof out->file_name);
    wire_get_raw(&reader, out->hash.bytes, sizeof out->hash.bytes);
    out->rows = wire_get_u32(&reader);
    out->date = wire_get_date(&reader);
    wire_get_text(&reader, out->actor, sizeof out->actor);
    out->is_undone = wire_get_bool(&reader);
    return wire_end(&reader);
}

/* The index leads to the newest import of a content; an older one that is stored again
 * (undone, say) must not take it over. */
static dp_err put_index(struct store_txn *txn, const struct import *import)
{
    struct key index = key_import_by_hash((uint8_t)import->kind, import->hash.bytes);
    uint64_t newest = 0;
    dp_err found = record_index_get(txn, &index, &newest);
    if (err_is_ok(found) && newest >= import->id.value) {
        return DP_SUCCESS;
    }
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    return record_index_put(txn, &index, import->id.value);
}

dp_err import_record_put(struct store_txn *txn, const struct import *import)
{
    uint8_t space[IMPORT_RECORD_MAX];
    struct key key = key_u32(KEY_IMPORT, import->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    import_record_encode(&writer, import);
    DP_TRY(record_put(txn, &key, &writer));
    return put_index(txn, import);
}

dp_err import_record_get(struct store_txn *txn, struct import_id id, struct import *out)
{
    struct key key = key_u32(KEY_IMPORT, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return import_record_decode(value, out);
}

dp_err import_record_by_hash(struct store_txn *txn, enum import_kind kind,
                             const struct secret_hash *hash, struct import *out)
{
    struct key index = key_import_by_hash((uint8_t)kind, hash->bytes);
    uint64_t number = 0;
    DP_TRY(record_index_get(txn, &index, &number));
    return import_record_get(txn, (struct import_id){ (uint32_t)number }, out);
}

dp_err import_record_delete(struct store_txn *txn, struct import_id id)
{
    struct import old;
    uint64_t newest = 0;
    DP_TRY(import_record_get(txn, id, &old));
    struct key key = key_u32(KEY_IMPORT, id.value);
    struct key index = key_import_by_hash((uint8_t)old.kind, old.hash.bytes);
    dp_err found = record_index_get(txn, &index, &newest);
    DP_TRY(record_delete(txn, &key));
    if (err_is_ok(found) && newest == id.value) {
        return record_delete(txn, &index);
    }
    return DP_SUCCESS;
}

dp_err import_record_each(struct store_txn *txn,
                          bool (*visit)(const struct import *import, void *context),
                          void *context)
{
    struct import import;
    struct key prefix = key_of(KEY_IMPORT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, import_record_decode(walk.value, &import))) {
        if (!visit(&import, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
