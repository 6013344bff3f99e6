/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/service/import/cell.h"
#include "storage/audit_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

static struct import_problems problems;

/* Problems come out in the order of the file, and the first is the one that is handed on. */
static void test_import_finish_sorts_by_place(void **state)
{
    (void)state;
    static const struct dp_problem found[] = {
        { .line = 9, .column = 1, .sentence = "d" },
        { .line = 2, .column = 7, .sentence = "b" },
        { .line = 9, .column = 0, .sentence = "c" },
        { .line = 2, .column = 1, .sentence = "a" },
    };
    struct import_file file = office_file("");
    struct dp_problem first = { 0 };
    memset(&problems, 0, sizeof problems);
    assert_ok(import_finish(&problems, &first));
    for (size_t i = 0; i < 4; i++) {
        import_add_problem(&problems, &file, &found[i]);
    }
    assert_err(import_finish(&problems, &first), DP_INVALID);
    assert_string_equal(first.sentence, "a");
    assert_string_equal(first.file, "file.csv");
    for (size_t i = 0; i < 4; i++) {
        char wanted[2] = { (char)('a' + (int)i), '\0' };
        assert_string_equal(problems.items[i].sentence, wanted);
    }
    assert_err(import_finish(&problems, NULL), DP_INVALID);
}

/* The list is full at a hundred; counting goes on. */
static void test_import_add_problem_full_list_still_counts(void **state)
{
    (void)state;
    struct import_file file = office_file("");
    struct dp_problem found = { .line = 1 };
    memset(&problems, 0, sizeof problems);
    for (size_t i = 0; i < IMPORT_PROBLEMS_MAX + 1; i++) {
        import_add_problem(&problems, &file, &found);
    }
    assert_int_equal(problems.count, IMPORT_PROBLEMS_MAX);
    assert_int_equal(problems.total, IMPORT_PROBLEMS_MAX + 1);
}

/* Folders of both kinds go, control characters can't reach a log, and a long name is cut whole. */
static void test_import_base_name_is_safe_to_store(void **state)
{
    (void)state;
    char out[NAME_MAX_BYTES];
    import_base_name(NULL, out);
    assert_string_equal(out, "");
    import_base_name("/a/b.csv", out);
    assert_string_equal(out, "b.csv");
    import_base_name("C:\\Users\\me\\roster.csv", out);
    assert_string_equal(out, "roster.csv");
    import_base_name("a\x1b[2J\n.csv", out);
    assert_string_equal(out, "a?[2J?.csv");
    char longer[400];
    memset(longer, 'x', sizeof longer);
    memcpy(longer + NAME_MAX_BYTES - 2, "ü", 2);
    longer[sizeof longer - 1] = '\0';
    import_base_name(longer, out);
    assert_int_equal(strlen(out), NAME_MAX_BYTES - 2);
}

/* What is shown of a cell is short, whole UTF-8 and without control characters. */
static void test_cell_shown_is_cut_and_clean(void **state)
{
    (void)state;
    char space[CELL_SHOWN_MAX];
    assert_true(str_equal(cell_shown(STR("a\x1b[1m\x7f"), space), STR("a?[1m?")));
    char longer[300];
    for (size_t i = 0; i + 1 < sizeof longer; i += 2) {
        memcpy(longer + i, "ü", 2);
    }
    struct str shown = cell_shown((struct str){ longer, sizeof longer - 2 }, space);
    assert_true(shown.len <= CELL_SHOWN_MAX);
    assert_true(str_is_utf8(shown));
    assert_true(str_ends_with(shown, STR("…")));
}

static dp_err audit_once(struct store_txn *txn, void *context)
{
    struct office *office = context;
    char longer[700];
    memset(longer, 'd', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    return import_audit(txn, &office->clock, "actor", "test.action", "%s", longer);
}

/* A long detail is cut; the chain holds. */
static void test_import_audit_long_detail_is_cut(void **state)
{
    struct office *office = *state;
    struct store_txn *txn = NULL;
    struct audit_entry entry;
    uint64_t entries = 0;
    assert_ok(store_write(office->store, audit_once, office));
    assert_ok(store_read(office->store, &txn));
    assert_ok(audit_record_head(txn, &entry));
    assert_int_equal(strlen(entry.detail), AUDIT_DETAIL_MAX - 1);
    assert_string_equal(entry.actor, "actor");
    assert_int_equal(entry.at_s, office->now_s);
    assert_ok(audit_record_verify(txn, &entries, NULL));
    store_read_end(txn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import_finish_sorts_by_place),
        cmocka_unit_test(test_import_add_problem_full_list_still_counts),
        cmocka_unit_test(test_import_base_name_is_safe_to_store),
        cmocka_unit_test(test_cell_shown_is_cut_and_clean),
        cmocka_unit_test_setup_teardown(test_import_audit_long_detail_is_cut, office_open,
                                        office_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
