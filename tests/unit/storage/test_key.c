/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "storage/key.h"
#include "storage/store.h"
#include "tests/support/support.h"

static int order(struct key a, struct key b)
{
    assert_false(a.is_bad || b.is_bad);
    return str_compare((struct str){ (const char *)a.bytes, a.len },
                       (struct str){ (const char *)b.bytes, b.len });
}

static bool is_prefix(struct key prefix, struct key key)
{
    return key.len > prefix.len && memcmp(prefix.bytes, key.bytes, prefix.len) == 0;
}

/* Text too long for a key, or with a zero byte in it, marks the key as bad instead of being
 * cut. */
static void test_key_text_that_does_not_fit_is_bad(void **state)
{
    (void)state;
    char text[KEY_MAX];
    memset(text, 'x', sizeof text);
    assert_true(key_text(KEY_TEAM_BY_CODE, (struct str){ text, KEY_MAX }).is_bad);
    assert_true(key_text(KEY_TEAM_BY_CODE, (struct str){ text, KEY_MAX - 1 }).is_bad);
    assert_false(key_text(KEY_TEAM_BY_CODE, (struct str){ text, KEY_MAX - 2 }).is_bad);
    assert_true(key_text(KEY_TEAM_BY_CODE, (struct str){ "a\0b", 3 }).is_bad);
    struct str half = { text, KEY_MAX / 2 };
    assert_true(key_verdict(half, half, half).is_bad);
}

/* A date that no reader would accept makes no key. */
static void test_key_date_out_of_range_is_bad(void **state)
{
    (void)state;
    assert_true(key_date(KEY_FLUSHED, date_make(-1)).is_bad);
    assert_true(key_date(KEY_FLUSHED, date_make(DATE_MAX_DAYS + 1)).is_bad);
    assert_false(key_date(KEY_FLUSHED, date_make(DATE_MAX_DAYS)).is_bad);
}

/* The longest key that the fields of records make fits both here and in a store. */
static void test_key_longest_fits_a_store(void **state)
{
    (void)state;
    char code[CODE_MAX];
    char login[EMAIL_MAX];
    memset(code, 'c', sizeof code);
    memset(login, 'l', sizeof login);
    struct str c = { code, sizeof code - 1 };
    assert_false(key_verdict(c, c, c).is_bad);
    assert_false(key_outcome(c, c, PERIOD_WEEK, date_make(1), (struct team_id){ 1 }).is_bad);
    assert_false(
        key_text(KEY_ACCOUNT_BY_LOGIN, (struct str){ login, sizeof login - 1 }).is_bad);
    assert_true((int)KEY_MAX <= (int)STORE_KEY_MAX);
}

/* Keys sort as their numbers and dates do, also where a byte overflows into the next. */
static void test_key_order_is_the_order_of_numbers(void **state)
{
    (void)state;
    static const uint64_t numbers[] = { 0, 1, 255, 256, 65535, 65536, 1ULL << 32, UINT64_MAX };
    for (size_t i = 0; i + 1 < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(order(key_u64(KEY_RUN, numbers[i]), key_u64(KEY_RUN, numbers[i + 1])) < 0);
    }
    static const int32_t days[] = { 0, 1, 255, 256, 20491, 65535, 65536, DATE_MAX_DAYS };
    for (size_t i = 0; i + 1 < sizeof days / sizeof days[0]; i++) {
        assert_true(order(key_date(KEY_FLUSHED, date_make(days[i])),
                          key_date(KEY_FLUSHED, date_make(days[i + 1]))) < 0);
    }
    struct question_id question = { 255 };
    struct question_id next = { 256 };
    assert_true(order(key_question(question, 1), key_question(question, 2)) < 0);
    assert_true(order(key_question(question, UINT16_MAX), key_question(next, 1)) < 0);
}

