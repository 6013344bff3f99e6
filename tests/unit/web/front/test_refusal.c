/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"
#include "web/front/refusal.h"
#include "web/front/reply.h"

static const int statuses[] = {
    400, 405, 408, 411, 413, 414, 415, 417, 431, 501, 502, 503, 505
};

static void test_refusal_write_full_buffer_is_said(void **state)
{
    BUF_AUTO struct buf out = buf_new(100);
    (void)state;
    assert_err(refusal_write(503, true, &out), DP_FULL);
}

/* Each is a whole reply by our own strict reading: right status, right length, all headers. */
static void test_refusal_write_every_status_is_a_whole_reply(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        BUF_AUTO struct buf out = buf_new(REFUSAL_MAX_BYTES);
        struct reply reply;
        size_t scanned = 0;
        size_t length = 0;
        assert_ok(refusal_write(statuses[i], true, &out));
        assert_ok(reply_find_end(buf_str(&out), &scanned, &length));
        assert_ok(reply_parse(str_slice(buf_str(&out), 0, length), false, &reply));
        assert_int_equal(reply.status, statuses[i]);
        assert_int_equal(reply.length_bytes, out.len - length);
        buf_add_char(&out, '\0');
        assert_non_null(strstr(out.data, "\r\nConnection: close\r\n"));
        assert_non_null(strstr(out.data, "\r\nCache-Control: no-store\r\n"));
        assert_non_null(strstr(out.data, "\r\nContent-Security-Policy: default-src 'none'"));
        assert_non_null(strstr(out.data, "\r\nStrict-Transport-Security: "));
        assert_non_null(strstr(out.data, "<p lang=\"de\">"));
        assert_null(strstr(out.data, "(null)"));
    }
}

/* HEAD gets the same head and nothing behind it. */
static void test_refusal_write_without_body(void **state)
{
    BUF_AUTO struct buf with = buf_new(REFUSAL_MAX_BYTES);
    BUF_AUTO struct buf without = buf_new(REFUSAL_MAX_BYTES);
    (void)state;
    assert_ok(refusal_write(405, true, &with));
    assert_ok(refusal_write(405, false, &without));
    assert_true(without.len < with.len);
    assert_true(str_starts_with(buf_str(&with), buf_str(&without)));
    assert_true(str_ends_with(buf_str(&without), STR("\r\n\r\n")));
    buf_add_char(&without, '\0');
    assert_non_null(strstr(without.data, "\r\nAllow: GET, HEAD, POST\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusal_write_full_buffer_is_said),
        cmocka_unit_test(test_refusal_write_every_status_is_a_whole_reply),
        cmocka_unit_test(test_refusal_write_without_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
