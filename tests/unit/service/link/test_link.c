/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "tests/support/support.h"
#include "tests/unit/service/link/world.h"

enum { FIRST_LOOK = 60, LEAD = 2 };

/* Nothing imported, another metric, another source. */
static void test_link_look_unknown_outcome_is_not_found(void **state)
{
    struct world *world = *state;
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    const struct appliance *appliance = &world->firm.appliance;
    assert_err(link_look(appliance, WORLD_METRIC, STR(""), &arena, &answer), DP_NOT_FOUND);
    world_imagine(world, true);
    world_live(world, 3);
    assert_err(link_look(appliance, STR("csat"), STR(""), &arena, &answer), DP_NOT_FOUND);
    assert_err(link_look(appliance, WORLD_METRIC, STR("other"), &arena, &answer), DP_NOT_FOUND);
    assert_ok(link_look(appliance, WORLD_METRIC, STR("file"), &arena, &answer));
    assert_int_equal(answer.scan.grade, GRADE_NONE);
}

/* Customers follow the mood two weeks later, in four teams: it is found, at that lag. */
static void test_link_look_known_lag_is_found(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    struct link_answer answer = world_look(world);
    assert_true(answer.is_panel);
    assert_int_equal(answer.unit, LAG_UNIT_WEEK);
    assert_int_equal(answer.scan.teams, WORLD_TEAMS);
    assert_int_equal(answer.point_count, FIRST_LOOK);
    assert_int_equal(answer.answers, (uint64_t)WORLD_TEAMS * FIRST_LOOK * 20);
    assert_int_equal(answer.scan.best_lag, LEAD);
    assert_true(answer.scan.best_r > 0.5);
    assert_true(answer.scan.grade >= GRADE_MODERATE);
    assert_int_equal(answer.looked.days, world_today(world));
    assert_int_equal(answer.next_look.days, world_today(world) + 28);
}

/* Customers with a mind of their own: no link is claimed. */
static void test_link_look_unrelated_outcome_finds_nothing(void **state)
{
    struct world *world = *state;
    world_imagine(world, false);
    world_live(world, FIRST_LOOK);
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.scan.refusal, REFUSAL_NONE);
    assert_int_equal(answer.scan.grade, GRADE_NONE);
    assert_true(answer.scan.p_perm > 0.1);
}

/* Two teams are joined into one pair. */
static void test_link_look_two_teams_are_one_pair(void **state)
{
    struct world *world = *state;
    world->teams_with_outcomes = 2;
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    struct link_answer answer = world_look(world);
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
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.unit, LAG_UNIT_MONTH);
    assert_int_equal(answer.pair.period_kind, PERIOD_MONTH);
    assert_int_equal(answer.point_count, 13);
    world_live(world, FIRST_LOOK + 1);
    assert_int_equal(world_look(world).point_count, 14);
}

/* A look holds for 28 days: new weeks wait. Then comes the next one. */
static void test_link_look_new_weeks_wait_for_the_next_look(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    for (int j = 0; j < WORLD_TEAMS;
         j++) { /* from the first look on the customers go the other way */
        for (int w = FIRST_LOOK; w < WORLD_WEEKS; w++) {
            world->customers[j][w] = 8.0 - world->customers[j][w];
        }
    }
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer first = world_look(world);
    world_live(world, FIRST_LOOK + 3);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer later = world_look(world);
    assert_int_equal(later.looked.days, first.looked.days);
    assert_int_equal(later.scan.grade, first.scan.grade);
    assert_memory_equal(&later.scan.best_r, &first.scan.best_r, sizeof first.scan.best_r);
    assert_memory_equal(&later.scan.p_perm, &first.scan.p_perm, sizeof first.scan.p_perm);
    world_live(world, FIRST_LOOK + 4);
    struct link_answer next = world_look(world);
    assert_int_equal(next.looked.days, world_today(world));
    assert_int_equal(next.looked.days, first.looked.days + 28);
    assert_true(next.scan.best_r < first.scan.best_r);
}

/* ---- Figures that change ----------------------------------------------------------------------- */

