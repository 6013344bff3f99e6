/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"
#include "web/front/head.h"

#define GET  "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"

struct refused {
    int status;
    const char *text;
};

/* Smuggling, ambiguity and plain nonsense: each gets the status that names what is wrong. */
static const struct refused refused[] = {
    /* framing */
    { 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" },
    { 501, GET "Transfer-Encoding: chunked\r\n\r\n" },
    { 501, GET "transfer-encoding: identity\r\n\r\n" },
    { 501, GET "Transfer-Encoding:\r\n\r\n" },
    { 501, GET "Transfer-Encoding: xchunked\r\n\r\n" },
    { 400, POST "Transfer-Encoding: chunked\r\n\r\n" },
    { 400,
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" },
    { 400, GET "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" },
    { 400, POST "Content-Length: 3\r\n\r\n" },
    { 400, POST "content-length: 4\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3 3\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n" },
    { 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000003\r\n\r\n" },
    { 411, "POST / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, GET "Content-Length: 1\r\n\r\n" },
    { 400, "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n" },
    /* lines */
    { 400, GET " folded: x\r\n\r\n" },
    { 400, GET "X: a\r\n b\r\n\r\n" },
    { 400, GET "X: a\r\n\tb\r\n\r\n" },
    { 400, GET "Content-Length : 0\r\n\r\n" },
    { 400, GET "Transfer-Encoding : chunked\r\n\r\n" },
    { 400, GET "Transfer-Encoding\t: chunked\r\n\r\n" },
    { 400, GET "no colon\r\n\r\n" },
    { 400, GET ": nothing\r\n\r\n" },
    { 400, GET "X\x01: a\r\n\r\n" },
    { 400, GET "X(: a\r\n\r\n" },
    { 400, GET "\xc3\xa4: a\r\n\r\n" },
    { 400, GET "X: a\nContent-Length: 5\r\n\r\n" },
    { 400, GET "Cookie: a\x01\r\n\r\n" },
    { 400, GET "Cookie: \xc3\xa4\r\n\r\n" },
    { 400, GET "Cookie: a=1\r\nCookie: b=2\r\n\r\n" },
    { 400, GET "Origin: https://a\r\nOrigin: https://b\r\n\r\n" },
    { 400, GET "Authorization: a\r\nauthorization: b\r\n\r\n" },
    { 415, POST "Content-Encoding: gzip\r\n\r\n" },
    { 417, POST "Expect: something\r\n\r\n" },
    /* Host */
    { 400, "GET / HTTP/1.1\r\n\r\n" },
    { 400, "GET / HTTP/1.0\r\n\r\n" },
    { 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
    { 400, GET "Host: a\r\n\r\n" },
    { 400, GET "host: b\r\n\r\n" },
    { 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" },
    { 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
    { 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n" },
    /* the request line */
    { 400, "\r\n\r\n" },
    { 400, "\r\n" GET "\r\n" },
    { 400, "GET\r\nHost: a\r\n\r\n" },
    { 400, "GET /\r\nHost: a\r\n\r\n" },
    { 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n" },
    { 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET / b HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET / http/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GET / HTTP/11\r\nHost: a\r\n\r\n" },
    { 400, "GET / HTTP/1.\r\nHost: a\r\n\r\n" },
    { 400, "GET / HTTP/1.1x\r\nHost: a\r\n\r\n" },
    { 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n" },
    { 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n" },
    { 505, "GET / HTTP/0.9\r\nHost: a\r\n\r\n" },
    { 505, "PRI * HTTP/2.0\r\nHost: a\r\n\r\n" },
    { 405, "PUT / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 405, "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 405, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 405, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 501, "get / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n" },
    { 400, "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n" },
};

static int status_of(struct str text)
{
    struct head head;
    int status = 0;
    return err_is_ok(head_parse(text, &head, &status)) ? 0 : status;
}

static void test_head_parse_bad_head_gets_its_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int status = status_of(str_of(refused[i].text));
        if (status != refused[i].status) {
            fail_msg("%d instead of %d for\n%s", status, refused[i].status, refused[i].text);
        }
    }
}

/* Not a whole head is a caller's mistake that must not crash. */
static void test_head_parse_unfinished_text_is_refused(void **state)
{
    (void)state;
    assert_int_equal(status_of(STR("")), 400);
    assert_int_equal(status_of(STR("\r\n\r")), 400);
    assert_int_equal(status_of(STR(GET)), 400);
    assert_int_equal(status_of(STR("GET / HTTP/1.1\r\nHost: a\r\nX: \0b\r\n\r")), 400);
}

/* A hundred lines are fine, one more is not. */
static void test_head_parse_line_count_limit_holds(void **state)
{
    char text[8192];
    (void)state;
    for (int lines = HEAD_LINES_MAX; lines <= HEAD_LINES_MAX + 1; lines++) {
        size_t len = (size_t)snprintf(text, sizeof text, "%s", GET);
        for (int i = 1; i < lines; i++) {
            len += (size_t)snprintf(text + len, sizeof text - len, "X-%d: y\r\n", i);
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "\r\n");
        assert_int_equal(status_of((struct str){ text, len }),
                         lines <= HEAD_LINES_MAX ? 0 : 431);
    }
}

/* Lists may come in several lines, up to the room that there is. */
static void test_head_parse_kept_limit_holds(void **state)
{
    char text[8192];
    (void)state;
    for (int lines = HEAD_KEPT_MAX - 1; lines <= HEAD_KEPT_MAX; lines++) {
        size_t len = (size_t)snprintf(text, sizeof text, "%s", GET);
        for (int i = 0; i < lines; i++) {
            len += (size_t)snprintf(text + len, sizeof text - len, "Accept: text/x%d\r\n", i);
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "\r\n");
        assert_int_equal(status_of((struct str){ text, len }), lines < HEAD_KEPT_MAX ? 0 : 431);
    }
}

static void test_head_parse_target_limit_holds(void **state)
{
    char text[HEAD_TARGET_MAX + 64];
    (void)state;
    for (int len = HEAD_TARGET_MAX; len <= HEAD_TARGET_MAX + 1; len++) {
        char target[HEAD_TARGET_MAX + 2];
        memset(target, 'a', sizeof target);
        target[0] = '/';
        int bytes = snprintf(text, sizeof text, "GET %.*s HTTP/1.1\r\nHost: a\r\n\r\n", len,
                             target);
        assert_int_equal(status_of((struct str){ text, (size_t)bytes }),
                         len <= HEAD_TARGET_MAX ? 0 : 414);
    }
}

static struct head parsed(const char *text)
{
    struct head head;
    int status = 0;
    if (!err_is_ok(head_parse(str_of(text), &head, &status))) {
        fail_msg("%d for\n%s", status, text);
    }
    return head;
}

/* The facts that the listener acts upon. */
static void test_head_parse_good_head_tells_facts(void **state)
{
    (void)state;
    struct head head = parsed(GET "\r\n");
    assert_int_equal(head.method, HEAD_GET);
    assert_false(head.is_http10 || head.wants_close || head.wants_continue || head.has_session);
    assert_int_equal(head.body_bytes, 0);
    head = parsed("HEAD /a?b HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    assert_int_equal(head.method, HEAD_HEAD);
    assert_true(head.is_http10 && head.wants_close);
    assert_true(str_equal(head.target, STR("/a?b")));
    head = parsed(POST "Expect: 100-Continue\r\nConnection: x, CLOSE\r\n\r\n");
    assert_int_equal(head.method, HEAD_POST);
    assert_int_equal(head.body_bytes, 3);
    assert_true(head.wants_continue && head.wants_close);
    assert_false(parsed("POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\n"
                        "Expect: 100-continue\r\n\r\n")
                     .wants_continue);
    assert_int_equal(
        parsed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").body_bytes, 0);
    assert_false(parsed(GET "Connection: closed\r\nConnection: upgrade\r\n\r\n").wants_close);
}

/* A session opens the way for large uploads: only a real cookie of that kind counts. */
static void test_head_parse_session_cookie_is_seen(void **state)
{
    static const char *const with[] = { "__Host-s=1", "a=b; __Host-s=x", "__Host-a=1; b=2" };
    static const char *const without[] = { "__Host-s=",    "__Host-s",   "x__Host-s=1",
                                           "a=__Host-s=1", "__host-s=1", "a; b" };
    char text[256];
    (void)state;
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
        (void)snprintf(text, sizeof text, GET "Cookie: %s\r\n\r\n", with[i]);
        assert_true(parsed(text).has_session);
    }
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        (void)snprintf(text, sizeof text, GET "Cookie: %s\r\n\r\n", without[i]);
        assert_false(parsed(text).has_session);
    }
}

static void written(const char *text, const char *wanted)
{
    BUF_AUTO struct buf out = buf_new(4096);
    struct head head = parsed(text);
    assert_ok(head_write(&head, STR("10.1.2.3"), &out));
    buf_add_char(&out, '\0');
    assert_string_equal(out.data, wanted);
}

#define TAIL(length) \
    "X-Daypulse-Peer: 10.1.2.3\r\nContent-Length: " length "\r\nConnection: close\r\n\r\n"

/* Only what the pages need goes on, under one spelling, with our own headers last. */
static void test_head_write_is_canonical(void **state)
{
    (void)state;
    written("GET /a?b=c HTTP/1.0\r\nhOsT:   a.b:1  \r\n\r\n",
            "GET /a?b=c HTTP/1.1\r\nHost: a.b:1\r\n" TAIL("0"));
    written("POST /answer HTTP/1.1\r\nHost: a\r\nCONTENT-LENGTH: 00042\r\n"
            "content-type: application/x-www-form-urlencoded\r\nUser-Agent: x\r\n"
            "Accept: text/html\r\nAccept: */*\r\nCookie:\t__Host-s=1\r\n\r\n",
            "POST /answer HTTP/1.1\r\nHost: a\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n"
            "Accept: */*\r\nCookie: __Host-s=1\r\n" TAIL("42"));
}

/* What a client says in our name, or about hops, is dropped. */
static void test_head_write_drops_forged_and_hop_headers(void **state)
{
    (void)state;
    written(
        GET
        "X-Daypulse-Peer: 6.6.6.6\r\nx-daypulse-peer: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\n"
        "Forwarded: for=6.6.6.6\r\nUpgrade: h2c\r\nTE: trailers\r\nTrailer: X\r\n"
        "Keep-Alive: 5\r\nProxy-Connection: x\r\nHTTP2-Settings: x\r\nRange: bytes=0-\r\n"
        "Connection: Cookie, X-Daypulse-Peer\r\nUser-Agent: \xff\xfe\r\nAccept:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n" TAIL("0"));
}

/* A buffer that is too small is an error, not half a head. */
static void test_head_write_full_buffer_is_said(void **state)
{
    BUF_AUTO struct buf out = buf_new(20);
    struct head head = parsed(GET "\r\n");
    (void)state;
    assert_err(head_write(&head, STR("::1"), &out), DP_FULL);
}

/* Byte by byte or at once, the end is found at the same place. */
static void test_head_find_end_finds_end_in_any_pieces(void **state)
{
    const struct str text = STR(GET "X: y\r\n\r\nbody");
    size_t scanned = 0;
    size_t length = 0;
    (void)state;
    for (size_t len = 0; len < text.len - 4; len++) {
        assert_ok(head_find_end(str_slice(text, 0, len), &scanned, &length));
        assert_int_equal(length, 0);
    }
    assert_ok(head_find_end(str_slice(text, 0, text.len - 4), &scanned, &length));
    assert_int_equal(length, text.len - 4);
    scanned = 0;
    assert_ok(head_find_end(text, &scanned, &length));
    assert_int_equal(length, text.len - 4);
}

/* Line ends that are not CR LF, and control bytes, end the matter at once. */
static void test_head_find_end_bad_bytes_are_refused(void **state)
{
    const struct str bad[] = {
        STR("GET / HTTP/1.1\n"),     STR("\n"),      STR("GET /\r "),  STR("GET /\r\r\n"),
        STR("GET / HTTP/1.1\r\n\n"), STR("GET /\0"), STR("GET /\x0b"), STR("GET /\x7f"),
        STR("\x16\x03\x01")
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t scanned = 0;
        size_t length = 0;
        assert_err(head_find_end(bad[i], &scanned, &length), DP_INVALID);
    }
}

/* 16 KiB with the end in it are fine, 16 KiB without are too long. */
static void test_head_find_end_length_limit_holds(void **state)
{
    static char text[HEAD_MAX_BYTES + 1];
    size_t scanned = 0;
    size_t length = 0;
    (void)state;
    memset(text, 'a', sizeof text);
    assert_ok(head_find_end((struct str){ text, HEAD_MAX_BYTES - 1 }, &scanned, &length));
    assert_err(head_find_end((struct str){ text, HEAD_MAX_BYTES }, &scanned, &length),
               DP_TOO_LONG);
    (void)snprintf(text + HEAD_MAX_BYTES - 4, 5, "\r\n\r\n");
    scanned = 0;
    assert_ok(head_find_end((struct str){ text, HEAD_MAX_BYTES }, &scanned, &length));
    assert_int_equal(length, HEAD_MAX_BYTES);
    text[HEAD_MAX_BYTES - 4] = 'a';
    text[HEAD_MAX_BYTES - 3] = '\r';
    text[HEAD_MAX_BYTES - 2] = '\n';
    text[HEAD_MAX_BYTES - 1] = '\r';
    text[HEAD_MAX_BYTES] = '\n';
    scanned = 0;
    assert_err(head_find_end((struct str){ text, sizeof text }, &scanned, &length),
               DP_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_parse_bad_head_gets_its_status),
        cmocka_unit_test(test_head_parse_unfinished_text_is_refused),
        cmocka_unit_test(test_head_parse_line_count_limit_holds),
        cmocka_unit_test(test_head_parse_kept_limit_holds),
        cmocka_unit_test(test_head_parse_target_limit_holds),
        cmocka_unit_test(test_head_parse_good_head_tells_facts),
        cmocka_unit_test(test_head_parse_session_cookie_is_seen),
        cmocka_unit_test(test_head_write_is_canonical),
        cmocka_unit_test(test_head_write_drops_forged_and_hop_headers),
        cmocka_unit_test(test_head_write_full_buffer_is_said),
        cmocka_unit_test(test_head_find_end_finds_end_in_any_pieces),
        cmocka_unit_test(test_head_find_end_bad_bytes_are_refused),
        cmocka_unit_test(test_head_find_end_length_limit_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
