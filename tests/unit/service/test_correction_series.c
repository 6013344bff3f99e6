/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "storage/outcome_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/correction_world.h"

enum { ARENA_BYTES = 32 << 20, LONG_AFTER = 60 };

static int setup(void **state)
{
    *state = world_start();
    return 0;
}

static int teardown(void **state)
{
    world_end(*state);
    return 0;
}

static bool covers(const struct correction_effect *effect, double truth)
{
    return effect->lo <= truth && truth <= effect->hi;
}

/* ---- Against itself ---------------------------------------------------------------------- */

/* All teams, or so many that too few are left to compare with: the own earlier course. */
static void test_correction_report_of_all_teams_is_measured_against_itself(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction whole = world_correction(world);
    whole.team_count = 0;
    struct correction_id id = world_enter(world, &whole);
    world_imagine(world, 0.0);
    for (int j = 0; j < WORLD_TEAMS; j++) {
        for (int w = WORLD_START; w < WORLD_WEEKS; w++) {
            world->index[j][w] += 0.6;
        }
    }
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *index = &report.effects[0];
    assert_int_equal(index->design, CORRECTION_AGAINST_ITSELF);
    assert_int_equal(index->refusal, REFUSAL_NONE);
    assert_true(covers(index, 0.6) && index->lo > 0.0);
    assert_int_equal(index->comparison_teams, 0);
    assert_int_equal(index->corrected_teams, WORLD_TEAMS);
    assert_int_equal(index->point_count, LONG_AFTER);
    assert_int_equal(index->first_after, WORLD_START);
    assert_true(isnan(index->points[0].comparison) && isnan(index->comparison_before.mean));
    assert_true(correction_words(&report, index).gap.is_known);
    assert_false(correction_words(&report, index).has_comparison);
}

/* The own course ends where the next correction of everybody begins. */
static void test_correction_report_of_next_correction_ends_the_history(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction whole = world_correction(world);
    whole.team_count = 0;
    struct correction_id id = world_enter(world, &whole);
    struct correction next = whole;
    next.start = firm_day(7 * (WORLD_START + 20));
    struct correction_id next_id = world_enter(world, &next);
    world_imagine(world, 0.0);
    world_live(world, LONG_AFTER + 2);
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].its.n_before, WORLD_START);
    assert_int_equal(report.effects[0].its.n_after, 19);
    report = world_report(world, next_id, &arena);
    assert_int_equal(report.effects[0].its.n_before, 19);
    assert_int_equal(report.effects[0].its.n_after, 11);
}

/* Three teams in all, or one comparison team, are too few; two and two are enough. */
static void test_correction_report_of_few_teams_is_not_compared(void **state)
{
    struct world *world = *state;
    static const struct {
        int treated;
        int others;
        enum correction_design design;
    } cases[] = { { 1, 2, CORRECTION_AGAINST_ITSELF },
                  { 3, 1, CORRECTION_AGAINST_ITSELF },
                  { 2, 2, CORRECTION_AGAINST_TEAMS } };
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    for (size_t i = 0; i < 3; i++) {
        ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
        for (int j = 0; j < WORLD_TEAMS; j++) {
            world->is_silent[j] = j < WORLD_TREATED ? j >= cases[i].treated
                                                    : j >= WORLD_TREATED + cases[i].others;
        }
        snprintf(world->source, sizeof world->source, "calls %zu", i);
        world->weeks = 0;
        world_live(world, LONG_AFTER);
        struct correction_report report = world_report(world, id, &arena);
        const struct correction_effect *calls = &report.effects[report.effect_count - 1];
        assert_string_equal(calls->series.source, world->source);
        assert_int_equal(calls->design, cases[i].design);
        assert_int_equal(calls->refusal, REFUSAL_NONE);
        assert_int_equal(calls->corrected_teams, cases[i].treated);
    }
}

/* ---- Outcomes ---------------------------------------------------------------------------- */

