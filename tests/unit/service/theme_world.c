/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/box.h"
#include "storage/flushed_record.h"
#include "storage/outcome_record.h"
#include "storage/unit_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/theme_world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { FORTNIGHT = 14, ANCHOR_QUESTION = 1, SINGLE = QUESTION_PER_THEME - 1, NOON = 12 * 60 };

static const struct firm_team TEAMS[] = { { "North", 24 },     { "South", 24 },
                                          { "East", 24 },      { "West", 24 },
                                          { "Field/Lab", 10 }, { "Field/Van", 10 },
                                          { "Field/Tiny", 4 }, { "Field/Mini", 4 } };

static const char *const METRICS[WORLD_OUTCOMES] = { "csat_mean", "waiting_time" };

/* Monday, Wednesday and Friday of both weeks, as the calendar has it. */
static const int32_t DAY_OF_THEME[QUESTION_THEMES] = { 0, 2, 4, 7, 9, 11 };
static const int32_t DAYS_OF_ANCHOR[] = { 1, 3, 8, 10 };

struct pool_search {
    struct team_id team;
    struct unit_id found;
};

static bool look_for_pool(const struct unit *unit, void *context)
{
    struct pool_search *search = context;
    if (unit->kind == UNIT_POOL && !unit->is_closed && unit->team.value == search->team.value) {
        search->found = unit->id;
    }
    return true;
}

static struct unit_id pool_of(struct firm *firm, struct team_id team)
{
    struct pool_search search = { .team = team };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(firm->appliance.office, &txn));
    assert_ok(unit_record_each(txn, look_for_pool, &search));
    assert_true(search.found.value != 0);
    return search.found;
}

struct theme_world *theme_world_start(void)
{
    struct theme_world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->random = 20260302;
    world->teams_with_outcomes = WORLD_DAILY;
    firm_start(&world->firm, true, TEAMS, COUNT(TEAMS));
    firm_make(&world->firm, firm_day(0)); /* makes the units */
    assert_ok(box_destroy(world->firm.appliance.folder.box, (struct epoch_id){ firm_day(0) }));
    for (int i = 0; i < WORLD_DAILY; i++) {
        world->units[i] = firm_unit(&world->firm, TEAMS[i].path);
        world->teams[i] = firm_team_id(&world->firm, TEAMS[i].path);
    }
    world->field = firm_team_id(&world->firm, "Field");
    world->teams[WORLD_POOL] = world->field;
    world->units[WORLD_POOL] = pool_of(&world->firm, world->field);
    world->weekly[0] = firm_team_id(&world->firm, "Lab");
    world->weekly[1] = firm_team_id(&world->firm, "Van");
    world->tiny = firm_team_id(&world->firm, "Tiny");
    return world;
}

void theme_world_end(struct theme_world *world)
{
    firm_end(&world->firm);
    free(world);
}

double theme_world_noise(struct theme_world *world)
{
    double sum = 0;
    for (int i = 0; i < 6; i++) {
        sum += (double)(support_random(&world->random) >> 11) / 9007199254740992.0 - 0.5;
    }
    return sum * 1.4;
}

/* A mood that remembers half of itself. */
static void drift(struct theme_world *world, double *out, double centre, double sd)
{
    double now = 0;
    for (int t = 0; t < WORLD_FORTNIGHTS; t++) {
        now = 0.5 * now + theme_world_noise(world);
        out[t] = centre + sd * now;
    }
}

void theme_world_imagine(struct theme_world *world)
{
    for (int theme = 0; theme < THEME_COUNT; theme++) {
        for (int q = 0; q < QUESTION_PER_THEME; q++) {
            world->difficulty[theme][q] = theme == THEME_ANCHOR
                                              ? 0.0
                                              : 0.3 * theme_world_noise(world);
        }
    }
    for (int j = 0; j < WORLD_SERIES; j++) {
        drift(world, world->index[j], 3.3, 0.15);
        for (int theme = 0; theme < QUESTION_THEMES; theme++) {
            drift(world, world->mood[j][theme], 3.3, 0.25);
        }
        for (int o = 0; o < WORLD_OUTCOMES; o++) {
            drift(world, world->outcome[o][j], 4.0, 0.2);
        }
    }
}

void theme_world_follow(struct theme_world *world, int outcome, enum theme theme, int lead)
{
    for (int j = 0; j < WORLD_SERIES; j++) {
        const double *mood = world->mood[j][theme - THEME_PURPOSE];
        for (int t = lead; t < WORLD_FORTNIGHTS; t++) {
            world->outcome[outcome][j][t] = 4.0 + (mood[t - lead] - 3.3) +
                                            0.05 * theme_world_noise(world);
        }
    }
}

struct question_id theme_world_question(const struct theme_world *world, enum theme theme,
                                        int32_t fortnight)
{
    if (theme == THEME_ANCHOR) {
        return (struct question_id){ ANCHOR_QUESTION };
    }
    int32_t at = world->is_single[theme] ? (fortnight == 0 ? SINGLE : fortnight % SINGLE)
                                         : fortnight % QUESTION_PER_THEME;
    int32_t first = ANCHOR_QUESTION + 1 + ((int32_t)theme - THEME_PURPOSE) * QUESTION_PER_THEME;
    return (struct question_id){ (uint16_t)(first + at) };
}

