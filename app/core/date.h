/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Civil dates of the proleptic Gregorian calendar, without time and zone. A date is the count of
 * days since 1970-01-01, so that order, difference and "seven days later" are plain arithmetic.
 * Weeks are ISO 8601 weeks and are named by their Monday.
 */

#include "app/core/err.h"
#include "app/core/str.h"

/** A day. `days` is counted from 1970-01-01; Daypulse uses 1970 to 9999. */
struct date {
    int32_t days;
};

enum { DATE_MAX_DAYS = 2932896, DATE_TEXT_MAX = 11, WEEK_TEXT_MAX = 9, MONTH_TEXT_MAX = 8 };

struct date_parts {
    int year;
    int month;   /* 1..12 */
    int day;     /* 1..31 */
    int weekday; /* 1 Monday .. 7 Sunday */
};

struct date date_make(int32_t days);
struct date date_add(struct date date, int32_t days);
bool date_is_before(struct date a, struct date b);
bool date_equal(struct date a, struct date b);

/** Fails: DP_INVALID when there is no such day, DP_OUT_OF_RANGE outside 1970..9999. */
dp_err date_from_parts(int year, int month, int day, struct date *out);
struct date_parts date_parts_of(struct date date);

/** 1 Monday .. 7 Sunday. */
int date_weekday(struct date date);

/** The Monday of the date's ISO week. */
struct date date_monday(struct date date);

/** The first day of the date's month. */
struct date date_month_start(struct date date);

/** The first day of the month after the date's. */
struct date date_next_month(struct date date);

/** The ISO week-numbering year and week (1..53). */
void date_iso_week(struct date date, int *year, int *week);

/** "2026-03-09". Fails: DP_INVALID, DP_OUT_OF_RANGE. */
dp_err date_parse(struct str text, struct date *out);

/** "2026-W10" gives its Monday. Fails: DP_INVALID, DP_OUT_OF_RANGE. */
dp_err date_parse_week(struct str text, struct date *monday);

/** "2026-03" gives the month's first day. Fails: DP_INVALID, DP_OUT_OF_RANGE. */
dp_err date_parse_month(struct str text, struct date *first);

void date_text(struct date date, char out[DATE_TEXT_MAX]);
void date_week_text(struct date date, char out[WEEK_TEXT_MAX]);
void date_month_text(struct date date, char out[MONTH_TEXT_MAX]);
