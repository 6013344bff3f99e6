/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "app/service/import/name_index.h"
#include "tests/support/support.h"

/* An empty index finds nothing, and so does a full one for a name that is not in it. */
static void test_name_index_find_unknown_is_false(void **state)
{
    (void)state;
    struct name_index index = name_index_new();
    uint32_t number = 7;
    bool is_new = false;
    assert_false(name_index_find(&index, STR("a"), &number));
    uint32_t one = 1;
    assert_ok(name_index_add(&index, STR("a"), &one, &is_new));
    assert_false(name_index_find(&index, STR(""), &number));
    assert_false(name_index_find(&index, STR("A"), &number));
    assert_false(name_index_find(&index, STR("aa"), &number));
    assert_int_equal(number, 7);
    name_index_free(&index);
    assert_false(name_index_find(&index, STR("a"), &number));
}

/* A name that is there keeps its number, and the caller learns it. */
static void test_name_index_add_twice_gives_the_first_number(void **state)
{
    (void)state;
    struct name_index index = name_index_new();
    uint32_t number = 3;
    bool is_new = false;
    assert_ok(name_index_add(&index, STR(""), &number, &is_new));
    assert_true(is_new);
    number = 4;
    assert_ok(name_index_add(&index, STR(""), &number, &is_new));
    assert_false(is_new);
    assert_int_equal(number, 3);
    name_index_free(&index);
}

/* Growing keeps every name. */
static void test_name_index_add_many_are_all_found(void **state)
{
    (void)state;
    enum { NAMES = 5000 };
    static char names[NAMES][12];
    struct name_index index = name_index_new();
    for (uint32_t i = 0; i < NAMES; i++) {
        bool is_new = false;
        uint32_t number = i;
        snprintf(names[i], sizeof names[i], "p%u", i);
        assert_ok(name_index_add(&index, str_of(names[i]), &number, &is_new));
        assert_true(is_new);
    }
    for (uint32_t i = 0; i < NAMES; i++) {
        uint32_t number = NAMES;
        assert_true(name_index_find(&index, str_of(names[i]), &number));
        assert_int_equal(number, i);
    }
    name_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name_index_find_unknown_is_false),
        cmocka_unit_test(test_name_index_add_twice_gives_the_first_number),
        cmocka_unit_test(test_name_index_add_many_are_all_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
