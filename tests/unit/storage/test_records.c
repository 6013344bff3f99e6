/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/code.h"
#include "tests/support/support.h"
#include "tests/unit/storage/record_table.h"

/* ---- A sample of each record, and its bytes as worked out by hand from the format ---- */

static struct date day(const char *text)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

static void repeat(uint8_t *bytes, size_t len, int value)
{
    memset(bytes, value, len);
}

static const char account_golden[] =
    "01000000070010616e6e61406578616d706c652e6f7267020000000c000b246172676f6e32696424"
    "780000502201";
static const char audit_golden[] =
    "01000000000000000300000000699e93000004616e6e61000d726f737465722e696d706f7274000f"
    "3132206e65772c2033206d6f76656411111111111111111111111111111111111111111111111111"
    "111111111111112222222222222222222222222222222222222222222222222222222222222222";
static const char calendar_exception_golden[] = "010000514c02000000094368726973746d6173";
static const char cell_golden[] =
    "0100000009010000502200040002000000001f00000014017241010b010000000100000002000000"
    "030000000800000006";
static const char correction_golden[] =
    "010000000500084f6e652063616c6c00204167656e7473206d61792064656369646520757020746f"
    "203530206575726f73050000000200000003000000040000506101000c6f6e655f63616c6c5f7063"
    "74010000000069eade400002687200000000000000000000";
static const char flushed_golden[] = "0100005025000400010000001100000006";
static const char import_golden[] =
    "0100000008010008637361742e637376333333333333333333333333333333333333333333333333"
    "333333333333333300000068000050260002687200";
static const char link_golden[] = "010102030405060708090a000000000000002a";
static const char metric_golden[] =
    "010006736d696c65730006536d696c657300084cc3a46368656c6e00077065722064617903010000"
    "0000000000004058e0000000000001";
static const char office_key_golden[] =
    "01024444444444444444444444444444444444444444444444444444444444444444";
static const char organisation_golden[] =
    "01000554656c636f000d4575726f70652f4265726c696e001568747470733a2f2f70756c73652e65"
    "78616d706c65011f02b204b00000000500004fea01";
static const char outcome_golden[] =
    "010009637361745f6d65616e000673757276657901000050290000000cc011000000000000010000"
    "005700000008";
static const char pending_move_golden[] = "01000000000000002a0000000c00005029";
static const char person_golden[] =
    "01000000000000002a0005452d313030000e6a6f406578616d706c652e6f72670000000c0005452d"
    "30303101000047910000000300";
static const char question_golden[] =
    "01000400020301010000067465616d2d32000e4d79207465616d2068656c70732e001a4d65696e20"
    "5465616d2068696c667420e2809320696d6d65722e";
static const char roster_version_golden[] =
    "01000050290000000069ac4ea0555555555555555555555555555555555555555555555555555555"
    "55555555550000012c";
static const char run_golden[] =
    "01000001000000000000076e696768746c79ffffffffffffffff0000000069ac4ea10000000069ac"
    "4ea90000000000001388000000000001e24066666666666666666666666666666666666666666666"
    "66666666666666666666000d6e6f207370616365206c656674";
static const char schedule_golden[] =
    "0100076e696768746c790107000078000c2f7372762f6578706f727473000e01";
static const char session_golden[] =
    "01777777777777777777777777777777777777777777777777777777777777777700000007000000"
    "00000000010000000000000002000000000000000388888888888888888888888888888888888888"
    "88888888888888888888888888";
static const char setup_code_golden[] =
    "01999999999999999999999999999999999999999999999999999999999999999900000000699e93"
    "00";
static const char team_golden[] = "010000000c000000010007686f746c696e650007486f746c696e6501";
static const char unit_membership_golden[] = "010000000c0000000900004fea00000007";
static const char unit_golden[] =
    "010000000901010000000c0000001e0000000b010000001f00164f74686572207465616d73206f66"
    "2053657276696365";
static const char verdict_golden[] =
    "010009637361745f6d65616e00067375727665790006616e63686f72000050290302000000340009"
    "7b2272223a302e347d";
