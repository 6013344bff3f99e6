/* SPDX-License-Identifier: MIT */
#include "app/privacy/month.h"

enum { MONTHS = 12, QUARTER_WEEKS = 13, WEEK_DAYS = 7, LAST_WEEK = 52 };

/* The first week of a month, from 1. */
static int first_week(int number)
{
    int quarter = (number - 1) / 3;
    int within = (number - 1) % 3;
    return quarter * QUARTER_WEEKS + within * 4 + 1;
}

struct month month_of(struct date date)
{
    int year = 0;
    int week = 0;
    date_iso_week(date, &year, &week);
    week = week > LAST_WEEK ? LAST_WEEK : week;
    int number = MONTHS;
    while (first_week(number) > week) {
        number--;
    }
    return (struct month){ year, number };
}

/* The 4th of January is always in week 1. */
struct date month_first_monday(struct month month)
{
    struct date fourth;
    DP_CHECK(err_is_ok(date_from_parts(month.year, 1, 4, &fourth)));
    return date_add(date_monday(fourth), (first_week(month.number) - 1) * WEEK_DAYS);
}

struct month month_next(struct month month)
{
    if (month.number < MONTHS) {
        return (struct month){ month.year, month.number + 1 };
    }
    return (struct month){ month.year + 1, 1 };
}

size_t month_weeks(struct month month)
{
    struct date first = month_first_monday(month);
    struct date next = month_first_monday(month_next(month));
    return (size_t)((next.days - first.days) / WEEK_DAYS);
}

void month_sum(const struct released_sum *parts, size_t count, struct released_sum *out)
{
    *out = (struct released_sum){ .start = count > 0 ? parts[0].start : (struct date){ 0 } };
    for (size_t i = 0; i < count; i++) {
        out->is_asked = out->is_asked || parts[i].is_asked;
        out->cells_shown += parts[i].cells_shown;
        out->cells_hidden += parts[i].cells_hidden;
        out->invited += parts[i].invited;
        out->n += parts[i].n;
        out->mean += (double)parts[i].n * parts[i].mean;
        out->favourable_pct += (double)parts[i].n * parts[i].favourable_pct;
        out->sd_squares += parts[i].sd_squares;
        out->sd_df += parts[i].sd_df;
    }
    if (out->n > 0) {
        out->mean /= (double)out->n;
        out->favourable_pct /= (double)out->n;
    }
}
