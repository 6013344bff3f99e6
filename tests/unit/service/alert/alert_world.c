/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "storage/box.h"
#include "storage/flushed_record.h"
#include "storage/team_record.h"
#include "storage/unit_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/alert/alert_world.h"

enum { TUESDAY = 1, NOON = 12 * 60, PEOPLE = 24, ANSWERS = 20 };

#define USUAL  3.6
#define SPREAD 0.1

static const struct firm_team teams[WORLD_TEAMS] = { { "Service/Hotline", PEOPLE },
                                                     { "Service/Desk", PEOPLE },
                                                     { "Sales/Shops", PEOPLE },
                                                     { "Office", PEOPLE } };
static const char *const names[WORLD_TEAMS] = { "Hotline", "Desk", "Shops", "Office" };

/* About a standard normal: a sum of six. */
static double noise(struct prng *prng)
{
    double sum = 0.0;
    for (int i = 0; i < 6; i++) {
        sum += prng_unit(prng) - 0.5;
    }
    return sum * sqrt(2.0);
}

int alert_world_setup(void **state)
{
    struct alert_world *world = calloc(1, sizeof *world);
    struct prng prng = prng_seed(78300);
    assert_non_null(world);
    firm_start(&world->firm, true, teams, WORLD_TEAMS);
    firm_make(&world->firm, firm_day(0)); /* makes the units */
    assert_ok(box_destroy(world->firm.appliance.folder.box, (struct epoch_id){ firm_day(0) }));
    for (int j = 0; j < WORLD_TEAMS; j++) {
        world->units[j] = firm_unit(&world->firm, names[j]);
        world->teams[j] = firm_team_id(&world->firm, names[j]);
        for (int w = 0; w < WORLD_WEEKS_MAX; w++) {
            world->mood[j][w] = USUAL + SPREAD * noise(&prng);
        }
    }
    world->service = firm_team_id(&world->firm, "Service");
    *state = world;
    return 0;
}

int alert_world_teardown(void **state)
{
    struct alert_world *world = *state;
    firm_end(&world->firm);
    free(world);
    return 0;
}

void alert_world_shift(struct alert_world *world, enum alert_world_team team, int from, int to,
                       double points)
{
    for (int w = from; w < to; w++) {
        world->mood[team][w] += points;
    }
}

/* As a cell keeps it. */
static uint16_t rounded(double mood)
{
    double bounded = fmin(CELL_MEAN_MAX, fmax(CELL_MEAN_MIN, 100.0 * mood));
    return (uint16_t)lround(bounded);
}

static dp_err put_week(struct store_txn *txn, const struct alert_world *world, int week)
{
    struct date day = firm_day(7 * week + TUESDAY);
    struct flushed flushed = { .epoch = { day }, .question = { 1 }, .question_version = 1 };
    DP_TRY(flushed_record_put(txn, &flushed));
    for (int j = 0; j < WORLD_TEAMS; j++) {
        if (world->closed_from[j] > 0 && week >= world->closed_from[j]) {
            continue;
        }
        struct cell cell = { .unit = world->units[j],
                             .period_kind = PERIOD_DAY,
                             .period_start = day,
                             .question = { 1 },
                             .question_version = 1,
                             .headcount = PEOPLE,
                             .n = ANSWERS,
                             .mean_hundredths = rounded(world->mood[j][week]),
                             .favourable_pct = 50,
                             .has_sd = true,
                             .sd_tenths = 10 };
        DP_TRY(cell_record_put(txn, &cell));
    }
    return DP_SUCCESS;
}

static dp_err weeks_job(struct store_txn *txn, void *context)
{
    const struct alert_world *world = context;
    for (int w = world->from; w < world->weeks; w++) {
        DP_TRY(put_week(txn, world, w));
    }
    return DP_SUCCESS;
}

void alert_world_live(struct alert_world *world, int weeks)
{
    world->from = world->weeks;
    world->weeks = weeks;
    assert_ok(store_write(world->firm.appliance.results, weeks_job, world));
    firm_at(&world->firm, firm_day(7 * weeks), NOON);
}

void alert_world_rewrite(struct alert_world *world, int week)
{
    int weeks = world->weeks;
    world->from = week;
    world->weeks = week + 1;
    assert_ok(store_write(world->firm.appliance.results, weeks_job, world));
    world->weeks = weeks;
}

struct closing {
    struct unit_id unit;
    struct team_id team;
};

static dp_err close_job(struct store_txn *txn, void *context)
{
    const struct closing *closing = context;
    struct unit unit;
    struct team team;
    DP_TRY(unit_record_get(txn, closing->unit, &unit));
    DP_TRY(team_record_get(txn, closing->team, &team));
    unit.is_closed = true;
    team.is_gone = true;
    DP_TRY(unit_record_put(txn, &unit));
    return team_record_put(txn, &team);
}

void alert_world_close(struct alert_world *world, enum alert_world_team team)
{
    struct closing closing = { world->units[team], world->teams[team] };
    world->closed_from[team] = world->weeks;
    assert_ok(store_write(world->firm.appliance.office, close_job, &closing));
}

struct alert_list alert_world_list(struct alert_world *world, struct arena *arena)
{
    struct alert_list list;
    assert_ok(
        alert_list(&world->firm.appliance, (struct team_id){ TEAM_ROOT }, 0, arena, &list));
    return list;
}

struct date alert_world_week(int week)
{
    return firm_day(7 * week);
}
