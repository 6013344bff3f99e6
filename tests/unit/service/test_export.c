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
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/code.h"
#include "app/service/export/export.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { TUESDAY = 1, WEDNESDAY = 2, TEXT_MAX = 256 };

static const char *const csvs[EXPORT_FILES] = { "results.csv",   "participation.csv",
                                                "questions.csv", "groups.csv",
                                                "calendar.csv",  "outcomes.csv" };

/* Hotline: people 0..23. Back office: 24..47. On Tuesday six and four of them answered. */
static const struct firm_team teams[] = { { "Hotline", 24 }, { "Back office", 24 } };

static int setup(void **state)
{
    struct firm *firm = calloc(1, sizeof *firm);
    assert_non_null(firm);
    firm_start(firm, true, teams, COUNT(teams));
    firm_make(firm, firm_day(TUESDAY));
    firm_answers(firm, firm_day(TUESDAY), 0, "554321");
    firm_answers(firm, firm_day(TUESDAY), 24, "5432");
    firm_close(firm, firm_day(TUESDAY));
    *state = firm;
    return 0;
}

static int teardown(void **state)
{
    firm_end(*state);
    free(*state);
    return 0;
}

static dp_err run(struct firm *firm, const char *out, uint16_t keep, struct export_done *done)
{
    struct dp_problem problem = { 0 };
    struct export_wanted wanted = { .out_dir = out, .schedule = "nightly", .keep = keep };
    firm->now_s += 60;
    return export_run(&firm->appliance, &wanted, done, &problem);
}

/* How many names are in a folder, hidden ones included. */
static size_t names_in(const char *folder)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 ? 1 : 0;
    }
    closedir(open);
    return count;
}

static struct run last_run(struct firm *firm)
{
    struct run last;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(firm->appliance.office, &txn));
    assert_ok(run_record_last(txn, STR("nightly"), &last));
    return last;
}

static const char *read_current(const char *out, const char *name)
{
    return support_read_file(support_path(support_path(out, "current"), name), NULL);
}

/* The line of a file that begins so. */
static void find_line(const char *text, const char *start, char line[TEXT_MAX])
{
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        if (strncmp(at, start, strlen(start)) == 0) {
            assert_true(len < TEXT_MAX);
            memcpy(line, at, len);
            line[len] = '\0';
            line[strcspn(line, "\r")] = '\0';
            return;
        }
        at += len + (at[len] == '\n' ? 1 : 0);
    }
    fail_msg("no line begins with %s in\n%s", start, text);
}

/* ---- What fails ---- */

/* A parent that is not there, and a file in the folder's place: nothing is made, the history has the
 * sentence. */
static void test_export_run_bad_folder_leaves_nothing(void **state)
{
    struct firm *firm = *state;
    struct export_done done;
    const char *dir = support_tempdir();
    support_write_file(support_path(dir, "taken"), "", 0);
    assert_err(run(firm, support_path(dir, "no/where"), 0, &done), DP_NOT_FOUND);
    assert_true(strlen(last_run(firm).error) > 10);
    assert_err(run(firm, support_path(dir, "taken"), 0, &done), DP_CONFLICT);
    struct run last = last_run(firm);
    assert_true(strlen(last.error) > 10);
    assert_int_equal(last.rows, 0);
    assert_int_equal(last.ended_s, firm->now_s);
    assert_int_equal(names_in(dir), 1);
    support_remove_tree(dir);
}

/* The link can't be switched, because a folder has its name: the snapshot goes again. */
static void test_export_run_link_in_the_way_leaves_nothing(void **state)
{
    struct firm *firm = *state;
    struct export_done done;
    const char *dir = support_tempdir();
    assert_int_equal(mkdir(support_path(dir, "current"), 0700), 0);
    assert_err(run(firm, dir, 0, &done), DP_IO);
    assert_int_equal(names_in(dir), 1);
    assert_non_null(strstr(last_run(firm).error, "current"));
    assert_int_equal(rmdir(support_path(dir, "current")), 0);
    assert_ok(run(firm, dir, 0, &done));
    assert_string_equal(last_run(firm).error, "");
    support_remove_tree(dir);
}

/* ---- What is written ---- */

/* Six answers stand there with their figures; four are `hidden` with nothing between the commas. */
static void test_export_run_hidden_cells_are_empty(void **state)
{
    struct firm *firm = *state;
    struct export_done done;
    char start[TEXT_MAX];
    char line[TEXT_MAX];
    const char *dir = support_tempdir();
    assert_ok(run(firm, dir, 0, &done));
    const char *results = read_current(dir, "results.csv");
    snprintf(start, sizeof start, "2026-03-03,%u,1,", firm_unit(firm, "Hotline").value);
    find_line(results, start, line);
    const char *values = line + strlen(start);
    assert_int_equal(strncmp(values, "6,3.3", 5), 0); /* 20 / 6 */
    assert_non_null(strstr(values, ",50,"));
    assert_non_null(strstr(values, ",ok,1"));
    unsigned office = firm_unit(firm, "Back office").value;
    snprintf(start, sizeof start, "2026-03-03,%u,1,", office);
    find_line(results, start, line);
    assert_string_equal(line + strlen(start), ",,,,,hidden,1");
    const char *participation = read_current(dir, "participation.csv");
    assert_null(strstr(participation, start));
    snprintf(start, sizeof start, "2026-03-03,%u,1,", firm_unit(firm, "Hotline").value);
    find_line(participation, start, line);
    assert_string_equal(line + strlen(start), "24,6");
    support_remove_tree(dir);
}

