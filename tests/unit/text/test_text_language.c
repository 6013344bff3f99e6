/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/text/text.h"
#include "tests/support/support.h"

/* Languages that we don't have are refused and leave the output alone. */
static void test_text_language_parse_unknown_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "fr", "e", "eng", "de_DE", " de", "-de" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        enum language language = LANGUAGE_DE;
        assert_err(text_language_parse(str_of(bad[i]), &language), DP_INVALID);
        assert_int_equal(language, LANGUAGE_DE);
    }
}

/* Case and region don't matter; codes read back. */
static void test_text_language_parse_code_and_region_are_read(void **state)
{
    (void)state;
    enum language language = LANGUAGE_COUNT;
    assert_ok(text_language_parse(STR("DE-at"), &language));
    assert_int_equal(language, LANGUAGE_DE);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        assert_ok(text_language_parse(str_of(text_language_code((enum language)i)), &language));
        assert_int_equal(language, i);
        assert_true(strlen(text_language_name((enum language)i)) > 3);
    }
}

/* A header that names nothing we have, or nonsense, gives the fallback. */
static void test_text_language_accept_nothing_usable_is_the_fallback(void **state)
{
    (void)state;
    static const char *const headers[] = { "",       "fr",         "*",
                                           ",,,",    ";q=1",       "de;q=0",
                                           "de;q=x", "de;level=1", "fr-CH, fr;q=0.9" };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        assert_int_equal(text_language_accept(str_of(headers[i]), LANGUAGE_EN), LANGUAGE_EN);
        assert_int_equal(text_language_accept((struct str){ 0 }, LANGUAGE_DE), LANGUAGE_DE);
    }
}

/* The heaviest known language wins, the first of equals. */
static void test_text_language_accept_heaviest_wins(void **state)
{
    (void)state;
    assert_int_equal(text_language_accept(STR("de-DE,de;q=0.9,en;q=0.8"), LANGUAGE_EN),
                     LANGUAGE_DE);
    assert_int_equal(text_language_accept(STR("fr, en;q=0.3, de;q=0.7"), LANGUAGE_EN),
                     LANGUAGE_DE);
    assert_int_equal(text_language_accept(STR("en;q=0.5 , de; q=0.5"), LANGUAGE_DE),
                     LANGUAGE_EN);
    assert_int_equal(text_language_accept(STR("en, de"), LANGUAGE_DE), LANGUAGE_EN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_language_parse_unknown_is_refused),
        cmocka_unit_test(test_text_language_parse_code_and_region_are_read),
        cmocka_unit_test(test_text_language_accept_nothing_usable_is_the_fallback),
        cmocka_unit_test(test_text_language_accept_heaviest_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
