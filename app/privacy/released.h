/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The one door to figures about people: reading released cells, and sums of whole released
 * cells. Screens, files, verdicts and the command line all come through here.
 *
 * A team's figures are the sums of the cells of all units that lie wholly beneath it. Nothing
 * else is ever added up: no part of a unit, no difference of two sums, no filter. A cell that
 * is hidden adds nothing and is counted as hidden. What a unit's cells were is never changed,
 * so a figure that was shown once is shown for ever.
 *
 * Periods are the day, the ISO week and, for themes, the fortnight; fortnights begin on the
 * Monday of the programme's start.
 */

#include "app/survey/people.h"
#include "app/survey/question.h"
#include "app/survey/unit.h"
#include "storage/cell_record.h"
#include "storage/flushed_record.h"
#include "storage/store.h"

/** A snapshot of teams, units, questions and flushed days, and an open read of the results.
 * Keep it short. */
struct released;

/** Opens a snapshot. Owns: the caller; end with released_close(). Fails: DP_NO_MEMORY, DP_IO,
 * DP_CORRUPT, DP_BUSY. */
dp_err released_open(struct store *office, struct store *results, struct released **out);
void released_close(struct released *cells);
void released_close_at(struct released **cells);
#define RELEASED_AUTO __attribute__((cleanup(released_close_at)))

/** What a process that shows many pages keeps of the results: the figures of all cells,
 * packed for adding up, read once for each state of the store. It holds nothing that the
 * results don't hold; when these have more than `cells_max` cells it holds nothing at all,
 * and every page reads the store. */
struct released_memory;
enum { RELEASED_MEMORY_CELLS = 1 << 20 /* of 20 bytes */ };

/** Owns: the caller; end with released_memory_free(), which NULL is fine for. Fails:
 * DP_NO_MEMORY. */
dp_err released_memory_make(size_t cells_max, struct released_memory **out);
void released_memory_free(struct released_memory *memory);

/** As released_open(), and sums are made from the memory. Takes: `memory` of this results
 * store, may be NULL. Threads: any number may share a memory. */
dp_err released_open_with(struct store *office, struct store *results,
                          struct released_memory *memory, struct released **out);

/** Teams by id and units by id, closed ones too; valid until released_close(). */
const struct team *released_teams(const struct released *cells, size_t *count);
const struct unit *released_units(const struct released *cells, size_t *count);

/** True if all people of the unit sit beneath the team, so that who may see the team may see
 * it.
 * Takes: a unit of released_units(). */
bool released_is_within(const struct released *cells, const struct unit *unit,
                        struct team_id team);

/** The theme of a question; THEME_COUNT for one that is not known. */
enum theme released_theme_of(const struct released *cells, struct question_id question);

/** Visits the cells, released and hidden, of all units within a team whose period starts in
 * from..to, by unit and period. Fails: DP_IO, DP_CORRUPT. */
struct released_range {
    struct team_id team;
    enum period_kind kind; /* PERIOD_DAY or PERIOD_WEEK */
    struct date from;
    struct date to;
};
dp_err released_each(const struct released *cells, const struct released_range *range,
                     bool (*visit)(const struct cell *cell, void *context), void *context);

/** Visits the days that were asked and are flushed, oldest first; what each question was.
 * Fails: DP_IO, DP_CORRUPT. */
dp_err released_each_day(const struct released *cells,
                         bool (*visit)(const struct flushed *flushed, void *context),
                         void *context);

/** A sum of released cells. */
struct released_sum {
    struct date start;
    bool is_asked; /* the question was asked in the period, to anybody */
    uint32_t cells_shown;
    uint32_t cells_hidden;
    uint32_t n;       /* answers 1..5 behind what is shown */
    uint64_t invited; /* people in the shown cells, once for each day they were asked */
    double mean;      /* undefined (0) while n is 0 */
    double favourable_pct;
    double sd_squares; /* sum of (n - 1) sd^2 over the cells that keep an sd */
    double sd_df;      /* and of n - 1 */
};

/** The anchor question by ISO weeks from `first_monday`: day cells of daily units and week
 * cells of weekly ones. `sums` has room for `weeks`. Fails: DP_NOT_FOUND (no such team),
 * DP_IO, DP_CORRUPT. */
dp_err released_index_weeks(const struct released *cells, struct team_id team,
                            struct date first_monday, size_t weeks, struct released_sum *sums);

/** What a series is of: a team with everything beneath it, or one unit alone. */
struct released_subject {
    struct team_id team; /* 0: the unit */
    struct unit_id unit;
};

/** The anchor question's weeks of many subjects in one go. Takes: no subject twice; `sums`
 * has room for `weeks` of each subject, one behind the other. Fails: DP_NOT_FOUND (no such
 * team or unit), DP_IO, DP_CORRUPT, DP_NO_MEMORY. */
dp_err released_index_many(const struct released *cells,
                           const struct released_subject *subjects, size_t count,
                           struct date first_monday, size_t weeks, struct released_sum *sums);

/** The anchor question by days: day cells alone, for weekly units have none. */
dp_err released_index_days(const struct released *cells, struct team_id team, struct date first,
                           size_t days, struct released_sum *sums);

/** A theme's questions by fortnights from `first_monday`: day cells of daily units and of
 * pools. */
dp_err released_theme_fortnights(const struct released *cells, struct team_id team,
                                 enum theme theme, struct date first_monday, size_t fortnights,
                                 struct released_sum *sums);

/** The first and last day with a flushed epoch. Fails: DP_NOT_FOUND before the first one. */
dp_err released_extent(const struct released *cells, struct date *first, struct date *last);

/** Whether all there will be of a week is there: its last day is counted and its weekly units
 * are released, which may be days before Sunday. Takes: its Monday. Fails: DP_IO,
 * DP_CORRUPT. */
dp_err released_is_week_complete(const struct released *cells, struct date monday,
                                 bool *is_complete);
