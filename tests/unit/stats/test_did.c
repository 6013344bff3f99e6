/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/did.h"
#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { TEAMS_MAX = 30, N = 40, CHANGE = 20 };

static double y[TEAMS_MAX * N];
static bool is_treated[TEAMS_MAX];

static struct did_input input_of(size_t teams)
{
    return (struct did_input){
        .y = y, .is_treated = is_treated, .teams = teams, .periods = N, .first_treated = CHANGE
    };
}

static struct did_result assess(const struct did_input *input)
{
    struct scratch scratch = fixture_scratch(did_scratch_bytes(input->teams, input->periods));
    struct did_result result;
    assert_ok(did_assess(input, &scratch, &result));
    assert_int_equal(scratch.used_bytes, 0);
    return result;
}

/* Teams with a common shock; the first `treated` of them change by `effect`. */
static void invent(uint64_t seed, size_t teams, size_t treated, double effect)
{
    struct prng prng = prng_seed(seed);
    double shock[N];
    fixture_ar1(&prng, 0.8, shock, N);
    for (size_t j = 0; j < teams; j++) {
        fixture_ar1(&prng, 0.6, y + j * N, N);
        is_treated[j] = j < treated;
        for (size_t t = 0; t < N; t++) {
            double change = is_treated[j] && t >= CHANGE ? effect : 0.0;
            y[j * N + t] = 3.5 + 0.1 * (double)j + 0.2 * y[j * N + t] + shock[t] + change;
        }
    }
}

/* ---- what is refused ---- */

/* Three teams, one comparison team, all treated (that is for its.h), or none. */
static void test_did_assess_without_controls_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t teams;
        size_t treated;
        enum refusal refusal;
    } CASES[] = { { 3, 1, REFUSAL_NO_CONTROLS }, { 4, 4, REFUSAL_NO_CONTROLS },
                  { 4, 3, REFUSAL_NO_CONTROLS }, { 6, 0, REFUSAL_NO_CONTROLS },
                  { 0, 0, REFUSAL_NO_CONTROLS }, { 4, 2, REFUSAL_NONE },
                  { 4, 1, REFUSAL_NONE } };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        invent(1, CASES[i].teams, CASES[i].treated, 0.5);
        struct did_input input = input_of(CASES[i].teams);
        struct did_result r = assess(&input);
        assert_int_equal(r.refusal, CASES[i].refusal);
        assert_int_equal(isnan(r.estimate), r.refusal != REFUSAL_NONE);
    }
    struct did_input many = { .teams = DID_TEAMS_MAX + 1 };
    struct scratch scratch = fixture_scratch(1024);
    struct did_result r;
    assert_err(did_assess(&many, &scratch, &r), DP_OUT_OF_RANGE);
}

/* Fewer than 8 periods on a side, for the date or for too many of the teams. */
static void test_did_assess_short_windows_are_refused(void **state)
{
    (void)state;
    invent(2, 6, 3, 0.5);
    struct did_input input = input_of(6);
    static const size_t BAD[] = { 0, 7, 33, 40, 99 };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        input.first_treated = BAD[i];
        assert_int_equal(assess(&input).refusal, REFUSAL_WINDOW_TOO_SHORT);
    }
    input.first_treated = 8;
    assert_int_equal(assess(&input).refusal, REFUSAL_NONE);
    input = input_of(6);
    for (size_t j = 0; j < 3; j++) {
        for (size_t t = CHANGE + 7; t < N; t++) {
            y[j * N + t] = NUMBER_NONE;
        }
    }
    assert_int_equal(assess(&input).refusal, REFUSAL_WINDOW_TOO_SHORT);
}

/* Teams that all change alike to the last digit leave nothing to compare the difference with. */
static void test_did_assess_without_spread_is_refused(void **state)
{
    (void)state;
    for (size_t j = 0; j < 6; j++) {
        is_treated[j] = j < 3;
        for (size_t t = 0; t < N; t++) {
            y[j * N + t] = t >= CHANGE ? 4.0 : 3.0;
        }
    }
    struct did_input input = input_of(6);
    assert_int_equal(assess(&input).refusal, REFUSAL_CONSTANT_SERIES);
}

/* ---- what is found ---- */

/* The shock that everyone had is not the effect; the effect is inside its interval. */
static void test_did_assess_effect_is_found_beside_a_shock(void **state)
{
    (void)state;
    invent(3, 10, 5, 0.6);
    struct did_input input = input_of(10);
    struct did_result r = assess(&input);
    assert_int_equal(r.verdict, EFFECT_CHANGED);
    assert_true(r.lo <= 0.6 && 0.6 <= r.hi && r.lo > 0.0);
    fixture_assert_close(r.assignments, 252.0, 0.0);
    assert_true(r.p >= r.p_t && r.p >= r.p_permutation);
    fixture_assert_close(r.estimate, r.change_treated - r.change_control, 1e-14);
    fixture_assert_close(r.df, 8.0, 0.0);
}

