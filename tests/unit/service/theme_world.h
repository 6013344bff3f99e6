/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A firm whose moods, questions and customers are known, written as an evening would leave it: four
 * daily teams, two weekly ones with a pool in Field, and two that are too small for a unit. Every
 * fortnight the anchor is asked four times and each theme once, one of its five questions after the
 * other. What a cell says is the mood plus the question's difficulty.
 *
 *     struct theme_world *world = theme_world_start();
 *     theme_world_imagine(world);                 moods of their own, customers of their own
 *     world->mood[team][theme][fortnight] = ...   or whatever a test wants
 *     theme_world_live(world, 40);                writes 40 fortnights; it is the Monday after
 *     theme_world_end(world);
 */

#include "app/survey/question.h"
#include "tests/unit/service/firm.h"

enum {
    WORLD_DAILY = 4, /* North, South, East, West; then the pool of Field */
    WORLD_SERIES = WORLD_DAILY + 1,
    WORLD_POOL = WORLD_DAILY,
    WORLD_FORTNIGHTS = 64,
    WORLD_OUTCOMES = 2, /* csat_mean and waiting_time */
    WORLD_N = 20
};

struct theme_world {
    struct firm firm;
    uint64_t random;
    double difficulty[THEME_COUNT][QUESTION_PER_THEME];
    double mood[WORLD_SERIES][QUESTION_THEMES][WORLD_FORTNIGHTS]; /* theme less THEME_PURPOSE */
    double index[WORLD_SERIES][WORLD_FORTNIGHTS];
    double outcome[WORLD_OUTCOMES][WORLD_SERIES][WORLD_FORTNIGHTS];
    struct unit_id units[WORLD_SERIES];
    struct team_id teams[WORLD_SERIES];
    struct team_id field;     /* the parent of the two weekly teams */
    struct team_id weekly[2]; /* Lab and Van */
    struct team_id tiny;
    bool is_single[THEME_COUNT]; /* its fifth question is asked only in the first fortnight */
    bool is_monthly;             /* outcomes */
    int teams_with_outcomes; /* of the daily ones; beyond them the weekly ones by is_weekly */
    bool have_weekly_outcomes;
    int32_t from;
    int32_t fortnights; /* written so far */
};

struct theme_world *theme_world_start(void);
void theme_world_end(struct theme_world *world);

/** About one standard deviation. */
double theme_world_noise(struct theme_world *world);

/** Moods and customers that have nothing to do with each other. */
void theme_world_imagine(struct theme_world *world);

/** Customers of an outcome follow a theme after so many fortnights. */
void theme_world_follow(struct theme_world *world, int outcome, enum theme theme, int lead);

/** Writes up to so many fortnights; it is then noon of the Monday behind them. */
void theme_world_live(struct theme_world *world, int32_t fortnights);

/** Writes outcomes again, after a test changed them. */
void theme_world_import_again(struct theme_world *world);

/** The question that is asked of a theme in a fortnight, and the day. */
struct question_id theme_world_question(const struct theme_world *world, enum theme theme,
                                        int32_t fortnight);
struct date theme_world_day(enum theme theme, int32_t fortnight);
