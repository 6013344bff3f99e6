/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/questions/questions.h"
#include "storage/question_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

#define HEAD "code,theme,text_en,text_de\n"

static struct questions_report report;

static dp_err put_defaults(struct store_txn *txn, void *context)
{
    (void)context;
    return questions_put_defaults(txn);
}

static int open_with_questions(void **state)
{
    assert_int_equal(office_open(state), 0);
    struct office *office = *state;
    assert_ok(store_write(office->store, put_defaults, NULL));
    return 0;
}

static void import(const struct office *office, const char *text)
{
    struct import_file file = office_file(text);
    dp_err err = questions_import(office->store, &office->clock, &file, &report, NULL);
    office_assert_problems(&report.problems, 0);
    assert_ok(err);
}

static struct question latest(const struct office *office, const char *code, size_t *versions)
{
    struct store_txn *txn = NULL;
    struct question *all = NULL;
    struct question found = { 0 };
    size_t count = 0;
    assert_ok(store_read(office->store, &txn));
    assert_ok(questions_load(txn, &all, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].code, code) == 0) {
            found = all[i];
        }
    }
    mem_free(all);
    *versions = 0;
    struct question old;
    while (err_is_ok(question_record_get(txn, found.id, (uint16_t)(*versions + 1), &old))) {
        (*versions)++;
    }
    store_read_end(txn);
    return found;
}

/* A refused file changes nothing. */
static void test_questions_import_bad_file_changes_nothing(void **state)
{
    struct office *office = *state;
    struct dp_problem problem = { 0 };
    struct secret_hash before = office_picture(office);
    struct import_file file = office_file(HEAD "new-1,voice,A?,B?\nanchor,voice,A?,B?\n");
    assert_err(questions_import(office->store, &office->clock, &file, &report, &problem),
               DP_INVALID);
    assert_int_equal(problem.line, 3);
    office_assert_unchanged(office, &before);
}

/* One question beyond the maximum is refused, at its row. */
static void test_questions_import_too_many_are_refused(void **state)
{
    struct office *office = *state;
    struct buf text = buf_new(1000000);
    struct dp_problem problem = { 0 };
    buf_add_text(&text, HEAD);
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        buf_fmt(&text, "q%d,voice,A?,B?\n", i);
    }
    struct import_file file = office_file("");
    file.bytes = buf_str(&text);
    assert_err(questions_import(office->store, &office->clock, &file, &report, &problem),
               DP_FULL);
    buf_add_text(&text, "one-more,voice,A?,B?\n");
    file.bytes = buf_str(&text);
    assert_err(questions_import(office->store, &office->clock, &file, &report, &problem),
               DP_INVALID);
    assert_int_equal(problem.line, QUESTIONS_MAX + 2);
    buf_free(&text);
}

/* The built-in questions go in once. */
static void test_questions_put_defaults_only_into_an_empty_office(void **state)
{
    struct office *office = *state;
    size_t versions = 0;
    import(office, HEAD "purpose-1,purpose,Other?,Anders?\n");
    struct secret_hash before = office_picture(office);
    assert_ok(store_write(office->store, put_defaults, NULL));
    office_assert_unchanged(office, &before);
    assert_string_equal(latest(office, "purpose-1", &versions).text[LANGUAGE_EN], "Other?");
}

/* Other words make a new version; the old one stays as it was. */
static void test_questions_import_reworded_is_a_new_version(void **state)
{
    struct office *office = *state;
    size_t versions = 0;
    struct question before = latest(office, "voice-5", &versions);
    assert_int_equal(versions, 1);
    assert_true(before.is_reversed);
    import(office,
           HEAD "voice-5,voice,Mistakes are hidden here.,Fehler werden hier versteckt.\n");
    assert_int_equal(report.reworded, 1);
    assert_false(report.is_anchor_reworded);
    struct question after = latest(office, "voice-5", &versions);
    assert_int_equal(versions, 2);
    assert_int_equal(after.id.value, before.id.value);
    assert_int_equal(after.version, 2);
    assert_true(after.is_reversed);
    struct store_txn *txn = NULL;
    struct question old;
    assert_ok(store_read(office->store, &txn));
    assert_ok(question_record_get(txn, before.id, 1, &old));
    store_read_end(txn);
    assert_string_equal(old.text[LANGUAGE_EN], before.text[LANGUAGE_EN]);
}