/* Few ways to give out the labels, or one treated team: moderate is the most. */
static void test_did_assess_caps_small_designs(void **state)
{
    (void)state;
    invent(4, 4, 2, 8.0);
    struct did_input input = input_of(4);
    struct did_result r = assess(&input);
    assert_true(r.p_t <= 0.01 && r.assignments < DID_ASSIGNMENTS_MIN);
    fixture_assert_close(r.p, r.p_t, 0.0);
    assert_int_equal(r.grade, GRADE_MODERATE);
    invent(4, 30, 1, 8.0);
    input = input_of(30);
    r = assess(&input);
    assert_true(r.is_single_treated && r.p_t < 0.001);
    assert_int_equal(r.grade, GRADE_MODERATE);
    fixture_assert_close(r.assignments, 30.0, 0.0);
}

/* Too many ways to try them all: a sample, whose p can't be 0. */
static void test_did_assess_many_teams_are_sampled(void **state)
{
    (void)state;
    invent(5, 30, 15, 3.0);
    struct did_input input = input_of(30);
    struct did_result r = assess(&input);
    assert_true(r.is_sampled && r.assignments > 1e8);
    fixture_assert_close(r.p_permutation, 1.0 / (DID_DRAWS + 1.0), 1e-12);
    assert_int_equal(r.grade, GRADE_STRONG);
}

/* Teams that were drifting apart before are no clean comparison. */
static void test_did_assess_drifting_teams_are_not_strong(void **state)
{
    (void)state;
    invent(3, 10, 5, 3.0);
    for (size_t j = 0; j < 5; j++) {
        for (size_t t = 0; t < N; t++) {
            y[j * N + t] += 0.2 * (double)t;
        }
    }
    struct did_input input = input_of(10);
    struct did_result r = assess(&input);
    assert_true(r.is_drifting && r.p <= 0.01);
    assert_int_equal(r.grade, GRADE_MODERATE);
}

/* Only the window counts: what lies outside, in the transition or among the dropped weeks may be
 * anything. */
static void test_did_assess_uses_its_window_only(void **state)
{
    (void)state;
    invent(6, 6, 3, 0.4);
    struct did_input input = input_of(6);
    input.transition = 1;
    input.dropped_before = 2;
    struct did_result a = assess(&input);
    for (size_t j = 0; j < 6; j++) {
        y[j * N + CHANGE] = 77.0;
        y[j * N + CHANGE - 1] = 77.0;
        y[j * N + CHANGE - 2] = NUMBER_NONE;
        y[j * N + CHANGE - 15] = -5.0;
        y[j * N + CHANGE + 13] = 33.0;
    }
    struct did_result b = assess(&input);
    assert_memory_equal(&a, &b, sizeof(a));
    y[CHANGE + 12] += 1.0;
    assert_true(assess(&input).estimate > a.estimate + 0.02);
}

/* Exchanging the labels reverses the sign; the order of teams does not matter. */
static void test_did_assess_labels_and_order(void **state)
{
    (void)state;
    invent(7, 8, 4, 0.3);
    struct did_input input = input_of(8);
    struct did_result a = assess(&input);
    for (size_t j = 0; j < 8; j++) {
        is_treated[j] = !is_treated[j];
    }
    struct did_result b = assess(&input);
    fixture_assert_close(b.estimate, -a.estimate, 1e-13);
    fixture_assert_close(b.p_t, a.p_t, 1e-12);
    fixture_assert_close(b.p_permutation, a.p_permutation, 1e-12);
    for (size_t t = 0; t < N; t++) {
        size_t last = (size_t)7 * N;
        double kept = y[t];
        y[t] = y[last + t];
        y[last + t] = kept;
    }
    is_treated[0] = true;
    is_treated[7] = false;
    struct did_result c = assess(&input);
    fixture_assert_close(c.estimate, b.estimate, 1e-13);
}

/* The forbidden method is far too sure of itself, which is why it decides nothing. */
static void test_did_two_way_ols_is_overconfident(void **state)
{
    (void)state;
    size_t naive = 0;
    size_t honest = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        invent(seed, 8, 4, 0.0);
        struct did_input input = input_of(8);
        struct scratch scratch = fixture_scratch(did_scratch_bytes(8, N));
        struct did_two_way two_way;
        did_two_way_ols(&input, &scratch, &two_way);
        naive += two_way.p <= 0.05;
        honest += assess(&input).p_t <= 0.05;
    }
    assert_true(naive > 15);
    assert_true(honest <= 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_did_assess_without_controls_is_refused),
        cmocka_unit_test(test_did_assess_short_windows_are_refused),
        cmocka_unit_test(test_did_assess_without_spread_is_refused),
        cmocka_unit_test(test_did_assess_effect_is_found_beside_a_shock),
        cmocka_unit_test(test_did_assess_caps_small_designs),
        cmocka_unit_test(test_did_assess_many_teams_are_sampled),
        cmocka_unit_test(test_did_assess_drifting_teams_are_not_strong),
        cmocka_unit_test(test_did_assess_uses_its_window_only),
        cmocka_unit_test(test_did_assess_labels_and_order),
        cmocka_unit_test(test_did_two_way_ols_is_overconfident),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
