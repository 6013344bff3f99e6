/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "certs/names.h"
#include "tests/support/support.h"

/* What no client looks up as a host, or what a certificate of ours may not claim, is refused. */
static void test_names_add_bad_name_is_refused(void **state)
{
    static const char *const bad[] = {
        "",      ".",       "a..b",        ".a",   "a.",     "-a",        "a-",
        "a_b",   "*.a.org", "a b",         "a/b",  "10.0.0", "256.1.1.1", "::1%lo",
        "[::1]", "a:443",   "\xc3\xa4.de", "a\nb", "12345",  "fe80:::1"
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct names names = { 0 };
        struct dp_problem problem = { 0 };
        assert_err(names_add(&names, str_of(bad[i]), &problem), DP_INVALID);
        assert_int_equal(names.count, 0);
        assert_true(problem.sentence[0] != '\0');
    }
}

/* A zero byte inside a name is a classic way to claim somebody else's. */
static void test_names_add_zero_byte_is_refused(void **state)
{
    struct names names = { 0 };
    (void)state;
    assert_err(names_add(&names, STR("a.org\0.evil.org"), NULL), DP_INVALID);
}

/* 253 characters are the most that DNS carries; labels end at 63. */
static void test_names_add_long_name_limits_hold(void **state)
{
    struct names names = { 0 };
    char text[255];
    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t i = 63; i < sizeof text; i += 64) {
        text[i] = '.';
    }
    assert_ok(names_add(&names, (struct str){ text, 253 }, NULL));
    assert_err(names_add(&names, (struct str){ text, 254 }, NULL), DP_TOO_LONG);
    text[63] = 'a';
    text[64] = '.';
    assert_err(names_add(&names, (struct str){ text, 70 }, NULL), DP_INVALID);
}

/* Names come out in one spelling, so that a set has no name twice. */
static void test_names_add_spellings_are_one(void **state)
{
    struct names names = { 0 };
    (void)state;
    assert_ok(names_add(&names, STR("Pulse.Example.ORG"), NULL));
    assert_ok(names_add(&names, STR("pulse.example.org"), NULL));
    assert_ok(names_add(&names, STR("2001:DB8:0:0::1"), NULL));
    assert_ok(names_add(&names, STR("2001:db8::1"), NULL));
    assert_ok(names_add(&names, STR("192.168.1.20"), NULL));
    assert_ok(names_add(&names, STR("1a.x1"), NULL));
    assert_int_equal(names.count, 4);
    assert_string_equal(names.text[0], "pulse.example.org");
    assert_string_equal(names.text[1], "2001:db8::1");
    assert_string_equal(names.text[2], "192.168.1.20");
}

/* The table ends at NAMES_MAX, and one that is there already still succeeds. */
static void test_names_add_full_is_said(void **state)
{
    struct names names = { 0 };
    char text[24];
    (void)state;
    for (int i = 0; i < NAMES_MAX; i++) {
        (void)snprintf(text, sizeof text, "h%d.lan", i);
        assert_ok(names_add(&names, str_of(text), NULL));
    }
    assert_err(names_add(&names, STR("one.more"), NULL), DP_FULL);
    assert_ok(names_add(&names, STR("h3.lan"), NULL));
    assert_int_equal(names.count, NAMES_MAX);
}

/* Order does not matter; a missing or another name does. */
static void test_names_equal_compares_sets(void **state)
{
    struct names a = { 0 };
    struct names b = { 0 };
    (void)state;
    assert_true(names_equal(&a, &b));
    assert_ok(names_add(&a, STR("a.org"), NULL));
    assert_false(names_equal(&a, &b));
    assert_ok(names_add(&a, STR("10.0.0.1"), NULL));
    assert_ok(names_add(&b, STR("10.0.0.1"), NULL));
    assert_ok(names_add(&b, STR("a.org"), NULL));
    assert_true(names_equal(&a, &b));
    assert_ok(names_add(&a, STR("c.org"), NULL));
    assert_ok(names_add(&b, STR("d.org"), NULL));
    assert_false(names_equal(&a, &b));
}

/* Addresses are told from names by their bytes. */
static void test_names_ip_reads_both_families(void **state)
{
    uint8_t bytes[NAMES_IP_MAX];
    (void)state;
    assert_int_equal(names_ip("a.org", bytes), 0);
    assert_int_equal(names_ip("10.1.2.3", bytes), 4);
    assert_memory_equal(bytes, "\x0a\x01\x02\x03", 4);
    assert_int_equal(names_ip("::1", bytes), 16);
    assert_int_equal(bytes[15], 1);
}

/* Whatever the machine, it can be reached by itself. */
static void test_names_add_machine_has_localhost(void **state)
{
    struct names names = { 0 };
    struct names local = { 0 };
    (void)state;
    names_add_machine(&names);
    assert_true(names.count >= 2);
    assert_ok(names_add(&local, STR("localhost"), NULL));
    size_t found = 0;
    for (size_t i = 0; i < names.count; i++) {
        found += strcmp(names.text[i], "localhost") == 0;
        assert_null(strstr(names.text[i], "fe80:"));
    }
    assert_int_equal(found, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_add_bad_name_is_refused),
        cmocka_unit_test(test_names_add_zero_byte_is_refused),
        cmocka_unit_test(test_names_add_long_name_limits_hold),
        cmocka_unit_test(test_names_add_spellings_are_one),
        cmocka_unit_test(test_names_add_full_is_said),
        cmocka_unit_test(test_names_equal_compares_sets),
        cmocka_unit_test(test_names_ip_reads_both_families),
        cmocka_unit_test(test_names_add_machine_has_localhost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
