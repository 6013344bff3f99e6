/* SPDX-License-Identifier: MIT */
#include "storage/person_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void person_record_encode(struct wire_writer *writer, const struct person *person)
{
    wire_put_u8(writer, VERSION);
    wire_put_u64(writer, person->id.value);
    wire_demand(writer, person->id.value != 0, DP_INVALID);
    wire_put_text(writer, person->external_id, sizeof person->external_id);
    wire_put_text(writer, person->email, sizeof person->email);
    wire_put_u32(writer, person->team.value);
    wire_put_text(writer, person->manager_external_id, sizeof person->manager_external_id);
    wire_put_enum(writer, person->language, LANGUAGE_COUNT);
    wire_put_date(writer, person->start_date);
    wire_put_u32(writer, person->link_generation);
    wire_put_bool(writer, person->is_gone);
}

dp_err person_record_decode(struct bytes value, struct person *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct person){ 0 };
    wire_get_version(&reader, VERSION);
    out->id.value = wire_get_u64(&reader);
    wire_expect(&reader, out->id.value != 0);
    wire_get_text(&reader, out->external_id, sizeof out->external_id);
    wire_get_text(&reader, out->email, sizeof out->email);
    out->team.value = wire_get_u32(&reader);
    wire_get_text(&reader, out->manager_external_id, sizeof out->manager_external_id);
    out->language = (enum language)wire_get_enum(&reader, LANGUAGE_COUNT);
    out->start_date = wire_get_date(&reader);
    out->link_generation = wire_get_u32(&reader);
    out->is_gone = wire_get_bool(&reader);
    return wire_end(&reader);
}

dp_err person_record_put(struct store_txn *txn, const struct person *person)
{
    uint8_t space[PERSON_RECORD_MAX];
    struct key key = key_u64(KEY_PERSON, person->id.value);
    struct wire_writer writer = wire_write(space, sizeof space);
    person_record_encode(&writer, person);
    struct key index = key_text(KEY_PERSON_BY_EXTERNAL, str_of(person->external_id));
    struct person old = { 0 };
    dp_err found = person_record_get(txn, person->id, &old);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    DP_TRY(record_index_check(txn, &index, person->id.value));
    DP_TRY(record_put(txn, &key, &writer));
    if (err_is_ok(found)) {
        struct key old_index = key_text(KEY_PERSON_BY_EXTERNAL, str_of(old.external_id));
        DP_TRY(record_delete_any(txn, &old_index));
    }
    return record_index_put(txn, &index, person->id.value);
}

dp_err person_record_get(struct store_txn *txn, struct person_id id, struct person *out)
{
    struct key key = key_u64(KEY_PERSON, id.value);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return person_record_decode(value, out);
}

dp_err person_record_by_external_id(struct store_txn *txn, struct str external_id,
                                    struct person *out)
{
    struct key index = key_text(KEY_PERSON_BY_EXTERNAL, external_id);
    uint64_t number = 0;
    DP_TRY(record_index_get(txn, &index, &number));
    return person_record_get(txn, (struct person_id){ number }, out);
}

dp_err person_record_delete(struct store_txn *txn, struct person_id id)
{
    struct person old;
    DP_TRY(person_record_get(txn, id, &old));
    struct key key = key_u64(KEY_PERSON, id.value);
    struct key index = key_text(KEY_PERSON_BY_EXTERNAL, str_of(old.external_id));
    DP_TRY(record_delete(txn, &key));
    return record_delete_any(txn, &index);
}

dp_err person_record_each(struct store_txn *txn,
                          bool (*visit)(const struct person *person, void *context),
                          void *context)
{
    struct person person;
    struct key prefix = key_of(KEY_PERSON);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, person_record_decode(walk.value, &person))) {
        if (!visit(&person, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}
