/* SPDX-License-Identifier: MIT */
#include "app/service/schedule/due.h"

#include "app/core/num.h"

enum { LOOK_DAYS = 63 }; /* more than any two months are apart */

static bool is_due_on(const struct due *due, struct date date)
{
    struct date_parts parts = date_parts_of(date);
    switch (due->kind) {
    case DUE_DAILY:
        return true;
    case DUE_WEEKLY:
        return parts.weekday == due->weekday;
    case DUE_MONTHLY:
        break;
    }
    struct date last = date_add(date_next_month(date), -1);
    int last_day = date_parts_of(last).day;
    return parts.day == (due->month_day < last_day ? due->month_day : last_day);
}

static int64_t moment(const struct due *due, const struct zone *zone, struct date date)
{
    return zone_to_unix(zone, date, due->minute * 60);
}

int64_t due_next(const struct due *due, const struct zone *zone, int64_t after_s)
{
    struct date today = zone_to_local(zone, after_s).date;
    for (int32_t days = -1; days <= LOOK_DAYS; days++) {
        struct date date = date_add(today, days);
        if (is_due_on(due, date) && moment(due, zone, date) > after_s) {
            return moment(due, zone, date);
        }
    }
    DP_CHECK(false && "something is due within two months");
    return after_s;
}

int64_t due_last(const struct due *due, const struct zone *zone, int64_t at_s)
{
    struct date today = zone_to_local(zone, at_s).date;
    for (int32_t days = 1; days >= -LOOK_DAYS; days--) {
        struct date date = date_add(today, days);
        if (is_due_on(due, date) && moment(due, zone, date) <= at_s) {
            return moment(due, zone, date);
        }
    }
    DP_CHECK(false && "something was due within two months");
    return at_s;
}

dp_err due_parse_time(struct str text, int *minute)
{
    uint64_t hours = 0;
    uint64_t minutes = 0;
    if (text.len != 5 || text.ptr[2] != ':') {
        return err_make(DP_INVALID);
    }
    DP_TRY(num_uint(str_slice(text, 0, 2), 0, 23, &hours));
    DP_TRY(num_uint(str_slice(text, 3, 2), 0, 59, &minutes));
    *minute = (int)(hours * 60 + minutes);
    return DP_SUCCESS;
}
