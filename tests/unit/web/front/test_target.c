/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "web/front/target.h"

/* Everything that a second parser could read in another way is no path. */
static void test_target_is_path_bad_target_is_refused(void **state)
{
    static const char *const bad[] = {
        "",          "*",
        "a",         "?",
        "a/b",       "http://pulse.example.org/",
        "//",        "//evil.example.org",
        "/a//b",     "/a//",
        "/.",        "/..",
        "/a/../b",   "/a/./b",
        "/a/..",     "/%2e",
        "/%2E%2e/b", "/.%2e/b",
        "/a%2fb",    "/a%2Fb",
        "/a%5cb",    "/a\\b",
        "/a%00b",    "/a%0ab",
        "/a%0d%0ab", "/a%7f",
        "/a%1fb",    "/a%",
        "/a%2",      "/a%zz",
        "/a%+1",     "/a#b",
        "/a b",      "/a\tb",
        "/a\"b",     "/a<b",
        "/a>b",      "/a^b",
        "/a`b",      "/a{b}",
        "/a|b",      "/\xc3\xa4",
        "/a\x7f",    "/a?b#c",
        "/a?b c",    "/a?%",
        "/a?%0",     "/a?%0g",
        "/a?%00",    "/a?\xff",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (target_is_path(str_of(bad[i]))) {
            fail_msg("\"%s\" was taken for a path", bad[i]);
        }
    }
    assert_false(target_is_path(STR("/a\0b")));
}

/* What our own pages and links use, and what the standard leaves without a doubt. */
static void test_target_is_path_good_target_is_taken(void **state)
{
    static const char *const good[] = {
        "/",
        "/a",
        "/a/",
        "/a/b/",
        "/a?",
        "/?a=1&b=2",
        "/a/b-c_d.e~f",
        "/a%20b",
        "/%41",
        "/%C3%A4",
        "/...",
        "/.a",
        "/a..b",
        "/..a",
        "/p/abcDEF012-_",
        "/a:b@c!d$e&f'g(h)i*j+k,l;m=n",
        "/a?b/c?d",
        "/a?x=%20&y=%0A",
        "/a?next=/b/../c",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!target_is_path(str_of(good[i]))) {
            fail_msg("\"%s\" was refused", good[i]);
        }
    }
}

/* Host decides links and cookies, so only names, addresses and ports get through. */
static void test_target_is_host_bad_host_is_refused(void **state)
{
    static const char *const bad[] = {
        "",         ".",           ":443",     "a:",      "a:0",      "a:65536",
        "a:1:2",    "a:+1",        "a b",      "a/b",     "a@b",      "a,b",
        "a?b",      "a#b",         "..",       "a..b",    ".a",       "[::1",
        "::1",      "[::1]x",      "[::1]:",   "[::1]:0", "[]",       "[1.2.3.4]",
        "[::1%lo]", "[::1]:99999", "a:000080", "a\tb",    "\xc3\xa4", "http://a",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (target_is_host(str_of(bad[i]))) {
            fail_msg("\"%s\" was taken for a host", bad[i]);
        }
    }
    assert_false(target_is_host(STR("a\0b")));
}

static void test_target_is_host_good_host_is_taken(void **state)
{
    static const char *const good[] = {
        "a",
        "pulse.example.org",
        "pulse.example.org.",
        "PULSE.local:8443",
        "10.1.2.3",
        "10.1.2.3:65535",
        "[::1]",
        "[2001:db8::1]:443",
        "a_b",
        "a-b:1",
        "xn--bcher-kva.example",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!target_is_host(str_of(good[i]))) {
            fail_msg("\"%s\" was refused", good[i]);
        }
    }
}

/* 253 characters in labels of 63 at most. */
static void test_target_is_host_length_limits_hold(void **state)
{
    char text[255];
    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t i = 63; i < sizeof text; i += 64) {
        text[i] = '.';
    }
    assert_true(target_is_host((struct str){ text, 253 }));
    assert_false(target_is_host((struct str){ text, 254 }));
    text[63] = 'a';
    assert_false(target_is_host((struct str){ text, 100 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_is_path_bad_target_is_refused),
        cmocka_unit_test(test_target_is_path_good_target_is_taken),
        cmocka_unit_test(test_target_is_host_bad_host_is_refused),
        cmocka_unit_test(test_target_is_host_good_host_is_taken),
        cmocka_unit_test(test_target_is_host_length_limits_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
