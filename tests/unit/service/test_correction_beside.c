/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/service/correction/measure.h"
#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/service/correction_world.h"

/*
 * One correction beside others of the same teams, one figure beside others, and pictures beside
 * the estimate.
 */

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

static struct correction_id enter_at(struct world *world, int week, bool is_whole)
{
    struct correction correction = world_correction(world);
    correction.start = firm_day(7 * week);
    correction.team_count = is_whole ? 0 : correction.team_count;
    snprintf(correction.title, sizeof correction.title, "Week %d", week);
    return world_enter(world, &correction);
}

/* ---- Beside other corrections ------------------------------------------------------------ */

/* One that lies ahead, eight weeks after another one: seven weeks are left, and that is why. */
static void test_correction_report_of_coming_one_is_not_without_figures(void **state)
{
    struct world *world = *state;
    struct dp_problem problem = { 0 };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    world_imagine(world, 0.0);
    world_live(world, 38);
    struct correction_id now = enter_at(world, 37, true);
    struct correction_id soon = enter_at(world, 45, true);
    struct correction_report report = world_report(world, soon, &arena);
    const struct correction_effect *index = &report.effects[0];
    assert_int_equal(index->refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_false(index->has_no_figures);
    assert_int_equal(index->needs_more, 0);
    assert_int_equal(index->in_the_way.value, now.value);
    assert_true(str_equal(correction_words(&report, index).in_the_way, STR("Week 37")));
    report = world_report(world, now, &arena);
    assert_int_equal(report.effects[0].needs_more, 0);
    assert_int_equal(report.effects[0].in_the_way.value, soon.value);
    assert_ok(correction_withdraw(&world->firm.appliance, soon, STR("later"), "hr", &problem));
    struct correction_id late = enter_at(world, 46, true);
    report = world_report(world, late, &arena);
    assert_false(report.effects[0].has_no_figures);
    assert_int_equal(report.effects[0].needs_more, 8 + 9);
    assert_int_equal(report.effects[0].in_the_way.value, 0);
    report = world_report(world, now, &arena);
    assert_int_equal(report.effects[0].needs_more, 8);
    assert_int_equal(report.effects[0].in_the_way.value, 0);
}

/* Eight weeks apart, and long over: each is in the other's way. Without another, nobody is. */
static void test_correction_report_of_crowded_one_names_the_other(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_id early = enter_at(world, 2, false);
    struct correction_report report = world_report(world, early, &arena);
    assert_int_equal(report.effects[0].refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_int_equal(report.effects[0].in_the_way.value, 0);
    struct correction_id first = enter_at(world, 30, false);
    struct correction_id second = enter_at(world, 38, false);
    report = world_report(world, first, &arena);
    assert_int_equal(report.effects[0].refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_int_equal(report.effects[0].in_the_way.value, second.value);
    report = world_report(world, second, &arena);
    assert_int_equal(report.effects[0].refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_int_equal(report.effects[0].in_the_way.value, first.value);
    assert_true(str_equal(report.effects[0].in_the_way_title, STR("Week 30")));
}

/* What its own report says is never "nothing seen" in the list: it may only not be clear. */
static void test_correction_overview_says_not_clear_and_not_nothing(void **state)
{
    struct world *world = *state;
    int unclear = 0;
    struct correction_id id = enter_at(world, WORLD_START, false);
    for (int j = WORLD_TREATED; j < WORLD_TEAMS; j++) {
        struct correction other = world_correction(world);
        other.team_count = 1;
        other.teams[0] = world->teams[j];
        other.start = firm_day(7 * (WORLD_START + 13));
        world_enter(world, &other);
    }
    for (int i = 0; i < 20; i++) {
        ARENA_AUTO struct arena arena = arena_new(2 * ARENA_BYTES);
        const struct correction_report *reports = NULL;
        size_t count = 0;
        world_imagine(world, 0.12);
        world_live(world, 56);
        struct correction_report report = world_report(world, id, &arena);
        assert_ok(correction_overview(&world->firm.appliance, &arena, &reports, &count));
        const struct correction_effect *own = &report.effects[0];
        const struct correction_effect *listed = &reports[count - 1].effects[0];
        bool is_said = own->verdict == EFFECT_CHANGED || own->verdict == EFFECT_HINT;
        assert_true(reports[count - 1].is_of_list && !report.is_of_list);
        assert_int_equal(listed->verdict,
                         is_said && listed->q > 0.10 ? EFFECT_NOT_CLEAR : own->verdict);
        unclear += listed->verdict == EFFECT_NOT_CLEAR ? 1 : 0;
        assert_true(correction_words(&reports[count - 1], listed).is_of_list);
    }
    assert_true(unclear > 0);
}

/* A change or a hint that is dropped is not clear; a null stays what it was. */
static void test_measure_regrade_tells_not_clear_from_nothing(void **state)
{
    (void)state;
    struct correction_effect effect = measure_nothing();
    effect.design = CORRECTION_AGAINST_TEAMS;
    effect.refusal = REFUSAL_NONE;
    effect.verdict = EFFECT_CHANGED;
    effect.grade = GRADE_MODERATE;
    effect.did.p = 0.04;
    effect.did.sd_before = 1.0;
    effect.mde = 0.5;
    measure_regrade(&effect, GRADE_NONE);
    assert_int_equal(effect.verdict, EFFECT_NOT_CLEAR);
    assert_int_equal(effect.grade, GRADE_NONE);
    effect.verdict = EFFECT_NONE_SEEN;
    effect.did.p = 0.4;
    measure_regrade(&effect, GRADE_NONE);
    assert_int_equal(effect.verdict, EFFECT_NONE_SEEN);
    effect.mde = 3.0;
    measure_regrade(&effect, GRADE_NONE);
    assert_int_equal(effect.verdict, EFFECT_CANNOT_ANSWER);
}

/* ---- Pictures beside the estimate -------------------------------------------------------- */

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) < 1e-9)) {
        fail_msg("%g is not %g", a, b);
    }
}

