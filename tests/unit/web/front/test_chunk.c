/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/support.h"
#include "web/front/chunk.h"

/* Extensions, trailers, other line ends, signs and sizes beyond eight digits are all refused. */
static void test_chunk_read_bad_coding_is_refused(void **state)
{
    static const char *const bad[] = {
        "\r\n",
        "g\r\n",
        "3;x\r\nabc",
        "3 \r\nabc",
        " 3\r\n",
        "+3\r\n",
        "3\nabc",
        "3\r\nabcd",
        "3\r\nabc\n",
        "3\r\nabc\rx",
        "0\r\nX: y\r\n\r\n",
        "0\r\n\n",
        "123456789\r",
        "0x3\r\nabc",
        "3\r\rabc",
        "-1\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct chunk chunk = { .state = CHUNK_SIZE };
        BUF_AUTO struct buf out = buf_new(100);
        size_t used = 0;
        assert_err(chunk_read(&chunk, str_of(bad[i]), &out, &used), DP_INVALID);
    }
}

static void test_chunk_read_full_buffer_is_said(void **state)
{
    struct chunk chunk = { .state = CHUNK_SIZE };
    BUF_AUTO struct buf out = buf_new(4);
    size_t used = 0;
    (void)state;
    assert_err(chunk_read(&chunk, STR("5\r\nabcde\r\n"), &out, &used), DP_FULL);
}

/* In one piece or byte by byte: the same content, and bytes behind the end stay unread. */
static void test_chunk_read_gives_content_in_any_pieces(void **state)
{
    const struct str text = STR("3\r\nabc\r\n00A\r\n0123456789\r\n1\r\n\n\r\n0\r\n\r\nrest");
    (void)state;
    for (size_t step = 1; step <= text.len; step++) {
        struct chunk chunk = { .state = CHUNK_SIZE };
        BUF_AUTO struct buf out = buf_new(100);
        size_t at = 0;
        while (at < text.len && !chunk_is_done(&chunk)) {
            size_t used = 0;
            assert_ok(chunk_read(&chunk, str_slice(text, at, step), &out, &used));
            assert_true(used > 0);
            at += used;
        }
        assert_true(chunk_is_done(&chunk));
        assert_int_equal(at, text.len - 4);
        assert_true(str_equal(buf_str(&out), STR("abc0123456789\n")));
    }
}

/* An end that is missing is not an end. */
static void test_chunk_is_done_only_at_the_end(void **state)
{
    const struct str text = STR("1\r\na\r\n0\r\n\r\n");
    (void)state;
    for (size_t len = 0; len <= text.len; len++) {
        struct chunk chunk = { .state = CHUNK_SIZE };
        BUF_AUTO struct buf out = buf_new(100);
        size_t used = 0;
        assert_ok(chunk_read(&chunk, str_slice(text, 0, len), &out, &used));
        assert_int_equal(used, len);
        assert_int_equal(chunk_is_done(&chunk), len == text.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunk_read_bad_coding_is_refused),
        cmocka_unit_test(test_chunk_read_full_buffer_is_said),
        cmocka_unit_test(test_chunk_read_gives_content_in_any_pieces),
        cmocka_unit_test(test_chunk_is_done_only_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
