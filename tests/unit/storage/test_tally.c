/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "app/core/code.h"
#include "app/core/file.h"
#include "storage/partition_record.h"
#include "storage/tally.h"
#include "tests/support/support.h"

enum { MONDAY = 20521 /* 2026-03-09 */, TUESDAY = MONDAY + 1, THURSDAY = MONDAY + 3 };

static struct tally_row row_of(int32_t day, uint32_t unit, uint32_t fives)
{
    return (struct tally_row){ .epoch = { { day } },
                               .unit = { unit },
                               .question = { 1 },
                               .question_version = 2,
                               .headcount = 11,
                               .bins = { 0, 1, 2, 3, fives } };
}

struct seen {
    size_t count;
    struct tally_row rows[8];
};

static bool note(const struct tally_row *row, void *context)
{
    struct seen *seen = context;
    seen->rows[seen->count] = *row;
    seen->count++;
    return seen->count < 8;
}

static struct seen read_week(const char *folder)
{
    struct seen seen = { 0 };
    assert_ok(tally_each(folder, (struct date){ MONDAY }, note, &seen));
    return seen;
}

/* A week without a store has no rows; rows of another day or of no unit are refused. */
static void test_tally_write_invalid_is_refused(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    assert_int_equal(read_week(folder).count, 0);
    struct tally_row row = row_of(TUESDAY, 0, 1);
    assert_err(tally_write(folder, row.epoch, &row, 1, &problem), DP_INVALID);
    row = row_of(THURSDAY, 4, 1);
    assert_err(tally_write(folder, (struct epoch_id){ { TUESDAY } }, &row, 1, &problem),
               DP_INVALID);
    assert_int_equal(read_week(folder).count, 0);
    support_remove_tree(folder);
}

/* An epoch that is written again has only the rows of the second time; other days stay. */
static void test_tally_write_again_replaces_the_epoch(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct tally_row tuesday[] = { row_of(TUESDAY, 4, 1), row_of(TUESDAY, 5, 2) };
    struct tally_row thursday[] = { row_of(THURSDAY, 4, 3) };
    assert_ok(tally_write(folder, tuesday[0].epoch, tuesday, 2, &problem));
    assert_ok(tally_write(folder, thursday[0].epoch, thursday, 1, &problem));
    tuesday[0].bins[4] = 9;
    assert_ok(tally_write(folder, tuesday[0].epoch, tuesday, 1, &problem));
    struct seen seen = read_week(folder);
    assert_int_equal(seen.count, 2);
    assert_memory_equal(&seen.rows[0], &tuesday[0], sizeof tuesday[0]);
    assert_memory_equal(&seen.rows[1], &thursday[0], sizeof thursday[0]);
    support_remove_tree(folder);
}

/* A destroyed week is gone, again is fine, and other weeks stay. Only its owner may look. */
static void test_tally_destroy_removes_one_week(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct stat info;
    struct tally_row row = row_of(TUESDAY, 4, 1);
    struct tally_row next = row_of(TUESDAY + 7, 4, 1);
    assert_ok(tally_write(folder, row.epoch, &row, 1, &problem));
    assert_ok(tally_write(folder, next.epoch, &next, 1, &problem));
    assert_int_equal(stat(support_path(folder, "2026-03-09"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    struct date list[TALLY_WEEKS_MAX];
    size_t count = 0;
    assert_ok(tally_list(folder, list, &count));
    assert_int_equal(count, 2);
    assert_ok(tally_destroy(folder, (struct date){ MONDAY }));
    assert_ok(tally_destroy(folder, (struct date){ MONDAY }));
    assert_ok(tally_list(folder, list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].days, MONDAY + 7);
    assert_int_equal(read_week(folder).count, 0);
    support_remove_tree(folder);
}

static void assert_stored(struct store_txn *txn, const char *key_hex, const char *value_hex)
{
    uint8_t key[64];
    char text[256];
    struct bytes value;
    size_t len = strlen(key_hex) / 2;
    assert_ok(code_hex_read(str_of(key_hex), key, len));
    assert_ok(store_get(txn, bytes_of(key, len), &value));
    code_hex(value, text, sizeof text);
    assert_string_equal(text, value_hex);
}

/* The format may not change unnoticed. */
static void test_tally_bytes_are_what_they_were(void **state)
{
    (void)state;
    const char *folder = support_tempdir();
    struct dp_problem problem = { 0 };
    struct tally_row row = row_of(TUESDAY, 4, 7);
    assert_ok(tally_write(folder, row.epoch, &row, 1, &problem));
    struct store_options options = { .path = support_path(folder, "2026-03-09"),
                                     .schema_version = 1,
                                     .kind = "tally" };
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    assert_ok(store_open(&options, &problem, &store));
    assert_ok(store_read(store, &txn));
    assert_stored(txn, "710000502a00000004",
                  "010000502a00000004000100020000000b"
                  "0000000000000001000000020000000300000007");
    store_read_end(txn);
    store_close(store);
    support_remove_tree(folder);
}

/* The partition's state: golden bytes, and what is refused. */
static void test_partition_record_encode_is_what_it_was(void **state)
{
    (void)state;
    uint8_t space[PARTITION_RECORD_MAX];
    char text[64];
    struct bytes bytes;
    struct partition_state sample = { { MONDAY }, { MONDAY - 364 }, 5 };
    struct wire_writer writer = wire_write(space, sizeof space);
    partition_record_encode(&writer, &sample);
    assert_ok(wire_finish(&writer, &bytes));
    code_hex(bytes, text, sizeof text);
    assert_string_equal(text, "010000502900004ebd00000005");
    struct partition_state back;
    assert_ok(partition_record_decode(bytes, &back));
    assert_memory_equal(&back, &sample, sizeof back);
    for (size_t len = 0; len < bytes.len; len++) {
        assert_err(partition_record_decode(bytes_of(space, len), &back), DP_CORRUPT);
    }
    const struct partition_state bad[] = { { { TUESDAY }, { MONDAY }, 5 },
                                           { { MONDAY }, { MONDAY - 1 }, 5 },
                                           { { MONDAY }, { MONDAY + 7 }, 5 },
                                           { { MONDAY }, { MONDAY }, 0 } };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        writer = wire_write(space, sizeof space);
        partition_record_encode(&writer, &bad[i]);
        assert_err(wire_finish(&writer, &bytes), DP_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tally_write_invalid_is_refused),
        cmocka_unit_test(test_tally_write_again_replaces_the_epoch),
        cmocka_unit_test(test_tally_destroy_removes_one_week),
        cmocka_unit_test(test_tally_bytes_are_what_they_were),
        cmocka_unit_test(test_partition_record_encode_is_what_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
