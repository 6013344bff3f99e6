/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * HR's first page: the newest week that is over beside the one before, for the scope and for
 * each team beneath it, and how consistent it all is.
 *
 * A change comes with its interval. For the scope a word is said when the interval excludes 0.
 * In the list of teams many are looked at, so that is paid for (Bonferroni over the rows that
 * have a change): `is_clear` is true only when an interval that wide excludes 0.
 *
 * Small teams have no figures of their own; their unit ("other teams of Service") has a row
 * behind the children of its parent. Rows keep the order of the tree: never ranked by means.
 */

#include "app/service/trend/trend.h"
#include "app/stats/spread.h"

enum {
    OVERVIEW_WEEKS = 26,
    OVERVIEW_ROWS_MAX = 500,
    OVERVIEW_SPARK = 13,
    OVERVIEW_EVEN_WEEKS = 4
};

/** Now less before. */
struct overview_change {
    struct interval mean;       /* 95 %; NUMBER_NONE where it can't be given */
    struct interval favourable; /* 95 %, in points of per cent */
    bool is_clear;
    bool has_response_moved; /* by more than 15 points: who answered changed as well */
};

/** Where a team without figures is counted. */
enum overview_counted {
    OVERVIEW_OWN,  /* it is a unit, or has some beneath it */
    OVERVIEW_REST, /* in the unit of other teams of `counted_in`, which has a row of its own */
    OVERVIEW_JOINED,  /* in the unit of the team `counted_in` */
    OVERVIEW_OUTSIDE, /* with teams that the viewer may not see */
    OVERVIEW_NOWHERE  /* fewer than 5 people in all */
};

struct overview_row {
    struct team_id team; /* of a unit of other teams: their parent */
    char name[NAME_MAX_BYTES];
    bool is_rest; /* the other teams of the team named so */
    size_t depth; /* below the scope: 1 for its children */
    enum overview_counted counted;
    char counted_in[NAME_MAX_BYTES];
    struct series_point now;
    struct series_point before; /* without intervals */
    struct overview_change change;
    const double *spark; /* means of OVERVIEW_SPARK weeks up to now; NUMBER_NONE where hidden */
};

struct overview {
    struct trend top; /* of the scope, its newest OVERVIEW_WEEKS */
    struct overview_change change;
    const struct overview_row *rows;
    size_t row_count;
    size_t rows_changed;  /* that have a change */
    size_t rows_left_out; /* beyond OVERVIEW_ROWS_MAX */
    struct spread teams;  /* between units of at least 8, over the last OVERVIEW_EVEN_WEEKS */
    struct spread days;   /* between the days of these weeks, daily units alone */
};

/** Takes: `scope`, the top of what the viewer may see. Fails: as trend_of_team(). */
dp_err overview_of(const struct appliance *appliance, struct team_id scope, struct arena *arena,
                   struct overview *out);