/* Months are months: fifteen before would be needed as eight, and eight after. */
static void test_correction_report_of_monthly_outcome_counts_months(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    correction.start = firm_day(7 * 36); /* 9 November: eight months before it */
    struct correction_id id = world_enter(world, &correction);
    world->is_monthly = true;
    world_imagine(world, 0.8);
    world_live(world, 62); /* until 10 May 2027 */
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *calls = world_effect(&report, THEME_ANCHOR, WORLD_METRIC);
    assert_int_equal(calls->unit, LAG_UNIT_MONTH);
    assert_int_equal(calls->corrected_before.periods, 8);
    assert_int_equal(calls->corrected_after.periods, 5);
    assert_int_equal(calls->refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_int_equal(calls->needs_more, 3);
    world_live(world, 76); /* until 16 August 2027 */
    report = world_report(world, id, &arena);
    calls = world_effect(&report, THEME_ANCHOR, WORLD_METRIC);
    assert_int_equal(calls->refusal, REFUSAL_NONE);
    assert_int_equal(calls->corrected_after.periods, 8);
}

static void put_whole(struct world *world, int weeks)
{
    for (int w = 0; w < weeks; w++) {
        struct outcome outcome = { .metric = "waiting_time",
                                   .source = "calls",
                                   .period_kind = PERIOD_WEEK,
                                   .period_start = firm_day(7 * w),
                                   .team = { 1 },
                                   .value = 90.0 + 5.0 * world_noise(world),
                                   .has_n = true,
                                   .n = 500,
                                   .import = { 1 } };
        world_put_outcome(world, &outcome);
    }
}

/* Figures of the whole organisation say nothing of three teams, and something of a correction
 * of all. */
static void test_correction_report_of_company_wide_outcome_needs_the_whole(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction some = world_correction(world);
    struct correction whole = some;
    struct correction_id some_id = world_enter(world, &some);
    world_imagine(world, 0.0);
    world_live(world, LONG_AFTER);
    put_whole(world, LONG_AFTER);
    struct correction_report report = world_report(world, some_id, &arena);
    const struct correction_effect *waiting = world_effect(&report, THEME_ANCHOR,
                                                           "waiting_time");
    assert_int_equal(waiting->refusal, REFUSAL_NO_CONTROLS);
    assert_true(waiting->has_no_figures);
    assert_int_equal(waiting->point_count, 0);
    whole.team_count = 0;
    report = world_report(world, world_enter(world, &whole), &arena);
    waiting = world_effect(&report, THEME_ANCHOR, "waiting_time");
    assert_int_equal(waiting->refusal, REFUSAL_NONE);
    assert_int_equal(waiting->design, CORRECTION_AGAINST_ITSELF);
    assert_true(waiting->verdict != EFFECT_CHANGED);
}

/* A department beside its own teams would count its people twice; values with n below 5 are
 * missing. */
static void test_correction_report_of_outcome_counts_nobody_twice(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    for (int w = 0; w < LONG_AFTER; w++) {
        struct outcome outcome = { .metric = WORLD_METRIC,
                                   .source = "calls",
                                   .period_kind = PERIOD_WEEK,
                                   .period_start = firm_day(7 * w),
                                   .team = firm_team_id(&world->firm, "Sales"),
                                   .value = 10,
                                   .has_n = true,
                                   .n = 50,
                                   .import = { 1 } };
        world_put_outcome(world, &outcome);
    }
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *calls = world_effect(&report, THEME_ANCHOR, WORLD_METRIC);
    assert_int_equal(calls->comparison_teams, 5);
    assert_true(calls->comparison_before.mean > 50.0);
    world->outcome_n = 4;
    world->weeks = 0;
    world_live(world, LONG_AFTER);
    report = world_report(world, id, &arena);
    calls = world_effect(&report, THEME_ANCHOR, WORLD_METRIC);
    assert_true(calls->has_no_figures);
}

/* A comparison may lie in the same department: only who is beneath a corrected team is
 * corrected. */
static void test_correction_report_of_department_corrects_its_teams(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    correction.team_count = 1;
    correction.teams[0] = firm_team_id(&world->firm, "Sales");
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.0);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].corrected_teams, 4);
    assert_int_equal(report.effects[0].comparison_teams, 4);
    const struct correction_effect *calls = world_effect(&report, THEME_ANCHOR, WORLD_METRIC);
    assert_int_equal(calls->corrected_teams, 4);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_correction_report_of_all_teams_is_measured_against_itself),
        TEST(test_correction_report_of_next_correction_ends_the_history),
        TEST(test_correction_report_of_few_teams_is_not_compared),
        TEST(test_correction_report_of_monthly_outcome_counts_months),
        TEST(test_correction_report_of_company_wide_outcome_needs_the_whole),
        TEST(test_correction_report_of_outcome_counts_nobody_twice),
        TEST(test_correction_report_of_department_corrects_its_teams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
