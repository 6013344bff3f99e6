/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * All theme figures of a part of the organisation, added up in one walk over the released cells: by
 * unit, theme and fortnight, and for monthly outcomes by month. Nothing but whole cells is ever added.
 * Private to this folder, but for what theme.h says.
 */

#include "app/service/theme/theme.h"

struct board_wanted {
    struct team_id scope;  /* units beneath it alone are read */
    struct team_id team;   /* only what this team's figures are made of; 0 for all */
    size_t fortnights_max; /* of the newest ones; 0 for all */
    bool has_months;
};

/** As theme_board_open(). */
dp_err board_open(const struct appliance *appliance, const struct board_wanted *wanted,
                  struct theme_board **out);

/** The teams, by id. */
const struct team *board_teams(const struct theme_board *board, size_t *count);

/** How many fortnights are settled: those from there on are running, or a day of them is not
 * counted yet. */
size_t board_complete(const struct theme_board *board);
bool board_is_adjusted(const struct theme_board *board);

/** True if the theme was asked in a fortnight, to anybody. */
bool board_is_asked(const struct theme_board *board, enum theme theme, size_t fortnight);

/** Mean difficulty of a theme's questions, weighted by answers; NUMBER_NONE without any. */
double board_usual_level(const struct theme_board *board, enum theme theme);

/** Whose cells the team's figures are made of, seen from `scope`. Gives the pool's id, if it is a
 * pool. */
struct theme_reader board_reader(const struct theme_board *board, struct team_id scope,
                                 struct team_id team, struct unit_id *pool);

/** A sum over units. */
struct board_sum {
    double raw;      /* n times the mean */
    double adjusted; /* n times (mean - difficulty) */
    double favourable;
    double sd_squares;
    double sd_df;
    uint64_t invited;
    uint32_t n;
    uint32_t cells_shown;
    uint32_t cells_hidden;
    bool has_single_item;
};

/** Whose figures: a team with everything beneath it, or, with `pool`, that pool alone. */
struct board_place {
    struct team_id team;
    struct unit_id pool;
    enum theme theme;
    bool has_raw; /* with raw means: the viewer may see the whole organisation (theme.h) */
};

/** The sums of all fortnights into `sums`, which has room for them. */
void board_add_up(const struct theme_board *board, const struct board_place *place,
                  struct board_sum *sums);

/** The same by months of the weeks' Thursdays. */
struct board_month {
    struct date start;
    double raw;
    double adjusted;
    double n;
};
size_t board_months(const struct theme_board *board);
void board_add_up_months(const struct theme_board *board, const struct board_place *place,
                         struct board_month *months);
