/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/date.h"
#include "tests/support/support.h"

/* Days that are not, and years outside of 1970 to 9999. */
static void test_date_from_parts_impossible_day_is_refused(void **state)
{
    (void)state;
    static const int invalid[][3] = {
        { 2026, 0, 1 },  { 2026, 13, 1 }, { 2026, 1, 0 },  { 2026, 1, 32 }, { 2026, 4, 31 },
        { 2026, 2, 29 }, { 2100, 2, 29 }, { 2024, 2, 30 }, { 2026, -1, 1 }, { 2026, 1, -1 },
    };
    struct date date;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        assert_err(date_from_parts(invalid[i][0], invalid[i][1], invalid[i][2], &date),
                   DP_INVALID);
    }
    assert_err(date_from_parts(1969, 12, 31, &date), DP_OUT_OF_RANGE);
    assert_err(date_from_parts(10000, 1, 1, &date), DP_OUT_OF_RANGE);
    assert_ok(date_from_parts(9999, 12, 31, &date));
    assert_int_equal(date.days, DATE_MAX_DAYS);
    assert_ok(date_from_parts(2000, 2, 29, &date));
}

/* Only four digits, two digits and two digits with hyphens between them are a date. */
static void test_date_parse_bad_text_is_refused(void **state)
{
    (void)state;
    static const char *const days[] = { "",           "2026-3-9",    "2026-03-9",  "2026/03/09",
                                        "26-03-09",   "2026-03-09 ", " 2026-03-0", "2026-+3-09",
                                        "2026-0x-09", "2026-03-0a",  "20260309",   "2026-02-30",
                                        "2026-00-10", "-026-03-09" };
    static const char *const weeks[] = { "",          "2026-10",  "2026W10",  "2026-W1",
                                         "2026-W00",  "2026-W54", "2025-W53", "2026-w10",
                                         "2026-W100", "2026-W1a" };
    static const char *const months[] = { "",        "2026",     "2026-3", "2026-13",
                                          "2026-00", "2026-03-", "2026/03" };
    struct date date;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        assert_err(date_parse(str_of(days[i]), &date), DP_INVALID);
    }
    for (size_t i = 0; i < sizeof weeks / sizeof weeks[0]; i++) {
        assert_err(date_parse_week(str_of(weeks[i]), &date), DP_INVALID);
    }
    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        assert_err(date_parse_month(str_of(months[i]), &date), DP_INVALID);
    }
}

/* Years outside of the range say so. */
static void test_date_parse_other_centuries_are_out_of_range(void **state)
{
    (void)state;
    struct date date;
    assert_err(date_parse(STR("1969-12-31"), &date), DP_OUT_OF_RANGE);
    assert_err(date_parse_month(STR("0000-01"), &date), DP_OUT_OF_RANGE);
    assert_err(date_parse_week(STR("1969-W52"), &date), DP_OUT_OF_RANGE);
}

/* The first week of 1970 begins in 1969, which is before the first day there is. */
static void test_date_parse_week_before_the_first_day_is_out_of_range(void **state)
{
    (void)state;
    struct date date;
    assert_err(date_parse_week(STR("1970-W01"), &date), DP_OUT_OF_RANGE);
    assert_ok(date_parse_week(STR("1970-W02"), &date));
    assert_int_equal(date.days, 4);
}

/* A calendar kept by counting alone: a day at a time, with the rules as people say them. */
struct counted {
    int year;
    int month;
    int day;
    int weekday; /* 1 Monday */
    int iso_year;
    int iso_week;
};

static bool has_29_february(int year)
{
    if (year % 400 == 0) {
        return true;
    }
    return year % 100 != 0 && year % 4 == 0;
}

