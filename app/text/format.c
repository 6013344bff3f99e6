/* SPDX-License-Identifier: MIT */
#include "app/text/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/core/num.h"

struct separators {
    char group;
    char point;
};

static const struct separators separators[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = { ',', '.' },
    [LANGUAGE_DE] = { '.', ',' },
};

static const char *const weekdays[LANGUAGE_COUNT][7] = {
    [LANGUAGE_EN] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
                      "Sunday" },
    [LANGUAGE_DE] = { "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag",
                      "Sonntag" },
};

static const char *const months[LANGUAGE_COUNT][12] = {
    [LANGUAGE_EN] = { "January", "February", "March", "April", "May", "June", "July", "August",
                      "September", "October", "November", "December" },
    [LANGUAGE_DE] = { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
                      "September", "Oktober", "November", "Dezember" },
};

static const char *const short_months[LANGUAGE_COUNT][12] = {
    [LANGUAGE_EN] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
                      "Nov", "Dec" },
    [LANGUAGE_DE] = { "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt",
                      "Nov", "Dez" },
};

static void check_language(enum language language)
{
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
}

const char *format_weekday(enum language language, int weekday)
{
    check_language(language);
    DP_CHECK(weekday >= 1 && weekday <= 7);
    return weekdays[language][weekday - 1];
}

const char *format_month_name(enum language language, int month)
{
    check_language(language);
    DP_CHECK(month >= 1 && month <= 12);
    return months[language][month - 1];
}

/* `digits` is plain ASCII: [-]digits[.digits]. */
static void add_localised(struct buf *out, enum language language, const char *digits)
{
    check_language(language);
    const struct separators *use = &separators[language];
    if (*digits == '-') {
        buf_add_text(out, "\u2212");
        digits++;
    }
    size_t whole = strcspn(digits, ".");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) {
            buf_add_char(out, use->group);
        }
        buf_add_char(out, digits[i]);
    }
    if (digits[whole] == '.') {
        buf_add_char(out, use->point);
        buf_add_text(out, digits + whole + 1);
    }
}

void format_int(struct buf *out, enum language language, int64_t value)
{
    char digits[NUM_TEXT_MAX];
    snprintf(digits, sizeof digits, "%lld", (long long)value);
    add_localised(out, language, digits);
}

void format_number(struct buf *out, enum language language, double value, int decimals)
{
    char digits[NUM_TEXT_MAX];
    num_fixed(value, decimals, digits);
    if (digits[0] == '\0') {
        buf_add_text(out, "\u2013");
        return;
    }
    add_localised(out, language, digits);
}

void format_signed(struct buf *out, enum language language, double value, int decimals)
{
    char digits[NUM_TEXT_MAX];
    num_fixed(value, decimals, digits);
    bool is_zero = strspn(digits, "-0.") == strlen(digits);
    if (digits[0] != '-' && !is_zero) {
        buf_add_char(out, '+');
    }
    format_number(out, language, value, decimals);
}

void format_pct(struct buf *out, enum language language, double pct, int decimals)
{
    format_number(out, language, pct, decimals);
    if (isfinite(pct)) {
        buf_add_text(out, language == LANGUAGE_DE ? "\u00a0%" : "%");
    }
}

void format_date(struct buf *out, enum language language, struct date date)
{
    struct date_parts parts = date_parts_of(date);
    buf_fmt(out, language == LANGUAGE_DE ? "%d. %s %d" : "%d %s %d", parts.day,
            format_month_name(language, parts.month), parts.year);
}

void format_long_date(struct buf *out, enum language language, struct date date)
{
    buf_fmt(out, "%s, ", format_weekday(language, date_weekday(date)));
    format_date(out, language, date);
}

void format_short_date(struct buf *out, enum language language, struct date date)
{
    check_language(language);
    struct date_parts parts = date_parts_of(date);
    buf_fmt(out, language == LANGUAGE_DE ? "%d. %s" : "%d %s", parts.day,
            short_months[language][parts.month - 1]);
}

void format_week(struct buf *out, enum language language, struct date date)
{
    check_language(language);
    int year = 0;
    int week = 0;
    date_iso_week(date, &year, &week);
    buf_fmt(out, language == LANGUAGE_DE ? "KW %d/%d" : "week %d of %d", week, year);
}

void format_month(struct buf *out, enum language language, struct date date)
{
    struct date_parts parts = date_parts_of(date);
    buf_fmt(out, "%s %d", format_month_name(language, parts.month), parts.year);
}

void format_time(struct buf *out, enum language language, int minute)
{
    check_language(language);
    DP_CHECK(minute >= 0 && minute <= 24 * 60);
    buf_fmt(out, language == LANGUAGE_DE ? "%02d:%02d Uhr" : "%02d:%02d", minute / 60,
            minute % 60);
}
