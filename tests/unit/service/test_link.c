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

#include "app/service/link/link.h"
#include "storage/flushed_record.h"
#include "storage/outcome_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define METRIC       STR("csat_mean")

enum { TEAMS = 4, WEEKS = 80, FIRST_LOOK = 60, LEAD = 2, TUESDAY = 1, ARENA_BYTES = 1 << 20 };

static const struct firm_team teams[TEAMS] = {
    { "North", 24 }, { "South", 24 }, { "East", 24 }, { "West", 24 }
};

/* What is stored: each team's mood by weeks, and the customers, who follow it after LEAD weeks, or
 * have a mind of their own. */
struct world {
    struct firm firm;
    uint64_t random;
    double mood[TEAMS][WEEKS];
    double customers[TEAMS][WEEKS];
    struct unit_id units[TEAMS];
    struct team_id team_ids[TEAMS];
    int from;
    int weeks; /* written so far, `from` on */
    int teams_with_outcomes;
    bool is_monthly;
};

static double noise(struct world *world)
{
    double sum = 0;
    for (int i = 0; i < 6; i++) {
        sum += (double)(support_random(&world->random) >> 11) / 9007199254740992.0 - 0.5;
    }
    return sum * 1.4; /* about one standard deviation */
}

static void imagine(struct world *world, bool is_linked)
{
    for (int j = 0; j < TEAMS; j++) {
        double own = 0;
        for (int w = 0; w < WEEKS; w++) {
            double before = w > 0 ? world->mood[j][w - 1] : 0.0;
            world->mood[j][w] = 0.5 * before + noise(world);
            own = 0.5 * own + noise(world);
            double followed = w >= LEAD ? world->mood[j][w - LEAD] : 0.0;
            world->customers[j][w] = 4.0 +
                                     0.2 * (is_linked ? followed + 0.3 * noise(world) : own);
        }
    }
}

static dp_err cells_job(struct store_txn *txn, void *context)
{
    struct world *world = context;
    for (int w = world->from; w < world->weeks; w++) {
        struct date day = firm_day(7 * w + TUESDAY);
        struct flushed flushed = { .epoch = { day }, .question = { 1 }, .question_version = 1 };
        DP_TRY(flushed_record_put(txn, &flushed));
        for (int j = 0; j < TEAMS; j++) {
            long mean = lround(300.0 + 40.0 * world->mood[j][w]);
            mean = mean < CELL_MEAN_MIN   ? CELL_MEAN_MIN
                   : mean > CELL_MEAN_MAX ? CELL_MEAN_MAX
                                          : mean;
            struct cell cell = { .unit = world->units[j],
                                 .period_kind = PERIOD_DAY,
                                 .period_start = day,
                                 .question = { 1 },
                                 .question_version = 1,
                                 .headcount = 24,
                                 .n = 20,
                                 .mean_hundredths = (uint16_t)mean,
                                 .favourable_pct = 50 };
            DP_TRY(cell_record_put(txn, &cell));
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
                .team = world->team_ids[j],
                .value = world->customers[j][w],
                .has_n = true,
                .n = 50,
                .import = { 1 },
            };
            DP_TRY(outcome_record_put(txn, &outcome));
        }
    }
    return DP_SUCCESS;
}

/* Writes the weeks up to `weeks`; it is then noon of the Monday after them. */
static void live(struct world *world, int weeks)
{
    world->from = world->weeks;
    world->weeks = weeks;
    assert_ok(store_write(world->firm.appliance.results, cells_job, world));
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
    firm_at(&world->firm, firm_day(7 * weeks), 12 * 60);
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->random = 78300;
    world->teams_with_outcomes = TEAMS;
    firm_start(&world->firm, true, teams, TEAMS);
    firm_make(&world->firm, firm_day(0)); /* makes the units */
    for (int j = 0; j < TEAMS; j++) {
        world->units[j] = firm_unit(&world->firm, teams[j].path);
        world->team_ids[j] = firm_team_id(&world->firm, teams[j].path);
    }
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    firm_end(&world->firm);
    free(world);
    return 0;
}

static struct link_answer look(struct world *world)
{
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    assert_ok(link_look(&world->firm.appliance, METRIC, STR(""), &arena, &answer));
    answer.points = NULL; /* they go with the arena */
    return answer;
}

static int64_t today(const struct world *world)
{
    return appliance_today(&world->firm.appliance).days;
}

/* Nothing imported, another metric, another source. */
static void test_link_look_unknown_outcome_is_not_found(void **state)
{
    struct world *world = *state;
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    const struct appliance *appliance = &world->firm.appliance;
    assert_err(link_look(appliance, METRIC, STR(""), &arena, &answer), DP_NOT_FOUND);
    imagine(world, true);
    live(world, 3);
    assert_err(link_look(appliance, STR("csat"), STR(""), &arena, &answer), DP_NOT_FOUND);
    assert_err(link_look(appliance, METRIC, STR("other"), &arena, &answer), DP_NOT_FOUND);
    assert_ok(link_look(appliance, METRIC, STR("file"), &arena, &answer));
    assert_int_equal(answer.scan.grade, GRADE_NONE);
}

