/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A time axis: periods of one length in a row, so that figures of several kinds can stand
 * side by side. Weeks and fortnights begin on a Monday, months on their first day.
 */

#include "app/core/date.h"
#include "app/stats/lagscan.h"

struct periods {
    enum lag_unit unit;
    struct date first; /* start of period 0 */
    size_t count;
};

/** The start of period t; t may be the count or beyond. */
struct date periods_start(const struct periods *periods, size_t t);

/** The period that a date falls into, counted from the first; may lie before 0 or behind the
 * last. */
int32_t periods_place(const struct periods *periods, struct date date);

/** The same; false outside. */
bool periods_find(const struct periods *periods, struct date date, size_t *t);
