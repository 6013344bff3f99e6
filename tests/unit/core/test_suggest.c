/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/suggest.h"
#include "tests/support/support.h"

/* Words that are far from every name get no suggestion, nor does a word without end. */
static void test_suggest_nearest_far_word_gives_null(void **state)
{
    (void)state;
    static const char *const names[] = { "port", "dir", "listen" };
    char endless[200];
    memset(endless, 'p', sizeof endless);
    assert_null(suggest_nearest(STR("certificate"), names, 3));
    assert_null(suggest_nearest(STR("xyz"), names, 3));
    assert_null(suggest_nearest(STR(""), names, 3));
    assert_null(suggest_nearest((struct str){ endless, sizeof endless }, names, 3));
    assert_null(suggest_nearest(STR("port"), names, 0));
}

/* Common slips find the name that was meant. */
static void test_suggest_nearest_slip_finds_the_name(void **state)
{
    (void)state;
    static const char *const names[] = { "port", "person_id", "listen", "start_date" };
    static const char *const slips[][2] = {
        { "prot", "port" },
        { "ports", "port" },
        { "PORT", "port" },
        { "personid", "person_id" },
        { "person-id", "person_id" },
        { "lisen", "listen" },
        { "startdate", "start_date" },
        { "strat_date", "start_date" },
        { "post", "port" },
    };
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        const char *found = suggest_nearest(str_of(slips[i][0]), names, 4);
        assert_non_null(found);
        assert_string_equal(found, slips[i][1]);
    }
}

/* Known distances, the same both ways. */
static void test_suggest_distance_counts_changes(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        size_t distance;
    } cases[] = {
        { "", "", 0 },       { "", "abc", 3 },          { "kitten", "sitting", 3 },
        { "ab", "ba", 1 },   { "abcdef", "abcdfe", 1 }, { "a-b", "A_B", 0 },
        { "abc", "xyz", 3 }, { "ca", "abc", 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str a = str_of(cases[i].a);
        struct str b = str_of(cases[i].b);
        assert_int_equal(suggest_distance(a, b), cases[i].distance);
        assert_int_equal(suggest_distance(b, a), cases[i].distance);
    }
}

/* The longest word that is looked at, and one letter more. */
static void test_suggest_distance_longest_words(void **state)
{
    (void)state;
    char text[SUGGEST_WORD_MAX + 1];
    memset(text, 'a', sizeof text);
    struct str longest = { text, SUGGEST_WORD_MAX };
    struct str longer = { text, SUGGEST_WORD_MAX + 1 };
    assert_int_equal(suggest_distance(longest, longest), 0);
    assert_int_equal(suggest_distance(longest, STR("")), SUGGEST_WORD_MAX);
    assert_int_equal(suggest_distance(longer, longer), SUGGEST_WORD_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suggest_nearest_far_word_gives_null),
        cmocka_unit_test(test_suggest_nearest_slip_finds_the_name),
        cmocka_unit_test(test_suggest_distance_counts_changes),
        cmocka_unit_test(test_suggest_distance_longest_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