struct date theme_world_day(enum theme theme, int32_t fortnight)
{
    return firm_day(FORTNIGHT * fortnight + DAY_OF_THEME[theme - THEME_PURPOSE]);
}

static dp_err put_cell(struct store_txn *txn, struct unit_id unit, struct date day,
                       struct question_id question, double mean)
{
    long hundredths = lround(mean * 100.0);
    hundredths = hundredths < CELL_MEAN_MIN   ? CELL_MEAN_MIN
                 : hundredths > CELL_MEAN_MAX ? CELL_MEAN_MAX
                                              : hundredths;
    struct cell cell = { .unit = unit,
                         .period_kind = PERIOD_DAY,
                         .period_start = day,
                         .question = question,
                         .question_version = 1,
                         .headcount = 24,
                         .n = WORLD_N,
                         .mean_hundredths = (uint16_t)hundredths,
                         .favourable_pct = 50,
                         .has_sd = true,
                         .sd_tenths = 8 };
    return cell_record_put(txn, &cell);
}

static dp_err put_day(struct store_txn *txn, struct date day, struct question_id question)
{
    struct flushed flushed = { .epoch = { day }, .question = question, .question_version = 1 };
    return flushed_record_put(txn, &flushed);
}

static dp_err put_theme(struct store_txn *txn, const struct theme_world *world,
                        enum theme theme, int32_t fortnight)
{
    struct date day = theme_world_day(theme, fortnight);
    struct question_id question = theme_world_question(world, theme, fortnight);
    int at = (question.value - ANCHOR_QUESTION - 1) % QUESTION_PER_THEME;
    double difficulty = world->difficulty[theme][at];
    DP_TRY(put_day(txn, day, question));
    for (int j = 0; j < WORLD_SERIES; j++) {
        double mean = world->mood[j][theme - THEME_PURPOSE][fortnight] + difficulty;
        DP_TRY(put_cell(txn, world->units[j], day, question, mean));
    }
    return DP_SUCCESS;
}

static dp_err cells_job(struct store_txn *txn, void *context)
{
    const struct theme_world *world = context;
    struct question_id anchor = { ANCHOR_QUESTION };
    for (int32_t t = world->from; t < world->fortnights; t++) {
        for (int theme = THEME_PURPOSE; theme < THEME_COUNT; theme++) {
            DP_TRY(put_theme(txn, world, (enum theme)theme, t));
        }
        for (size_t i = 0; i < COUNT(DAYS_OF_ANCHOR); i++) {
            struct date day = firm_day(FORTNIGHT * t + DAYS_OF_ANCHOR[i]);
            DP_TRY(put_day(txn, day, anchor));
            for (int j = 0; j < WORLD_DAILY; j++) {
                DP_TRY(put_cell(txn, world->units[j], day, anchor, world->index[j][t]));
            }
        }
    }
    return DP_SUCCESS;
}

static dp_err put_outcome(struct store_txn *txn, const struct theme_world *world, int metric,
                          struct team_id team, int series, struct date monday, int32_t t)
{
    struct outcome outcome = {
        .source = "file",
        .period_kind = world->is_monthly ? PERIOD_MONTH : PERIOD_WEEK,
        .period_start = world->is_monthly ? date_month_start(monday) : monday,
        .team = team,
        .value = world->outcome[metric][series][t],
        .has_n = true,
        .n = 50,
        .import = { 1 },
    };
    snprintf(outcome.metric, sizeof outcome.metric, "%s", METRICS[metric]);
    return outcome_record_put(txn, &outcome);
}

static dp_err outcomes_job(struct store_txn *txn, void *context)
{
    const struct theme_world *world = context;
    for (int32_t t = world->from; t < world->fortnights; t++) {
        for (int week = 0; week < 2; week++) {
            struct date monday = firm_day(FORTNIGHT * t + 7 * week);
            for (int o = 0; o < WORLD_OUTCOMES; o++) {
                for (int j = 0; j < world->teams_with_outcomes; j++) {
                    DP_TRY(put_outcome(txn, world, o, world->teams[j], j, monday, t));
                }
                for (int k = 0; k < 2 && world->have_weekly_outcomes; k++) {
                    DP_TRY(put_outcome(txn, world, o, world->weekly[k], WORLD_POOL, monday, t));
                }
            }
        }
    }
    return DP_SUCCESS;
}

void theme_world_live(struct theme_world *world, int32_t fortnights)
{
    world->from = world->fortnights;
    world->fortnights = fortnights;
    assert_ok(store_write(world->firm.appliance.results, cells_job, world));
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
    firm_at(&world->firm, firm_day(FORTNIGHT * fortnights), NOON);
}

void theme_world_import_again(struct theme_world *world)
{
    world->from = 0;
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
}
