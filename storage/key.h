/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every key of every store is made here.
 *
 * A key is one class byte and then its parts: numbers in fixed-width big-endian, so that the
 * order of keys is the order of numbers; dates as day numbers; text with a zero byte behind
 * it, so that texts sort as bytes do and "ab" is never a prefix of "abc". The first parts of
 * a key are a prefix for a walk.
 *
 * Class numbers are part of the file format: one that was ever used is never given to
 * anything else. Classes below 0x40 are the office's, 0x40 results, 0x60 boxes, 0x70
 * tallies.
 *
 * Text from outside may be too long for a key or hold a zero byte: then `is_bad` is set,
 * looking it up finds nothing, and storing under it fails.
 */

#include "app/core/date.h"
#include "app/core/str.h"
#include "app/survey/ids.h"
#include "app/survey/metric.h"

enum key_class {
    KEY_STAMP = 0x00, /* the store's own: its kind and schema version */

    /* office */
    KEY_ORGANISATION = 0x01,       /* - */
    KEY_SEQUENCE = 0x02,           /* sequence u8 */
    KEY_QUESTION = 0x03,           /* question u16, version u16 */
    KEY_CALENDAR_EXCEPTION = 0x04, /* date */
    KEY_TEAM = 0x05,               /* team u32 */
    KEY_TEAM_BY_CODE = 0x06,       /* code text -> team */
    KEY_PERSON = 0x07,             /* person u64 */
    KEY_PERSON_BY_EXTERNAL = 0x08, /* external id text -> person */
    KEY_LINK = 0x09,               /* token, 10 bytes -> person */
    KEY_UNIT = 0x0a,               /* unit u32 */
    KEY_UNIT_MEMBERSHIP = 0x0b,    /* team u32, from date */
    KEY_ROSTER_VERSION = 0x0c,     /* effective date */
    KEY_PENDING_MOVE = 0x0d,       /* person u64 */
    KEY_ACCOUNT = 0x0e,            /* account u32 */
    KEY_ACCOUNT_BY_LOGIN = 0x0f,   /* login text -> account */
    KEY_SESSION = 0x10,            /* token hash, 32 bytes */
    KEY_SESSION_BY_ACCOUNT = 0x11, /* account u32, token hash */
    KEY_SETUP_CODE = 0x12,         /* - */
    KEY_OFFICE_KEY = 0x13,         /* kind u8 */
    KEY_AUDIT = 0x14,              /* sequence number u64 */
    KEY_METRIC = 0x15,             /* code text */
    KEY_OUTCOME = 0x16,            /* metric text, source text, kind u8, start date, team u32 */
    KEY_IMPORT = 0x17,             /* import u32 */
    KEY_IMPORT_BY_HASH = 0x18,     /* kind u8, hash -> import */
    KEY_CORRECTION = 0x19,         /* correction u32 */
    KEY_SCHEDULE = 0x1a,           /* name text */
    KEY_RUN = 0x1b,                /* run u64 */
    KEY_RUN_BY_SCHEDULE = 0x1c,    /* schedule name text, run u64 -> run */
    KEY_VERDICT = 0x1d,            /* metric text, source text, series text */
    KEY_ROSTER_APPLIED = 0x1e,     /* - */
    KEY_OUTCOME_REPLACED = 0x1f,   /* import u32, then the parts of KEY_OUTCOME */
    KEY_PARTITION = 0x20,          /* - */
    KEY_PRIMARY = 0x21,            /* number u32 */
    KEY_ALERT = 0x22,              /* alert u32 */
    KEY_ALERT_JUDGED = 0x23,       /* - */
    KEY_DIFFICULTY = 0x24,         /* question u16, version u16 */

    /* results */
    KEY_CELL = 0x40,          /* unit u32, period kind u8, start date, question u16 */
    KEY_FLUSHED = 0x41,       /* epoch date */
    KEY_WEEK_RELEASED = 0x42, /* Monday */

    /* box: its parts are made by storage/box.c */
    KEY_BOX_META = 0x60,
    KEY_BOX_PLAN = 0x61,
    KEY_BOX_MARKER = 0x62,
    KEY_BOX_BALLOT = 0x63,

    /* tally: its parts are made by storage/tally.c */
    KEY_TALLY_META = 0x70,
    KEY_TALLY_DAY = 0x71,
};

enum { KEY_MAX = 272 };

struct key {
    uint8_t bytes[KEY_MAX];
    size_t len;
    bool is_bad;
};

/** The view of a key; valid while the key is. */
struct bytes key_bytes(const struct key *key);

/* ---- Parts, in the order in which a key is built ---- */

struct key key_of(enum key_class class);
void key_add_u8(struct key *key, uint8_t value);
void key_add_u16(struct key *key, uint16_t value);
void key_add_u32(struct key *key, uint32_t value);
void key_add_u64(struct key *key, uint64_t value);
void key_add_date(struct key *key, struct date date);
void key_add_text(struct key *key, struct str text);
void key_add_raw(struct key *key, const void *bytes, size_t len);

/* ---- Whole keys; those of one part are key_of() and one line ---- */

struct key key_u8(enum key_class class, uint8_t value);
struct key key_u32(enum key_class class, uint32_t value);
struct key key_u64(enum key_class class, uint64_t value);
struct key key_date(enum key_class class, struct date date);
struct key key_text(enum key_class class, struct str text);
struct key key_raw(enum key_class class, const void *bytes, size_t len);

struct key key_question(struct question_id id, uint16_t version);
struct key key_question_versions(struct question_id id);
struct key key_unit_membership(struct team_id team, struct date from);
struct key key_session_by_account(struct account_id account, const uint8_t hash[32]);
struct key key_import_by_hash(uint8_t kind, const uint8_t hash[32]);
struct key key_run_by_schedule(struct str schedule, uint64_t run);
struct key key_verdict(struct str metric, struct str source, struct str series);

/** A metric as one source measured it: a prefix of key_outcome(). */
struct key key_outcomes_of(struct str metric, struct str source);
/** Of one period kind, from a date on. */
struct key key_outcomes_from(struct str metric, struct str source, enum period_kind kind,
                             struct date from);
struct key key_outcome(struct str metric, struct str source, enum period_kind kind,
                       struct date start, struct team_id team);

/** What an import put another value over: a prefix of key_outcome_replaced(). */
struct key key_outcomes_replaced_by(struct import_id import);
struct key key_outcome_replaced(struct import_id import, const struct outcome *place);

/** Cells of a unit: a prefix of key_cell(). */
struct key key_cells_of(struct unit_id unit, enum period_kind kind);
struct key key_cells_from(struct unit_id unit, enum period_kind kind, struct date from);
struct key key_cell(struct unit_id unit, enum period_kind kind, struct date start,
                    struct question_id question);

/** Reads the end of a key of key_cell(), so that a walk can pass over cells that nobody asked
 * for. False when it is not one. */
bool key_cell_parts(struct bytes key, struct date *start, struct question_id *question);
