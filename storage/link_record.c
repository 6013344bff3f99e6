/* SPDX-License-Identifier: MIT */
#include "storage/link_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void link_record_encode(struct wire_writer *writer, const struct link *link)
{
    wire_put_u8(writer, VERSION);
    wire_put_raw(writer, link->token, sizeof link->token);
    wire_put_u64(writer, link->person.value);
    wire_demand(writer, link->person.value != 0, DP_INVALID);
}

dp_err link_record_decode(struct bytes value, struct link *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct link){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_raw(&reader, out->token, sizeof out->token);
    out->person.value = wire_get_u64(&reader);
    wire_expect(&reader, out->person.value != 0);
    return wire_end(&reader);
}

dp_err link_record_put(struct store_txn *txn, const struct link *link)
{
    uint8_t space[LINK_RECORD_MAX];
    struct key key = key_raw(KEY_LINK, link->token, sizeof link->token);
    struct wire_writer writer = wire_write(space, sizeof space);
    link_record_encode(&writer, link);
    struct person_id holder = { 0 };
    dp_err found = link_record_get(txn, link->token, &holder);
    if (err_is_ok(found) && holder.value != link->person.value) {
        return err_make(DP_CONFLICT);
    }
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    return record_put(txn, &key, &writer);
}

dp_err link_record_get(struct store_txn *txn, const uint8_t token[LINK_TOKEN_BYTES],
                       struct person_id *person)
{
    struct key key = key_raw(KEY_LINK, token, LINK_TOKEN_BYTES);
    struct bytes value;
    struct link link;
    DP_TRY(record_get(txn, &key, &value));
    DP_TRY(link_record_decode(value, &link));
    *person = link.person;
    return DP_SUCCESS;
}

dp_err link_record_delete(struct store_txn *txn, const uint8_t token[LINK_TOKEN_BYTES])
{
    struct key key = key_raw(KEY_LINK, token, LINK_TOKEN_BYTES);
    return record_delete(txn, &key);
}

dp_err link_record_each(struct store_txn *txn,
                        bool (*visit)(const struct link *link, void *context), void *context)
{
    struct link link;
    struct key prefix = key_of(KEY_LINK);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, link_record_decode(walk.value, &link))) {
        if (!visit(&link, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
