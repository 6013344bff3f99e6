/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The six themes: what people say about purpose, voice, team, growth, workload and customers.
 *
 * A theme's questions change from day to day and some are harder than others, so their difficulty is
 * taken out (statistics.md 3): it is estimated each evening over the whole organisation's released
 * cells and kept in the office. A theme's figure is the mean of (cell - difficulty of its question),
 * weighted by the answers; the raw mean stands beside it. A question that was asked in one week only
 * has no difficulty yet: its fortnight is marked. Because every question loses its own usual level,
 * adjusted figures of two themes say how each stands against its own habit, not which one is
 * liked better; `usual_level` of the map's columns says that.
 *
 * A difficulty is the whole organisation's. Raw mean less adjusted mean would give it away wherever a
 * fortnight had one question, and all teams' usual answers less the own ones are the other teams': so
 * who may not see TEAM_ROOT gets adjusted means alone, no raw ones and no usual levels.
 *
 * Themes have the fortnight as their unit, counted from the programme's first Monday. Weekly units
 * are asked with a pool on theme days, so a team that has nothing but weekly units reads its pool,
 * provided that the viewer may see the pool; `struct theme_reader` says which it is.
 *
 * Does a theme move with an outcome? As app/service/link does it for the index: looks are taken at
 * most every four weeks and remembered; Benjamini & Hochberg pay for all pairs of theme and outcome.
 */

#include "app/core/arena.h"
#include "app/core/json.h"
#include "app/service/appliance/appliance.h"
#include "app/service/link/link.h"
#include "app/service/series/series.h"
#include "app/stats/interval.h"
#include "app/survey/question.h"

enum { THEME_FORTNIGHTS_MAX = 260, THEME_ROWS_MAX = 500 };

#define THEME_FIRST THEME_PURPOSE /* of the six; the anchor is not a theme */

/* ---- Each evening ---------------------------------------------------------------------------- */

/** Estimates the difficulty of every question anew and stores it. Fails: DP_NO_MEMORY, DP_IO,
 * DP_CORRUPT; DP_OUT_OF_RANGE for more than ITEMS_MAX questions and wordings. */
dp_err theme_refit(const struct appliance *appliance);

/** Takes the looks at themes and outcomes that are due and stores them. Fails: as link_refresh(). */
dp_err theme_refresh(const struct appliance *appliance);

/* ---- One team, one theme --------------------------------------------------------------------- */

/** Whose cells a team's theme figures are made of. */
enum theme_reading {
    THEME_READ_OWN,     /* its own daily units and pools */
    THEME_READ_POOL,    /* a pool: it and other small teams together, see `pool` */
    THEME_READ_OUTSIDE, /* a pool that holds teams the viewer may not see: no figure */
    THEME_READ_NO_UNIT  /* too small for a group of its own: counted with others, no figure */
};

struct theme_reader {
    enum theme_reading reading;
    char pool[NAME_MAX_BYTES]; /* of THEME_READ_POOL, "" otherwise */
    bool is_partial; /* own figures, but without its weekly units: they count in a pool above */
};

/** Why a fortnight has a figure or has none. */
enum theme_state {
    THEME_STATE_SHOWN,
    THEME_STATE_NOT_ASKED, /* nobody was asked about the theme */
    THEME_STATE_FEWER,     /* asked, but fewer than 5 answered in every group */
    THEME_STATE_NO_FIGURE  /* never one here: the reader says why */
};

/** "shown", "not_asked", "hidden", "no_figure". */
const char *theme_state_name(enum theme_state state);

/** One fortnight. */
struct theme_point {
    enum theme_state state;
    struct series_point figure; /* mean, interval, se adjusted; favourable_pct raw */
    double raw_mean;            /* NUMBER_NONE unless shown, and outside TEAM_ROOT */
    bool has_single_item;       /* includes a question asked only once */
    bool is_running;            /* the fortnight is not over, or a day of it not counted yet */
};

/** All arrays are in the arena and have `fortnights` places. */
struct theme_series {
    struct team team;
    char path[PATH_NAME_MAX];
    enum theme theme;
    struct theme_reader reader;
    struct date first_monday;
    size_t fortnights;
    const struct theme_point *points;
    int32_t last;     /* the newest fortnight with a figure, -1 if there is none */
    bool is_adjusted; /* false: difficulties are not known yet; adjusted and raw are the same */
};

/** Takes: `scope`, the top of what the viewer may see; `fortnights_max` of the newest ones, 0 for
 * all. Fails: DP_INVALID (no theme: the anchor), DP_NOT_FOUND (no such team), DP_FORBIDDEN (outside
 * the scope), DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err theme_series_of(const struct appliance *appliance, struct team_id scope,
                       struct team_id team, enum theme theme, size_t fortnights_max,
                       struct arena *arena, struct theme_series *out);

/* ---- Many at once ---------------------------------------------------------------------------- */