static const char week_released_golden[] = "0100005022";
static const char outcome_replaced_golden[] =
    "0100000009010009637361745f6d65616e000673757276657901000050290000000cc01100000000"
    "0000010000005700000008";
static const char partition_golden[] = "010000502900004fea00000006";
static const char primary_golden[] =
    "01000000020009637361745f6d65616e0006737572766579018200005029000050290000000069ac"
    "4ea00004616e6e61";
static const char difficulty_golden[] =
    "0100040002bfd000000000000000000000000004b00000000701000050293fb00000000000003ff000"
    "0000000000";
static const char alert_golden[] =
    "01000000030000000c00005022010000500600000005000000d4400e00000000000001400c000000"
    "0000004010000000000000400a0000000000004008000000000000400c00000000000000004eb600"
    "004f6c0000001a400c000000000000000000000069ac4ea00004616e6e61000a4e65772073686966"
    "747301";

static void account_sample(struct account *out)
{
    *out = (struct account){ .id = { 7 },
                             .login = "anna@example.org",
                             .role = ACCOUNT_MANAGER,
                             .team = { 12 },
                             .password_hash = "$argon2id$x",
                             .created = day("2026-03-02"),
                             .is_disabled = true };
}

static void audit_sample(struct audit_entry *out)
{
    *out = (struct audit_entry){ .seq = 3,
                                 .at_s = 1772000000,
                                 .actor = "anna",
                                 .action = "roster.import",
                                 .detail = "12 new, 3 moved" };
    repeat(out->prev_hash.bytes, sizeof out->prev_hash.bytes, 0x11);
    repeat(out->hash.bytes, sizeof out->hash.bytes, 0x22);
}

static void calendar_exception_sample(struct calendar_exception *out)
{
    *out = (struct calendar_exception){ .date = day("2026-12-25"),
                                        .kind = CALENDAR_HOLIDAY,
                                        .label = "Christmas" };
}

static void cell_sample(struct cell *out)
{
    *out = (struct cell){ .unit = { 9 },
                          .period_kind = PERIOD_WEEK,
                          .period_start = day("2026-03-02"),
                          .question = { 4 },
                          .question_version = 2,
                          .status = CELL_OK,
                          .headcount = 31,
                          .n = 20,
                          .mean_hundredths = 370,
                          .favourable_pct = 65,
                          .has_sd = true,
                          .sd_tenths = 11,
                          .has_bins = true,
                          .bins = { 1, 2, 3, 8, 6 } };
}

static void correction_sample(struct correction *out)
{
    *out = (struct correction){ .id = { 5 },
                                .title = "One call",
                                .what = "Agents may decide up to 50 euros",
                                .category = CORRECTION_RULE_DROPPED,
                                .teams = { { 3 }, { 4 } },
                                .team_count = 2,
                                .start = day("2026-05-04"),
                                .target = CORRECTION_ON_OUTCOME,
                                .expected = "one_call_pct",
                                .direction = CORRECTION_DOWN,
                                .registered_s = 1777000000,
                                .actor = "hr" };
}

static void flushed_sample(struct flushed *out)
{
    *out = (struct flushed){ .epoch = { day("2026-03-05") },
                             .question = { 4 },
                             .question_version = 1,
                             .cells = 17,
                             .ballots_not_shown = 6 };
}

static void import_sample(struct import *out)
{
    *out = (struct import){ .id = { 8 },
                            .kind = IMPORT_OUTCOMES,
                            .file_name = "csat.csv",
                            .rows = 104,
                            .date = day("2026-03-06"),
                            .actor = "hr" };
    repeat(out->hash.bytes, sizeof out->hash.bytes, 0x33);
}

static void link_sample(struct link *out)
{
    *out = (struct link){ .token = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, .person = { 42 } };
}

static void metric_sample(struct metric *out)
{
    *out = (struct metric){ .code = "smiles",
                            .name = { "Smiles", "L\u00e4cheln" },
                            .unit = "per day",
                            .shape = METRIC_RATE,
                            .better = BETTER_LOWER,
                            .min = 0,
                            .max = 99.5,
                            .is_custom = true };
}

