/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A company of four teams whose customers follow the mood some weeks later, or have a mind of
 * their own, for tests of the link. Figures are stored as evenings and imports would store them.
 *
 *     world_imagine(world, true);   what is to come, for all weeks
 *     world_live(world, 60);        60 weeks have passed, it is the noon of the Monday after
 *     world_look(world)             what the page says
 */

#include "app/service/link/link.h"
#include "app/service/link/primary.h"
#include "tests/unit/service/firm.h"

enum { WORLD_TEAMS = 4, WORLD_WEEKS = 130, WORLD_ARENA = 1 << 20 };

#define WORLD_METRIC STR("csat_mean")
#define WORLD_SOURCE STR("file")

struct world {
    struct firm firm;
    uint64_t random;
    double mood[WORLD_TEAMS][WORLD_WEEKS];      /* a standard deviation is 0.4 points */
    double customers[WORLD_TEAMS][WORLD_WEEKS]; /* as they are imported */
    struct unit_id units[WORLD_TEAMS];
    struct team_id team_ids[WORLD_TEAMS];
    int lead;     /* customers follow after so many weeks; below 0: they come first */
    double noise; /* of the customers, as a share of what they follow */
    int from;
    int weeks; /* written so far, `from` on */
    int teams_with_outcomes;
    int first_week[WORLD_TEAMS]; /* a team is there from .. */
    int last_week[WORLD_TEAMS];  /* .. to and without */
    bool is_monthly;
    bool is_whole; /* outcomes are the whole organisation's: the first team's */
    bool has_no_n;
};

/** For cmocka; *state is a struct world. */
int world_setup(void **state);
int world_teardown(void **state);

void world_imagine(struct world *world, bool is_linked);
void world_live(struct world *world, int weeks);

/** Writes the outcomes of some weeks again, as an import of corrected figures does. */
void world_correct(struct world *world, int from, int weeks);

/** Deletes the outcomes of all weeks from one on, as undoing an import does. */
void world_forget(struct world *world, int from);

/** Writes one outcome. */
void world_put(struct world *world, const struct outcome *outcome);

/** What may be shown of the pair; without its points and teams, which go with the arena. */
struct link_answer world_look(struct world *world);
int64_t world_today(const struct world *world);

#define WORLD_TEST(function) \
    cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)