/* The day whose box is still open is not in. */
static void test_export_run_open_day_is_not_in(void **state)
{
    struct firm *firm = *state;
    struct export_done done;
    const char *dir = support_tempdir();
    firm_make(firm, firm_day(WEDNESDAY));
    firm_answers(firm, firm_day(WEDNESDAY), 0, "555555");
    assert_ok(run(firm, dir, 0, &done));
    assert_null(strstr(read_current(dir, "results.csv"), "2026-03-04"));
    firm_close(firm, firm_day(WEDNESDAY));
    assert_ok(run(firm, dir, 0, &done));
    assert_non_null(strstr(read_current(dir, "results.csv"), "2026-03-04"));
    support_remove_tree(dir);
}

/* The same data twice: CSVs the same to the byte, and what is noted is what was written. */
static void test_export_run_twice_gives_the_same_bytes(void **state)
{
    struct firm *firm = *state;
    struct export_done done[2];
    const char *dir = support_tempdir();
    assert_ok(run(firm, dir, 0, &done[0]));
    assert_ok(run(firm, dir, 0, &done[1]));
    assert_string_not_equal(done[0].folder, done[1].folder);
    assert_int_equal(done[0].rows, done[1].rows);
    for (size_t i = 0; i < COUNT(csvs); i++) {
        size_t len[2] = { 0 };
        const char *first = support_read_file(support_path(done[0].folder, csvs[i]), &len[0]);
        const char *second = support_read_file(support_path(done[1].folder, csvs[i]), &len[1]);
        assert_true(len[0] > 10);
        assert_int_equal(len[0], len[1]);
        assert_memory_equal(first, second, len[0]);
    }
    struct run last = last_run(firm);
    assert_int_equal(last.rows, done[1].rows);
    assert_int_equal(last.bytes, done[1].bytes);
    assert_memory_equal(last.hash.bytes, done[1].hash.bytes, sizeof last.hash.bytes);
    support_remove_tree(dir);
}

static void sum_of(const char *folder, const char *name, char out[CODE_HEX_LEN(32) + 1])
{
    size_t len = 0;
    const char *content = support_read_file(support_path(folder, name), &len);
    struct bytes part = bytes_of(content, len);
    struct secret_hash hash = secret_sha256(&part, 1);
    code_hex(bytes_of(hash.bytes, sizeof hash.bytes), out, CODE_HEX_LEN(32) + 1);
}

/* Each line of SHA256SUMS is the hash of the file it names, and none is missing. */
static void test_export_run_sums_match_the_files(void **state)
{
    struct firm *firm = *state;
    struct export_done done;
    char sum[CODE_HEX_LEN(32) + 1];
    char wanted[TEXT_MAX];
    char text[TEXT_MAX * (EXPORT_FILES + 1)] = "";
    const char *dir = support_tempdir();
    assert_ok(run(firm, dir, 0, &done));
    for (size_t i = 0; i <= COUNT(csvs); i++) {
        const char *name = i < COUNT(csvs) ? csvs[i] : "datapackage.json";
        sum_of(done.folder, name, sum);
        snprintf(wanted, sizeof wanted, "%s  %s\n", sum, name);
        strncat(text, wanted, sizeof text - strlen(text) - 1);
    }
    assert_string_equal(support_read_file(support_path(done.folder, "SHA256SUMS"), NULL), text);
    assert_int_equal(names_in(done.folder), EXPORT_FILES + 2);
    sum_of(done.folder, "SHA256SUMS", sum);
    char noted[CODE_HEX_LEN(32) + 1];
    code_hex(bytes_of(done.hash.bytes, sizeof done.hash.bytes), noted, sizeof noted);
    assert_string_equal(sum, noted);
    support_remove_tree(dir);
}

/* ---- Snapshots ---- */

static void assert_current_is(const char *dir, const struct export_done *done)
{
    struct stat current;
    struct stat newest;
    assert_int_equal(stat(support_path(dir, "current"), &current), 0);
    assert_int_equal(stat(done->folder, &newest), 0);
    assert_true(current.st_ino == newest.st_ino);
}

/* `current` is the newest; three stay beside it and other things in the folder are left alone. */
static void test_export_run_keeps_the_newest(void **state)
{
    struct firm *firm = *state;
    struct export_done done[5];
    struct stat gone;
    const char *dir = support_tempdir();
    support_write_file(support_path(dir, "notes.txt"), "mine", 4);
    for (size_t i = 0; i < COUNT(done); i++) {
        assert_ok(run(firm, dir, 3, &done[i]));
        assert_current_is(dir, &done[i]);
    }
    assert_int_equal(names_in(dir), 3 + 2);
    assert_int_not_equal(stat(done[1].folder, &gone), 0);
    assert_int_equal(stat(done[2].folder, &gone), 0);
    support_remove_tree(dir);
}

/* The clock was set back by a day, so that the newest has the oldest name: it stays. */
static void test_export_run_clock_set_back_keeps_the_new_one(void **state)
{
    struct firm *firm = *state;
    struct export_done done[2];
    const char *dir = support_tempdir();
    assert_ok(run(firm, dir, 1, &done[0]));
    firm->now_s -= 86400;
    assert_ok(run(firm, dir, 1, &done[1]));
    assert_current_is(dir, &done[1]);
    assert_int_equal(names_in(dir), 2);
    support_remove_tree(dir);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_export_run_bad_folder_leaves_nothing),
        TEST(test_export_run_link_in_the_way_leaves_nothing),
        TEST(test_export_run_hidden_cells_are_empty),
        TEST(test_export_run_open_day_is_not_in),
        TEST(test_export_run_twice_gives_the_same_bytes),
        TEST(test_export_run_sums_match_the_files),
        TEST(test_export_run_keeps_the_newest),
        TEST(test_export_run_clock_set_back_keeps_the_new_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
