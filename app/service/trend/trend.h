/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The engagement index over time for one team with everything beneath it: weekly means, the
 * trend line with its band (statistics.md 4), and its direction in words. overview.h has the
 * teams side by side.
 *
 * The line and the direction are those of the whole history, however much of it is asked for,
 * so that the same week has the same level on every page. The line goes through weeks without a
 * figure, where its band widens, but never beyond the first and last week that has one: it is
 * no forecast. The direction comes from the weekly means, never from the line. A week that is
 * not over takes part in neither: it lacks days, and the weekly units altogether.
 *
 * Everybody sees the part of the tree that belongs to them: admins and HR the whole
 * organisation, a manager the own subtree. Asking for anything else is DP_FORBIDDEN, not an
 * empty page.
 */

#include "app/core/arena.h"
#include "app/service/series/series.h"
#include "app/stats/trend.h"

enum { TREND_WEEKS_MAX = 520 };

/** One team's index over time. All arrays are in the arena and have `weeks` places. */
struct trend {
    struct team team;
    char path[PATH_NAME_MAX];
    struct date first_monday;
    size_t weeks;
    bool is_running; /* the last place is a week that is not over */
    const struct series_point *points;
    bool has_line;
    const double *level; /* of the line, with its 95 % band; NUMBER_NONE outside the figures */
    const double *level_lo;
    const double *level_hi;
    struct trend_slope slope;
    int32_t last; /* the newest week over that has a figure; else a running one; else -1 */
};

/** Takes: `scope`, the top of what the viewer may see; `weeks_max` of the newest weeks, 0 for
 * all.
 * Fails: DP_NOT_FOUND (no such team), DP_FORBIDDEN (outside the scope), DP_NO_MEMORY, DP_IO,
 * DP_CORRUPT. */
dp_err trend_of_team(const struct appliance *appliance, struct team_id scope,
                     struct team_id team, size_t weeks_max, struct arena *arena,
                     struct trend *out);

/** The same from a snapshot that is open already. Takes: the local date. */
struct trend_wanted {
    struct team_id scope;
    struct team_id team;
    size_t weeks_max;
    struct date today;
};
dp_err trend_in(const struct released *cells, const struct trend_wanted *wanted,
                struct arena *arena, struct trend *out);

/** How many more weeks with a figure a direction needs; 0 when there are enough, even if
 * weeks that are all alike tell none. */
size_t trend_weeks_missing(const struct trend_slope *slope);
