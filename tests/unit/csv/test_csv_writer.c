/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/core/buf.h"
#include "app/csv/csv_formula.h"
#include "app/csv/csv_writer.h"
#include "tests/support/support.h"

enum { TEXT_BYTES = 100000 };

/* Every start that a spreadsheet may run, and nothing else. */
static void test_csv_formula_is_risky_first_character_decides(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char text[2] = { (char)c, '1' };
        bool is_risky = c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' ||
                        c == '\r' || c == 0;
        assert_true(csv_formula_is_risky((struct str){ text, 2 }) == is_risky);
        assert_true(csv_formula_is_risky((struct str){ text, 1 }) == is_risky);
    }
    assert_false(csv_formula_is_risky(STR("")));
    assert_false(csv_formula_is_risky(STR("a=1")));
}

/* A failure of the sink is told by the sink. */
static void test_csv_writer_failure_is_the_sinks(void **state)
{
    (void)state;
    static struct sink sink;
    struct buf out BUF_AUTO = buf_new(5);
    sink_start_buf(&sink, &out);
    struct csv_writer csv = csv_writer_new(&sink);
    csv_writer_plain(&csv, STR("abcdef"));
    csv_writer_end_row(&csv);
    assert_err(sink_flush(&sink), DP_FULL);
}

/* One row of everything, as it stands in the file. */
static void test_csv_writer_cells_are_written_as_promised(void **state)
{
    (void)state;
    static const char *const names[] = { "day", "n,a", "x" };
    static struct sink sink;
    struct date day;
    struct buf out BUF_AUTO = buf_new(TEXT_BYTES);
    sink_start_buf(&sink, &out);
    struct csv_writer csv = csv_writer_new(&sink);
    assert_ok(date_from_parts(2026, 3, 9, &day));
    csv_writer_header(&csv, names, 3);
    csv_writer_date(&csv, day);
    csv_writer_int(&csv, -42);
    csv_writer_num(&csv, -0.1);
    csv_writer_num(&csv, (double)NAN);
    csv_writer_fixed(&csv, 3.14159, 2);
    csv_writer_fixed(&csv, (double)INFINITY, 2);
    csv_writer_missing(&csv);
    csv_writer_plain(&csv, STR("Gr\xc3\xb6\xc3\x9f"
                               "e"));
    csv_writer_end_row(&csv);
    csv_writer_missing(&csv);
    csv_writer_missing(&csv);
    csv_writer_end_row(&csv);
    assert_ok(sink_flush(&sink));
    assert_true(str_equal(buf_str(&out), STR("day,\"n,a\",x\r\n"
                                             "2026-03-09,-42,-0.1,,3.14,,,Gr\xc3\xb6\xc3\x9f"
                                             "e\r\n"
                                             ",\r\n")));
}

/* Quotes stand only where they are needed; free text is guarded inside of them, names and numbers
 * are not. */
static void test_csv_writer_quotes_and_guards(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        struct str plain;
        struct str free_text;
    } cases[] = {
        { STR_INIT(""), STR_INIT(""), STR_INIT("") },
        { STR_INIT("a b;'c"), STR_INIT("a b;'c"), STR_INIT("a b;'c") },
        { STR_INIT("a,b"), STR_INIT("\"a,b\""), STR_INIT("\"a,b\"") },
        { STR_INIT("a\nb"), STR_INIT("\"a\nb\""), STR_INIT("\"a\nb\"") },
        { STR_INIT("a\rb"), STR_INIT("\"a\rb\""), STR_INIT("\"a\rb\"") },
        { STR_INIT("\""), STR_INIT("\"\"\"\""), STR_INIT("\"\"\"\"") },
        { STR_INIT("a\"b\""), STR_INIT("\"a\"\"b\"\"\""), STR_INIT("\"a\"\"b\"\"\"") },
        { STR_INIT("=1+1"), STR_INIT("=1+1"), STR_INIT("'=1+1") },
        { STR_INIT("-3"), STR_INIT("-3"), STR_INIT("'-3") },
        { STR_INIT("@x,y"), STR_INIT("\"@x,y\""), STR_INIT("\"'@x,y\"") },
        { STR_INIT("\tx"), STR_INIT("\tx"), STR_INIT("'\tx") },
        { STR_INIT("\r=\""), STR_INIT("\"\r=\"\"\""), STR_INIT("\"'\r=\"\"\"") },
        { STR_INIT("\0x"), STR_INIT("\0x"), STR_INIT("'\0x") },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct sink sink;
        struct buf out BUF_AUTO = buf_new(TEXT_BYTES);
        struct buf wanted BUF_AUTO = buf_new(TEXT_BYTES);
        sink_start_buf(&sink, &out);
        struct csv_writer csv = csv_writer_new(&sink);
        csv_writer_plain(&csv, cases[i].text);
        csv_writer_free_text(&csv, cases[i].text);
        csv_writer_end_row(&csv);
        assert_ok(sink_flush(&sink));
        buf_add(&wanted, cases[i].plain);
        buf_add_char(&wanted, ',');
        buf_add(&wanted, cases[i].free_text);
        buf_add_text(&wanted, "\r\n");
        assert_true(str_equal(buf_str(&out), buf_str(&wanted)));
    }
}

/* Cells longer than the sink's buffer come out whole. */
static void test_csv_writer_long_cells_are_whole(void **state)
{
    (void)state;
    static struct sink sink;
    static char text[2 * SINK_BUFFER_BYTES];
    struct buf out BUF_AUTO = buf_new((size_t)4 * SINK_BUFFER_BYTES);
    memset(text, '"', sizeof text);
    sink_start_buf(&sink, &out);
    struct csv_writer csv = csv_writer_new(&sink);
    csv_writer_int(&csv, 1);
    csv_writer_plain(&csv, (struct str){ text, SINK_BUFFER_BYTES });
    assert_ok(sink_flush(&sink));
    assert_int_equal(out.len, 2 + 2 * SINK_BUFFER_BYTES + 2);
    memset(text, 'x', sizeof text);
    csv_writer_plain(&csv, (struct str){ text, SINK_BUFFER_BYTES + 1 });
    assert_ok(sink_flush(&sink));
    assert_int_equal(out.len, 2 + 2 * SINK_BUFFER_BYTES + 2 + 1 + SINK_BUFFER_BYTES + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_formula_is_risky_first_character_decides),
        cmocka_unit_test(test_csv_writer_failure_is_the_sinks),
        cmocka_unit_test(test_csv_writer_cells_are_written_as_promised),
        cmocka_unit_test(test_csv_writer_quotes_and_guards),
        cmocka_unit_test(test_csv_writer_long_cells_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
