/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "storage/wire.h"
#include "tests/support/support.h"

static uint8_t space[256];

static struct wire_writer writer_of(size_t capacity)
{
    memset(space, 0xee, sizeof space);
    return wire_write(space, capacity);
}

/* ---- Refusals ---- */

/* The last byte fits, one more does not, and nothing is written beyond the end. */
static void test_put_beyond_capacity_is_too_long_and_sticks(void **state)
{
    (void)state;
    struct bytes bytes;
    struct wire_writer writer = writer_of(5);
    wire_put_u32(&writer, 1);
    wire_put_u8(&writer, 2);
    assert_ok(wire_finish(&writer, &bytes));
    assert_int_equal(bytes.len, 5);
    wire_put_u8(&writer, 3);
    assert_err(wire_finish(&writer, &bytes), DP_TOO_LONG);
    assert_int_equal(bytes.len, 0);
    assert_int_equal(space[5], 0xee);

    writer = writer_of(5);
    wire_put_u64(&writer, 1); /* does not fit */
    wire_put_u8(&writer, 2);  /* would fit, but comes after a failure */
    assert_err(wire_finish(&writer, &bytes), DP_TOO_LONG);
    assert_int_equal(space[0], 0xee);
}

/* Text without its NUL, text that is not UTF-8, numbers and dates out of range are refused. */
static void test_put_unfit_values_are_refused(void **state)
{
    (void)state;
    struct bytes bytes;
    const char open_end[3] = { 'a', 'b', 'c' };
    struct wire_writer writer = writer_of(100);
    wire_put_text(&writer, open_end, sizeof open_end);
    assert_err(wire_finish(&writer, &bytes), DP_TOO_LONG);

    writer = writer_of(100);
    wire_put_text(&writer, "a\xc3", 3);
    assert_err(wire_finish(&writer, &bytes), DP_NOT_UTF8);

    const double unfit[] = { (double)NAN, (double)INFINITY, -(double)INFINITY };
    for (size_t i = 0; i < 3; i++) {
        writer = writer_of(100);
        wire_put_double(&writer, unfit[i]);
        assert_err(wire_finish(&writer, &bytes), DP_OUT_OF_RANGE);
    }
    const int32_t days[] = { -1, DATE_MAX_DAYS + 1, INT32_MIN, INT32_MAX };
    for (size_t i = 0; i < 4; i++) {
        writer = writer_of(100);
        wire_put_date(&writer, date_make(days[i]));
        assert_err(wire_finish(&writer, &bytes), DP_OUT_OF_RANGE);
    }
    writer = writer_of(100);
    wire_put_enum(&writer, 3, 3);
    assert_err(wire_finish(&writer, &bytes), DP_OUT_OF_RANGE);
}

/* The first failure is the one that is told. */
static void test_demand_keeps_the_first_failure(void **state)
{
    (void)state;
    struct bytes bytes;
    struct wire_writer writer = writer_of(100);
    wire_demand(&writer, true, DP_FULL);
    wire_demand(&writer, false, DP_INVALID);
    wire_demand(&writer, false, DP_CONFLICT);
    assert_err(wire_finish(&writer, &bytes), DP_INVALID);
}

/* A reader that ran out gives zeros and "" from then on. */
static void test_get_beyond_end_is_corrupt_and_gives_nothing(void **state)
{
    (void)state;
    const uint8_t two[2] = { 0xab, 0xcd };
    char text[8] = "old";
    uint8_t raw[2] = { 9, 9 };
    struct wire_reader reader = wire_read(bytes_of(two, sizeof two));
    assert_int_equal(wire_get_u32(&reader), 0);
    assert_int_equal(wire_get_u8(&reader),
                     0); /* there would be one, but it comes after a failure */
    wire_get_text(&reader, text, sizeof text);
    assert_string_equal(text, "");
    wire_get_raw(&reader, raw, sizeof raw);
    assert_int_equal(raw[0] + raw[1], 0);
    assert_err(wire_end(&reader), DP_CORRUPT);
}

/* Bytes that no writer writes: a bool of 2, an enum too large, text too long or with a NUL
 * or not UTF-8, a date after 9999, a double that is not finite. */
static void test_get_bytes_that_no_writer_makes_is_corrupt(void **state)
{
    (void)state;
    char text[4];
    struct wire_reader reader = wire_read(bytes_of("\x02", 1));
    assert_false(wire_get_bool(&reader));
    assert_err(wire_end(&reader), DP_CORRUPT);
    reader = wire_read(bytes_of("\x07", 1));
    assert_int_equal(wire_get_enum(&reader, 7), 0);
    assert_err(wire_end(&reader), DP_CORRUPT);

    static const char *const texts[] = { "\0\4abcd", "\0\3a\0b", "\0\2\xc3(", "\0\3ab", "\0" };
    static const size_t lens[] = { 6, 5, 4, 4, 1 };
    for (size_t i = 0; i < 5; i++) {
        reader = wire_read(bytes_of(texts[i], lens[i]));
        wire_get_text(&reader, text, sizeof text);
        assert_string_equal(text, "");
        assert_err(wire_end(&reader), DP_CORRUPT);
    }
    reader = wire_read(bytes_of("\x00\x2c\xc0\xa1", 4)); /* 2932897 */
    assert_int_equal(wire_get_date(&reader).days, 0);
    assert_err(wire_end(&reader), DP_CORRUPT);
    reader = wire_read(bytes_of("\xff\xff\xff\xff", 4));
    assert_int_equal(wire_get_date(&reader).days, 0);
    assert_err(wire_end(&reader), DP_CORRUPT);
    reader = wire_read(bytes_of("\x7f\xf0\0\0\0\0\0\0", 8));
    assert_true(wire_get_double(&reader) < 1);
    assert_err(wire_end(&reader), DP_CORRUPT);
}

