/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/core/num.h"
#include "tests/support/support.h"

enum { ROUNDS = 200000 };

/* What is not wholly an integer is refused, and the output is left alone. */
static void test_num_int_bad_text_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",         "-",     "+1",  " 1",  "1 ",
                                       "1.0",      "0x10",  "1e3", "--1", "1-",
                                       "\xd9\xa1", "1,000", "nan", "-+1", "1\n" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t value = 77;
        uint64_t size = 77;
        assert_err(num_int(str_of(bad[i]), INT64_MIN, INT64_MAX, &value), DP_INVALID);
        assert_err(num_uint(str_of(bad[i]), 0, UINT64_MAX, &size), DP_INVALID);
        assert_int_equal(value, 77);
        assert_int_equal(size, 77);
    }
    int64_t value = 77;
    uint64_t size = 77;
    assert_err(num_int(STR("1\0"), 0, 9, &value), DP_INVALID);
    assert_err(num_uint(STR("-1"), 0, 9, &size), DP_INVALID);
}

/* One beyond each limit is out of range, and so is what no 64 bits hold. */
static void test_num_int_beyond_limits_is_out_of_range(void **state)
{
    (void)state;
    int64_t value = 0;
    uint64_t size = 0;
    assert_err(num_int(STR("6"), -5, 5, &value), DP_OUT_OF_RANGE);
    assert_err(num_int(STR("-6"), -5, 5, &value), DP_OUT_OF_RANGE);
    assert_err(num_int(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &value),
               DP_OUT_OF_RANGE);
    assert_err(num_int(STR("-9223372036854775809"), INT64_MIN, INT64_MAX, &value),
               DP_OUT_OF_RANGE);
    assert_err(num_int(STR("99999999999999999999999"), INT64_MIN, INT64_MAX, &value),
               DP_OUT_OF_RANGE);
    assert_err(num_uint(STR("18446744073709551616"), 0, UINT64_MAX, &size), DP_OUT_OF_RANGE);
    assert_err(num_uint(STR("4"), 5, 6, &size), DP_OUT_OF_RANGE);
    assert_err(num_uint(STR("7"), 5, 6, &size), DP_OUT_OF_RANGE);
}

/* The limits themselves are inside. */
static void test_num_int_limits_are_inside(void **state)
{
    (void)state;
    int64_t value = 0;
    uint64_t size = 0;
    assert_ok(num_int(STR("-5"), -5, 5, &value));
    assert_int_equal(value, -5);
    assert_ok(num_int(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MAX);
    assert_ok(num_int(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MIN);
    assert_ok(num_int(STR("-0"), 0, 0, &value));
    assert_int_equal(value, 0);
    assert_ok(num_int(STR("0007"), 0, 9, &value));
    assert_int_equal(value, 7);
    assert_ok(num_uint(STR("18446744073709551615"), 0, UINT64_MAX, &size));
    assert_true(size == UINT64_MAX);
}

/* Only plain decimal numbers are numbers, whatever strtod would take. */
static void test_num_double_bad_text_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",     "-",   ".",     ".5",  "5.",       "1,5",  "+1",
                                       " 1",   "1 ",  "inf",   "nan", "0x1p3",    "1e",   "1e+",
                                       "1.e5", "--1", "1e5.0", "1d3", "infinity", "1_000" };
    double value = 77;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_err(num_double(str_of(bad[i]), &value), DP_INVALID);
    }
    char longest[66];
    memset(longest, '1', sizeof longest);
    assert_err(num_double((struct str){ longest, 65 }, &value), DP_INVALID);
    assert_ok(num_double((struct str){ longest, 64 }, &value));
}

/* What is no finite double is out of range. */
static void test_num_double_not_finite_is_out_of_range(void **state)
{
    (void)state;
    double value = 77;
    assert_err(num_double(STR("1e309"), &value), DP_OUT_OF_RANGE);
    assert_err(num_double(STR("-1e999"), &value), DP_OUT_OF_RANGE);
}

