/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "app/core/arena.h"
#include "tests/support/support.h"

/* What does not fit gives NULL, and after that nothing fits any more. */
static void test_arena_take_over_maximum_sticks(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(100);
    assert_non_null(arena_take(&arena, 64, 1));
    assert_null(arena_take(&arena, 64, 1));
    assert_null(arena_take(&arena, 1, 1));
    assert_err(arena_finish(&arena), DP_NO_MEMORY);
    assert_int_equal(arena_copy(&arena, STR("x")).len, 0);
    assert_non_null(arena_copy(&arena, STR("x")).ptr);
    assert_int_equal(arena_fmt(&arena, "%d", 1).len, 0);
    arena_free(&arena);
    assert_ok(arena_finish(&arena));
    assert_non_null(arena_take(&arena, 64, 1));
}

/* A product that wraps around is not a small amount. */
static void test_arena_take_overflowing_product_is_refused(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(SIZE_MAX);
    assert_null(arena_take(&arena, SIZE_MAX / 2 + 1, 2));
    arena_free(&arena);
    assert_null(arena_take(&arena, SIZE_MAX, 1));
    arena_free(&arena);
    assert_null(arena_take(&arena, SIZE_MAX - 15, 1));
}

/* Pieces are zeroed, aligned for every type, and do not overlap, in small and in large blocks. */
static void test_arena_take_pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(4 << 20);
    static unsigned char *pieces[300];
    static size_t sizes[300];
    uint64_t seed = 7;
    for (size_t i = 0; i < 300; i++) {
        sizes[i] = support_random(&seed) % (i % 10 == 0 ? 40000 : 300);
        pieces[i] = arena_take(&arena, sizes[i], 1);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < sizes[i]; j++) {
            assert_int_equal(pieces[i][j], 0);
        }
        memset(pieces[i], (int)(i % 256), sizes[i]);
    }
    for (size_t i = 0; i < 300; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            assert_int_equal(pieces[i][j], i % 256);
        }
    }
    assert_ok(arena_finish(&arena));
}

/* Texts are copied with a NUL behind them, whatever they hold. */
static void test_arena_copy_and_fmt_are_terminated(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(1000);
    struct str copy = arena_copy(&arena, STR("a\0b"));
    assert_true(str_equal(copy, STR("a\0b")));
    assert_int_equal(copy.ptr[3], '\0');
    struct str made = arena_fmt(&arena, "%s-%03d", "x", 7);
    assert_string_equal(made.ptr, "x-007");
    assert_int_equal(made.len, 5);
    assert_string_equal(arena_copy(&arena, (struct str){ NULL, 0 }).ptr, "");
}

/* The maximum can be used up to its last byte. */
static void test_arena_take_exactly_maximum_fits(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(4096);
    assert_non_null(arena_take(&arena, 4096, 1));
    assert_ok(arena_finish(&arena));
    assert_null(arena_take(&arena, 1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_take_over_maximum_sticks),
        cmocka_unit_test(test_arena_take_overflowing_product_is_refused),
        cmocka_unit_test(test_arena_take_pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(test_arena_copy_and_fmt_are_terminated),
        cmocka_unit_test(test_arena_take_exactly_maximum_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
