/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/cookie.h"

enum { ARENA_MAX = 1 << 16 };

/* What is broken, doubled or too long is not found. */
static void test_cookie_find_bad_headers_give_nothing(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "",
        "__Host-session",
        "__Host-session=",
        "__Host-session=a b",
        "__Host-session=\"abc\"",
        "__Host-session=a,b",
        "x__Host-session=abc",
        "__host-session=abc",
        "__Host-session=abc; __Host-session=def",
        "other=1; another=2",
    };
    struct str value;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        assert_false(cookie_find(str_of(headers[i]), COOKIE_SESSION, &value));
    }
}

static void test_cookie_find_good_headers_give_the_value(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "__Host-session=aZ09-._~",
        "a=b; __Host-session=aZ09-._~; c=d",
        "  __Host-session=aZ09-._~ ;x",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct str value = STR("");
        assert_true(cookie_find(str_of(headers[i]), COOKIE_SESSION, &value));
        assert_true(str_equal(value, STR("aZ09-._~")));
    }
}

/* The longest value is found, one byte more is not. */
static void test_cookie_find_length_limit_holds(void **state)
{
    (void)state;
    char text[COOKIE_VALUE_BYTES + 32];
    struct str value;
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < 15; i++) {
        text[i] = "__Host-session="[i];
    }
    assert_true(
        cookie_find((struct str){ text, 15 + COOKIE_VALUE_BYTES }, COOKIE_SESSION, &value));
    assert_int_equal(value.len, COOKIE_VALUE_BYTES);
    assert_false(
        cookie_find((struct str){ text, 16 + COOKIE_VALUE_BYTES }, COOKIE_SESSION, &value));
}

static void test_cookie_make_bad_values_are_refused(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct arena none ARENA_AUTO = arena_new(0);
    char text[COOKIE_VALUE_BYTES + 1];
    struct str line;
    memset(text, 'a', sizeof text);
    assert_err(cookie_make(&arena, COOKIE_SESSION, STR("a;b"), 0, &line), DP_INVALID);
    assert_err(cookie_make(&arena, COOKIE_SESSION, STR("a\r\nb"), 0, &line), DP_INVALID);
    assert_err(cookie_make(&arena, COOKIE_SESSION, (struct str){ text, sizeof text }, 0, &line),
               DP_TOO_LONG);
    assert_err(cookie_make(&none, COOKIE_SESSION, STR("a"), 0, &line), DP_NO_MEMORY);
}

/* Every cookie has all five attributes; the age is there when it is wanted. */
static void test_cookie_make_writes_all_attributes(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct str line;
    assert_ok(cookie_make(&arena, COOKIE_SESSION, STR("abc"), 0, &line));
    assert_string_equal(line.ptr, "__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_ok(cookie_make(&arena, COOKIE_EMPLOYEE, STR("a.b"), 86400, &line));
    assert_string_equal(
        line.ptr, "__Host-pulse=a.b; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=Lax");
    assert_ok(cookie_make(&arena, COOKIE_SESSION, STR(""), -1, &line));
    assert_string_equal(line.ptr,
                        "__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cookie_find_bad_headers_give_nothing),
        cmocka_unit_test(test_cookie_find_good_headers_give_the_value),
        cmocka_unit_test(test_cookie_find_length_limit_holds),
        cmocka_unit_test(test_cookie_make_bad_values_are_refused),
        cmocka_unit_test(test_cookie_make_writes_all_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
