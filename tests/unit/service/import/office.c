/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

int office_open(void **state)
{
    struct office *office = calloc(1, sizeof *office);
    assert_non_null(office);
    office->dir = support_tempdir();
    office->now_s = (int64_t)office_today().days * 86400 + 12 * 3600;
    office->clock = clock_fixed(&office->now_s);
    const struct store_options options = {
        .path = support_path(office->dir, "office"),
        .schema_version = 1,
        .kind = "office",
        .may_create = true,
        .file_mode = 0600,
    };
    struct dp_problem problem = { 0 };
    assert_ok(store_open(&options, &problem, &office->store));
    *state = office;
    return 0;
}

int office_close(void **state)
{
    struct office *office = *state;
    store_close(office->store);
    support_remove_tree(office->dir);
    free(office);
    return 0;
}

struct date office_date(const char *text)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

struct date office_today(void)
{
    return office_date("2026-03-11");
}

struct import_file office_file(const char *text)
{
    return (struct import_file){ .bytes = str_of(text),
                                 .name = "some/folder/file.csv",
                                 .actor = "test",
                                 .language = LANGUAGE_EN,
                                 .today = office_today() };
}

struct secret_hash office_picture(const struct office *office)
{
    struct store_txn *txn = NULL;
    struct store_range *range = NULL;
    struct bytes key;
    struct bytes value;
    struct secret_sha sha;
    assert_ok(store_read(office->store, &txn));
    assert_ok(store_range_start(txn, (struct bytes){ 0 }, (struct bytes){ 0 }, &range));
    secret_sha_start(&sha);
    while (store_range_next(range, &key, &value)) {
        uint64_t lengths[] = { key.len, value.len };
        secret_sha_add(&sha, bytes_of(lengths, sizeof lengths));
        secret_sha_add(&sha, key);
        secret_sha_add(&sha, value);
    }
    assert_ok(store_range_end(range));
    store_read_end(txn);
    return secret_sha_end(&sha);
}

void office_assert_unchanged(const struct office *office, const struct secret_hash *picture)
{
    struct secret_hash now = office_picture(office);
    assert_memory_equal(now.bytes, picture->bytes, sizeof now.bytes);
}

void office_assert_problems(const struct import_problems *problems, size_t wanted)
{
    if (problems->total == wanted) {
        return;
    }
    for (size_t i = 0; i < problems->count; i++) {
        char text[PROBLEM_SENTENCE_MAX + PROBLEM_FILE_MAX + 64];
        problem_text(&problems->items[i], text, sizeof text);
        print_message("%s\n", text);
    }
    fail_msg("%zu problems instead of %zu", problems->total, wanted);
}