/* Weeks without a value, a team that is known too seldom, one that another correction ends: the
 * bars differ by just what is compared. */
static void test_correction_report_of_bars_agree_with_the_estimate(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction_id id = enter_at(world, WORLD_START, false);
    struct correction next = world_correction(world);
    next.team_count = 1;
    next.start = firm_day(7 * (WORLD_START + 9));
    world_enter(world, &next);
    world_imagine(world, 0.8);
    for (int w = 0; w < WORLD_WEEKS; w++) {
        world->index[0][w] += w >= WORLD_START + 9 ? 1.2 : 0.0;
        bool is_seldom = w >= WORLD_START - 6 && w < WORLD_START;
        world->index[1][w] = is_seldom ? 0.0 : 1.4;
        world->index[6][w] = is_seldom ? 0.0 : 4.6;
    }
    world->index[2][20] = world->index[2][21] = world->index[7][35] = 0.0;
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *index = &report.effects[0];
    assert_int_equal(index->design, CORRECTION_AGAINST_TEAMS);
    assert_int_equal(index->corrected_teams, 2);
    assert_int_equal(index->comparison_teams, 4);
    double corrected = index->corrected_after.mean - index->corrected_before.mean;
    double others = index->comparison_after.mean - index->comparison_before.mean;
    assert_close(corrected, index->did.change_treated);
    assert_close(others, index->did.change_control);
    assert_close(corrected - others, index->estimate);
    assert_true(index->corrected_after.lo < index->corrected_after.mean &&
                index->corrected_after.mean < index->corrected_after.hi);
    for (size_t i = 0; i < index->point_count; i++) {
        assert_false(index->points[i].comparison > 4.0 || index->points[i].corrected > 4.6);
    }
}

/* Alone, the bars are of the whole course that was measured, and end with it. */
static void test_correction_report_of_own_course_draws_what_it_measures(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction_id id = enter_at(world, WORLD_START, true);
    (void)enter_at(world, WORLD_START + 20, true);
    world_imagine(world, 0.0);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *index = &report.effects[0];
    assert_int_equal(index->design, CORRECTION_AGAINST_ITSELF);
    assert_int_equal(index->corrected_before.periods, index->its.n_before);
    assert_int_equal(index->corrected_after.periods, index->its.n_after);
    assert_int_equal(index->its.n_after, 19);
    assert_close(index->corrected_before.mean, index->its.mean_before);
    assert_close(index->corrected_after.mean, index->its.mean_after);
    for (size_t i = 0; i < index->point_count; i++) {
        bool is_over = index->points[i].start.days >= firm_day(7 * (WORLD_START + 20)).days;
        assert_int_equal(number_is_known(index->points[i].corrected), !is_over);
    }
}

/* Fewer answer afterwards, by more than fifteen points: said of index and themes, of no
 * outcome. */
static void test_correction_report_of_other_answerers_says_so(void **state)
{
    struct world *world = *state;
    struct correction_id id = enter_at(world, WORLD_START, false);
    static const uint32_t answers[] = { 0, 17, 16 }; /* of 24, after 20 */
    world_imagine(world, 0.0);
    for (int i = 0; i < 3; i++) {
        ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
        world->answers_after = answers[i];
        world->weeks = 0;
        world_live(world, LONG_AFTER);
        struct correction_report report = world_report(world, id, &arena);
        const struct correction_effect *index = world_effect(&report, THEME_ANCHOR, NULL);
        const struct correction_effect *voice = world_effect(&report, THEME_VOICE, NULL);
        const struct correction_effect *calls = world_effect(&report, THEME_ANCHOR,
                                                             WORLD_METRIC);
        assert_int_equal(index->has_response_moved, i == 2);
        assert_int_equal(voice->has_response_moved, i == 2);
        assert_false(calls->has_response_moved);
        assert_int_equal(correction_words(&report, index).has_response_moved, i == 2);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_correction_report_of_coming_one_is_not_without_figures),
        TEST(test_correction_report_of_crowded_one_names_the_other),
        TEST(test_correction_overview_says_not_clear_and_not_nothing),
        TEST(test_measure_regrade_tells_not_clear_from_nothing),
        TEST(test_correction_report_of_bars_agree_with_the_estimate),
        TEST(test_correction_report_of_own_course_draws_what_it_measures),
        TEST(test_correction_report_of_other_answerers_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
