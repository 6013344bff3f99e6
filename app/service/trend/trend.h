/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What HR looks at: the engagement index over time for one team with everything beneath it, its
 * trend line with an honest band, its direction in words, and the overview of the teams below.
 *
 * Everybody sees the part of the tree that belongs to them: admins and HR the whole organisation, a
 * manager the own subtree. Asking for anything else is DP_FORBIDDEN, not an empty page.
 */

#include "app/core/arena.h"
#include "app/service/series/series.h"
#include "app/stats/trend.h"

enum { TREND_WEEKS_MAX = 520, TREND_ROWS_MAX = 500 };

/** One team's index over time. All arrays are in the arena and have `weeks` places. */
struct trend {
    struct team team;
    char path[PATH_NAME_MAX];
    struct date first_monday;
    size_t weeks;
    const struct series_point *points;
    bool has_line;
    const double *level; /* of the trend line, with its band */
    const double *level_lo;
    const double *level_hi;
    struct trend_slope slope;
    int32_t last; /* the newest week with a figure, -1 if there is none */
};

/** Takes: `scope`, the top of what the viewer may see; `weeks_max` of the newest weeks, 0 for all.
 * Fails: DP_NOT_FOUND (no such team), DP_FORBIDDEN (outside the scope), DP_NO_MEMORY, DP_IO. */
dp_err trend_of_team(const struct appliance *appliance, struct team_id scope, struct team_id team,
                     size_t weeks_max, struct arena *arena, struct trend *out);

/** A team in the overview: this week beside the one before. */
struct trend_row {
    struct team_id team;
    char name[NAME_MAX_BYTES];
    size_t depth; /* below the scope: 1 for its children */
    bool has_unit; /* it is a unit itself, or has some beneath it; else it is pooled */
    struct series_point now;
    struct series_point before;
};

struct trend_overview {
    struct trend top; /* of the scope */
    const struct trend_row *rows;
    size_t row_count;
    size_t rows_left_out; /* more than TREND_ROWS_MAX */
};

/** Fails: as trend_of_team(). */
dp_err trend_overview_of(const struct appliance *appliance, struct team_id scope,
                         struct arena *arena, struct trend_overview *out);
