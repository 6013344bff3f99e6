/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The months of the figures: whole ISO weeks, 4, 4 and 5 to a quarter, so that no cell of a week is ever
 * cut in two. Month 1 begins with week 1 of the ISO year; month 12 has a sixth week in the years that
 * have 53. Calendar months would need part of a week, and with it part of a cell.
 *
 *   month  1 2 3 | 4 5 6 | 7 8 9 | 10 11 12
 *   weeks  4 4 5 | 4 4 5 | 4 4 5 |  4  4  5 (6)
 */

#include "app/privacy/released.h"

struct month {
    int year;   /* the ISO week-numbering year */
    int number; /* 1..12 */
};

/** The month that the date's week belongs to. */
struct month month_of(struct date date);
struct date month_first_monday(struct month month);

/** 4, 5 or 6. */
size_t month_weeks(struct month month);
struct month month_next(struct month month);

/** Adds weeks (or fortnights) up: n-weighted means, spreads and counts, as released.h has them. */
void month_sum(const struct released_sum *parts, size_t count, struct released_sum *out);
