/* SPDX-License-Identifier: MIT */
#include "app/service/series/periods.h"

static int32_t months_between(struct date from, struct date to)
{
    struct date_parts a = date_parts_of(from);
    struct date_parts b = date_parts_of(to);
    return (b.year - a.year) * 12 + b.month - a.month;
}

static int32_t days_of(enum lag_unit unit)
{
    return unit == LAG_UNIT_FORTNIGHT ? 14 : 7;
}

struct date periods_start(const struct periods *periods, size_t t)
{
    if (periods->unit != LAG_UNIT_MONTH) {
        return date_add(periods->first, (int32_t)t * days_of(periods->unit));
    }
    struct date month = periods->first;
    for (size_t i = 0; i < t; i++) {
        month = date_next_month(month);
    }
    return month;
}

int32_t periods_place(const struct periods *periods, struct date date)
{
    if (periods->unit == LAG_UNIT_MONTH) {
        return months_between(periods->first, date);
    }
    int32_t length = days_of(periods->unit);
    int32_t days = date.days - periods->first.days;
    return days < 0 ? -((-days + length - 1) / length) : days / length;
}

bool periods_find(const struct periods *periods, struct date date, size_t *t)
{
    int32_t place = periods_place(periods, date);
    *t = place < 0 ? 0 : (size_t)place;
    return place >= 0 && *t < periods->count;
}
