/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/mem.h"
#include "tests/support/support.h"

/* Amounts that no machine has, and products that wrap around, give NULL. */
static void test_mem_new_impossible_amount_gives_null(void **state)
{
    (void)state;
    assert_null(mem_new(SIZE_MAX, 1));
    assert_null(mem_new(SIZE_MAX / 2 + 1, 2));
    assert_null(mem_new(SIZE_MAX / 2 + 2, 2));
    assert_null(mem_copy_text("x", SIZE_MAX));
}

/* A growth that is impossible leaves the old memory as it was. */
static void test_mem_resize_impossible_amount_keeps_the_old(void **state)
{
    (void)state;
    MEM_AUTO char *text = mem_copy_text("abc", 3);
    assert_non_null(text);
    assert_null(mem_resize(text, SIZE_MAX / 2 + 1, 2));
    assert_null(mem_resize(text, SIZE_MAX, 1));
    assert_string_equal(text, "abc");
    char *larger = mem_resize(text, 1000, 1);
    assert_non_null(larger);
    text = larger;
    assert_string_equal(text, "abc");
}

/* New memory is zeroed; none at all is still something to give back. */
static void test_mem_new_is_zeroed(void **state)
{
    (void)state;
    MEM_AUTO unsigned char *bytes = mem_new(100, 10);
    MEM_AUTO void *nothing = mem_new(0, 10);
    assert_non_null(bytes);
    assert_non_null(nothing);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(bytes[i], 0);
    }
    mem_free(NULL);
}

/* A copy ends in NUL behind bytes that are no text. */
static void test_mem_copy_text_ends_in_nul(void **state)
{
    (void)state;
    MEM_AUTO char *copy = mem_copy_text("a\0b", 3);
    MEM_AUTO char *empty = mem_copy_text(NULL, 0);
    assert_memory_equal(copy, "a\0b", 4);
    assert_string_equal(empty, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mem_new_impossible_amount_gives_null),
        cmocka_unit_test(test_mem_resize_impossible_amount_keeps_the_old),
        cmocka_unit_test(test_mem_new_is_zeroed),
        cmocka_unit_test(test_mem_copy_text_ends_in_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
