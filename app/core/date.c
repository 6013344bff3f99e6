/* SPDX-License-Identifier: MIT */
#include "app/core/date.h"

#include "app/core/num.h"

/*
 * Years are counted from March, so that the leap day is the last day of a year and the days before
 * a month follow one linear formula: (153 m + 2) / 5 with m = 0 for March. An era is 400 years of
 * 146,097 days.
 */
enum { DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 };

struct date date_make(int32_t days)
{
    return (struct date){ days };
}

struct date date_add(struct date date, int32_t days)
{
    return (struct date){ date.days + days };
}

bool date_is_before(struct date a, struct date b)
{
    return a.days < b.days;
}

bool date_equal(struct date a, struct date b)
{
    return a.days == b.days;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

dp_err date_from_parts(int year, int month, int day, struct date *out)
{
    if (month < 1 || month > 12 || day < 1) {
        return err_make(DP_INVALID);
    }
    if (year < 1970 || year > 9999) {
        return err_make(DP_OUT_OF_RANGE);
    }
    if (day > days_in_month(year, month)) {
        return err_make(DP_INVALID);
    }
    int march_year = month <= 2 ? year - 1 : year;
    int era = march_year / 400;
    int year_of_era = march_year - era * 400;
    int march_month = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * march_month + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    *out = date_make(era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970);
    return DP_SUCCESS;
}

struct date_parts date_parts_of(struct date date)
{
    int shifted = date.days + DAYS_TO_1970;
    int era = shifted / DAYS_PER_ERA;
    int day_of_era = shifted % DAYS_PER_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                       day_of_era / 146096) /
                      365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct date_parts){
        .year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * march_month + 2) / 5 + 1,
        .weekday = date_weekday(date),
    };
}

/* 1970-01-01 was a Thursday. */
int date_weekday(struct date date)
{
    int from_monday = (date.days % 7 + 3 + 7) % 7;
    return from_monday + 1;
}

struct date date_monday(struct date date)
{
    return date_add(date, 1 - date_weekday(date));
}

struct date date_month_start(struct date date)
{
    return date_add(date, 1 - date_parts_of(date).day);
}

struct date date_next_month(struct date date)
{
    struct date_parts parts = date_parts_of(date);
    return date_add(date, days_in_month(parts.year, parts.month) - parts.day + 1);
}

/* The week belongs to the year that holds its Thursday. */
void date_iso_week(struct date date, int *year, int *week)
{
    struct date thursday = date_add(date_monday(date), 3);
    *year = date_parts_of(thursday).year;
    int day_of_year = 0;
    struct date first = thursday;
    while (date_parts_of(first).month > 1) {
        first = date_add(date_month_start(first), -1);
    }
    day_of_year = thursday.days - date_month_start(first).days;
    *week = day_of_year / 7 + 1;
}

static dp_err parse_fixed(struct str text, size_t from, size_t len, int *out)
{
    uint64_t value = 0;
    if (text.len < from + len) {
        return err_make(DP_INVALID);
    }
    DP_TRY(num_uint(str_slice(text, from, len), 0, 9999, &value));
    *out = (int)value;
    return DP_SUCCESS;
}

dp_err date_parse(struct str text, struct date *out)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-') {
        return err_make(DP_INVALID);
    }
    DP_TRY(parse_fixed(text, 0, 4, &year));
    DP_TRY(parse_fixed(text, 5, 2, &month));
    DP_TRY(parse_fixed(text, 8, 2, &day));
    return date_from_parts(year, month, day, out);
}

dp_err date_parse_week(struct str text, struct date *monday)
{
    int year = 0;
    int week = 0;
    if (text.len != 8 || text.ptr[4] != '-' || text.ptr[5] != 'W') {
        return err_make(DP_INVALID);
    }
    DP_TRY(parse_fixed(text, 0, 4, &year));
    DP_TRY(parse_fixed(text, 6, 2, &week));
    struct date january_4th;
    DP_TRY(date_from_parts(year, 1, 4, &january_4th));
    struct date found = date_add(date_monday(january_4th), 7 * (week - 1));
    int found_year = 0;
    int found_week = 0;
    date_iso_week(found, &found_year, &found_week);
    if (found_year != year || found_week != week) {
        return err_make(DP_INVALID);
    }
    if (found.days < 0) {
        return err_make(DP_OUT_OF_RANGE); /* 1970-W01 begins in 1969 */
    }
    *monday = found;
    return DP_SUCCESS;
}

dp_err date_parse_month(struct str text, struct date *first)
{
    int year = 0;
    int month = 0;
    if (text.len != 7 || text.ptr[4] != '-') {
        return err_make(DP_INVALID);
    }
    DP_TRY(parse_fixed(text, 0, 4, &year));
    DP_TRY(parse_fixed(text, 5, 2, &month));
    return date_from_parts(year, month, 1, first);
}

/* Puts the last `count` digits of a number that is not negative. Exports write millions of dates,
 * and printf would be most of their time. */
static void put_digits(char *out, int value, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

void date_text(struct date date, char out[DATE_TEXT_MAX])
{
    struct date_parts parts = date_parts_of(date);
    put_digits(out, parts.year, 4);
    out[4] = '-';
    put_digits(out + 5, parts.month, 2);
    out[7] = '-';
    put_digits(out + 8, parts.day, 2);
    out[10] = '\0';
}

void date_week_text(struct date date, char out[WEEK_TEXT_MAX])
{
    int year = 0;
    int week = 0;
    date_iso_week(date, &year, &week);
    put_digits(out, year, 4);
    out[4] = '-';
    out[5] = 'W';
    put_digits(out + 6, week, 2);
    out[8] = '\0';
}

void date_month_text(struct date date, char out[MONTH_TEXT_MAX])
{
    struct date_parts parts = date_parts_of(date);
    put_digits(out, parts.year, 4);
    out[4] = '-';
    put_digits(out + 5, parts.month, 2);
    out[7] = '\0';
}
