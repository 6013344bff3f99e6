/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who is shown together. A unit is a leaf team, or small teams pooled in their parent; it is decided
 * from headcounts, once a year, never by who answered (app/privacy/partition makes them). A pool
 * joins weekly units for the days on which a theme question is asked.
 */

#include "app/survey/ids.h"

enum unit_kind { UNIT_TEAM, UNIT_REST /* the small teams of one parent */, UNIT_POOL };
enum unit_cadence { UNIT_DAILY, UNIT_WEEKLY };

struct unit {
    struct unit_id id;
    enum unit_kind kind;
    enum unit_cadence cadence; /* UNIT_DAILY for pools */
    struct team_id team;       /* the team, or the parent whose small teams it joins */
    struct unit_id pool;       /* weekly units: where theme days are counted; 0 if nowhere */
    uint32_t headcount;
    bool is_closed;            /* joined into another unit, or empty; its cells stay */
    struct unit_id joined_into;
    char name[NAME_MAX_BYTES]; /* "Hotline", "Other teams of Service" */
};

/** Where the ballots of one team go. */
struct unit_membership {
    struct team_id team;
    struct unit_id unit; /* 0: nothing is ever shown (fewer than 5 people in all) */
};
