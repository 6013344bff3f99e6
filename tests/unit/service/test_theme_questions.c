/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "app/service/theme/theme_questions.h"
#include "storage/difficulty_record.h"
#include "storage/question_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

enum { ARENA_MAX = 1 << 20 };

static const struct firm_team teams[] = { { "Sales", 24 } };
static const double near = 1e-12;
static const struct team_id root = { TEAM_ROOT };

static dp_err question_job(struct store_txn *txn, void *context)
{
    return question_record_put(txn, context);
}

static dp_err difficulty_job(struct store_txn *txn, void *context)
{
    return difficulty_record_put(txn, context);
}

/* The defaults, and two wordings more: one question reworded, one put aside. */
static int setup(void **state)
{
    struct firm *firm = calloc(1, sizeof *firm);
    assert_non_null(firm);
    firm_start(firm, true, teams, 1);
    size_t count = 0;
    const struct question *defaults = question_defaults(&count);
    struct question reworded = defaults[1];
    struct question aside = defaults[2];
    assert_int_equal(reworded.theme, THEME_PURPOSE);
    reworded.version = 2;
    aside.is_active = false;
    assert_ok(store_write(firm->appliance.office, question_job, &reworded));
    assert_ok(store_write(firm->appliance.office, question_job, &aside));
    *state = firm;
    return 0;
}

static int teardown(void **state)
{
    firm_end(*state);
    free(*state);
    return 0;
}

static void put_difficulty(struct firm *firm, size_t question, uint16_t version, uint32_t weeks,
                           bool is_used)
{
    size_t count = 0;
    const struct question *defaults = question_defaults(&count);
    struct difficulty difficulty = { .question = defaults[question].id,
                                     .version = version,
                                     .effect = is_used ? -0.25 : 0.0,
                                     .answers = 12U * weeks,
                                     .weeks = weeks,
                                     .is_used = is_used,
                                     .fitted = firm_day(0),
                                     .var_item = 0.1,
                                     .var_resid = 0.9 };
    assert_ok(store_write(firm->appliance.office, difficulty_job, &difficulty));
}

/* Without memory for the list it fails and gives none. */
static void test_theme_questions_of_small_arena_fails(void **state)
{
    struct firm *firm = *state;
    struct arena arena ARENA_AUTO = arena_new(16);
    const struct theme_question *questions = NULL;
    size_t count = 0;
    assert_err(theme_questions_of(&firm->appliance, root, THEME_PURPOSE, &arena, &questions,
                                  &count),
               DP_NO_MEMORY);
}

/* Before the first fit: what is asked today, nothing known of any, other themes left out. */
static void test_theme_questions_of_before_a_fit_lists_what_is_asked(void **state)
{
    struct firm *firm = *state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct theme_question *questions = NULL;
    size_t count = 0;
    assert_ok(
        theme_questions_of(&firm->appliance, root, THEME_PURPOSE, &arena, &questions, &count));
    assert_int_equal(count, QUESTION_PER_THEME - 1);
    assert_int_equal(questions[0].question.version, 2);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(questions[i].question.theme, THEME_PURPOSE);
        assert_true(questions[i].is_latest);
        assert_false(questions[i].is_adjusted);
        assert_int_equal(questions[i].weeks, 0);
    }
    assert_ok(
        theme_questions_of(&firm->appliance, root, THEME_VOICE, &arena, &questions, &count));
    assert_int_equal(count, QUESTION_PER_THEME);
}

/* What was asked stays, earlier wordings and questions put aside too, newest wording first; an effect
 * counts only where it is used. */
static void test_theme_questions_of_keeps_what_was_asked(void **state)
{
    struct firm *firm = *state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct theme_question *questions = NULL;
    size_t count = 0;
    put_difficulty(firm, 1, 1, 7, true);
    put_difficulty(firm, 1, 2, 1, false);
    put_difficulty(firm, 2, 1, 3, true);
    assert_ok(
        theme_questions_of(&firm->appliance, root, THEME_PURPOSE, &arena, &questions, &count));
    assert_int_equal(count, QUESTION_PER_THEME + 1);
    assert_int_equal(questions[0].question.version, 2);
    assert_true(questions[0].is_latest);
    assert_false(questions[0].is_adjusted);
    assert_int_equal(questions[0].weeks, 1);
    assert_int_equal(questions[1].question.version, 1);
    assert_int_equal(questions[1].question.id.value, questions[0].question.id.value);
    assert_false(questions[1].is_latest);
    assert_true(questions[1].is_adjusted);
    assert_float_equal(questions[1].effect, -0.25, near);
    assert_int_equal(questions[1].answers, 84);
    assert_false(questions[2].question.is_active);
    assert_int_equal(questions[2].weeks, 3);
}

/* A manager gets the wordings and none of the organisation's figures, whatever was fitted. */
static void test_theme_questions_of_manager_has_no_figures(void **state)
{
    struct firm *firm = *state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct theme_question *all = NULL;
    const struct theme_question *questions = NULL;
    struct team_id sales = firm_team_id(firm, "Sales");
    size_t all_count = 0;
    size_t count = 0;
    put_difficulty(firm, 1, 1, 7, true);
    put_difficulty(firm, 1, 2, 1, false);
    put_difficulty(firm, 2, 1, 3, true);
    assert_ok(theme_questions_of(&firm->appliance, root, THEME_PURPOSE, &arena, &all, &all_count));
    assert_ok(
        theme_questions_of(&firm->appliance, sales, THEME_PURPOSE, &arena, &questions, &count));
    assert_int_equal(count, all_count);
    for (size_t i = 0; i < count; i++) {
        assert_true(all[i].has_figures);
        assert_int_equal(questions[i].question.id.value, all[i].question.id.value);
        assert_int_equal(questions[i].question.version, all[i].question.version);
        assert_int_equal(questions[i].is_latest, all[i].is_latest);
        assert_false(questions[i].has_figures);
        assert_int_equal(questions[i].weeks, 0);
        assert_int_equal(questions[i].answers, 0);
        assert_false(questions[i].is_adjusted);
        assert_float_equal(questions[i].effect, 0.0, near);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_theme_questions_of_small_arena_fails, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_theme_questions_of_before_a_fit_lists_what_is_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_theme_questions_of_keeps_what_was_asked, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_theme_questions_of_manager_has_no_figures, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
