/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A company whose teams have moods of white noise around 3.6, to which a test adds what it wants to
 * be found. Charted are the organisation, Service and the four units; Sales holds but one.
 *
 *     alert_world_shift(world, HOTLINE, 40, 80, -0.6);    weeks 40 to 79
 *     alert_world_live(world, 50);                        it is then noon of the Monday after
 */

#include "app/service/alert/alert.h"
#include "app/stats/prng.h"
#include "tests/unit/service/firm.h"

enum alert_world_team { HOTLINE, DESK, SHOPS, OFFICE, WORLD_TEAMS };
enum { WORLD_WEEKS_MAX = 160, WORLD_CHARTED = 6, WORLD_ARENA_BYTES = 4 << 20 };

struct alert_world {
    struct firm firm;
    double mood[WORLD_TEAMS][WORLD_WEEKS_MAX];
    struct unit_id units[WORLD_TEAMS];
    struct team_id teams[WORLD_TEAMS];
    struct team_id service;       /* of HOTLINE and DESK */
    int closed_from[WORLD_TEAMS]; /* no cells from this week on; 0: never */
    int from;
    int weeks;
};

/** For cmocka: a fresh world in *state, and its end. */
int alert_world_setup(void **state);
int alert_world_teardown(void **state);

void alert_world_shift(struct alert_world *world, enum alert_world_team team, int from, int to,
                       double points);

/** Stores the weeks up to `weeks`; it is then noon of the Monday after them. */
void alert_world_live(struct alert_world *world, int weeks);

/** Stores one week again as the moods are now. */
void alert_world_rewrite(struct alert_world *world, int week);

/** Closes a team's unit and takes the team out of the roster. */
void alert_world_close(struct alert_world *world, enum alert_world_team team);

/** The list for the whole organisation; lives as long as the arena. */
struct alert_list alert_world_list(struct alert_world *world, struct arena *arena);

/** The Monday of a week by its number. */
struct date alert_world_week(int week);
