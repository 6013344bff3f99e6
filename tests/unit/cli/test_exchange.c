/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/exchange.h"
#include "app/core/mem.h"
#include "tests/support/support.h"

/* A file that is not there, and one that is too long, are refused with a sentence. */
static void test_exchange_read_bad_files_are_refused(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf text = buf_new(4);
    assert_err(exchange_read(support_path(dir, "none"), &text, &problem), DP_NOT_FOUND);
    assert_string_not_equal(problem.sentence, "");
    support_write_file(support_path(dir, "long"), "12345", 5);
    assert_err(exchange_read(support_path(dir, "long"), &text, &problem), DP_FULL);
    support_write_file(support_path(dir, "fits"), "1234", 4);
    assert_ok(exchange_read(support_path(dir, "fits"), &text, &problem));
    assert_true(str_equal(buf_str(&text), STR("1234")));
    support_remove_tree(dir);
}

/* "-" is standard input. */
static void test_exchange_read_dash_is_standard_input(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf text = buf_new(1 << 20);
    support_write_file(support_path(dir, "in"), "a,b\n", 4);
    assert_non_null(freopen(support_path(dir, "in"), "r", stdin));
    assert_ok(exchange_read("-", &text, &problem));
    assert_true(str_equal(buf_str(&text), STR("a,b\n")));
    BUF_AUTO struct buf small = buf_new(2);
    assert_non_null(freopen(support_path(dir, "in"), "r", stdin));
    assert_err(exchange_read("-", &small, &problem), DP_FULL);
    support_remove_tree(dir);
}

/* All problems are printed with the file as it was typed, and what was left out is counted. */
static void test_exchange_print_problems_each_has_its_place(void **state)
{
    (void)state;
    char *said = NULL;
    size_t len = 0;
    struct import_problems *problems = mem_new(1, sizeof *problems);
    FILE *talk = open_memstream(&said, &len);
    struct command_call call = { .talk = talk, .out = talk };
    problems->total = 5;
    problems->count = 2;
    problems->items[0] = (struct dp_problem){ "r.csv", 2, 3, "no team" };
    problems->items[1] = (struct dp_problem){ "r.csv", 9, 1, "no person" };
    exchange_print_problems(&call, "in/r.csv", problems);
    (void)fclose(talk);
    assert_string_equal(said, "in/r.csv:2:3: no team\nin/r.csv:9:1: no person\n"
                              "daypulse: and 3 more like these\n");
    free(said);
    mem_free(problems);
}

/* The same as JSON. */
static void test_exchange_json_problems_each_has_its_place(void **state)
{
    (void)state;
    BUF_AUTO struct buf text = buf_new(10000);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    struct import_problems *problems = mem_new(1, sizeof *problems);
    problems->total = 1;
    problems->count = 1;
    problems->items[0] = (struct dp_problem){ "r.csv", 2, 3, "no \"team\"" };
    json_open_object(&json);
    exchange_json_problems(&json, "in/r.csv", problems);
    json_close_object(&json);
    assert_ok(json_finish(&json));
    assert_true(str_equal(buf_str(&text),
                          STR("{\"problems_total\":1,\"problems\":[{\"file\":\"in/r.csv\","
                              "\"line\":2,\"column\":3,\"sentence\":\"no \\\"team\\\"\"}]}")));
    mem_free(problems);
}

/* Moments are UTC; what has not happened is null. */
static void test_exchange_json_moment_is_utc(void **state)
{
    (void)state;
    char text[EXCHANGE_MOMENT_MAX];
    exchange_moment(1772330400, text);
    assert_string_equal(text, "2026-03-01T02:00:00Z");
    BUF_AUTO struct buf out = buf_new(1000);
    struct json_writer json = json_writer_new(&out, JSON_COMPACT);
    struct date none = { 0 };
    json_open_object(&json);
    exchange_json_moment(&json, "never", 0);
    exchange_json_moment(&json, "once", 1);
    json_put_date_or_none(&json, "no_day", none);
    json_put_date_or_none(&json, "day", date_make(1));
    json_close_object(&json);
    assert_ok(json_finish(&json));
    assert_true(
        str_equal(buf_str(&out), STR("{\"never\":null,\"once\":\"1970-01-01T00:00:01Z\","
                                     "\"no_day\":null,\"day\":\"1970-01-02\"}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchange_read_bad_files_are_refused),
        cmocka_unit_test(test_exchange_read_dash_is_standard_input),
        cmocka_unit_test(test_exchange_print_problems_each_has_its_place),
        cmocka_unit_test(test_exchange_json_problems_each_has_its_place),
        cmocka_unit_test(test_exchange_json_moment_is_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
