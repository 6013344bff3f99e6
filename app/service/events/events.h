/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What happened beside the figures, for the time lines that show them:
 *
 *   corrections       that stand and touch the team: for it, for one above it or one beneath it
 *   reorganisations   Mondays on which the groups that are shown together changed
 *   pauses            weeks in which nobody was asked
 *   alerts            of the team itself, acknowledged or not
 *
 * A reorganisation is a Monday on which a roster began to act and a unit grew or shrank by at
 * least five people and a tenth of its size, or on which a team began to be counted with
 * another unit. Sizes are read from released cells, so a unit that was hidden before or after
 * is not compared. Everyday joining and leaving is no reorganisation.
 */

#include "app/core/arena.h"
#include "app/service/appliance/appliance.h"
#include "storage/correction_record.h"

enum {
    EVENTS_MAX = 100,        /* the newest are given */
    EVENTS_UNITS_MAX = 3,    /* that are named */
    EVENTS_ROSTERS_MAX = 16, /* the newest of the range are looked at */
    EVENTS_STEP_MIN = 5,     /* people */
    EVENTS_STEP_SHARE = 10,  /* of the unit: a tenth */
};

enum event_kind { EVENT_CORRECTION, EVENT_REORGANISATION, EVENT_PAUSE, EVENT_ALERT };

/** A unit whose size made a step. */
struct event_unit {
    char name[NAME_MAX_BYTES];
    uint32_t before; /* people */
    uint32_t after;
};

struct event {
    enum event_kind kind;
    struct date first;          /* a Monday; of a correction its start */
    struct date last;           /* the same day; of a pause the Monday of its last week */
    char label[CORRECTION_TITLE_MAX]; /* a correction's title; a pause's name in the calendar or
                                       * "" */
    bool is_above;              /* of an alert: the index lies higher than usual, not lower */
    struct event_unit units[EVENTS_UNITS_MAX]; /* the largest steps first */
    size_t unit_count;                         /* named or not */
    size_t teams_reseated; /* teams that are counted with another unit from then on */
};

/** Of which team with everything beneath it, and of which weeks. */
struct events_wanted {
    struct team_id team;
    struct date from; /* a Monday */
    struct date to;   /* a Monday; its week is included */
    bool is_without_corrections;
};

struct events {
    const struct event *items; /* oldest first, in the arena */
    size_t count;
    size_t left_out; /* older than those given */
};

/** Finds them. Weeks after the newest counted day are no pauses.
 * Takes: a range of at most a few thousand weeks.
 * Fails: DP_NOT_FOUND (no such team), DP_NO_MEMORY, DP_IO, DP_CORRUPT, DP_BUSY. */
dp_err events_of(const struct appliance *appliance, const struct events_wanted *wanted,
                 struct arena *arena, struct events *out);
