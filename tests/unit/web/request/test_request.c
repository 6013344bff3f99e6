/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/request.h"

static void test_request_path_is_plain_refuses_what_could_be_read_twice(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "",        "a",      "//",         "/a//b",  "/a//",      "/.",    "/..",
        "/a/../b", "/a/./b", "/%41",       "/a b",   "/\xc3\xa4", "/a\\b", "/a;b",
        "/a?b",    "/a#b",   "*",          "/a%2fb", "/a\n",      "/a:b",  "/a+b",
        "/a@b",    "/a&b",   "https://x/", "/a/..",
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (request_path_is_plain(str_of(paths[i]))) {
            fail_msg("accepted \"%s\"", paths[i]);
        }
    }
}

static void test_request_path_is_plain_accepts_ours(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/", "/a", "/a/", "/a/B-9_.~", "/...", "/.well-known/x"
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_true(request_path_is_plain(str_of(paths[i])));
    }
    char longest[REQUEST_PATH_BYTES + 1];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    assert_true(request_path_is_plain((struct str){ longest, REQUEST_PATH_BYTES }));
    assert_false(request_path_is_plain((struct str){ longest, REQUEST_PATH_BYTES + 1 }));
}

static void test_request_method_of_names_and_back(void **state)
{
    (void)state;
    for (int m = METHOD_GET; m <= METHOD_OTHER; m++) {
        struct str name = request_method_name((enum method)m);
        assert_int_equal(request_method_of(name), m);
    }
    assert_int_equal(request_method_of(STR("get")), METHOD_OTHER);
    assert_int_equal(request_method_of(STR("PATCH")), METHOD_OTHER);
    assert_int_equal(request_method_of(STR("")), METHOD_OTHER);
}

struct wire {
    struct str left;
    size_t step; /* bytes given at once */
};

static ssize_t read_wire(void *context, void *out, size_t len)
{
    struct wire *wire = context;
    size_t count = len < wire->step ? len : wire->step;
    count = count < wire->left.len ? count : wire->left.len;
    memcpy(out, wire->left.ptr, count);
    wire->left = str_slice(wire->left, count, wire->left.len);
    return (ssize_t)count;
}

static ssize_t read_failure(void *context, void *out, size_t len)
{
    (void)context;
    (void)out;
    (void)len;
    return -1;
}

/* Too long, cut short, failing connection, too little memory. */
static void test_request_read_body_failures_are_told(void **state)
{
    (void)state;
    struct wire wire = { STR("12345"), 5 };
    struct buf storage BUF_AUTO = buf_new(64);
    struct request request = { .storage = &storage,
                               .body_bytes = 5,
                               .source = { read_wire, &wire } };
    assert_err(request_read_body(&request, 4), DP_TOO_LONG);
    assert_int_equal(storage.len, 0);
    request.body_bytes = 6;
    assert_err(request_read_body(&request, 100), DP_IO);
    request.source = (struct request_source){ read_failure, NULL };
    assert_err(request_read_body(&request, 100), DP_IO);
    request.body_bytes = 65;
    assert_err(request_read_body(&request, 100), DP_FULL);
}

/* A body that comes in pieces is whole, and a second call reads nothing more. */
static void test_request_read_body_in_pieces_is_whole(void **state)
{
    (void)state;
    struct wire wire = { STR("a=1&b=2more"), 3 };
    struct buf storage BUF_AUTO = buf_new(64);
    struct request request = { .storage = &storage,
                               .body_bytes = 7,
                               .source = { read_wire, &wire } };
    assert_ok(request_read_body(&request, 7));
    assert_true(str_equal(request.body, STR("a=1&b=2")));
    assert_ok(request_read_body(&request, 7));
    assert_true(str_equal(wire.left, STR("more")));
    struct request empty = { .storage = &storage, .body_bytes = 0 };
    assert_ok(request_read_body(&empty, 0));
}

static void test_request_is_form_knows_the_type(void **state)
{
    (void)state;
    static const char *const good[] = { "application/x-www-form-urlencoded",
                                        "Application/X-WWW-Form-Urlencoded; charset=utf-8" };
    static const char *const bad[] = { "", "text/plain", "multipart/form-data; boundary=x",
                                       "application/x-www-form-urlencodedx",
                                       "application/json" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(request_is_form(&(struct request){ .content_type = str_of(good[i]) }));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(request_is_form(&(struct request){ .content_type = str_of(bad[i]) }));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_path_is_plain_refuses_what_could_be_read_twice),
        cmocka_unit_test(test_request_path_is_plain_accepts_ours),
        cmocka_unit_test(test_request_method_of_names_and_back),
        cmocka_unit_test(test_request_read_body_failures_are_told),
        cmocka_unit_test(test_request_read_body_in_pieces_is_whole),
        cmocka_unit_test(test_request_is_form_knows_the_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
