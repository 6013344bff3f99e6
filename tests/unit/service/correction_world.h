/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A company with a course correction in it, for tests of app/service/correction: eight teams
 * of 24 people, the index and one theme by weeks, and an outcome, all invented and stored as
 * an evening and an import would have stored them.
 *
 *     struct world *world = world_start();
 *     world_imagine(world, 0.8);          teams 0..2 step by 0.8 in week WORLD_START
 *     world_enter(world, ...);            registers, by default three days ahead
 *     world_live(world, 60);              it is then noon of the Monday after week 59
 *     world_report(world, id, &arena)
 *     world_end(world);
 */

#include "app/service/correction/correction.h"
#include "tests/unit/service/firm.h"

enum {
    WORLD_TEAMS = 8, /* Service: 0, 1; Field: 2, 3; Sales: 4 to 7 */
    WORLD_TREATED = 3,
    WORLD_WEEKS = 80,
    WORLD_START = 30, /* the week of the correction */
};

#define WORLD_METRIC "one_call_resolution"

struct world {
    struct firm firm;
    uint64_t random;
    double index[WORLD_TEAMS][WORLD_WEEKS];
    double theme[WORLD_TEAMS][WORLD_WEEKS];
    double outcome[WORLD_TEAMS][WORLD_WEEKS];
    struct unit_id units[WORLD_TEAMS];
    struct team_id teams[WORLD_TEAMS];
    int from; /* written so far: from..weeks */
    int weeks;
    uint32_t answers_after; /* of treated teams from WORLD_START on; 0: as everybody */
    uint32_t outcome_n; /* 0: not given */
    bool is_monthly;
    bool has_no_outcomes;
    bool is_silent[WORLD_TEAMS]; /* no outcomes of this team */
    char source[CODE_MAX];
};

struct world *world_start(void);
void world_end(struct world *world);

/** One value of about one standard deviation. */
double world_noise(struct world *world);

/** Moods that drift from week to week, customers that don't; a step of so much in the treated
 * teams' index and theme, ten times as much in their outcome, from the week of the correction
 * on. */
void world_imagine(struct world *world, double step);

/** Writes the weeks up to `weeks`; it is then noon of the Monday after them. */
void world_live(struct world *world, int weeks);

/** Stores one value of the outcome. */
void world_put_outcome(struct world *world, const struct outcome *outcome);

/** A correction of the treated teams from WORLD_START on, expected to raise the index. */
struct correction world_correction(const struct world *world);

/** Registers it three days before its start, and turns the clock back to where it was. */
struct correction_id world_enter(struct world *world, const struct correction *correction);

struct correction_report world_report(struct world *world, struct correction_id id,
                                      struct arena *arena);

/** The effect on a series of the report: of a theme or the index by `metric` NULL, else of an
 * outcome. Fails the test when there is none. */
const struct correction_effect *world_effect(const struct correction_report *report,
                                             enum theme theme, const char *metric);