/* Corrected figures buy no new look: the verdict stands until the next one, and that is said. */
static void test_link_look_corrected_figures_wait_for_the_next_look(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer first = world_look(world);
    assert_false(first.is_changed);
    world_live(world, FIRST_LOOK + 1);
    world->customers[1][30] += 0.5;
    world_correct(world, 30, 31);
    for (int round = 0; round < 2; round++) { /* before and after the evening */
        struct link_answer later = world_look(world);
        assert_true(later.is_changed);
        assert_int_equal(later.looked.days, first.looked.days);
        assert_int_equal(later.next_look.days, first.next_look.days);
        assert_int_equal(later.scan.grade, first.scan.grade);
        assert_int_equal(later.answers, first.answers);
        assert_true(fabs(later.scan.best_r - first.scan.best_r) < 1e-12);
        assert_ok(link_refresh(&world->firm.appliance));
    }
    world_live(world, FIRST_LOOK + 4);
    struct link_answer next = world_look(world);
    assert_false(next.is_changed);
    assert_int_equal(next.looked.days, first.next_look.days);
    assert_int_equal(next.scan.n_complete, FIRST_LOOK + 4);
}

/* A correction that makes a link appear: it takes two looks, as everything else. */
static void test_link_look_correction_never_lifts_a_grade_at_once(void **state)
{
    struct world *world = *state;
    world_imagine(world, false);
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer first = world_look(world);
    assert_int_equal(first.scan.grade, GRADE_NONE);
    world_imagine(world, true);
    world->weeks = 0;
    world_live(world, FIRST_LOOK + 1);
    assert_ok(link_refresh(&world->firm.appliance));
    assert_int_equal(world_look(world).scan.grade, GRADE_NONE);
    world_live(world, FIRST_LOOK + 4);
    for (int round = 0; round < 2; round++) { /* found, but not confirmed: the older answer stands */
        struct link_answer held = world_look(world);
        assert_int_equal(held.looked.days, first.next_look.days);
        assert_int_equal(held.scan.verdict, first.scan.verdict);
        assert_int_equal(held.scan.n_complete, FIRST_LOOK);
        assert_false(held.is_changed || held.is_held_back);
        for (size_t i = 0; i < held.scan.lag_count; i++) {
            assert_true(fabs(held.scan.r[i] - first.scan.r[i]) < 1e-12);
        }
        assert_ok(link_refresh(&world->firm.appliance));
    }
    world_live(world, FIRST_LOOK + 8);
    struct link_answer confirmed = world_look(world);
    assert_true(confirmed.scan.grade >= GRADE_MODERATE);
    assert_int_equal(confirmed.scan.n_complete, FIRST_LOOK + 8);
}

/* Most of an import is undone: no claim stands without its figures. Imported again the pair does not
 * start anew. */
static void test_link_look_undone_import_withdraws_and_keeps_the_memory(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer first = world_look(world);
    assert_true(first.scan.grade >= GRADE_MODERATE);
    world_live(world, FIRST_LOOK + 1);
    world_forget(world, 10);
    for (int round = 0; round < 2; round++) {
        struct link_answer gone = world_look(world);
        assert_int_equal(gone.scan.refusal, REFUSAL_TOO_FEW_PERIODS);
        assert_int_equal(gone.scan.grade, GRADE_NONE);
        assert_false(gone.is_changed);
        assert_ok(link_refresh(&world->firm.appliance));
    }
    world->customers[1][30] += 0.5;
    world_correct(world, 0, FIRST_LOOK + 1);
    struct link_answer back = world_look(world);
    assert_true(back.is_changed);
    assert_int_equal(back.looked.days, first.looked.days);
    assert_int_equal(back.scan.grade, first.scan.grade);
    assert_int_equal(back.scan.n_complete, first.scan.n_complete);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_link_look_unknown_outcome_is_not_found),
        WORLD_TEST(test_link_look_known_lag_is_found),
        WORLD_TEST(test_link_look_unrelated_outcome_finds_nothing),
        WORLD_TEST(test_link_look_two_teams_are_one_pair),
        WORLD_TEST(test_link_look_monthly_outcome_is_compared_by_months),
        WORLD_TEST(test_link_look_new_weeks_wait_for_the_next_look),
        WORLD_TEST(test_link_look_corrected_figures_wait_for_the_next_look),
        WORLD_TEST(test_link_look_correction_never_lifts_a_grade_at_once),
        WORLD_TEST(test_link_look_undone_import_withdraws_and_keeps_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