/* A text is never the prefix of another one, and texts sort as their bytes do. */
static void test_key_text_has_an_end(void **state)
{
    (void)state;
    struct key ab = key_text(KEY_METRIC, STR("ab"));
    struct key abc = key_text(KEY_METRIC, STR("abc"));
    assert_false(is_prefix(ab, abc));
    assert_true(order(ab, abc) < 0);
    assert_true(order(key_text(KEY_METRIC, STR("")), ab) < 0);
    assert_true(order(abc, key_text(KEY_METRIC, STR("b"))) < 0);
    /* "a","bc" and "ab","c" are different places */
    assert_true(
        order(key_outcomes_of(STR("a"), STR("bc")), key_outcomes_of(STR("ab"), STR("c"))) != 0);
}

/* The prefixes for walks are prefixes of the whole keys, in the order unit, period,
 * question. */
static void test_key_cell_prefixes_and_order(void **state)
{
    (void)state;
    struct unit_id unit = { 7 };
    struct unit_id next = { 8 };
    struct question_id first = { 1 };
    struct question_id last = { UINT16_MAX };
    struct date day = date_make(20000);
    struct key cell = key_cell(unit, PERIOD_DAY, day, first);
    assert_true(is_prefix(key_cells_of(unit, PERIOD_DAY), cell));
    assert_true(is_prefix(key_cells_from(unit, PERIOD_DAY, day), cell));
    assert_false(is_prefix(key_cells_of(unit, PERIOD_WEEK), cell));
    assert_true(order(cell, key_cell(unit, PERIOD_DAY, day, last)) < 0);
    assert_true(order(key_cell(unit, PERIOD_DAY, day, last),
                      key_cell(unit, PERIOD_DAY, date_add(day, 1), first)) < 0);
    assert_true(order(key_cell(unit, PERIOD_DAY, date_make(DATE_MAX_DAYS), last),
                      key_cell(unit, PERIOD_WEEK, date_make(0), first)) < 0);
    assert_true(order(key_cell(unit, PERIOD_WEEK, date_make(DATE_MAX_DAYS), last),
                      key_cell(next, PERIOD_DAY, date_make(0), first)) < 0);
}

/* A key that is too short, too long, of another class or of no day gives no parts. */
static void test_key_cell_parts_of_another_key_is_false(void **state)
{
    (void)state;
    struct date start;
    struct question_id question;
    struct key cell = key_cell((struct unit_id){ 7 }, PERIOD_DAY, date_make(1),
                               (struct question_id){ 1 });
    struct key longer = cell;
    struct key other = cell;
    struct key late = cell;
    key_add_u8(&longer, 0);
    other.bytes[0] = KEY_FLUSHED;
    late.bytes[6] = 0xff;
    assert_true(key_cell_parts(key_bytes(&cell), &start, &question));
    assert_false(key_cell_parts(key_bytes(&longer), &start, &question));
    assert_false(key_cell_parts(bytes_of(cell.bytes, cell.len - 1), &start, &question));
    assert_false(key_cell_parts(key_bytes(&other), &start, &question));
    assert_false(key_cell_parts(key_bytes(&late), &start, &question));
}

/* What went into a cell's key comes out of it. */
static void test_key_cell_parts_are_those_of_key_cell(void **state)
{
    (void)state;
    static const int32_t days[] = { 0, 255, 20515, DATE_MAX_DAYS };
    static const uint16_t questions[] = { 1, 255, 256, UINT16_MAX };
    for (size_t i = 0; i < 4; i++) {
        struct date start;
        struct question_id question;
        struct key key = key_cell((struct unit_id){ UINT32_MAX }, PERIOD_WEEK,
                                  date_make(days[i]), (struct question_id){ questions[i] });
        assert_true(key_cell_parts(key_bytes(&key), &start, &question));
        assert_int_equal(start.days, days[i]);
        assert_int_equal(question.value, questions[i]);
    }
}

/* Outcomes sort by metric, source, period kind, start and team. */
static void test_key_outcome_prefixes_and_order(void **state)
{
    (void)state;
    struct team_id team = { 1 };
    struct team_id other = { 2 };
    struct str m = STR("csat");
    struct str s = STR("survey");
    struct key key = key_outcome(m, s, PERIOD_WEEK, date_make(5), team);
    assert_true(is_prefix(key_outcomes_of(m, s), key));
    assert_true(is_prefix(key_outcomes_from(m, s, PERIOD_WEEK, date_make(5)), key));
    assert_true(order(key, key_outcome(m, s, PERIOD_WEEK, date_make(5), other)) < 0);
    assert_true(order(key_outcome(m, s, PERIOD_WEEK, date_make(5), other),
                      key_outcome(m, s, PERIOD_WEEK, date_make(6), team)) < 0);
    assert_true(order(key_outcome(m, s, PERIOD_DAY, date_make(9), other), key) < 0);
}

