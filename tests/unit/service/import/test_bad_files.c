/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/service/outcomes/outcomes.h"
#include "app/service/questions/questions.h"
#include "app/service/roster/roster.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

/*
 * tests/data/bad: each X.csv must be refused whole, with exactly the problems that X.txt lists (a
 * line LINE:COLUMN: sentence each), and must leave the office as it was. tests/data/good: each must
 * be taken. The name's beginning says which import a file is for.
 */

enum { FILES_MAX = 200, REPORT_MAX = 65536 };

static char names[FILES_MAX][64];
static size_t names_count;

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void list_files(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    names_count = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        size_t len = strlen(entry->d_name);
        if (len < 5 || strcmp(entry->d_name + len - 4, ".csv") != 0) {
            continue;
        }
        assert_true(names_count < FILES_MAX && len < sizeof names[0]);
        memcpy(names[names_count++], entry->d_name, len + 1);
    }
    closedir(dir);
    qsort(names, names_count, sizeof names[0], by_name);
}

static struct import_file read_file(const char *folder, const char *name)
{
    size_t count = 0;
    struct import_file file = office_file("");
    const char *bytes = support_read_file(support_path(folder, name), &count);
    file.bytes = (struct str){ bytes, count };
    file.name = name;
    return file;
}

static bool is_for(const char *name, const char *import)
{
    return strncmp(name, import, strlen(import)) == 0;
}

static struct roster_report roster_report;
static struct outcomes_report outcomes_report;
static struct questions_report questions_report;

/* Runs the import that the name asks for; `*problems` is its list. */
static dp_err run(const struct office *office, const struct import_file *file,
                  const struct import_problems **problems, struct dp_problem *problem)
{
    if (is_for(file->name, "roster-")) {
        *problems = &roster_report.problems;
        return roster_import(office->store, &office->clock, file, &roster_report, problem);
    }
    if (is_for(file->name, "outcomes-")) {
        const struct outcomes_request request = { .file = *file };
        *problems = &outcomes_report.problems;
        return outcomes_import(office->store, &office->clock, &request, &outcomes_report,
                               problem);
    }
    assert_true(is_for(file->name, "questions-"));
    *problems = &questions_report.problems;
    return questions_import(office->store, &office->clock, file, &questions_report, problem);
}

static const char *said(const struct import_problems *problems)
{
    static char text[REPORT_MAX];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < problems->count; i++) {
        struct dp_problem item = problems->items[i];
        item.file[0] = '\0';
        char line[PROBLEM_SENTENCE_MAX + 64];
        problem_text(&item, line, sizeof line);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", line);
        assert_true(used < sizeof text);
    }
    return text;
}

static dp_err put_defaults(struct store_txn *txn, void *context)
{
    (void)context;
    return questions_put_defaults(txn);
}

/* Something of everything, so that a change would show. */
static void fill_office(const struct office *office)
{
    static const char *const first[] = { "roster-paths.csv", "outcomes-values.csv" };
    assert_ok(store_write(office->store, put_defaults, NULL));
    for (size_t i = 0; i < 2; i++) {
        const struct import_problems *problems = NULL;
        struct import_file file = read_file(TEST_DATA "/good", first[i]);
        dp_err err = run(office, &file, &problems, NULL);
        office_assert_problems(problems, 0);
        assert_ok(err);
    }
}

static size_t check_bad_file(const struct office *office, const char *name)
{
    const struct import_problems *problems = NULL;
    struct dp_problem problem = { 0 };
    struct import_file file = read_file(TEST_DATA "/bad", name);
    struct secret_hash before = office_picture(office);
    dp_err err = run(office, &file, &problems, &problem);
    office_assert_unchanged(office, &before);
    char wanted_name[64];
    snprintf(wanted_name, sizeof wanted_name, "%.*s.txt", (int)strlen(name) - 4, name);
    const char *wanted = support_read_file(support_path(TEST_DATA "/bad", wanted_name), NULL);
    if (strcmp(said(problems), wanted) != 0 || err_is_ok(err)) {
        fprintf(stderr, "%s gave %s\n--- said\n%s--- wanted\n%s", name, err_name(err.code),
                said(problems), wanted);
        return 1;
    }
    assert_string_equal(problem.file, name);
    assert_string_equal(problem.sentence, problems->items[0].sentence);
    return 0;
}

/* Every bad file is refused whole, with line and column, and nothing changes. */
static void test_import_bad_files_are_refused_whole(void **state)
{
    struct office *office = *state;
    size_t wrong = 0;
    fill_office(office);
    list_files(TEST_DATA "/bad");
    assert_true(names_count >= 20);
    for (size_t i = 0; i < names_count; i++) {
        wrong += check_bad_file(office, names[i]);
    }
    assert_int_equal(wrong, 0);
}

/* Every good file is taken; the first two, taken before, change nothing the second time. */
static void test_import_good_files_are_taken(void **state)
{
    struct office *office = *state;
    fill_office(office);
    list_files(TEST_DATA "/good");
    assert_true(names_count >= 5);
    for (size_t i = 0; i < names_count; i++) {
        const struct import_problems *problems = NULL;
        struct import_file file = read_file(TEST_DATA "/good", names[i]);
        dp_err err = run(office, &file, &problems, NULL);
        office_assert_problems(problems, 0);
        assert_ok(err);
        struct secret_hash before = office_picture(office);
        assert_ok(run(office, &file, &problems, NULL));
        office_assert_unchanged(office, &before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_import_bad_files_are_refused_whole, office_open,
                                        office_close),
        cmocka_unit_test_setup_teardown(test_import_good_files_are_taken, office_open,
                                        office_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
