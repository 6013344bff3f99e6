/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/stats/effect.h"
#include "app/stats/number.h"
#include "app/stats/verdict.h"

/* A link that is strong in every respect; tests spoil one thing at a time. */
static struct link_evidence strong_evidence(void)
{
    return (struct link_evidence){ .periods = 104,
                                   .teams = 1,
                                   .lags_tested = 17,
                                   .p = 0.001,
                                   .r = 0.5,
                                   .ci_lo = 0.25,
                                   .ci_hi = 0.7,
                                   .mde_rho = 0.37,
                                   .lag_lo = 1,
                                   .lag_hi = 3 };
}

static enum grade grade_of(const struct link_evidence *e)
{
    return verdict_of_link(e).grade;
}

/* Each column of the table of grades, at its limit and just beyond. */
static void test_verdict_of_link_grades_follow_the_table(void **state)
{
    (void)state;
    struct link_evidence e = strong_evidence();
    assert_int_equal(grade_of(&e), GRADE_STRONG);
    e.p = 0.01;
    assert_int_equal(grade_of(&e), GRADE_STRONG);
    e.p = 0.011;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    e.p = 0.05;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    e.p = 0.051;
    assert_int_equal(grade_of(&e), GRADE_HINT);
    e.p = 0.10;
    assert_int_equal(grade_of(&e), GRADE_HINT);
    e.p = 0.101;
    assert_int_equal(grade_of(&e), GRADE_NONE);

    e = strong_evidence();
    e.ci_lo = 0.199;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    e.periods = 26;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    e.periods = 25;
    assert_int_equal(grade_of(&e), GRADE_HINT);
    e = strong_evidence();
    e.periods = 39;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    e = strong_evidence();
    e.has_shared_shocks = true;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    e.rests_on_one_period = true;
    assert_int_equal(grade_of(&e), GRADE_HINT);
}

/* A negative link is judged by the end of its interval that is nearest to 0, too. */
static void test_verdict_of_link_negative_r_uses_the_upper_end(void **state)
{
    (void)state;
    struct link_evidence e = strong_evidence();
    e.r = -0.5;
    e.ci_lo = -0.7;
    e.ci_hi = -0.25;
    assert_int_equal(grade_of(&e), GRADE_STRONG);
    e.ci_hi = -0.15;
    assert_int_equal(grade_of(&e), GRADE_MODERATE);
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_LEADS_AGAINST);
    e.is_lower_better = true;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_LEADS);
}

/* The range of lags decides who came first. */
static void test_verdict_of_link_lag_range_decides_the_order(void **state)
{
    (void)state;
    struct link_evidence e = strong_evidence();
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_LEADS);
    e.lag_lo = 0;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_TOGETHER);
    e.lag_lo = -4;
    e.lag_hi = -1;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_FOLLOWS);
    e.lag_hi = 0;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_TOGETHER);
    e.p = 0.08;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_HINT);
}

/* Nulls and refusals. */
static void test_verdict_of_link_nulls_say_what_they_are_worth(void **state)
{
    (void)state;
    struct link_evidence e = strong_evidence();
    e.p = 0.5;
    e.mde_rho = 0.5;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_NO_LINK);
    e.mde_rho = 0.51;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_CANNOT_TELL);
    e.refusal = REFUSAL_TOO_FEW_PERIODS;
    e.periods = 11;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_NOT_ENOUGH_DATA);
    e.periods = 12;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_CHART_ONLY);
    e.refusal = REFUSAL_CONSTANT_SERIES;
    assert_int_equal(verdict_of_link(&e).verdict, VERDICT_REFUSED);
    assert_int_equal(verdict_of_link(&e).needs_more, 0);
}

/* The figures of statistics, section 5: 17 lags ask for z = 2.97, 9 lags for 2.77. */
static void test_verdict_needs_more_counts_to_a_visible_link(void **state)
{
    (void)state;
    assert_int_equal(verdict_needs_more(0, 1, 17), 56);
    assert_int_equal(verdict_needs_more(30, 1, 17), 26);
    assert_int_equal(verdict_needs_more(55, 1, 17), 4);
    assert_int_equal(verdict_needs_more(500, 1, 17), 4);
    assert_int_equal(verdict_needs_more(0, 1, 9), 51);
    assert_int_equal(verdict_needs_more(0, 8, 17), 20);
    assert_true(verdict_needs_more(0, 1, 1) < verdict_needs_more(0, 1, 9));
}

