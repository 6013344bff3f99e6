/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"
#include "web/front/reply.h"
#include "web/headers.h"

#define OK "HTTP/1.1 200 OK\r\n"

/* A reply that could be read in two ways, or that does not say where it ends, does not go out. */
static void test_reply_parse_bad_head_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "\r\n\r\n",
        OK,
        OK "\r\n", /* no length */
        "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 99 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2x0 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n",
        "ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
        OK "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK "Content-Length: -1\r\n\r\n",
        OK "Content-Length: 1000000000000000000\r\n\r\n",
        OK "Content-Length: 1x\r\n\r\n",
        OK "Content-Length: 0\r\nX y: z\r\n\r\n",
        OK "Content-Length: 0\r\nX: a\nSet-Cookie: b\r\n\r\n",
        OK "Content-Length: 0\r\nX: a\rb\r\n\r\n",
        OK "Content-Length: 0\r\nX: a\x01\r\n\r\n",
        OK "Content-Length: 0\r\n folded\r\n\r\n",
        OK "Content-Length: 0\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct reply reply;
        if (err_is_ok(reply_parse(str_of(bad[i]), false, &reply))) {
            fail_msg("taken:\n%s", bad[i]);
        }
    }
}

/* As many fields as there is room for, and no more. */
static void test_reply_parse_field_limit_holds(void **state)
{
    char text[8192];
    (void)state;
    for (int fields = REPLY_FIELDS_MAX; fields <= REPLY_FIELDS_MAX + 1; fields++) {
        struct reply reply;
        size_t len = (size_t)snprintf(text, sizeof text, OK "Content-Length: 0\r\n");
        for (int i = 0; i < fields; i++) {
            len += (size_t)snprintf(text + len, sizeof text - len, "X-%d: y\r\n", i);
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "\r\n");
        assert_int_equal(reply_parse((struct str){ text, len }, false, &reply).code,
                         fields <= REPLY_FIELDS_MAX ? DP_OK : DP_INVALID);
    }
}

/* Which body follows: by length, by chunks, or none. */
static void test_reply_parse_framing_is_understood(void **state)
{
    struct reply reply;
    (void)state;
    assert_ok(reply_parse(STR(OK "Content-Length: 42\r\n\r\n"), false, &reply));
    assert_int_equal(reply.framing, REPLY_LENGTH);
    assert_int_equal(reply.length_bytes, 42);
    assert_ok(reply_parse(STR(OK "transfer-encoding: Chunked\r\n\r\n"), false, &reply));
    assert_int_equal(reply.framing, REPLY_CHUNKED);
    assert_ok(reply_parse(STR(OK "Content-Length: 42\r\n\r\n"), true, &reply));
    assert_int_equal(reply.framing, REPLY_EMPTY);
    assert_true(reply.has_length && reply.length_bytes == 42);
    assert_ok(reply_parse(STR("HTTP/1.1 304 \r\n\r\n"), false, &reply));
    assert_int_equal(reply.framing, REPLY_EMPTY);
    assert_ok(reply_parse(STR("HTTP/1.0 204\r\n\r\n"), false, &reply));
    assert_int_equal(reply.framing, REPLY_EMPTY);
    assert_int_equal(reply.status, 204);
}

