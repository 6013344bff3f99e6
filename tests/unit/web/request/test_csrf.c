/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/csrf.h"

static const struct secret_key key = { { 1, 2, 3 } };
static const struct secret_key other_key = { { 1, 2, 4 } };

/* Another key, purpose, subject or a cut token is refused. */
static void test_csrf_check_token_foreign_is_forbidden(void **state)
{
    (void)state;
    char token[CSRF_TEXT_MAX];
    csrf_token(&key, STR("session"), STR("abc"), token);
    struct str given = str_of(token);
    assert_err(csrf_check_token(&other_key, STR("session"), STR("abc"), given), DP_FORBIDDEN);
    assert_err(csrf_check_token(&key, STR("form"), STR("abc"), given), DP_FORBIDDEN);
    assert_err(csrf_check_token(&key, STR("session"), STR("abd"), given), DP_FORBIDDEN);
    assert_err(csrf_check_token(&key, STR("session"), STR("abc"), STR("")), DP_FORBIDDEN);
    assert_err(
        csrf_check_token(&key, STR("session"), STR("abc"), str_slice(given, 0, given.len - 1)),
        DP_FORBIDDEN);
}

/* Purpose and subject can't be shifted against each other. */
static void test_csrf_token_parts_are_kept_apart(void **state)
{
    (void)state;
    char first[CSRF_TEXT_MAX];
    char second[CSRF_TEXT_MAX];
    csrf_token(&key, STR("ab"), STR("c"), first);
    csrf_token(&key, STR("a"), STR("bc"), second);
    assert_string_not_equal(first, second);
}

static void test_csrf_check_token_own_is_accepted(void **state)
{
    (void)state;
    char token[CSRF_TEXT_MAX];
    csrf_token(&key, STR("form"), STR("/a/TOKEN"), token);
    assert_int_equal(strlen(token), CSRF_TEXT_MAX - 1);
    assert_ok(csrf_check_token(&key, STR("form"), STR("/a/TOKEN"), str_of(token)));
}

struct case_of {
    const char *site;
    const char *origin;
    const char *host;
    bool is_good;
};

/* Truth table of the two headers. */
static void test_csrf_check_origin_truth_table(void **state)
{
    (void)state;
    static const struct case_of cases[] = {
        { "", "", "box.example", true },
        { "same-origin", "https://box.example", "box.example", true },
        { "none", "", "box.example", true },
        { "same-origin", "null", "box.example", true },
        { "", "null", "box.example", true },
        { "", "https://box.example:8443", "box.example:8443", true },
        { "", "https://BOX.example", "box.example", true },
        { "cross-site", "", "box.example", false },
        { "same-site", "https://box.example", "box.example", false },
        { "Same-Origin", "", "box.example", false },
        { "cross-site", "null", "box.example", false },
        { "", "https://evil.example", "box.example", false },
        { "same-origin", "https://evil.example", "box.example", false },
        { "", "http://box.example", "box.example", false },
        { "", "https://box.example:444", "box.example", false },
        { "", "https://box.example.evil", "box.example", false },
        { "", "https://", "", false },
        { "", "https://box.example", "", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request request = { .sec_fetch_site = str_of(cases[i].site),
                                   .origin = str_of(cases[i].origin),
                                   .host = str_of(cases[i].host) };
        enum dp_code wanted = cases[i].is_good ? DP_OK : DP_FORBIDDEN;
        assert_int_equal(csrf_check_origin(&request).code, wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csrf_check_token_foreign_is_forbidden),
        cmocka_unit_test(test_csrf_token_parts_are_kept_apart),
        cmocka_unit_test(test_csrf_check_token_own_is_accepted),
        cmocka_unit_test(test_csrf_check_origin_truth_table),
    };
    secret_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
