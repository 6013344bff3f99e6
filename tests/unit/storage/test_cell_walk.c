/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storage/cell_record.h"
#include "storage/key.h"
#include "tests/unit/storage/with_store.h"

enum { ANCHOR_CLASS = 7, OTHER_CLASS = 3, ANCHOR = 1, OTHER = 300 };

PUT_JOB(cell, cell)

static struct cell cell_at(const char *start, uint16_t question)
{
    return (struct cell){ .unit = { 4 },
                          .period_kind = PERIOD_DAY,
                          .period_start = day(start),
                          .question = { question },
                          .question_version = 1,
                          .status = CELL_HIDDEN };
}

static bool see_cell(const struct cell *cell, void *context)
{
    return see(context, "%d q%u", cell->period_start.days - day("2026-03-02").days,
               cell->question.value);
}

/* Bytes that are no cell, below the key of one. */
static dp_err put_rubbish(struct store_txn *txn, void *context)
{
    const struct cell *cell = context;
    struct key key = key_cell(cell->unit, cell->period_kind, cell->period_start,
                              cell->question);
    return store_put(txn, key_bytes(&key), bytes_of("\x01 rubbish", 9));
}

static dp_err put_long_key(struct store_txn *txn, void *context)
{
    const struct cell *cell = context;
    struct key key = key_cell(cell->unit, cell->period_kind, cell->period_start,
                              cell->question);
    key_add_u8(&key, 1);
    return store_put(txn, key_bytes(&key), bytes_of("\x01 rubbish", 9));
}

static struct cell_range all_of(const uint8_t *class_of)
{
    return (struct cell_range){ .unit = { 4 },
                                .period_kind = PERIOD_DAY,
                                .from = day("2026-03-02"),
                                .to = day("2026-03-08"),
                                .class_of = class_of,
                                .class = ANCHOR_CLASS };
}

/* A key that is none of a cell ends the walk as corruption. */
static void test_cell_each_of_unit_bad_key_is_corrupt(void **state)
{
    struct with_store *with = *state;
    struct cell_range range = all_of(NULL);
    struct cell cell = cell_at("2026-03-03", ANCHOR);
    struct seen seen = { .text = "" };
    assert_ok(run(with, put_long_key, &cell));
    assert_err(cell_record_each_of_unit(reading(with), &range, see_cell, &seen), DP_CORRUPT);
    assert_string_equal(seen.text, "");
}

/* Cells of other classes are passed over by their keys: what they hold isn't even looked at.
 * One of the wanted class that can't be read is still found out. */
static void test_cell_each_of_unit_reads_only_the_class(void **state)
{
    static uint8_t class_of[CELL_QUESTIONS];
    struct with_store *with = *state;
    struct seen seen = { .text = "" };
    struct cell_range range = all_of(class_of);
    struct cell tuesday = cell_at("2026-03-03", ANCHOR);
    struct cell wednesday = cell_at("2026-03-04", OTHER);
    struct cell thursday = cell_at("2026-03-05", ANCHOR);
    class_of[ANCHOR] = ANCHOR_CLASS;
    class_of[OTHER] = OTHER_CLASS;
    assert_ok(run(with, put_cell, &tuesday));
    assert_ok(run(with, put_rubbish, &wednesday));
    assert_ok(run(with, put_cell, &thursday));
    assert_ok(cell_record_each_of_unit(reading(with), &range, see_cell, &seen));
    assert_string_equal(seen.text, "1 q1,3 q1,");
    range.class = OTHER_CLASS;
    assert_err(cell_record_each_of_unit(reading(with), &range, see_cell, &seen), DP_CORRUPT);
    range.class_of = NULL;
    assert_err(cell_record_each_of_unit(reading(with), &range, see_cell, &seen), DP_CORRUPT);
}

/* The visitor may stop the walk. */
static void test_cell_each_of_unit_stops_when_told(void **state)
{
    struct with_store *with = *state;
    struct seen seen = { .text = "", .stop_after = 1 };
    struct cell_range range = all_of(NULL);
    struct cell tuesday = cell_at("2026-03-03", ANCHOR);
    struct cell thursday = cell_at("2026-03-05", ANCHOR);
    assert_ok(run(with, put_cell, &tuesday));
    assert_ok(run(with, put_cell, &thursday));
    assert_ok(cell_record_each_of_unit(reading(with), &range, see_cell, &seen));
    assert_string_equal(seen.text, "1 q1,");
}

/* A snapshot's number changes with each commit and with nothing else. */
static void test_store_version_changes_with_commits(void **state)
{
    struct with_store *with = *state;
    struct cell tuesday = cell_at("2026-03-03", ANCHOR);
    uint64_t before = store_version(reading(with));
    stop_reading(with);
    assert_int_equal(store_version(reading(with)), before);
    assert_ok(run(with, put_cell, &tuesday));
    assert_true(store_version(reading(with)) > before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_cell_each_of_unit_bad_key_is_corrupt),
        WITH_STORE(test_cell_each_of_unit_reads_only_the_class),
        WITH_STORE(test_cell_each_of_unit_stops_when_told),
        WITH_STORE(test_store_version_changes_with_commits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
