/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Numbers, dates and times as people of a language write them. Machine files never use this: they
 * have '.' and 2026-03-09 everywhere.
 *
 *                 English            German
 *   format_int    12,345             12.345
 *   format_number 3.70               3,70
 *   format_pct    48%                48 %   (no-break space)
 *   format_date   9 March 2026       9. März 2026
 *   format_week   week 11 of 2026    KW 11/2026
 *   format_month  March 2026         März 2026
 *   format_time   11:30              11:30 Uhr
 *
 * All append to a buf, whose sticky error the caller asks for at the end.
 */

#include "app/core/buf.h"
#include "app/survey/ids.h"

/** A whole number with groups of three digits. */
void format_int(struct buf *out, enum language language, int64_t value);

/** A number with a fixed count of decimals 0..9; a value that is not finite gives a dash. */
void format_number(struct buf *out, enum language language, double value, int decimals);

/** As format_number(), with a sign in front of what is above 0. */
void format_signed(struct buf *out, enum language language, double value, int decimals);

/** A number already in percent. */
void format_pct(struct buf *out, enum language language, double pct, int decimals);

void format_date(struct buf *out, enum language language, struct date date);

/** With the weekday in front: "Monday, 9 March 2026". */
void format_long_date(struct buf *out, enum language language, struct date date);

/** Without the year, for axes: "9 Mar", "9. Mär". */
void format_short_date(struct buf *out, enum language language, struct date date);

/** The ISO week of a date. */
void format_week(struct buf *out, enum language language, struct date date);

void format_month(struct buf *out, enum language language, struct date date);

/** A time of the local day; 1440 is shown as 24:00. */
void format_time(struct buf *out, enum language language, int minute);

/** "Monday". Takes: 1 Monday .. 7 Sunday. */
const char *format_weekday(enum language language, int weekday);

/** "March". Takes: 1..12. */
const char *format_month_name(enum language language, int month);