/* The same bits, so that -0 is not 0. */
static bool is_same(double a, double b)
{
    uint64_t bits_of_a = 0;
    uint64_t bits_of_b = 0;
    memcpy(&bits_of_a, &a, sizeof a);
    memcpy(&bits_of_b, &b, sizeof b);
    return bits_of_a == bits_of_b;
}

/* Good numbers read to the double that the compiler reads, edges included. */
static void test_num_double_reads_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        { "0", 0.0 },
        { "-0", -0.0 },
        { "0.1", 0.1 },
        { "3.70", 3.7 },
        { "-12.5e-3", -12.5e-3 },
        { "1E5", 1e5 },
        { "1e+5", 1e5 },
        { "1e-400", 0.0 },
        { "4.9406564584124654e-324", 4.9406564584124654e-324 },
        { "00012.500", 12.5 },
        { "1.7976931348623157e308", 1.7976931348623157e308 },
        { "9007199254740993", 9007199254740993.0 },
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = 77;
        assert_ok(num_double(str_of(good[i].text), &value));
        assert_true(is_same(value, good[i].value));
    }
}

/* What is not finite has no text. */
static void test_num_text_not_finite_is_empty(void **state)
{
    (void)state;
    char text[NUM_TEXT_MAX] = "x";
    assert_int_equal(num_text((double)NAN, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(num_fixed((double)INFINITY, 2, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(num_fixed(-(double)INFINITY, 2, text), 0);
    assert_int_equal(num_fixed(1.5, -1, text), 0);
    assert_int_equal(num_fixed(1.5, 10, text), 0);
    assert_int_equal(num_fixed(1e300, 2, text), 0);
    assert_string_equal(text, "");
}

/* Numbers as people write them, without closing zeros and without a minus at zero. */
static void test_num_text_is_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        { 0.0, "0" },
        { -0.0, "0" },
        { 12, "12" },
        { -12.5, "-12.5" },
        { 0.1, "0.1" },
        { 1.0 / 3, "0.333333333333333" },
        { 1.5e-9, "1.5e-09" },
        { 1e15, "1e+15" },
        { 123456789012345.0, "123456789012345" },
        { 0.0001, "0.0001" },
        { 0.00001, "1e-05" },
        { 0.1 + 0.2, "0.3" },
        { 1e-6, "1e-06" },
        { 999999999.5, "999999999.5" },
        { 1e300, "1e+300" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[NUM_TEXT_MAX];
        assert_int_equal(num_text(cases[i].value, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

/* Fixed decimals: rounding of the exact binary value, and never "-0.00". */
static void test_num_fixed_rounds_the_exact_value(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {
        { 3.7, 2, "3.70" },
        { -0.001, 2, "0.00" },
        { -0.0, 0, "0" },
        { 0.5, 0, "0" },
        { 1.5, 0, "2" },
        { 2.5, 0, "2" },
        { 0.125, 2, "0.12" },
        { 0.375, 2, "0.38" },
        { 1.005, 2, "1.00" },
        { 2.675, 2, "2.67" },
        { -2.675, 2, "-2.67" },
        { 9.995, 2, "9.99" },
        { 999.9999, 2, "1000.00" },
        { 1e15, 1, "1000000000000000.0" },
        { 0.123456789, 9, "0.123456789" },
        { 123456789.123456789, 9, "123456789.123456791" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[NUM_TEXT_MAX];
        assert_int_equal(num_fixed(cases[i].value, cases[i].decimals, text),
                         strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

/* A number of any kind: any bits, few decimals, or a tie and its neighbours. */
static double any_number(uint64_t *seed)
{
    static const double units[] = { 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
    double value = 0;
    uint64_t bits = support_random(seed);
    uint64_t digits = support_random(seed);
    switch (support_random(seed) % 4) {
    case 0:
        memcpy(&value, &bits, sizeof value);
        return value;
    case 1:
        return (double)(int64_t)(digits % 2000000000000) / units[bits % 10] - 500;
    case 2:
        value = ((double)(digits % 10000000) + 0.5) / units[bits % 10];
        return bits % 3 == 0   ? nextafter(value, 1e9)
               : bits % 3 == 1 ? nextafter(value, -1e9)
                               : value;
    default:
        return (double)digits / 1.8446744073709552e19 * 5;
    }
}

/* Both ways of writing agree with printf on any number, but for the minus of zero. */
static void test_num_fixed_and_text_agree_with_printf(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < ROUNDS; i++) {
        double value = any_number(&seed);
        int decimals = (int)(support_random(&seed) % 10);
        char text[NUM_TEXT_MAX];
        char wanted[400];
        if (!isfinite(value)) {
            continue;
        }
        (void)snprintf(wanted, sizeof wanted, "%.15g", value);
        (void)num_text(value, text);
        if (strcmp(wanted, "-0") != 0) {
            assert_string_equal(text, wanted);
        }
        int length = snprintf(wanted, sizeof wanted, "%.*f", decimals, value);
        if (length >= NUM_TEXT_MAX) {
            continue;
        }
        size_t written = num_fixed(value, decimals, text);
        assert_int_equal(written, strlen(text));
        bool is_zero = strspn(wanted, "-0.") == strlen(wanted);
        assert_string_equal(text, wanted + (is_zero && wanted[0] == '-' ? 1 : 0));
    }
}

/* What was written reads back: decimals of up to 15 digits exactly, the rest within 5e-15. */
static void test_num_text_round_trip_keeps_fifteen_digits(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (int i = 0; i < ROUNDS; i++) {
        char text[NUM_TEXT_MAX];
        char again[NUM_TEXT_MAX];
        double back = 0;
        double value = any_number(&seed);
        if (!isfinite(value)) {
            continue;
        }
        size_t length = num_text(value, text);
        dp_err err = num_double((struct str){ text, length }, &back);
        if (err_is(err, DP_OUT_OF_RANGE)) {
            continue; /* the largest doubles round up to more than a double holds */
        }
        assert_ok(err);
        assert_true(fabs(back - value) <= 5e-15 * fabs(value) || fabs(value) < 1e-300);
        (void)num_text(back, again);
        assert_string_equal(again, text);
    }
}

/* Integers are written as they are read, down to the smallest. */
static void test_num_int_text_round_trip(void **state)
{
    (void)state;
    static const int64_t edges[] = { 0, 1, -1, 9, 10, -10, INT64_MAX, INT64_MIN };
    uint64_t seed = 5;
    char text[NUM_TEXT_MAX];
    for (int i = 0; i < 10000; i++) {
        int64_t value = i < 8 ? edges[i] : (int64_t)(support_random(&seed) >> (i % 60));
        int64_t back = 0;
        size_t length = num_int_text(value, text);
        assert_int_equal(length, strlen(text));
        assert_ok(num_int((struct str){ text, length }, INT64_MIN, INT64_MAX, &back));
        assert_true(back == value);
    }
    assert_int_equal(num_int_text(INT64_MIN, text), 20);
    assert_string_equal(text, "-9223372036854775808");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_num_int_bad_text_is_refused),
        cmocka_unit_test(test_num_int_beyond_limits_is_out_of_range),
        cmocka_unit_test(test_num_int_limits_are_inside),
        cmocka_unit_test(test_num_double_bad_text_is_refused),
        cmocka_unit_test(test_num_double_not_finite_is_out_of_range),
        cmocka_unit_test(test_num_double_reads_exactly),
        cmocka_unit_test(test_num_text_not_finite_is_empty),
        cmocka_unit_test(test_num_text_is_short),
        cmocka_unit_test(test_num_fixed_rounds_the_exact_value),
        cmocka_unit_test(test_num_fixed_and_text_agree_with_printf),
        cmocka_unit_test(test_num_text_round_trip_keeps_fifteen_digits),
        cmocka_unit_test(test_num_int_text_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