/** All theme figures, read once; for whoever needs several teams or themes. No snapshot is held. */
struct theme_board;

/** Owns: the caller; end with theme_board_close(). Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err theme_board_open(const struct appliance *appliance, struct theme_board **out);
void theme_board_close(struct theme_board *board);
void theme_board_close_at(struct theme_board **board);
#define THEME_BOARD_AUTO __attribute__((cleanup(theme_board_close_at)))

/** From the fortnight of the first evening to that of the last; 0 before the first. */
size_t theme_board_fortnights(const struct theme_board *board, struct date *first_monday);

/** As theme_series_of(), for all fortnights of the board. */
dp_err theme_board_series(const struct theme_board *board, struct team_id scope,
                          struct team_id team, enum theme theme, struct arena *arena,
                          struct theme_series *out);

/* ---- The map: teams by themes ---------------------------------------------------------------- */

struct theme_map_cell {
    enum theme_state state; /* of `now` */
    struct theme_point now;
    struct theme_point before;
    struct interval change; /* now less before, 95 %; NUMBER_NONE where it can't be given */
};

struct theme_map_row {
    struct team_id team;
    char code[CODE_MAX];
    char name[NAME_MAX_BYTES];
    size_t depth; /* 0: the scope itself; 1 for its children */
    struct theme_reader reader;
    struct theme_map_cell cells[QUESTION_THEMES]; /* by theme, less THEME_FIRST */
};

/** A column: which fortnights stand in it. */
struct theme_map_column {
    enum theme theme;
    bool has_now; /* false: the theme was never asked in a fortnight that is over */
    bool has_before;
    struct date now;    /* the Monday of the newest complete fortnight that was asked */
    struct date before; /* of the one before it that was asked */
    double usual_level; /* mean difficulty of its questions, organisation-wide: above 0 they
                           usually get better answers than the average question; NUMBER_NONE,
                           always outside TEAM_ROOT */
};

struct theme_map {
    struct theme_map_column columns[QUESTION_THEMES];
    const struct theme_map_row *rows; /* the scope first, then the outline below it */
    size_t row_count;
    size_t rows_left_out; /* more than THEME_ROWS_MAX */
    bool is_adjusted;
};

/** Fails: DP_NOT_FOUND (no such scope), DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err theme_map_of(const struct appliance *appliance, struct team_id scope,
                    struct arena *arena, struct theme_map *out);

/** The same for one team and what is beneath it, seen by somebody who may see `scope`.
 * Fails: as above, and DP_FORBIDDEN (outside the scope). */
dp_err theme_map_below(const struct appliance *appliance, struct team_id scope,
                       struct team_id top, struct arena *arena, struct theme_map *out);

/* ---- Themes that move with an outcome -------------------------------------------------------- */

enum theme_link_state {
    THEME_LINK_EXAMINED, /* a verdict; it is part of the family */
    THEME_LINK_REFUSED, /* too few fortnights or the like: scan.refusal or scan.verdict say it */
    THEME_LINK_PENDING  /* the first look is taken this evening; nothing else is set */
};

/** One pair of theme and outcome, as it was last looked at. The whole organisation's business: for
 * admins and HR. */
struct theme_link {
    struct link_pair pair;
    enum theme theme;
    enum theme_link_state state;
    enum lag_unit unit; /* LAG_UNIT_FORTNIGHT or LAG_UNIT_MONTH */
    bool is_panel;
    struct lagscan_result scan; /* its grade and verdict are the ones to show */
    bool is_changed;            /* figures behind it were corrected since */
    uint64_t answers;           /* behind the theme's series */
    double q;                   /* p after Benjamini & Hochberg; not for prose; NUMBER_NONE */
    bool is_listed;             /* q <= .10 and at least an early hint: may be named */
    struct date looked;
    struct date next_look;
};

struct theme_links {
    const struct theme_link
        *links; /* the listed ones first, by the interval end nearest 0; then the
                                       others in the order of outcome and theme */
    size_t count;
    size_t listed;
    bool is_order_uncertain; /* intervals of the first two that are listed overlap */
    size_t examined;         /* "12 of 18 examined": the whole family, whatever was asked for */
    size_t possible;
    size_t links_examined; /* themes and the index together: link_examined() */
};

/** Takes: an empty metric for all outcomes; an empty source for all sources of the metric.
 * Fails: DP_NOT_FOUND (no such outcome), DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err theme_links_of(const struct appliance *appliance, struct str metric, struct str source,
                      struct arena *arena, struct theme_links *out);

/* ---- The machine's view ---------------------------------------------------------------------- */

void theme_series_json(const struct theme_series *series, struct json_writer *json);
void theme_map_json(const struct theme_map *map, struct json_writer *json);
void theme_links_json(const struct theme_links *links, struct json_writer *json);
