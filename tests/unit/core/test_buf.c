/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/buf.h"
#include "tests/support/support.h"

/* One byte more than the maximum is not written at all, and the failure stays. */
static void test_buf_add_over_maximum_sticks(void **state)
{
    (void)state;
    struct buf buf BUF_AUTO = buf_new(4);
    buf_add(&buf, STR("abc"));
    buf_add(&buf, STR("de"));
    assert_err(buf_finish(&buf), DP_FULL);
    buf_add_char(&buf, 'd'); /* would fit, but the text would have a hole */
    buf_fmt(&buf, "%d", 1);
    assert_null(buf_reserve(&buf, 1));
    assert_true(str_equal(buf_str(&buf), STR("abc")));
    buf_clear(&buf);
    assert_ok(buf_finish(&buf));
    buf_add(&buf, STR("abcd"));
    assert_ok(buf_finish(&buf));
}

/* The whole maximum can be used, by each way of writing. */
static void test_buf_add_exactly_maximum_fits(void **state)
{
    (void)state;
    struct buf buf BUF_AUTO = buf_new(10);
    buf_add_text(&buf, "ab");
    buf_add_char(&buf, 'c');
    buf_add_bytes(&buf, "\0d", 2);
    buf_fmt(&buf, "%s-%d", "x", 42);
    char *end = buf_reserve(&buf, 1);
    assert_non_null(end);
    *end = 'z';
    buf_grow_by(&buf, 1);
    assert_ok(buf_finish(&buf));
    assert_true(str_equal(buf_str(&buf), STR("abc\0dx-42z")));
    assert_int_equal(buf_bytes(&buf).len, 10);
    buf_fmt(&buf, "%s", "");
    assert_ok(buf_finish(&buf));
    buf_fmt(&buf, "%s", "!");
    assert_err(buf_finish(&buf), DP_FULL);
}

/* A maximum of nothing holds nothing. */
static void test_buf_new_zero_maximum_holds_nothing(void **state)
{
    (void)state;
    struct buf buf BUF_AUTO = buf_new(0);
    buf_add(&buf, STR(""));
    assert_ok(buf_finish(&buf));
    assert_int_equal(buf_str(&buf).len, 0);
    assert_non_null(buf_str(&buf).ptr);
    buf_add_char(&buf, 'x');
    assert_err(buf_finish(&buf), DP_FULL);
}

/* A maximum without end is no invitation to wrap around. */
static void test_buf_reserve_huge_is_refused(void **state)
{
    (void)state;
    struct buf buf BUF_AUTO = buf_new(SIZE_MAX);
    buf_add_char(&buf, 'x');
    assert_null(buf_reserve(&buf, SIZE_MAX - 1));
    assert_err(buf_finish(&buf), DP_FULL);
}

/* Freed buffers are empty and usable. */
static void test_buf_free_leaves_an_empty_buffer(void **state)
{
    (void)state;
    struct buf buf = buf_new(100);
    buf_add(&buf, STR("abc"));
    buf_free(&buf);
    assert_int_equal(buf_str(&buf).len, 0);
    buf_add(&buf, STR("d"));
    assert_true(str_equal(buf_str(&buf), STR("d")));
    buf_free(&buf);
    buf_free(&buf);
}

/* Dropping from the front keeps the rest in its order. */
static void test_buf_drop_front_keeps_the_rest(void **state)
{
    (void)state;
    struct buf buf BUF_AUTO = buf_new(100);
    buf_drop_front(&buf, 0);
    buf_add(&buf, STR("abcdef"));
    buf_drop_front(&buf, 2);
    assert_true(str_equal(buf_str(&buf), STR("cdef")));
    buf_drop_front(&buf, 4);
    assert_int_equal(buf.len, 0);
}

enum { MODEL_BYTES = 20000 };

/* Random writes of all sizes give what plain copying gives. */
static void test_buf_random_writes_match_a_plain_array(void **state)
{
    (void)state;
    static char model[MODEL_BYTES];
    static char source[2000];
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof source; i++) {
        source[i] = (char)('a' + support_random(&seed) % 26);
    }
    for (int round = 0; round < 50; round++) {
        struct buf buf BUF_AUTO = buf_new(MODEL_BYTES);
        size_t len = 0;
        while (len + sizeof source < MODEL_BYTES) {
            size_t from = support_random(&seed) % 1000;
            size_t piece = support_random(&seed) % 1000;
            if (support_random(&seed) % 2 == 0) {
                buf_add_bytes(&buf, source + from, piece);
            } else {
                buf_fmt(&buf, "%.*s", (int)piece, source + from);
            }
            memcpy(model + len, source + from, piece);
            len += piece;
            size_t dropped = support_random(&seed) % 8 == 0 ? support_random(&seed) % (len + 1)
                                                            : 0;
            buf_drop_front(&buf, dropped);
            memmove(model, model + dropped, len - dropped);
            len -= dropped;
        }
        assert_ok(buf_finish(&buf));
        assert_int_equal(buf.len, len);
        assert_memory_equal(buf.data, model, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_add_over_maximum_sticks),
        cmocka_unit_test(test_buf_add_exactly_maximum_fits),
        cmocka_unit_test(test_buf_new_zero_maximum_holds_nothing),
        cmocka_unit_test(test_buf_reserve_huge_is_refused),
        cmocka_unit_test(test_buf_free_leaves_an_empty_buffer),
        cmocka_unit_test(test_buf_drop_front_keeps_the_rest),
        cmocka_unit_test(test_buf_random_writes_match_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