static void office_key_sample(struct office_key *out)
{
    *out = (struct office_key){ .kind = OFFICE_KEY_COOKIE };
    repeat(out->key.bytes, sizeof out->key.bytes, 0x44);
}

static void organisation_sample(struct organisation *out)
{
    *out = (struct organisation){ .name = "Telco",
                                  .zone = "Europe/Berlin",
                                  .base_url = "https://pulse.example",
                                  .language = LANGUAGE_DE,
                                  .workdays = ORGANISATION_WORKDAYS_MON_FRI,
                                  .open_minute = ORGANISATION_OPEN_MINUTE,
                                  .close_minute = ORGANISATION_CLOSE_MINUTE,
                                  .min_people = 5,
                                  .programme_start = day("2026-01-05"),
                                  .is_demo = true };
}

static void outcome_sample(struct outcome *out)
{
    *out = (struct outcome){ .metric = "csat_mean",
                             .source = "survey",
                             .period_kind = PERIOD_WEEK,
                             .period_start = day("2026-03-09"),
                             .team = { 12 },
                             .value = -4.25,
                             .has_n = true,
                             .n = 87,
                             .import = { 8 } };
}

static void pending_move_sample(struct person_move *out)
{
    *out = (struct person_move){ .person = { 42 },
                                 .team = { 12 },
                                 .effective = day("2026-03-09") };
}

static void person_sample(struct person *out)
{
    *out = (struct person){ .id = { 42 },
                            .external_id = "E-100",
                            .email = "jo@example.org",
                            .team = { 12 },
                            .manager_external_id = "E-001",
                            .language = LANGUAGE_DE,
                            .start_date = day("2020-02-29"),
                            .link_generation = 3 };
}

static void question_sample(struct question *out)
{
    *out = (struct question){ .id = { 4 },
                              .version = 2,
                              .theme = THEME_TEAM,
                              .scale = SCALE_AGREE,
                              .is_reversed = true,
                              .code = "team-2",
                              .text = { "My team helps.", "Mein Team hilft \u2013 immer." } };
}

static void roster_version_sample(struct roster_version *out)
{
    *out = (struct roster_version){ .effective = day("2026-03-09"),
                                    .imported_s = 1772900000,
                                    .rows = 300 };
    repeat(out->hash.bytes, sizeof out->hash.bytes, 0x55);
}

static void run_sample(struct run *out)
{
    *out = (struct run){ .id = { 1ULL << 40 },
                         .schedule = "nightly",
                         .due_s = -1,
                         .started_s = 1772900001,
                         .ended_s = 1772900009,
                         .rows = 5000,
                         .bytes = 123456,
                         .error = "no space left" };
    repeat(out->hash.bytes, sizeof out->hash.bytes, 0x66);
}

static void schedule_sample(struct schedule *out)
{
    *out = (struct schedule){ .name = "nightly",
                              .kind = SCHEDULE_WEEKLY,
                              .weekday = 7,
                              .minute = 120,
                              .out_dir = "/srv/exports",
                              .keep = 14,
                              .is_enabled = true };
}

static void session_sample(struct session *out)
{
    *out = (struct session){
        .account = { 7 }, .created_s = 1, .last_used_s = 2, .expires_s = 3
    };
    repeat(out->token_hash.bytes, sizeof out->token_hash.bytes, 0x77);
    repeat(out->csrf_key.bytes, sizeof out->csrf_key.bytes, 0x88);
}

static void setup_code_sample(struct setup_code *out)
{
    *out = (struct setup_code){ .created_s = 1772000000 };
    repeat(out->hash.bytes, sizeof out->hash.bytes, 0x99);
}

static void team_sample(struct team *out)
{
    *out = (struct team){
        .id = { 12 }, .parent = { 1 }, .code = "hotline", .name = "Hotline", .is_gone = true
    };
}

static void unit_membership_sample(struct unit_membership_from *out)
{
    *out = (struct unit_membership_from){ .membership = { .team = { 12 }, .unit = { 9 } },
                                          .from = day("2026-01-05"),
                                          .headcount = 7 };
}

