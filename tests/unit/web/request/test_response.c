/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "web/assets/assets.h"
#include "web/request/response.h"

enum { OUT_MAX = 1 << 14 };

static bool contains(const struct buf *out, const char *text)
{
    return memmem(out->data, out->len, text, strlen(text)) != NULL;
}

static void assert_security_headers(const struct buf *out)
{
    static const char rest_of_policy[] =
        "; img-src 'self' data:; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'\r\n";
    static const char *const lines[] = {
        "\r\nContent-Security-Policy: default-src 'none'; style-src 'self'",
        rest_of_policy,
        "\r\nStrict-Transport-Security: max-age=63072000; includeSubDomains\r\n",
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
        "\r\nPermissions-Policy: camera=(), microphone=(), geolocation=()\r\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(contains(out, lines[i]));
    }
    assert_false(contains(out, "unsafe"));
}

/* A value that would break a line makes the whole head fail, whichever field it is in. */
static void test_response_write_head_broken_values_are_bugs(void **state)
{
    (void)state;
    static const char *const bad_values[] = { "a\r\nSet-Cookie: x=y", "a\x7f" };
    for (int i = 0; i < 14; i++) {
        int field = i % 7;
        struct buf out BUF_AUTO = buf_new(OUT_MAX);
        struct response response = response_new(0);
        struct str *const fields[] = { &response.type,        &response.location,
                                       &response.allow,       &response.etag,
                                       &response.download,    &response.cookies[0],
                                       &response.authenticate };
        response.cookie_count = 1;
        *fields[field] = str_of(bad_values[i / 7]);
        assert_err(response_write_head(&response, &out), DP_BUG);
    }
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(0);
    response.download = STR("a\"b.csv");
    assert_err(response_write_head(&response, &out), DP_BUG);
}

/* Plain defaults: HTML that nobody stores, all security headers, length of the body. */
static void test_response_write_head_defaults_are_safe(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(100);
    buf_add(&response.body, STR("hello"));
    assert_ok(response_write_head(&response, &out));
    assert_true(str_starts_with(buf_str(&out), STR("HTTP/1.1 200 OK\r\n")));
    assert_true(str_ends_with(buf_str(&out), STR("\r\n\r\n")));
    assert_true(contains(&out, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
    assert_true(contains(&out, "\r\nCache-Control: no-store\r\n"));
    assert_true(contains(&out, "\r\nContent-Length: 5\r\n"));
    assert_true(contains(&out, "\r\nConnection: close\r\n"));
    assert_false(contains(&out, "sha256-"));
    assert_security_headers(&out);
    response_free(&response);
}

/* Phone pages allow exactly the one constant style. */
static void test_response_write_head_phone_allows_its_style(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(0);
    response.policy = HEADERS_PHONE;
    assert_ok(response_write_head(&response, &out));
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "style-src 'self' '%.*s';",
                   STR_ARG(assets_phone_style_hash()));
    assert_true(contains(&out, wanted));
    assert_security_headers(&out);
}

/* Every field shows in its line. */
static void test_response_write_head_fields_are_written(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(0);
    response.status = 405;
    response.allow = STR("GET, HEAD");
    response.etag = STR("\"abc\"");
    response.download = STR("results.csv");
    response.cache = RESPONSE_VALIDATE;
    response.retry_after_s = 30;
    response.authenticate = STR("Bearer");
    response_cookie(&response, STR("a=b"));
    response_cookie(&response, STR("c=d"));
    assert_ok(response_write_head(&response, &out));
    assert_true(contains(&out, "HTTP/1.1 405 Method Not Allowed\r\n"));
    assert_true(contains(&out, "\r\nAllow: GET, HEAD\r\n"));
    assert_true(contains(&out, "\r\nETag: \"abc\"\r\n"));
    assert_true(
        contains(&out, "\r\nContent-Disposition: attachment; filename=\"results.csv\"\r\n"));
    assert_true(contains(&out, "\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n"));
    assert_true(contains(&out, "\r\nRetry-After: 30\r\n"));
    assert_true(contains(&out, "\r\nWWW-Authenticate: Bearer\r\n"));
    assert_true(contains(&out, "\r\nCache-Control: private, no-cache\r\n"));
    assert_security_headers(&out);
}

static void test_response_redirect_has_no_body(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(100);
    buf_add(&response.body, STR("left over"));
    response_redirect(&response, STR("/thanks"));
    assert_ok(response_write_head(&response, &out));
    assert_true(contains(&out, "HTTP/1.1 303 See Other\r\n"));
    assert_true(contains(&out, "\r\nLocation: /thanks\r\n"));
    assert_true(contains(&out, "\r\nContent-Length: 0\r\n"));
    assert_false(contains(&out, "\r\nContent-Type:"));
    response_free(&response);
}

/* 304 announces no length, since it has no body. */
static void test_response_write_head_not_modified_has_no_length(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(100);
    response.status = 304;
    response.cache = RESPONSE_IMMUTABLE;
    assert_ok(response_write_head(&response, &out));
    assert_false(contains(&out, "Content-Length"));
    assert_true(contains(&out, "\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
    assert_security_headers(&out);
}

/* A file's length is announced in place of the body's, and reset closes it. */
static void test_response_file_is_announced_and_closed(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct response response = response_new(100);
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    response_file(&response, fd, INT64_C(5000000000));
    assert_ok(response_write_head(&response, &out));
    assert_true(contains(&out, "\r\nContent-Length: 5000000000\r\n"));
    response_reset(&response);
    assert_int_equal(response.file_fd, -1);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    response_free(&response);
}

static void test_response_next_is_safe_two_lists(void **state)
{
    (void)state;
    static const char *const good[] = { "/", "/trend", "/a/B-9_", "/a/b/" };
    static const char *const bad[] = { "",     "trend",     "//evil", "/\\evil", "/a?b",
                                       "/a#b", "/a:b",      "/a%2f",  "/a.b",    "/a b",
                                       "/\t",  "https://x", "/a\r\n" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(response_next_is_safe(str_of(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(response_next_is_safe(str_of(bad[i])));
    }
    char longest[RESPONSE_NEXT_BYTES + 2];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    assert_true(response_next_is_safe((struct str){ longest, RESPONSE_NEXT_BYTES + 1 }));
    assert_false(response_next_is_safe((struct str){ longest, RESPONSE_NEXT_BYTES + 2 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_response_write_head_broken_values_are_bugs),
        cmocka_unit_test(test_response_write_head_defaults_are_safe),
        cmocka_unit_test(test_response_write_head_phone_allows_its_style),
        cmocka_unit_test(test_response_write_head_fields_are_written),
        cmocka_unit_test(test_response_redirect_has_no_body),
        cmocka_unit_test(test_response_write_head_not_modified_has_no_length),
        cmocka_unit_test(test_response_file_is_announced_and_closed),
        cmocka_unit_test(test_response_next_is_safe_two_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
