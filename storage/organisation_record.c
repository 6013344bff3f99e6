/* SPDX-License-Identifier: MIT */
#include "storage/organisation_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void organisation_record_encode(struct wire_writer *writer,
                                const struct organisation *organisation)
{
    wire_put_u8(writer, VERSION);
    wire_put_text(writer, organisation->name, sizeof organisation->name);
    wire_put_text(writer, organisation->zone, sizeof organisation->zone);
    wire_put_text(writer, organisation->base_url, sizeof organisation->base_url);
    wire_put_enum(writer, organisation->language, LANGUAGE_COUNT);
    wire_put_u8(writer, organisation->workdays);
    wire_put_u16(writer, organisation->open_minute);
    wire_put_u16(writer, organisation->close_minute);
    wire_put_u32(writer, organisation->min_people);
    wire_demand(writer, organisation->min_people >= ORGANISATION_MIN_PEOPLE_FLOOR, DP_INVALID);
    wire_put_date(writer, organisation->programme_start);
    wire_put_bool(writer, organisation->is_demo);
}

dp_err organisation_record_decode(struct bytes value, struct organisation *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct organisation){ 0 };
    wire_get_version(&reader, VERSION);
    wire_get_text(&reader, out->name, sizeof out->name);
    wire_get_text(&reader, out->zone, sizeof out->zone);
    wire_get_text(&reader, out->base_url, sizeof out->base_url);
    out->language = (enum language)wire_get_enum(&reader, LANGUAGE_COUNT);
    out->workdays = wire_get_u8(&reader);
    out->open_minute = wire_get_u16(&reader);
    out->close_minute = wire_get_u16(&reader);
    out->min_people = wire_get_u32(&reader);
    wire_expect(&reader, out->min_people >= ORGANISATION_MIN_PEOPLE_FLOOR);
    out->programme_start = wire_get_date(&reader);
    out->is_demo = wire_get_bool(&reader);
    return wire_end(&reader);
}

dp_err organisation_record_put(struct store_txn *txn, const struct organisation *organisation)
{
    uint8_t space[ORGANISATION_RECORD_MAX];
    struct key key = key_of(KEY_ORGANISATION);
    struct wire_writer writer = wire_write(space, sizeof space);
    organisation_record_encode(&writer, organisation);
    struct organisation old;
    dp_err found = organisation_record_get(txn, &old);
    if (err_is_ok(found) && old.is_demo != organisation->is_demo) {
        return err_make(DP_FORBIDDEN);
    }
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    return record_put(txn, &key, &writer);
}

dp_err organisation_record_get(struct store_txn *txn, struct organisation *out)
{
    struct key key = key_of(KEY_ORGANISATION);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return organisation_record_decode(value, out);
}