static void unit_sample(struct unit *out)
{
    *out = (struct unit){ .id = { 9 },
                          .kind = UNIT_REST,
                          .cadence = UNIT_WEEKLY,
                          .team = { 12 },
                          .pool = { 30 },
                          .headcount = 11,
                          .is_closed = true,
                          .joined_into = { 31 },
                          .name = "Other teams of Service" };
}

static void verdict_sample(struct verdict_memory *out)
{
    *out = (struct verdict_memory){ .metric = "csat_mean",
                                    .source = "survey",
                                    .series = "anchor",
                                    .computed = day("2026-03-09"),
                                    .grade = 3,
                                    .previous_grade = 2,
                                    .n = 52,
                                    .json = "{\"r\":0.4}" };
}

static void week_released_sample(struct week_released *out)
{
    *out = (struct week_released){ .monday = day("2026-03-02") };
}

static void outcome_replaced_sample(struct outcome_replaced *out)
{
    *out = (struct outcome_replaced){ .import = { 9 } };
    outcome_sample(&out->before);
}

static void partition_sample(struct partition_state *out)
{
    *out = (struct partition_state){ .monday = day("2026-03-09"),
                                     .year_start = day("2026-01-05"),
                                     .min_people = 6 };
}

static void primary_sample(struct primary_question *out)
{
    *out = (struct primary_question){ .number = 2,
                                      .metric = "csat_mean",
                                      .source = "survey",
                                      .unit = PERIOD_WEEK,
                                      .lag = 2,
                                      .registered = day("2026-03-09"),
                                      .counts_from = day("2026-03-09"),
                                      .registered_s = 1772900000,
                                      .actor = "anna" };
}

static void difficulty_sample(struct difficulty *out)
{
    *out = (struct difficulty){ .question = { 4 },
                                .version = 2,
                                .effect = -0.25,
                                .answers = 1200,
                                .weeks = 7,
                                .is_used = true,
                                .fitted = day("2026-03-09"),
                                .var_item = 0.0625,
                                .var_resid = 1.0 };
}

static void alert_sample(struct alert *out)
{
    *out = (struct alert){ .id = { 3 },
                           .team = { 12 },
                           .week = day("2026-03-02"),
                           .kind = ALERT_DRIFT_ABOVE,
                           .since = day("2026-02-02"),
                           .weeks = 5,
                           .n = 212,
                           .value = 3.75,
                           .has_interval = true,
                           .value_lo = 3.5,
                           .value_hi = 4.0,
                           .usual = 3.25,
                           .usual_lo = 3.0,
                           .usual_hi = 3.5,
                           .baseline_first = day("2025-03-03"),
                           .baseline_last = day("2025-09-01"),
                           .baseline_weeks = 26,
                           .limit = 3.5,
                           .acknowledged_s = 1772900000,
                           .acknowledged_by = "anna",
                           .note = "New shifts",
                           .is_new_baseline = true };
}

/* ---- What holds for all ---- */

/* Encodes the sample of a record. */
#define ENCODE_SAMPLE(name, tag)                                         \
    static struct bytes encode_##name(uint8_t space[RECORD_TABLE_MAX])   \
    {                                                                    \
        static struct tag sample;                                        \
        struct bytes bytes;                                              \
        name##_sample(&sample);                                          \
        struct wire_writer writer = wire_write(space, RECORD_TABLE_MAX); \
        name##_record_encode(&writer, &sample);                          \
        assert_ok(wire_finish(&writer, &bytes));                         \
        return bytes;                                                    \
    }
RECORDS(ENCODE_SAMPLE)

#define ENCODE_ROW(name, tag) encode_##name,
static struct bytes (*const ENCODERS[])(uint8_t space[RECORD_TABLE_MAX]) = {
    RECORDS(ENCODE_ROW)
};
#define GOLDEN_ROW(name, tag) name##_golden,
static const char *const GOLDEN[] = { RECORDS(GOLDEN_ROW) };

/* The sample of every record encodes to the bytes that this version of the format has. */
static void test_encode_samples_give_golden_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        uint8_t space[RECORD_TABLE_MAX];
        char hex[2 * RECORD_TABLE_MAX + 1];
        code_hex(ENCODERS[i](space), hex, sizeof hex);
        if (strcmp(hex, GOLDEN[i]) != 0) {
            fail_msg("%s:\n  %s, wanted\n  %s", RECORD_TABLE[i].name, hex, GOLDEN[i]);
        }
    }
}

