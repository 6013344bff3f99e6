/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "storage/flushed_record.h"
#include "storage/outcome_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/link/world.h"

enum { LEAD = 2, TUESDAY = 1, PEOPLE = 24, ANSWERS = 20, RATINGS = 50, SEED = 78300 };

static const struct firm_team teams[WORLD_TEAMS] = {
    { "North", PEOPLE }, { "South", PEOPLE }, { "East", PEOPLE }, { "West", PEOPLE }
};

static double noise(struct world *world)
{
    double sum = 0;
    for (int i = 0; i < 6; i++) {
        sum += (double)(support_random(&world->random) >> 11) / 9007199254740992.0 - 0.5;
    }
    return sum * 1.4; /* about one standard deviation */
}

/* What the customers follow: the mood some weeks ago, or, if they come first, some weeks ahead. */
static double followed(const struct world *world, int team, int week)
{
    int from = week - world->lead;
    return from >= 0 && from < WORLD_WEEKS ? world->mood[team][from] : 0.0;
}

void world_imagine(struct world *world, bool is_linked)
{
    for (int j = 0; j < WORLD_TEAMS; j++) {
        for (int w = 0; w < WORLD_WEEKS; w++) {
            double before = w > 0 ? world->mood[j][w - 1] : 0.0;
            world->mood[j][w] = 0.5 * before + noise(world);
        }
        double own = 0;
        for (int w = 0; w < WORLD_WEEKS; w++) {
            own = 0.5 * own + noise(world);
            double linked = followed(world, j, w) + world->noise * noise(world);
            world->customers[j][w] = 4.0 + 0.2 * (is_linked ? linked : own);
        }
    }
}

static bool is_there(const struct world *world, int team, int week)
{
    return week >= world->first_week[team] && week < world->last_week[team];
}

static dp_err put_cell(struct store_txn *txn, const struct world *world, int team, int week)
{
    long mean = lround(300.0 + 40.0 * world->mood[team][week]);
    mean = mean < CELL_MEAN_MIN ? CELL_MEAN_MIN : mean > CELL_MEAN_MAX ? CELL_MEAN_MAX : mean;
    struct cell cell = { .unit = world->units[team],
                         .period_kind = PERIOD_DAY,
                         .period_start = firm_day(7 * week + TUESDAY),
                         .question = { 1 },
                         .question_version = 1,
                         .headcount = PEOPLE,
                         .n = ANSWERS,
                         .mean_hundredths = (uint16_t)mean,
                         .favourable_pct = 50 };
    return cell_record_put(txn, &cell);
}

static dp_err cells_job(struct store_txn *txn, void *context)
{
    struct world *world = context;
    for (int w = world->from; w < world->weeks; w++) {
        struct flushed flushed = { .epoch = { firm_day(7 * w + TUESDAY) },
                                   .question = { 1 },
                                   .question_version = 1 };
        DP_TRY(flushed_record_put(txn, &flushed));
        for (int j = 0; j < WORLD_TEAMS; j++) {
            if (is_there(world, j, w)) {
                DP_TRY(put_cell(txn, world, j, w));
            }
        }
    }
    return DP_SUCCESS;
}

static dp_err outcomes_job(struct store_txn *txn, void *context)
{
    struct world *world = context;
    for (int w = world->from; w < world->weeks; w++) {
        for (int j = 0; j < world->teams_with_outcomes; j++) {
            struct date monday = firm_day(7 * w);
            struct outcome outcome = {
                .metric = "csat_mean",
                .source = "file",
                .period_kind = world->is_monthly ? PERIOD_MONTH : PERIOD_WEEK,
                .period_start = world->is_monthly ? date_month_start(monday) : monday,
                .team = world->is_whole ? (struct team_id){ TEAM_ROOT } : world->team_ids[j],
                .value = world->customers[j][w],
                .has_n = !world->has_no_n,
                .n = world->has_no_n ? 0 : RATINGS,
                .import = { 1 },
            };
            if (is_there(world, j, w)) {
                DP_TRY(outcome_record_put(txn, &outcome));
            }
        }
    }
    return DP_SUCCESS;
}

void world_live(struct world *world, int weeks)
{
    world->from = world->weeks;
    world->weeks = weeks;
    assert_ok(store_write(world->firm.appliance.results, cells_job, world));
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
    firm_at(&world->firm, firm_day(7 * weeks), 12 * 60);
}

void world_correct(struct world *world, int from, int weeks)
{
    int lived = world->weeks;
    world->from = from;
    world->weeks = weeks;
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
    world->weeks = lived;
}

static dp_err forget_job(struct store_txn *txn, void *context)
{
    const struct world *world = context;
    for (int w = world->from; w < world->weeks; w++) {
        for (int j = 0; j < world->teams_with_outcomes; j++) {
            struct outcome place = { .metric = "csat_mean",
                                     .source = "file",
                                     .period_kind = PERIOD_WEEK,
                                     .period_start = firm_day(7 * w),
                                     .team = world->team_ids[j] };
            DP_TRY(outcome_record_delete(txn, &place));
        }
    }
    return DP_SUCCESS;
}

void world_forget(struct world *world, int from)
{
    world->from = from;
    assert_ok(store_write(world->firm.appliance.office, forget_job, world));
}

static dp_err put_job(struct store_txn *txn, void *context)
{
    return outcome_record_put(txn, context);
}

void world_put(struct world *world, const struct outcome *outcome)
{
    struct outcome copy = *outcome;
    assert_ok(store_write(world->firm.appliance.office, put_job, &copy));
}

int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->random = SEED;
    world->lead = LEAD;
    world->noise = 0.3;
    world->teams_with_outcomes = WORLD_TEAMS;
    firm_start(&world->firm, true, teams, WORLD_TEAMS);
    firm_make(&world->firm, firm_day(0)); /* makes the units */
    for (int j = 0; j < WORLD_TEAMS; j++) {
        world->units[j] = firm_unit(&world->firm, teams[j].path);
        world->team_ids[j] = firm_team_id(&world->firm, teams[j].path);
        world->last_week[j] = WORLD_WEEKS;
    }
    *state = world;
    return 0;
}

int world_teardown(void **state)
{
    struct world *world = *state;
    firm_end(&world->firm);
    free(world);
    return 0;
}

struct link_answer world_look(struct world *world)
{
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    assert_ok(link_look(&world->firm.appliance, WORLD_METRIC, STR(""), &arena, &answer));
    answer.points = NULL;
    answer.teams = NULL;
    return answer;
}

int64_t world_today(const struct world *world)
{
    return appliance_today(&world->firm.appliance).days;
}