/* Our framing replaces the backend's; hop-by-hop fields and the library's name stay inside. */
static void test_reply_write_reframes(void **state)
{
    struct reply reply;
    struct reply_frame frame = { .has_length = true, .length_bytes = 7, .may_stay = true };
    BUF_AUTO struct buf out = buf_new(8192);
    (void)state;
    assert_ok(
        reply_parse(STR("HTTP/1.1 303 See Other\r\nLocation: /thanks\r\nConnection: close\r\n"
                        "Keep-Alive: x\r\nServer: lib\r\nTransfer-Encoding: chunked\r\n"
                        "Set-Cookie: a\r\nSet-Cookie: b\r\n\r\n"),
                    false, &reply));
    assert_ok(reply_write(&reply, &frame, &out));
    buf_add_char(&out, '\0');
    assert_memory_equal(out.data,
                        "HTTP/1.1 303 See Other\r\nLocation: /thanks\r\nSet-Cookie: a\r\n"
                        "Set-Cookie: b\r\n",
                        72);
    assert_non_null(
        strstr(out.data, "\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n"));
    assert_null(strstr(out.data, "Server:"));
    assert_null(strstr(out.data, "Keep-Alive:"));
    assert_null(strstr(out.data, "chunked"));
    frame = (struct reply_frame){ .is_chunked = true };
    buf_clear(&out);
    assert_ok(reply_write(&reply, &frame, &out));
    buf_add_char(&out, '\0');
    assert_non_null(
        strstr(out.data, "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
    assert_null(strstr(out.data, "Content-Length"));
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        found++;
    }
    return found;
}

/* Each security header is there exactly once, whether the backend sent it or not. */
static void test_reply_write_security_headers_are_complete(void **state)
{
    static const char *const names[] = {
        "Content-Security-Policy:",    "Strict-Transport-Security:",
        "X-Content-Type-Options:",     "Referrer-Policy:",
        "Cross-Origin-Opener-Policy:", "Cross-Origin-Resource-Policy:",
        "Permissions-Policy:",
    };
    struct reply reply;
    struct reply_frame frame = { .has_length = true };
    BUF_AUTO struct buf bare = buf_new(8192);
    BUF_AUTO struct buf own = buf_new(8192);
    BUF_AUTO struct buf out = buf_new(8192);
    (void)state;
    assert_ok(reply_parse(STR(OK "Content-Length: 0\r\nReferrer-Policy: origin\r\n\r\n"), false,
                          &reply));
    assert_ok(reply_write(&reply, &frame, &bare));
    buf_add_char(&bare, '\0');
    buf_add(&own, STR(OK "Content-Length: 0\r\n"));
    headers_security(&own, HEADERS_PHONE);
    buf_add(&own, STR("\r\n"));
    assert_ok(reply_parse(buf_str(&own), false, &reply));
    assert_ok(reply_write(&reply, &frame, &out));
    buf_add_char(&out, '\0');
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(count(bare.data, names[i]), 1);
        assert_int_equal(count(out.data, names[i]), 1);
    }
    assert_non_null(strstr(bare.data, "Referrer-Policy: origin\r\n"));
    assert_non_null(strstr(out.data, "'sha256-"));
}

static void test_reply_write_full_buffer_is_said(void **state)
{
    struct reply reply;
    struct reply_frame frame = { .has_length = true };
    BUF_AUTO struct buf out = buf_new(100);
    (void)state;
    assert_ok(reply_parse(STR(OK "Content-Length: 0\r\n\r\n"), false, &reply));
    assert_err(reply_write(&reply, &frame, &out), DP_FULL);
}

/* The end of a head is found, and nonsense is not waited for. */
static void test_reply_find_end_limits(void **state)
{
    size_t scanned = 0;
    size_t length = 0;
    (void)state;
    assert_ok(reply_find_end(STR(OK "\r\nx"), &scanned, &length));
    assert_int_equal(length, sizeof(OK "\r\n") - 1);
    scanned = 0;
    assert_err(reply_find_end(STR("HTTP/1.1 200 OK\n"), &scanned, &length), DP_INVALID);
    static char text[REPLY_HEAD_MAX_BYTES];
    memset(text, 'a', sizeof text);
    scanned = 0;
    assert_err(reply_find_end((struct str){ text, sizeof text }, &scanned, &length),
               DP_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply_parse_bad_head_is_refused),
        cmocka_unit_test(test_reply_parse_field_limit_holds),
        cmocka_unit_test(test_reply_parse_framing_is_understood),
        cmocka_unit_test(test_reply_write_reframes),
        cmocka_unit_test(test_reply_write_security_headers_are_complete),
        cmocka_unit_test(test_reply_write_full_buffer_is_said),
        cmocka_unit_test(test_reply_find_end_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