/* Bytes left over are a failure, too. */
static void test_end_with_bytes_left_is_corrupt(void **state)
{
    (void)state;
    struct wire_reader reader = wire_read(bytes_of("\1\2", 2));
    assert_int_equal(wire_get_u8(&reader), 1);
    assert_err(wire_end(&reader), DP_CORRUPT);
    assert_int_equal(wire_get_u8(&reader), 2);
    assert_ok(wire_end(&reader));
}

/* ---- Round trips ---- */

/* Big-endian, fixed width, text with its length in front. */
static void test_put_gives_the_bytes_of_the_format(void **state)
{
    (void)state;
    static const char wanted[] = "\xfe"
                                 "\x12\x34"
                                 "\x12\x34\x56\x78"
                                 "\x01\x02\x03\x04\x05\x06\x07\x08"
                                 "\xff\xff\xff\xff\xff\xff\xff\xfe"
                                 "\x01"
                                 "\x02"
                                 "\xbf\xf8\0\0\0\0\0\0"
                                 "\x00\x00\x50\x0b"
                                 "\x00\x03\xe2\x82\xac"
                                 "xy";
    struct bytes bytes;
    struct wire_writer writer = writer_of(sizeof space);
    wire_put_u8(&writer, 0xfe);
    wire_put_u16(&writer, 0x1234);
    wire_put_u32(&writer, 0x12345678);
    wire_put_u64(&writer, 0x0102030405060708);
    wire_put_i64(&writer, -2);
    wire_put_bool(&writer, true);
    wire_put_enum(&writer, 2, 3);
    wire_put_double(&writer, -1.5);
    wire_put_date(&writer, date_make(20491)); /* 2026-02-07 */
    wire_put_text(&writer, "\u20ac", 8);
    wire_put_raw(&writer, "xy", 2);
    assert_ok(wire_finish(&writer, &bytes));
    assert_int_equal(bytes.len, sizeof wanted - 1);
    assert_memory_equal(bytes.ptr, wanted, bytes.len);
}

/* What was put comes back, the extremes too. */
static void test_get_gives_what_was_put(void **state)
{
    (void)state;
    char full[4];
    uint8_t raw[3];
    struct bytes bytes;
    struct wire_writer writer = writer_of(sizeof space);
    wire_put_u8(&writer, UINT8_MAX);
    wire_put_u16(&writer, UINT16_MAX);
    wire_put_u32(&writer, UINT32_MAX);
    wire_put_u64(&writer, UINT64_MAX);
    wire_put_i64(&writer, INT64_MIN);
    wire_put_bool(&writer, false);
    wire_put_double(&writer, DBL_MIN);
    wire_put_double(&writer, -DBL_MAX);
    wire_put_date(&writer, date_make(DATE_MAX_DAYS));
    wire_put_date(&writer, date_make(0));
    wire_put_text(&writer, "abc", 4);
    wire_put_text(&writer, "", 1);
    wire_put_raw(&writer, "\1\2\3", 3);
    assert_ok(wire_finish(&writer, &bytes));

    struct wire_reader reader = wire_read(bytes);
    assert_int_equal(wire_get_u8(&reader), UINT8_MAX);
    assert_int_equal(wire_get_u16(&reader), UINT16_MAX);
    assert_int_equal(wire_get_u32(&reader), UINT32_MAX);
    assert_true(wire_get_u64(&reader) == UINT64_MAX);
    assert_true(wire_get_i64(&reader) == INT64_MIN);
    assert_false(wire_get_bool(&reader));
    double least = wire_get_double(&reader);
    double most = wire_get_double(&reader);
    const double wanted[2] = { DBL_MIN, -DBL_MAX };
    assert_memory_equal(&least, &wanted[0], sizeof least);
    assert_memory_equal(&most, &wanted[1], sizeof most);
    assert_int_equal(wire_get_date(&reader).days, DATE_MAX_DAYS);
    assert_int_equal(wire_get_date(&reader).days, 0);
    wire_get_text(&reader, full, sizeof full); /* exactly fits with its NUL */
    assert_string_equal(full, "abc");
    wire_get_text(&reader, full, 1);
    assert_string_equal(full, "");
    wire_get_raw(&reader, raw, sizeof raw);
    assert_int_equal(raw[2], 3);
    assert_ok(wire_end(&reader));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_beyond_capacity_is_too_long_and_sticks),
        cmocka_unit_test(test_put_unfit_values_are_refused),
        cmocka_unit_test(test_demand_keeps_the_first_failure),
        cmocka_unit_test(test_get_beyond_end_is_corrupt_and_gives_nothing),
        cmocka_unit_test(test_get_bytes_that_no_writer_makes_is_corrupt),
        cmocka_unit_test(test_end_with_bytes_left_is_corrupt),
        cmocka_unit_test(test_put_gives_the_bytes_of_the_format),
        cmocka_unit_test(test_get_gives_what_was_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
