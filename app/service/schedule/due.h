/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * When something is due next: daily, weekly or monthly at HH:MM in the organisation's zone. No cron
 * syntax. In the hour that spring leaves out it is due at the first minute that exists; in the hour
 * that autumn repeats it is due once (zone.h). A month without a 31st uses its last day.
 */

#include "app/core/zone.h"

enum due_kind { DUE_DAILY, DUE_WEEKLY, DUE_MONTHLY };

struct due {
    enum due_kind kind;
    int weekday;   /* weekly: 1 Monday .. 7 Sunday */
    int month_day; /* monthly: 1..31 */
    int minute;    /* of the local day, 0..1439 */
};

/** The first due moment after `after_s`, in Unix seconds. */
int64_t due_next(const struct due *due, const struct zone *zone, int64_t after_s);

/** The last due moment at or before `at_s`. */
int64_t due_last(const struct due *due, const struct zone *zone, int64_t at_s);

/** "HH:MM" to the minute of the day. Fails: DP_INVALID, DP_OUT_OF_RANGE. */
dp_err due_parse_time(struct str text, int *minute);
