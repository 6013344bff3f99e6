/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which teams have a chart (alert.h says it), and the series behind it: the engagement index by
 * the ISO weeks that are settled (app/privacy/settled.h): over, and with all their days counted.
 */

#include "app/service/series/series.h"

/** The settled weeks: from the first that was asked to the last that was, or to the last before
 * `until` if that was earlier. Takes: `until` as settled_until() gives it. */
struct charted_weeks {
    struct date first_monday;
    size_t count;
};
dp_err charted_weeks(const struct released *cells, struct date until,
                     struct charted_weeks *out);

/** The Monday of the last of them. Takes: at least one week. */
struct date charted_last(const struct charted_weeks *weeks);

/** The teams by id. Owns: the caller; free with mem_free(). Fails: DP_NO_MEMORY. */
dp_err charted_teams(const struct released *cells, struct team_id **teams, size_t *count);

/** A team's weeks. Both arrays have room for all; `index` is NUMBER_NONE where nothing is shown
 * and before `from`. Fails: DP_NOT_FOUND (no such team), DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
struct charted_series {
    struct series_point *points;
    double *index;
};
dp_err charted_read(const struct released *cells, struct team_id team,
                    const struct charted_weeks *weeks, struct date from,
                    struct charted_series *out);

/** Room for a series. Fails: DP_NO_MEMORY. Owns: the caller. */
dp_err charted_series_take(const struct charted_weeks *weeks, struct charted_series *out);
void charted_series_free(struct charted_series *series);
#define CHARTED_SERIES_AUTO __attribute__((cleanup(charted_series_free)))