static int length_of(int year, int month)
{
    if (month == 2) {
        return has_29_february(year) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* A new ISO week begins on Monday; it is the first of its year if its Thursday is the first Thursday
 * of January, so if the Monday lies between 29 December and 4 January. */
static void count_on(struct counted *now)
{
    now->day++;
    if (now->day > length_of(now->year, now->month)) {
        now->day = 1;
        now->month++;
    }
    if (now->month > 12) {
        now->month = 1;
        now->year++;
    }
    now->weekday = now->weekday % 7 + 1;
    if (now->weekday != 1) {
        return;
    }
    now->iso_week++;
    if ((now->month == 12 && now->day >= 29) || (now->month == 1 && now->day <= 4)) {
        now->iso_week = 1;
        now->iso_year++;
    }
}

/* Every day from 1970 to 2100: parts, weekday, week, month, and their texts there and back. */
static void test_date_every_day_to_2100_agrees_with_counting(void **state)
{
    (void)state;
    struct counted now = { 1970, 1, 1, 4, 1970, 1 };
    for (int32_t days = 0; now.year <= 2100; days++, count_on(&now)) {
        struct date date = date_make(days);
        struct date back;
        char text[48];
        char made[32];
        struct date_parts parts = date_parts_of(date);
        assert_true(parts.year == now.year && parts.month == now.month && parts.day == now.day);
        assert_true(parts.weekday == now.weekday && date_weekday(date) == now.weekday);
        assert_ok(date_from_parts(now.year, now.month, now.day, &back));
        assert_int_equal(back.days, days);

        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", now.year, now.month, now.day);
        date_text(date, made);
        assert_string_equal(made, text);
        assert_ok(date_parse(str_of(text), &back));
        assert_int_equal(back.days, days);

        (void)snprintf(text, sizeof text, "%04d-W%02d", now.iso_year, now.iso_week);
        date_week_text(date, made);
        assert_string_equal(made, text);
        assert_int_equal(date_monday(date).days, days - (now.weekday - 1));
        if (days >= 4) {
            assert_ok(date_parse_week(str_of(text), &back));
            assert_int_equal(back.days, days - (now.weekday - 1));
        }

        (void)snprintf(text, sizeof text, "%04d-%02d", now.year, now.month);
        date_month_text(date, made);
        assert_string_equal(made, text);
        assert_ok(date_parse_month(str_of(text), &back));
        assert_int_equal(back.days, days - (now.day - 1));
        assert_int_equal(date_month_start(date).days, days - (now.day - 1));
        assert_int_equal(date_next_month(date).days,
                         days - now.day + 1 + length_of(now.year, now.month));
    }
}

/* The last years hold too, where the day counts are largest. */
static void test_date_round_trip_to_9999(void **state)
{
    (void)state;
    for (int32_t days = 0; days <= DATE_MAX_DAYS; days += 97) {
        struct date_parts parts = date_parts_of(date_make(days));
        struct date back;
        assert_ok(date_from_parts(parts.year, parts.month, parts.day, &back));
        assert_int_equal(back.days, days);
    }
    char text[DATE_TEXT_MAX];
    date_text(date_make(DATE_MAX_DAYS), text);
    assert_string_equal(text, "9999-12-31");
}

/* Order and sums are plain arithmetic. */
static void test_date_add_and_order(void **state)
{
    (void)state;
    struct date a = date_make(100);
    assert_true(date_is_before(a, date_add(a, 1)));
    assert_false(date_is_before(a, a));
    assert_false(date_is_before(date_add(a, 1), a));
    assert_true(date_equal(date_add(date_add(a, 7), -7), a));
    assert_false(date_equal(a, date_add(a, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_from_parts_impossible_day_is_refused),
        cmocka_unit_test(test_date_parse_bad_text_is_refused),
        cmocka_unit_test(test_date_parse_other_centuries_are_out_of_range),
        cmocka_unit_test(test_date_parse_week_before_the_first_day_is_out_of_range),
        cmocka_unit_test(test_date_every_day_to_2100_agrees_with_counting),
        cmocka_unit_test(test_date_round_trip_to_9999),
        cmocka_unit_test(test_date_add_and_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
