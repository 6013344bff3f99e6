/* SPDX-License-Identifier: MIT */
#include "storage/key.h"

#include <string.h>

struct bytes key_bytes(const struct key *key)
{
    return bytes_of(key->bytes, key->len);
}

/* ---- Parts ---- */

void key_add_raw(struct key *key, const void *bytes, size_t len)
{
    if (len > KEY_MAX - key->len) {
        key->is_bad = true;
    }
    if (key->is_bad || len == 0) {
        return;
    }
    memcpy(key->bytes + key->len, bytes, len);
    key->len += len;
}

static void add_number(struct key *key, uint64_t value, size_t width)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < width; i++) {
        bytes[i] = (uint8_t)(value >> 8 * (width - 1 - i));
    }
    key_add_raw(key, bytes, width);
}

struct key key_of(enum key_class class)
{
    struct key key = { .len = 1 };
    key.bytes[0] = (uint8_t) class;
    return key;
}

void key_add_u8(struct key *key, uint8_t value)
{
    add_number(key, value, 1);
}

void key_add_u16(struct key *key, uint16_t value)
{
    add_number(key, value, 2);
}

void key_add_u32(struct key *key, uint32_t value)
{
    add_number(key, value, 4);
}

void key_add_u64(struct key *key, uint64_t value)
{
    add_number(key, value, 8);
}

void key_add_date(struct key *key, struct date date)
{
    if (date.days < 0 || date.days > DATE_MAX_DAYS) {
        key->is_bad = true;
        return;
    }
    add_number(key, (uint32_t)date.days, 4);
}

void key_add_text(struct key *key, struct str text)
{
    if (text.len >= KEY_MAX || str_find_char(text, '\0') < text.len) {
        key->is_bad = true;
        return;
    }
    key_add_raw(key, text.ptr, text.len);
    add_number(key, 0, 1);
}

/* ---- Keys of one part ---- */

struct key key_u8(enum key_class class, uint8_t value)
{
    struct key key = key_of(class);
    key_add_u8(&key, value);
    return key;
}

struct key key_u32(enum key_class class, uint32_t value)
{
    struct key key = key_of(class);
    key_add_u32(&key, value);
    return key;
}

struct key key_u64(enum key_class class, uint64_t value)
{
    struct key key = key_of(class);
    key_add_u64(&key, value);
    return key;
}

struct key key_date(enum key_class class, struct date date)
{
    struct key key = key_of(class);
    key_add_date(&key, date);
    return key;
}

struct key key_text(enum key_class class, struct str text)
{
    struct key key = key_of(class);
    key_add_text(&key, text);
    return key;
}

struct key key_raw(enum key_class class, const void *bytes, size_t len)
{
    struct key key = key_of(class);
    key_add_raw(&key, bytes, len);
    return key;
}

/* ---- Keys of several parts ---- */

struct key key_question_versions(struct question_id id)
{
    struct key key = key_of(KEY_QUESTION);
    key_add_u16(&key, id.value);
    return key;
}

struct key key_question(struct question_id id, uint16_t version)
{
    struct key key = key_question_versions(id);
    key_add_u16(&key, version);
    return key;
}

struct key key_unit_membership(struct team_id team, struct date from)
{
    struct key key = key_u32(KEY_UNIT_MEMBERSHIP, team.value);
    key_add_date(&key, from);
    return key;
}

struct key key_session_by_account(struct account_id account, const uint8_t hash[32])
{
    struct key key = key_u32(KEY_SESSION_BY_ACCOUNT, account.value);
    key_add_raw(&key, hash, 32);
    return key;
}

struct key key_import_by_hash(uint8_t kind, const uint8_t hash[32])
{
    struct key key = key_u8(KEY_IMPORT_BY_HASH, kind);
    key_add_raw(&key, hash, 32);
    return key;
}

struct key key_run_by_schedule(struct str schedule, uint64_t run)
{
    struct key key = key_text(KEY_RUN_BY_SCHEDULE, schedule);
    key_add_u64(&key, run);
    return key;
}

struct key key_verdict(struct str metric, struct str source, struct str series)
{
    struct key key = key_text(KEY_VERDICT, metric);
    key_add_text(&key, source);
    key_add_text(&key, series);
    return key;
}

struct key key_outcomes_of(struct str metric, struct str source)
{
    struct key key = key_text(KEY_OUTCOME, metric);
    key_add_text(&key, source);
    return key;
}

struct key key_outcomes_from(struct str metric, struct str source, enum period_kind kind,
                             struct date from)
{
    struct key key = key_outcomes_of(metric, source);
    key_add_u8(&key, (uint8_t)kind);
    key_add_date(&key, from);
    return key;
}

struct key key_outcome(struct str metric, struct str source, enum period_kind kind,
                       struct date start, struct team_id team)
{
    struct key key = key_outcomes_from(metric, source, kind, start);
    key_add_u32(&key, team.value);
    return key;
}

struct key key_outcomes_replaced_by(struct import_id import)
{
    return key_u32(KEY_OUTCOME_REPLACED, import.value);
}

struct key key_outcome_replaced(struct import_id import, const struct outcome *place)
{
    struct key key = key_outcomes_replaced_by(import);
    key_add_text(&key, str_of(place->metric));
    key_add_text(&key, str_of(place->source));
    key_add_u8(&key, (uint8_t)place->period_kind);
    key_add_date(&key, place->period_start);
    key_add_u32(&key, place->team.value);
    return key;
}

struct key key_cells_of(struct unit_id unit, enum period_kind kind)
{
    struct key key = key_u32(KEY_CELL, unit.value);
    key_add_u8(&key, (uint8_t)kind);
    return key;
}

struct key key_cells_from(struct unit_id unit, enum period_kind kind, struct date from)
{
    struct key key = key_cells_of(unit, kind);
    key_add_date(&key, from);
    return key;
}

struct key key_cell(struct unit_id unit, enum period_kind kind, struct date start,
                    struct question_id question)
{
    struct key key = key_cells_from(unit, kind, start);
    key_add_u16(&key, question.value);
    return key;
}

bool key_cell_parts(struct bytes key, struct date *start, struct question_id *question)
{
    enum { START_AT = 6, QUESTION_AT = 10, LEN = 12 };
    if (key.len != LEN || key.ptr[0] != KEY_CELL) {
        return false;
    }
    const uint8_t *at = key.ptr + START_AT;
    uint32_t days = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
                    at[3];
    if (days > DATE_MAX_DAYS) {
        return false;
    }
    *start = (struct date){ (int32_t)days };
    *question = (struct question_id){ (uint16_t)(key.ptr[QUESTION_AT] << 8 |
                                                 key.ptr[QUESTION_AT + 1]) };
    return true;
}
