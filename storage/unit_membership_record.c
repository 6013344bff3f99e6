/* SPDX-License-Identifier: MIT */
#include "storage/unit_membership_record.h"

#include "storage/record.h"

enum { VERSION = 1 };

void unit_membership_record_encode(struct wire_writer *writer,
                                   const struct unit_membership_from *entry)
{
    wire_put_u8(writer, VERSION);
    wire_put_u32(writer, entry->membership.team.value);
    wire_demand(writer, entry->membership.team.value != 0, DP_INVALID);
    wire_put_u32(writer, entry->membership.unit.value);
    wire_put_date(writer, entry->from);
    wire_demand(writer, date_weekday(entry->from) == 1, DP_INVALID);
    wire_put_u32(writer, entry->headcount);
}

dp_err unit_membership_record_decode(struct bytes value, struct unit_membership_from *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct unit_membership_from){ 0 };
    wire_get_version(&reader, VERSION);
    out->membership.team.value = wire_get_u32(&reader);
    wire_expect(&reader, out->membership.team.value != 0);
    out->membership.unit.value = wire_get_u32(&reader);
    out->from = wire_get_date(&reader);
    wire_expect(&reader, date_weekday(out->from) == 1);
    out->headcount = wire_get_u32(&reader);
    return wire_end(&reader);
}

dp_err unit_membership_record_put(struct store_txn *txn,
                                  const struct unit_membership_from *entry)
{
    uint8_t space[UNIT_MEMBERSHIP_RECORD_MAX];
    struct key key = key_unit_membership(entry->membership.team, entry->from);
    struct wire_writer writer = wire_write(space, sizeof space);
    unit_membership_record_encode(&writer, entry);
    return record_put(txn, &key, &writer);
}

dp_err unit_membership_record_get(struct store_txn *txn, struct team_id team, struct date from,
                                  struct unit_membership_from *out)
{
    struct key key = key_unit_membership(team, from);
    struct bytes value;
    DP_TRY(record_get(txn, &key, &value));
    return unit_membership_record_decode(value, out);
}

/* A team has few entries, oldest first: the last that has begun is the one. */
dp_err unit_membership_record_at(struct store_txn *txn, struct team_id team, struct date date,
                                 struct unit_membership_from *out)
{
    struct unit_membership_from entry;
    bool is_found = false;
    struct key prefix = key_u32(KEY_UNIT_MEMBERSHIP, team.value);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, unit_membership_record_decode(walk.value, &entry)) &&
           !date_is_before(date, entry.from)) {
        *out = entry;
        is_found = true;
    }
    DP_TRY(record_walk_end(&walk));
    return err_make(is_found ? DP_OK : DP_NOT_FOUND);
}

dp_err unit_membership_record_delete(struct store_txn *txn, struct team_id team,
                                     struct date from)
{
    struct key key = key_unit_membership(team, from);
    return record_delete(txn, &key);
}

dp_err unit_membership_record_each(struct store_txn *txn,
                                   bool (*visit)(const struct unit_membership_from *entry,
                                                 void *context),
                                   void *context)
{
    struct unit_membership_from entry;
    struct key prefix = key_of(KEY_UNIT_MEMBERSHIP);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, unit_membership_record_decode(walk.value, &entry))) {
        if (!visit(&entry, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* Entries of a team follow each other, oldest first: show the last that has begun once the
 * next team begins. */
dp_err unit_membership_record_each_at(struct store_txn *txn, struct date date,
                                      bool (*visit)(const struct unit_membership_from *entry,
                                                    void *context),
                                      void *context)
{
    struct unit_membership_from entry;
    struct unit_membership_from newest = { 0 };
    bool goes_on = true;
    struct key prefix = key_of(KEY_UNIT_MEMBERSHIP);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (goes_on && record_walk_next(&walk) &&
           record_walk_ok(&walk, unit_membership_record_decode(walk.value, &entry))) {
        if (date_is_before(date, entry.from)) {
            continue;
        }
        uint32_t team = newest.membership.team.value;
        if (team != 0 && team != entry.membership.team.value) {
            goes_on = visit(&newest, context);
        }
        newest = entry;
    }
    dp_err err = record_walk_end(&walk);
    if (goes_on && err_is_ok(err) && newest.membership.team.value != 0) {
        visit(&newest, context);
    }
    return err;
}
