/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "app/text/format.h"
#include "tests/support/support.h"

static struct buf made;

/* What was appended since the last call, as a string that lives until the next one. */
static const char *text(void)
{
    static char copy[256];
    assert_ok(buf_finish(&made));
    struct str s = buf_str(&made);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    buf_clear(&made);
    return copy;
}

static int start(void **state)
{
    (void)state;
    made = buf_new(1024);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_free(&made);
    return 0;
}

static struct date day(const char *written)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(written), &date));
    return date;
}

/* What is not a number is a dash, never "nan". */
static void test_format_number_not_finite_is_a_dash(void **state)
{
    (void)state;
    format_number(&made, LANGUAGE_EN, (double)NAN, 1);
    assert_string_equal(text(), "–");
    format_number(&made, LANGUAGE_DE, (double)INFINITY, 0);
    assert_string_equal(text(), "–");
    format_pct(&made, LANGUAGE_DE, (double)NAN, 0);
    assert_string_equal(text(), "–");
    format_signed(&made, LANGUAGE_EN, (double)NAN, 2);
    assert_string_equal(text(), "–");
}

/* A full buffer sticks and is not overrun. */
static void test_format_date_full_buffer_fails(void **state)
{
    (void)state;
    struct buf small = buf_new(4);
    format_date(&small, LANGUAGE_EN, day("2026-03-09"));
    assert_err(buf_finish(&small), DP_FULL);
    buf_free(&small);
}

/* Groups of three from the right, in each language's sign, for negative numbers too. */
static void test_format_int_groups_digits(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *en;
        const char *de;
    } rows[] = {
        { 0, "0", "0" },
        { 999, "999", "999" },
        { 1000, "1,000", "1.000" },
        { -12345, "−12,345", "−12.345" },
        { 123456789, "123,456,789", "123.456.789" },
        { INT64_MAX, "9,223,372,036,854,775,807", "9.223.372.036.854.775.807" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        format_int(&made, LANGUAGE_EN, rows[i].value);
        assert_string_equal(text(), rows[i].en);
        format_int(&made, LANGUAGE_DE, rows[i].value);
        assert_string_equal(text(), rows[i].de);
    }
}

/* English has a decimal point, German a comma; a sign only where it says something. */
static void test_format_number_uses_the_decimal_sign(void **state)
{
    (void)state;
    format_number(&made, LANGUAGE_EN, 3.7, 2);
    assert_string_equal(text(), "3.70");
    format_number(&made, LANGUAGE_DE, 3.7, 2);
    assert_string_equal(text(), "3,70");
    format_number(&made, LANGUAGE_DE, -1234.5, 1);
    assert_string_equal(text(), "−1.234,5");
    format_number(&made, LANGUAGE_EN, -0.001, 2);
    assert_string_equal(text(), "0.00");
    format_signed(&made, LANGUAGE_EN, 0.3, 1);
    assert_string_equal(text(), "+0.3");
    format_signed(&made, LANGUAGE_DE, -0.3, 1);
    assert_string_equal(text(), "−0,3");
    format_signed(&made, LANGUAGE_EN, 0.04, 1);
    assert_string_equal(text(), "0.0");
    format_pct(&made, LANGUAGE_EN, 48.0, 0);
    assert_string_equal(text(), "48%");
    format_pct(&made, LANGUAGE_DE, 48.5, 1);
    assert_string_equal(text(), "48,5\u00a0%");
}

/* Dates as people write them. */
static void test_format_date_each_language_has_its_own(void **state)
{
    (void)state;
    format_date(&made, LANGUAGE_EN, day("2026-03-09"));
    assert_string_equal(text(), "9 March 2026");
    format_date(&made, LANGUAGE_DE, day("2026-03-09"));
    assert_string_equal(text(), "9. März 2026");
    format_long_date(&made, LANGUAGE_EN, day("2026-03-09"));
    assert_string_equal(text(), "Monday, 9 March 2026");
    format_long_date(&made, LANGUAGE_DE, day("2024-02-29"));
    assert_string_equal(text(), "Donnerstag, 29. Februar 2024");
    format_short_date(&made, LANGUAGE_EN, day("2026-12-31"));
    assert_string_equal(text(), "31 Dec");
    format_short_date(&made, LANGUAGE_DE, day("2026-12-31"));
    assert_string_equal(text(), "31. Dez");
    format_month(&made, LANGUAGE_DE, day("2026-03-01"));
    assert_string_equal(text(), "März 2026");
}

/* The ISO week belongs to the year of its Thursday. */
static void test_format_week_uses_the_iso_year(void **state)
{
    (void)state;
    format_week(&made, LANGUAGE_EN, day("2025-12-29"));
    assert_string_equal(text(), "week 1 of 2026");
    format_week(&made, LANGUAGE_DE, day("2027-01-03"));
    assert_string_equal(text(), "KW 53/2026");
}

/* From the first minute to the end of the day. */
static void test_format_time_shows_hours_and_minutes(void **state)
{
    (void)state;
    format_time(&made, LANGUAGE_EN, 0);
    assert_string_equal(text(), "00:00");
    format_time(&made, LANGUAGE_DE, 690);
    assert_string_equal(text(), "11:30 Uhr");
    format_time(&made, LANGUAGE_EN, 1440);
    assert_string_equal(text(), "24:00");
    assert_string_equal(format_weekday(LANGUAGE_DE, 7), "Sonntag");
    assert_string_equal(format_month_name(LANGUAGE_EN, 12), "December");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_format_number_not_finite_is_a_dash, start, end),
        cmocka_unit_test_setup_teardown(test_format_date_full_buffer_fails, start, end),
        cmocka_unit_test_setup_teardown(test_format_int_groups_digits, start, end),
        cmocka_unit_test_setup_teardown(test_format_number_uses_the_decimal_sign, start, end),
        cmocka_unit_test_setup_teardown(test_format_date_each_language_has_its_own, start, end),
        cmocka_unit_test_setup_teardown(test_format_week_uses_the_iso_year, start, end),
        cmocka_unit_test_setup_teardown(test_format_time_shows_hours_and_minutes, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
