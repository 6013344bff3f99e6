/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/language.h"

static const struct str ours[] = { { "en", 2 }, { "de", 2 }, { "fr", 2 } };

static const char *pick(const char *header)
{
    return language_pick(str_of(header), ours, 3).ptr;
}

/* What can't be read or is not spoken here gives the first language. */
static void test_language_pick_unusable_header_gives_the_first(void **state)
{
    (void)state;
    static const char *const headers[] = { "",           "*",      "es",      "deutsch",
                                           "de;q=0",     "de;q=x", "de;q=2x", ";;;,,,",
                                           "de;level=1", "d" };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        assert_string_equal(pick(headers[i]), "en");
    }
}

static void test_language_pick_follows_weights(void **state)
{
    (void)state;
    assert_string_equal(pick("de"), "de");
    assert_string_equal(pick("DE-at, en;q=0.5"), "de");
    assert_string_equal(pick("es, fr;q=0.8, de;q=0.9"), "de");
    assert_string_equal(pick("fr;q=0.123,de;q=0.122"), "fr");
    assert_string_equal(pick("de;q=0.5, en;q=0.5"), "de");
    assert_string_equal(pick(" fr ; q=1.0 , de"), "fr");
}

/* Only the first ranges are read, so a long header costs nothing. */
static void test_language_pick_long_header_is_bounded(void **state)
{
    (void)state;
    assert_string_equal(pick("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,de"), "de");
    assert_string_equal(pick("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,de"), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language_pick_unusable_header_gives_the_first),
        cmocka_unit_test(test_language_pick_follows_weights),
        cmocka_unit_test(test_language_pick_long_header_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