/* Scale and direction are part of the wording; on and off is not. */
static void test_questions_import_switched_is_no_version(void **state)
{
    struct office *office = *state;
    size_t versions = 0;
    struct question q = latest(office, "team-1", &versions);
    struct buf text = buf_new(4000);
    buf_fmt(&text, "code,theme,text_en,text_de,active\nteam-1,team,%s,\"%s\",no%c", q.text[0],
            q.text[1], '\0');
    import(office, buf_str(&text).ptr);
    assert_int_equal(report.switched, 1);
    assert_int_equal(report.reworded, 0);
    assert_false(latest(office, "team-1", &versions).is_active);
    assert_int_equal(versions, 1);
    buf_clear(&text);
    buf_fmt(&text, "code,theme,text_en,text_de,reversed\nteam-1,team,%s,\"%s\",yes%c",
            q.text[0], q.text[1], '\0');
    import(office, buf_str(&text).ptr);
    assert_int_equal(report.reworded, 1);
    q = latest(office, "team-1", &versions);
    assert_int_equal(versions, 2);
    assert_true(q.is_reversed);
    assert_false(q.is_active);
    buf_clear(&text);
    buf_fmt(&text, "code,theme,text_en,text_de,scale\nteam-1,team,%s,\"%s\",Day%c", q.text[0],
            q.text[1], '\0');
    import(office, buf_str(&text).ptr);
    assert_int_equal(latest(office, "team-1", &versions).scale, SCALE_DAY);
    assert_int_equal(versions, 3);
    buf_free(&text);
}

/* A new code gets the next number; questions that the file does not name stay. */
static void test_questions_import_new_code_is_added(void **state)
{
    struct office *office = *state;
    size_t versions = 0;
    import(office, HEAD "canteen,workload,Was the canteen open?,War die Kantine offen?\n");
    assert_int_equal(report.questions_new, 1);
    struct question q = latest(office, "canteen", &versions);
    assert_int_equal(q.id.value, 32);
    assert_int_equal(q.version, 1);
    assert_int_equal(q.scale, SCALE_AGREE);
    assert_true(q.is_active);
    latest(office, "voice-1", &versions);
    assert_int_equal(versions, 1);
}

/* Another wording of the anchor is taken, and said. */
static void test_questions_import_reworded_anchor_is_said(void **state)
{
    struct office *office = *state;
    import(office, HEAD "anchor,anchor,How was your day at work?,Wie war der Arbeitstag?\n");
    assert_true(report.is_anchor_reworded);
}

/* A dry run counts and writes nothing. */
static void test_questions_import_dry_run_changes_nothing(void **state)
{
    struct office *office = *state;
    struct secret_hash before = office_picture(office);
    struct import_file file = office_file(HEAD "canteen,workload,A?,B?\nvoice-1,voice,A?,B?\n");
    file.is_dry_run = true;
    assert_ok(questions_import(office->store, &office->clock, &file, &report, NULL));
    assert_int_equal(report.questions_new, 1);
    assert_int_equal(report.reworded, 1);
    office_assert_unchanged(office, &before);
}

/* What is exported and imported again is the same. */
static void test_questions_export_imports_unchanged(void **state)
{
    struct office *office = *state;
    struct sink *sink = calloc(1, sizeof *sink);
    struct buf out = buf_new(100000);
    assert_non_null(sink);
    import(office, HEAD "quote,voice,\"Is it \"\"good\"\", or not?\",\"Ja, oder?\"\n");
    sink_start_buf(sink, &out);
    assert_ok(questions_export(office->store, sink));
    free(sink);
    struct secret_hash before = office_picture(office);
    struct import_file file = office_file("");
    file.bytes = buf_str(&out);
    assert_true(str_starts_with(
        file.bytes,
        STR("code,version,theme,scale,reversed,active,text_en,text_de\r\n"
            "anchor,1,anchor,day,no,yes,How was work today?,Wie war die Arbeit heute?\r\n")));
    assert_ok(questions_import(office->store, &office->clock, &file, &report, NULL));
    assert_true(report.is_same);
    assert_int_equal(report.rows, 32);
    office_assert_unchanged(office, &before);
    buf_free(&out);
}

int main(void)
{
#define QUESTIONS_TEST(name) \
    cmocka_unit_test_setup_teardown(name, open_with_questions, office_close)
    const struct CMUnitTest tests[] = {
        QUESTIONS_TEST(test_questions_import_bad_file_changes_nothing),
        QUESTIONS_TEST(test_questions_import_too_many_are_refused),
        QUESTIONS_TEST(test_questions_put_defaults_only_into_an_empty_office),
        QUESTIONS_TEST(test_questions_import_reworded_is_a_new_version),
        QUESTIONS_TEST(test_questions_import_switched_is_no_version),
        QUESTIONS_TEST(test_questions_import_new_code_is_added),
        QUESTIONS_TEST(test_questions_import_reworded_anchor_is_said),
        QUESTIONS_TEST(test_questions_import_dry_run_changes_nothing),
        QUESTIONS_TEST(test_questions_export_imports_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