/* The bytes of some keys, so that a change of the format can't go unnoticed. */
static void test_key_bytes_are_those_of_the_format(void **state)
{
    (void)state;
    struct key cell = key_cell((struct unit_id){ 0x01020304 }, PERIOD_WEEK, date_make(0x5a5b),
                               (struct question_id){ 0x0607 });
    static const uint8_t cell_bytes[] = { 0x40, 1, 2, 3, 4, 1, 0, 0, 0x5a, 0x5b, 6, 7 };
    assert_int_equal(cell.len, sizeof cell_bytes);
    assert_memory_equal(cell.bytes, cell_bytes, sizeof cell_bytes);

    struct key team = key_text(KEY_TEAM_BY_CODE, STR("ab"));
    static const uint8_t team_bytes[] = { 0x06, 'a', 'b', 0 };
    assert_int_equal(team.len, sizeof team_bytes);
    assert_memory_equal(team.bytes, team_bytes, sizeof team_bytes);

    struct key person = key_u64(KEY_PERSON, 0x0102030405060708);
    static const uint8_t person_bytes[] = { 0x07, 1, 2, 3, 4, 5, 6, 7, 8 };
    assert_memory_equal(person.bytes, person_bytes, sizeof person_bytes);
    assert_int_equal(person.len, sizeof person_bytes);
}

/* No class number is given twice: a walk over one class meets nothing else. */
static void test_key_classes_differ(void **state)
{
    (void)state;
    static const enum key_class classes[] = {
        KEY_STAMP,
        KEY_ORGANISATION,
        KEY_SEQUENCE,
        KEY_QUESTION,
        KEY_CALENDAR_EXCEPTION,
        KEY_TEAM,
        KEY_TEAM_BY_CODE,
        KEY_PERSON,
        KEY_PERSON_BY_EXTERNAL,
        KEY_LINK,
        KEY_UNIT,
        KEY_UNIT_MEMBERSHIP,
        KEY_ROSTER_VERSION,
        KEY_PENDING_MOVE,
        KEY_ACCOUNT,
        KEY_ACCOUNT_BY_LOGIN,
        KEY_SESSION,
        KEY_SESSION_BY_ACCOUNT,
        KEY_SETUP_CODE,
        KEY_OFFICE_KEY,
        KEY_AUDIT,
        KEY_METRIC,
        KEY_OUTCOME,
        KEY_IMPORT,
        KEY_IMPORT_BY_HASH,
        KEY_CORRECTION,
        KEY_SCHEDULE,
        KEY_RUN,
        KEY_RUN_BY_SCHEDULE,
        KEY_VERDICT,
        KEY_CELL,
        KEY_FLUSHED,
        KEY_WEEK_RELEASED,
        KEY_BOX_META,
        KEY_BOX_PLAN,
        KEY_BOX_MARKER,
        KEY_BOX_BALLOT,
        KEY_TALLY_META,
        KEY_TALLY_DAY,
    };
    bool is_used[256] = { false };
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        assert_false(is_used[classes[i]]);
        is_used[classes[i]] = true;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_text_that_does_not_fit_is_bad),
        cmocka_unit_test(test_key_date_out_of_range_is_bad),
        cmocka_unit_test(test_key_longest_fits_a_store),
        cmocka_unit_test(test_key_order_is_the_order_of_numbers),
        cmocka_unit_test(test_key_text_has_an_end),
        cmocka_unit_test(test_key_cell_prefixes_and_order),
        cmocka_unit_test(test_key_cell_parts_of_another_key_is_false),
        cmocka_unit_test(test_key_cell_parts_are_those_of_key_cell),
        cmocka_unit_test(test_key_outcome_prefixes_and_order),
        cmocka_unit_test(test_key_bytes_are_those_of_the_format),
        cmocka_unit_test(test_key_classes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
