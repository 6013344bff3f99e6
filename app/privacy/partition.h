/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who is shown together: from the team tree and headcounts to units, and on to the pools of theme
 * days. Nothing else goes in; who answered, and what, is not even a parameter.
 *
 *   own people of a team >= 8        a unit of its own
 *   fewer                            pooled in the team above ("Other teams of Service"); a pool
 *                                    below 8 goes up a level; what is left at the root joins one unit
 *   5..7 people in all               one unit; below 5 no unit at all
 *   unit >= 15 people                asked and shown daily, until it falls below 10; else weekly
 *   weekly units of one team         together a pool >= 15 for theme days, else up a level; the
 *                                    root's pool takes what there is, from 8 up
 *
 * These numbers are for k = 5 and grow with k. A team has leaf teams beneath it, and people may sit
 * in it directly too: these are treated as one more leaf.
 *
 * partition_form() starts a programme. partition_revise() runs on every Monday after: units may be
 * joined, never split. partition_reform() runs on the first Monday of a year instead: it forms all
 * units anew, but keeps the old ones wherever the old and new figures together would give away a
 * set of teams with fewer than k people. The proof that nothing released isolates such a set is
 * at the top of partition.c.
 */

#include "app/core/err.h"
#include "app/survey/unit.h"

/** One team as it stands on a Monday. */
struct partition_team {
    struct team_id id;
    struct team_id parent; /* 0 for the root */
    uint32_t headcount;    /* people who sit directly in it */
    const char *name;      /* what people read; needed during the call only */
};

/** The sizes that follow from k. */
struct partition_rules {
    uint32_t min_people;   /* k: 5 or more */
    uint32_t unit_min;     /* 8 */
    uint32_t daily_from;   /* 15; also how big a pool wants to be */
    uint32_t weekly_below; /* 10 */
};

/** From `from` on, until its next seat, a team belongs to a unit. Old seats are never removed. */
struct partition_seat {
    struct team_id team;
    struct date from; /* a Monday */
    struct unit_id unit;
    uint32_t headcount; /* the team's people on that Monday */
};

/** Every unit and pool there ever was (by id), and every seat (by team, then Monday). A zeroed one
 * is empty and fine to start with. */
struct partition {
    struct unit *units;
    size_t units_count;
    size_t units_capacity;
    struct partition_seat *seats;
    size_t seats_count;
    size_t seats_capacity;
};

/** Takes: min_people; below ORGANISATION_MIN_PEOPLE_FLOOR counts as the floor. */
struct partition_rules partition_rules_of(uint32_t min_people);

/** Frees what it owns and leaves an empty one. */
void partition_free(struct partition *partition);
#define PARTITION_AUTO __attribute__((cleanup(partition_free)))

/** Adds a unit or a seat as the store holds them; units in order of id, seats by team and Monday.
 * Fails: DP_NO_MEMORY, DP_INVALID (not in order). */
dp_err partition_load_unit(struct partition *partition, const struct unit *unit);
dp_err partition_load_seat(struct partition *partition, const struct partition_seat *seat);

/** The teams and the day that a step is for. */
struct partition_step {
    const struct partition_team *teams; /* by id, the root among them, gone ones too */
    size_t teams_count;
    struct partition_rules rules;
    struct date monday;
};

/** The first partition of a programme. Takes: an empty partition.
 * Fails: DP_INVALID (not a tree, not a Monday, not empty), DP_NO_MEMORY; then it is as before. */
dp_err partition_form(struct partition *partition, const struct partition_step *step);

/** What a Monday brings: new headcounts, newcomers, joins, cadences, pools. Running it twice for the
 * same Monday changes nothing more. Fails: as partition_form(), and DP_INVALID when a seat begins
 * after this Monday; then it is as before. */
dp_err partition_revise(struct partition *partition, const struct partition_step *step);

/** What the first Monday of a programme year brings. `*kept` (may be NULL) gets the count of teams
 * whose old unit stays because re-forming it would give a small set away. Fails: as
 * partition_revise(). */
dp_err partition_reform(struct partition *partition, const struct partition_step *step,
                        size_t *kept);

/** A unit by id, or NULL. */
const struct unit *partition_unit(const struct partition *partition, struct unit_id id);

/** The unit that a team belongs to on a date; 0 if it has none (yet): its answers are never shown. */
struct unit_id partition_unit_of(const struct partition *partition, struct team_id team,
                                 struct date date);