/* The first verdict comes at once, the next after four weeks. */
static void test_verdict_is_due_every_four_weeks(void **state)
{
    (void)state;
    struct shown_verdict never = { 0 };
    assert_true(verdict_is_due(&never, 0));
    struct shown_verdict shown = verdict_renew(&never, GRADE_HINT, 1000);
    assert_true(shown.is_shown);
    assert_false(verdict_is_due(&shown, 1000));
    assert_false(verdict_is_due(&shown, 1027));
    assert_true(verdict_is_due(&shown, 1028));
}

/* A grade falls at once and rises only when two renewals agree. */
static void test_verdict_renew_rises_only_on_agreement(void **state)
{
    (void)state;
    struct shown_verdict never = { 0 };
    struct shown_verdict v = verdict_renew(&never, GRADE_HINT, 0);
    assert_int_equal(v.grade, GRADE_HINT);
    v = verdict_renew(&v, GRADE_STRONG, 28);
    assert_int_equal(v.grade, GRADE_HINT);
    v = verdict_renew(&v, GRADE_MODERATE, 56);
    assert_int_equal(v.grade, GRADE_MODERATE);
    v = verdict_renew(&v, GRADE_STRONG, 84);
    assert_int_equal(v.grade, GRADE_MODERATE);
    v = verdict_renew(&v, GRADE_STRONG, 112);
    assert_int_equal(v.grade, GRADE_STRONG);
    v = verdict_renew(&v, GRADE_NONE, 140);
    assert_int_equal(v.grade, GRADE_NONE);
    v = verdict_renew(&v, GRADE_STRONG, 168);
    assert_int_equal(v.grade, GRADE_NONE);
}

/* Every value has its own name, which JSON and the tests of other rooms rely on. */
static void test_verdict_names_are_distinct(void **state)
{
    (void)state;
    for (int i = 0; i < VERDICT_COUNT; i++) {
        assert_true(strlen(verdict_name((enum verdict)i)) > 0);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(verdict_name((enum verdict)i),
                                    verdict_name((enum verdict)j));
        }
    }
    for (int i = 1; i < REFUSAL_COUNT; i++) {
        assert_true(strlen(refusal_name((enum refusal)i)) > 0);
    }
    for (int i = 0; i < GRADE_COUNT; i++) {
        assert_true(strlen(grade_name((enum grade)i)) > 0);
    }
    for (int i = 0; i < EFFECT_VERDICT_COUNT; i++) {
        assert_true(strlen(effect_verdict_name((enum effect_verdict)i)) > 0);
    }
    assert_string_equal(refusal_name(REFUSAL_NONE), "");
    assert_string_equal(refusal_name(REFUSAL_WINDOW_TOO_SHORT), "window_too_short");
}

/* Effects: p by the same steps, the cap on top, and nulls that say whether they could have seen. */
static void test_effect_verdict_of_respects_cap_and_mde(void **state)
{
    (void)state;
    struct effect_evidence e = {
        .p = 0.01, .mde80 = 1.0, .sd_before = 1.0, .grade_max = GRADE_STRONG
    };
    assert_int_equal(effect_grade(&e), GRADE_STRONG);
    assert_int_equal(effect_verdict_of(&e), EFFECT_CHANGED);
    e.grade_max = GRADE_HINT;
    assert_int_equal(effect_grade(&e), GRADE_HINT);
    assert_int_equal(effect_verdict_of(&e), EFFECT_HINT);
    e = (struct effect_evidence){
        .p = 0.05, .mde80 = 1.0, .sd_before = 1.0, .grade_max = GRADE_STRONG
    };
    assert_int_equal(effect_grade(&e), GRADE_MODERATE);
    e.p = 0.0501;
    assert_int_equal(effect_grade(&e), GRADE_HINT);
    e.p = 0.11;
    e.mde80 = 2.0;
    assert_int_equal(effect_verdict_of(&e), EFFECT_NONE_SEEN);
    e.mde80 = 2.01;
    assert_int_equal(effect_verdict_of(&e), EFFECT_CANNOT_ANSWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_of_link_grades_follow_the_table),
        cmocka_unit_test(test_verdict_of_link_negative_r_uses_the_upper_end),
        cmocka_unit_test(test_verdict_of_link_lag_range_decides_the_order),
        cmocka_unit_test(test_verdict_of_link_nulls_say_what_they_are_worth),
        cmocka_unit_test(test_verdict_needs_more_counts_to_a_visible_link),
        cmocka_unit_test(test_verdict_is_due_every_four_weeks),
        cmocka_unit_test(test_verdict_renew_rises_only_on_agreement),
        cmocka_unit_test(test_verdict_names_are_distinct),
        cmocka_unit_test(test_effect_verdict_of_respects_cap_and_mde),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