/* What is read and written again is the same bytes. */
static void test_decode_samples_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        uint8_t first[RECORD_TABLE_MAX];
        uint8_t second[RECORD_TABLE_MAX];
        struct bytes written = ENCODERS[i](first);
        struct bytes again;
        assert_ok(RECORD_TABLE[i].again(written, second, &again));
        assert_true(bytes_equal(written, again));
    }
}

/* A record cut short at any byte is corrupt, and so is one with a byte too many. */
static void test_decode_truncated_or_longer_is_corrupt(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        uint8_t space[RECORD_TABLE_MAX];
        uint8_t other[RECORD_TABLE_MAX];
        struct bytes again;
        struct bytes whole = ENCODERS[i](space);
        for (size_t len = 0; len < whole.len; len++) {
            assert_err(RECORD_TABLE[i].again(bytes_of(space, len), other, &again), DP_CORRUPT);
        }
        space[whole.len] = 0;
        assert_err(RECORD_TABLE[i].again(bytes_of(space, whole.len + 1), other, &again),
                   DP_CORRUPT);
    }
}

/* A version byte of 0 is corrupt; one that we don't know was written by a newer program. */
static void test_decode_other_version_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        uint8_t space[RECORD_TABLE_MAX];
        uint8_t other[RECORD_TABLE_MAX];
        struct bytes again;
        struct bytes whole = ENCODERS[i](space);
        space[0] = 0;
        assert_err(RECORD_TABLE[i].again(whole, other, &again), DP_CORRUPT);
        space[0] = 2;
        assert_err(RECORD_TABLE[i].again(whole, other, &again), DP_SCHEMA_NEWER);
    }
}