/* Customers follow the mood two weeks later, in four teams: it is found, at that lag. */
static void test_link_look_known_lag_is_found(void **state)
{
    struct world *world = *state;
    imagine(world, true);
    live(world, FIRST_LOOK);
    struct link_answer answer = look(world);
    assert_true(answer.is_panel);
    assert_int_equal(answer.unit, LAG_UNIT_WEEK);
    assert_int_equal(answer.scan.teams, TEAMS);
    assert_int_equal(answer.point_count, FIRST_LOOK);
    assert_int_equal(answer.answers, (uint64_t)TEAMS * FIRST_LOOK * 20);
    assert_int_equal(answer.scan.best_lag, LEAD);
    assert_true(answer.scan.best_r > 0.5);
    assert_true(answer.scan.grade >= GRADE_MODERATE);
    assert_int_equal(answer.looked.days, today(world));
    assert_int_equal(answer.next_look.days, today(world) + 28);
}

/* Customers with a mind of their own: no link is claimed. */
static void test_link_look_unrelated_outcome_finds_nothing(void **state)
{
    struct world *world = *state;
    imagine(world, false);
    live(world, FIRST_LOOK);
    struct link_answer answer = look(world);
    assert_int_equal(answer.scan.refusal, REFUSAL_NONE);
    assert_int_equal(answer.scan.grade, GRADE_NONE);
    assert_true(answer.scan.p_perm > 0.1);
}

/* Two teams are joined into one pair. */
static void test_link_look_two_teams_are_one_pair(void **state)
{
    struct world *world = *state;
    world->teams_with_outcomes = 2;
    imagine(world, true);
    live(world, FIRST_LOOK);
    struct link_answer answer = look(world);
    assert_false(answer.is_panel);
    assert_int_equal(answer.scan.teams, 1);
    assert_int_equal(answer.scan.best_lag, LEAD);
    assert_int_equal(answer.answers, (uint64_t)2 * FIRST_LOOK * 20);
}

/* Monthly outcomes meet months: 60 weeks from March 2026 reach into April 2027, and one more ends it. */
static void test_link_look_monthly_outcome_is_compared_by_months(void **state)
{
    struct world *world = *state;
    world->is_monthly = true;
    imagine(world, true);
    live(world, FIRST_LOOK);
    struct link_answer answer = look(world);
    assert_int_equal(answer.unit, LAG_UNIT_MONTH);
    assert_int_equal(answer.pair.period_kind, PERIOD_MONTH);
    assert_int_equal(answer.point_count, 13);
    live(world, FIRST_LOOK + 1);
    assert_int_equal(look(world).point_count, 14);
}

/* A look holds for 28 days: new weeks wait. Then comes the next one. */
static void test_link_look_new_weeks_wait_for_the_next_look(void **state)
{
    struct world *world = *state;
    imagine(world, true);
    for (int j = 0; j < TEAMS;
         j++) { /* from the first look on the customers go the other way */
        for (int w = FIRST_LOOK; w < WEEKS; w++) {
            world->customers[j][w] = 8.0 - world->customers[j][w];
        }
    }
    live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer first = look(world);
    live(world, FIRST_LOOK + 3);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer later = look(world);
    assert_int_equal(later.looked.days, first.looked.days);
    assert_int_equal(later.scan.grade, first.scan.grade);
    assert_memory_equal(&later.scan.best_r, &first.scan.best_r, sizeof first.scan.best_r);
    assert_memory_equal(&later.scan.p_perm, &first.scan.p_perm, sizeof first.scan.p_perm);
    live(world, FIRST_LOOK + 4);
    struct link_answer next = look(world);
    assert_int_equal(next.looked.days, today(world));
    assert_int_equal(next.looked.days, first.looked.days + 28);
    assert_true(next.scan.best_r < first.scan.best_r);
}

/* An old figure was corrected: the pair starts anew at once. */
static void test_link_look_corrected_figures_start_anew(void **state)
{
    struct world *world = *state;
    imagine(world, true);
    live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    int64_t first_day = look(world).looked.days;
    live(world, FIRST_LOOK + 1);
    assert_int_equal(look(world).looked.days, first_day);
    world->customers[1][30] += 0.01;
    world->from = 30;
    world->weeks = 31;
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
    assert_int_equal(look(world).looked.days, today(world));
    assert_int_not_equal(today(world), first_day);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_link_look_unknown_outcome_is_not_found),
        TEST(test_link_look_known_lag_is_found),
        TEST(test_link_look_unrelated_outcome_finds_nothing),
        TEST(test_link_look_two_teams_are_one_pair),
        TEST(test_link_look_monthly_outcome_is_compared_by_months),
        TEST(test_link_look_new_weeks_wait_for_the_next_look),
        TEST(test_link_look_corrected_figures_start_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