/* Flipping any bit gives an error or a record that writes back to exactly those bytes. */
static void test_decode_flipped_bits_are_refused_or_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        uint8_t space[RECORD_TABLE_MAX];
        uint8_t other[RECORD_TABLE_MAX];
        struct bytes again;
        struct bytes whole = ENCODERS[i](space);
        for (size_t bit = 0; bit < whole.len * 8; bit++) {
            space[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (err_is_ok(RECORD_TABLE[i].again(whole, other, &again))) {
                assert_true(bytes_equal(whole, again));
            }
            space[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

/* The memory that a header names is enough for the largest record: every text full. */
#define FULL(array) fill_text(array, sizeof(array))
static void fill_text(char *text, size_t size)
{
    memset(text, 'x', size - 1);
    text[size - 1] = '\0';
}

#define ASSERT_FITS(name, maximum, sample)                           \
    do {                                                             \
        static uint8_t space[maximum];                               \
        struct wire_writer writer = wire_write(space, sizeof space); \
        struct bytes bytes;                                          \
        name##_record_encode(&writer, (sample));                     \
        assert_ok(wire_finish(&writer, &bytes));                     \
    } while (0)

static void test_encode_largest_fits_its_maximum(void **state)
{
    (void)state;
    static struct account account;
    account_sample(&account);
    FULL(account.login);
    FULL(account.password_hash);
    ASSERT_FITS(account, ACCOUNT_RECORD_MAX, &account);

    static struct audit_entry audit;
    audit_sample(&audit);
    FULL(audit.actor);
    FULL(audit.action);
    FULL(audit.detail);
    ASSERT_FITS(audit, AUDIT_RECORD_MAX, &audit);

    static struct calendar_exception exception;
    calendar_exception_sample(&exception);
    FULL(exception.label);
    ASSERT_FITS(calendar_exception, CALENDAR_EXCEPTION_RECORD_MAX, &exception);

    static struct cell cell;
    cell_sample(&cell);
    ASSERT_FITS(cell, CELL_RECORD_MAX, &cell);

    static struct correction correction;
    correction_sample(&correction);
    FULL(correction.title);
    FULL(correction.what);
    FULL(correction.expected);
    FULL(correction.actor);
    FULL(correction.withdrawn_why);
    correction.team_count = CORRECTION_TEAMS_MAX;
    ASSERT_FITS(correction, CORRECTION_RECORD_MAX, &correction);

    static struct flushed flushed;
    flushed_sample(&flushed);
    ASSERT_FITS(flushed, FLUSHED_RECORD_MAX, &flushed);

    static struct import import;
    import_sample(&import);
    FULL(import.file_name);
    FULL(import.actor);
    ASSERT_FITS(import, IMPORT_RECORD_MAX, &import);

    static struct link link;
    link_sample(&link);
    ASSERT_FITS(link, LINK_RECORD_MAX, &link);

    static struct metric metric;
    metric_sample(&metric);
    FULL(metric.code);
    FULL(metric.name[LANGUAGE_EN]);
    FULL(metric.name[LANGUAGE_DE]);
    FULL(metric.unit);
    ASSERT_FITS(metric, METRIC_RECORD_MAX, &metric);

    static struct office_key key;
    office_key_sample(&key);
    ASSERT_FITS(office_key, OFFICE_KEY_RECORD_MAX, &key);
}

static void test_encode_largest_fits_its_maximum_too(void **state)
{
    (void)state;
    static struct organisation organisation;
    organisation_sample(&organisation);
    FULL(organisation.name);
    FULL(organisation.zone);
    FULL(organisation.base_url);
    ASSERT_FITS(organisation, ORGANISATION_RECORD_MAX, &organisation);

    static struct outcome outcome;
    outcome_sample(&outcome);
    FULL(outcome.metric);
    FULL(outcome.source);
    ASSERT_FITS(outcome, OUTCOME_RECORD_MAX, &outcome);

    static struct outcome_replaced replaced;
    replaced = (struct outcome_replaced){ .import = { 1 }, .before = outcome };
    ASSERT_FITS(outcome_replaced, OUTCOME_REPLACED_RECORD_MAX, &replaced);

    static struct partition_state partition;
    partition_sample(&partition);
    ASSERT_FITS(partition, PARTITION_RECORD_MAX, &partition);

    static struct person_move move;
    pending_move_sample(&move);
    ASSERT_FITS(pending_move, PENDING_MOVE_RECORD_MAX, &move);

    static struct person person;
    person_sample(&person);
    FULL(person.external_id);
    FULL(person.email);
    FULL(person.manager_external_id);
    ASSERT_FITS(person, PERSON_RECORD_MAX, &person);

    static struct primary_question primary;
    primary_sample(&primary);
    FULL(primary.metric);
    FULL(primary.source);
    FULL(primary.actor);
    ASSERT_FITS(primary, PRIMARY_RECORD_MAX, &primary);

    static struct question question;
    question_sample(&question);
    FULL(question.code);
    FULL(question.text[LANGUAGE_EN]);
    FULL(question.text[LANGUAGE_DE]);
    ASSERT_FITS(question, QUESTION_RECORD_MAX, &question);

    static struct roster_version version;
    roster_version_sample(&version);
    ASSERT_FITS(roster_version, ROSTER_VERSION_RECORD_MAX, &version);

    static struct run run;
    run_sample(&run);
    FULL(run.schedule);
    FULL(run.error);
    ASSERT_FITS(run, RUN_RECORD_MAX, &run);

    static struct schedule schedule;
    schedule_sample(&schedule);
    FULL(schedule.name);
    FULL(schedule.out_dir);
    ASSERT_FITS(schedule, SCHEDULE_RECORD_MAX, &schedule);

    static struct session session;
    session_sample(&session);
    ASSERT_FITS(session, SESSION_RECORD_MAX, &session);

    static struct setup_code code;
    setup_code_sample(&code);
    ASSERT_FITS(setup_code, SETUP_CODE_RECORD_MAX, &code);

    static struct team team;
    team_sample(&team);
    FULL(team.code);
    FULL(team.name);
    ASSERT_FITS(team, TEAM_RECORD_MAX, &team);

    static struct unit_membership_from membership;
    unit_membership_sample(&membership);
    ASSERT_FITS(unit_membership, UNIT_MEMBERSHIP_RECORD_MAX, &membership);

    static struct unit unit;
    unit_sample(&unit);
    FULL(unit.name);
    ASSERT_FITS(unit, UNIT_RECORD_MAX, &unit);

    static struct verdict_memory verdict;
    verdict_sample(&verdict);
    FULL(verdict.metric);
    FULL(verdict.source);
    FULL(verdict.series);
    FULL(verdict.json);
    ASSERT_FITS(verdict, VERDICT_RECORD_MAX, &verdict);

    static struct alert alert;
    alert_sample(&alert);
    FULL(alert.acknowledged_by);
    FULL(alert.note);
    ASSERT_FITS(alert, ALERT_RECORD_MAX, &alert);

    static struct difficulty difficulty;
    difficulty_sample(&difficulty);
    ASSERT_FITS(difficulty, DIFFICULTY_RECORD_MAX, &difficulty);

    static struct week_released week;
    week_released_sample(&week);
    ASSERT_FITS(week_released, WEEK_RELEASED_RECORD_MAX, &week);
}

/* ---- What a record refuses to hold, alike when written and when read ---- */

/* Encodes a cell without its rules: the bytes after the version in the order of the header. */
static void assert_cell(const struct cell *cell, enum dp_code code)
{
    uint8_t space[CELL_RECORD_MAX];
    struct bytes bytes;
    struct wire_writer writer = wire_write(space, sizeof space);
    cell_record_encode(&writer, cell);
    assert_err(wire_finish(&writer, &bytes), code);
    if (code == DP_OK) {
        return;
    }
    struct cell read;
    assert_err(cell_record_decode(bytes_of(space, writer.len), &read), DP_CORRUPT);
}

/* Only what may leave is ever stored: hidden cells are empty, figures are clamped, bins add
 * up. */
static void test_cell_encode_what_may_not_leave_is_refused(void **state)
{
    (void)state;
    struct cell sound;
    cell_sample(&sound);
    assert_cell(&sound, DP_OK);

    struct cell cell = sound;
    cell.status = CELL_HIDDEN;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.mean_hundredths = CELL_MEAN_MIN - 1;
    assert_cell(&cell, DP_INVALID);
    cell.mean_hundredths = CELL_MEAN_MIN;
    assert_cell(&cell, DP_OK);
    cell.mean_hundredths = CELL_MEAN_MAX;
    assert_cell(&cell, DP_OK);
    cell.mean_hundredths = CELL_MEAN_MAX + 1;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.favourable_pct = CELL_FAVOURABLE_MIN - 1;
    assert_cell(&cell, DP_INVALID);
    cell.favourable_pct = CELL_FAVOURABLE_MAX + 1;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.bins[0]++;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.has_bins = false;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.has_sd = false;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.n = 0;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.period_kind = PERIOD_MONTH;
    assert_cell(&cell, DP_INVALID);
    cell = sound;
    cell.unit.value = 0;
    assert_cell(&cell, DP_INVALID);
}

/* A hidden cell keeps its place and the unit's headcount, and not one figure. */
static void test_cell_encode_hidden_with_any_figure_is_refused(void **state)
{
    (void)state;
    struct cell sound;
    cell_sample(&sound);
    struct cell hidden = { .unit = sound.unit,
                           .period_kind = sound.period_kind,
                           .period_start = sound.period_start,
                           .question = sound.question,
                           .question_version = 2,
                           .status = CELL_HIDDEN,
                           .headcount = 31 };
    assert_cell(&hidden, DP_OK);
    struct cell cell = hidden;
    cell.n = 1;
    assert_cell(&cell, DP_INVALID);
    cell = hidden;
    cell.mean_hundredths = 300;
    assert_cell(&cell, DP_INVALID);
    cell = hidden;
    cell.favourable_pct = 50;
    assert_cell(&cell, DP_INVALID);
    cell = hidden;
    cell.has_sd = true;
    assert_cell(&cell, DP_INVALID);
    cell = hidden;
    cell.sd_tenths = 1;
    assert_cell(&cell, DP_INVALID);
    cell = hidden;
    cell.has_bins = true;
    assert_cell(&cell, DP_INVALID);
    cell = hidden;
    cell.bins[4] = 1;
    assert_cell(&cell, DP_INVALID);
}

/* What starts on a Monday can't start on another day. */
static void test_encode_not_a_monday_is_refused(void **state)
{
    (void)state;
    uint8_t space[64];
    struct bytes bytes;
    struct week_released week = { .monday = day("2026-03-03") };
    struct wire_writer writer = wire_write(space, sizeof space);
    week_released_record_encode(&writer, &week);
    assert_err(wire_finish(&writer, &bytes), DP_INVALID);

    struct person_move move = { .person = { 1 }, .effective = day("2026-03-08") };
    writer = wire_write(space, sizeof space);
    pending_move_record_encode(&writer, &move);
    assert_err(wire_finish(&writer, &bytes), DP_INVALID);
}

/* A schedule's numbers fit its kind. */
static void test_schedule_encode_numbers_of_another_kind_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum schedule_kind kind;
        uint8_t weekday;
        uint8_t month_day;
        uint16_t minute;
        enum dp_code code;
    } cases[] = {
        { SCHEDULE_DAILY, 0, 0, 1440, DP_OUT_OF_RANGE },
        { SCHEDULE_DAILY, 1, 0, 0, DP_OUT_OF_RANGE },
        { SCHEDULE_DAILY, 0, 1, 0, DP_OUT_OF_RANGE },
        { SCHEDULE_WEEKLY, 0, 0, 0, DP_OUT_OF_RANGE },
        { SCHEDULE_WEEKLY, 8, 0, 0, DP_OUT_OF_RANGE },
        { SCHEDULE_MONTHLY, 0, 0, 0, DP_OUT_OF_RANGE },
        { SCHEDULE_MONTHLY, 0, 32, 0, DP_OUT_OF_RANGE },
        { SCHEDULE_DAILY, 0, 0, 1439, DP_OK },
        { SCHEDULE_WEEKLY, 7, 0, 0, DP_OK },
        { SCHEDULE_MONTHLY, 0, 31, 0, DP_OK },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct schedule schedule;
        uint8_t space[SCHEDULE_RECORD_MAX];
        struct bytes bytes;
        schedule_sample(&schedule);
        schedule.kind = cases[i].kind;
        schedule.weekday = cases[i].weekday;
        schedule.month_day = cases[i].month_day;
        schedule.minute = cases[i].minute;
        struct wire_writer writer = wire_write(space, sizeof space);
        schedule_record_encode(&writer, &schedule);
        assert_err(wire_finish(&writer, &bytes), cases[i].code);
    }
}

/* The compiled floor of people in a cell holds in the stored organisation too. */
static void test_organisation_encode_below_the_floor_is_refused(void **state)
{
    (void)state;
    struct organisation organisation;
    uint8_t space[ORGANISATION_RECORD_MAX];
    struct bytes bytes;
    organisation_sample(&organisation);
    organisation.min_people = ORGANISATION_MIN_PEOPLE_FLOOR - 1;
    struct wire_writer writer = wire_write(space, sizeof space);
    organisation_record_encode(&writer, &organisation);
    assert_err(wire_finish(&writer, &bytes), DP_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_truncated_or_longer_is_corrupt),
        cmocka_unit_test(test_decode_other_version_is_refused),
        cmocka_unit_test(test_decode_flipped_bits_are_refused_or_kept),
        cmocka_unit_test(test_cell_encode_what_may_not_leave_is_refused),
        cmocka_unit_test(test_cell_encode_hidden_with_any_figure_is_refused),
        cmocka_unit_test(test_encode_not_a_monday_is_refused),
        cmocka_unit_test(test_schedule_encode_numbers_of_another_kind_are_refused),
        cmocka_unit_test(test_organisation_encode_below_the_floor_is_refused),
        cmocka_unit_test(test_encode_samples_give_golden_bytes),
        cmocka_unit_test(test_decode_samples_round_trip),
        cmocka_unit_test(test_encode_largest_fits_its_maximum),
        cmocka_unit_test(test_encode_largest_fits_its_maximum_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
