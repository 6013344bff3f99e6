/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/core/err.h"
#include "app/core/str.h"
#include "tests/support/support.h"

/* A failed check ends the program with SIGABRT, in whatever build. */
static void test_dp_check_false_aborts(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        DP_CHECK(1 + 1 == 3);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* A value that is no code has a sentence too. */
static void test_err_sentence_unknown_code_is_not_null(void **state)
{
    (void)state;
    assert_string_equal(err_sentence(DP_CODE_COUNT), "Unknown error");
    assert_string_equal(err_name(DP_CODE_COUNT), "unknown");
}

/* No two codes share a name or a sentence, and no sentence ends in a full stop. */
static void test_err_sentence_each_code_has_its_own(void **state)
{
    (void)state;
    for (enum dp_code a = DP_OK; a < DP_CODE_COUNT; a++) {
        const char *sentence = err_sentence(a);
        assert_true(strlen(sentence) > 5 && strlen(err_name(a)) > 1);
        assert_int_not_equal(sentence[strlen(sentence) - 1], '.');
        for (enum dp_code b = DP_OK; b < a; b++) {
            assert_string_not_equal(err_name(a), err_name(b));
            assert_string_not_equal(sentence, err_sentence(b));
        }
    }
}

static dp_err try_twice(dp_err first, bool *has_gone_on)
{
    *has_gone_on = false;
    DP_TRY(first);
    *has_gone_on = true;
    return err_make(DP_BUSY);
}

/* DP_TRY returns a failure as it is and goes on after a success. */
static void test_dp_try_failure_returns_at_once(void **state)
{
    (void)state;
    bool has_gone_on = true;
    assert_err(try_twice(err_make(DP_IO), &has_gone_on), DP_IO);
    assert_false(has_gone_on);
    assert_err(try_twice(DP_SUCCESS, &has_gone_on), DP_BUSY);
    assert_true(has_gone_on);
}

/* Without a problem to fill, only the code is given. */
static void test_problem_set_null_gives_the_code(void **state)
{
    (void)state;
    assert_err(problem_set(NULL, 1, 2, "x %d", 3), DP_INVALID);
}

/* A sentence that is too long is cut between characters, wherever the cut falls. */
static void test_problem_set_long_text_stays_utf8(void **state)
{
    (void)state;
    static const char *const letters[] = { "a", "\xc3\xa4", "\xe2\x82\xac",
                                           "\xf0\x9f\x98\x80" };
    for (size_t shift = 0; shift < 4; shift++) {
        for (size_t letter = 0; letter < 4; letter++) {
            struct dp_problem problem = { 0 };
            char text[4 * PROBLEM_SENTENCE_MAX + 8] = "";
            for (size_t i = 0; i < shift; i++) {
                memcpy(text + strlen(text), "x", 2);
            }
            for (size_t i = 0; i < PROBLEM_SENTENCE_MAX; i++) {
                memcpy(text + strlen(text), letters[letter], strlen(letters[letter]) + 1);
            }
            assert_err(problem_set(&problem, 7, 8, "%s", text), DP_INVALID);
            size_t len = strlen(problem.sentence);
            assert_true(len < PROBLEM_SENTENCE_MAX && len + 4 >= PROBLEM_SENTENCE_MAX);
            assert_true(str_is_utf8(str_of(problem.sentence)));
            assert_memory_equal(problem.sentence, text, len);
            assert_int_equal(problem.line, 7);
            assert_int_equal(problem.column, 8);
        }
    }
}

/* A text that fits to the byte is not touched, even when it ends in a large character. */
static void test_problem_set_fitting_text_is_kept(void **state)
{
    (void)state;
    char text[PROBLEM_SENTENCE_MAX];
    struct dp_problem problem = { 0 };
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof text - 4, "\xe2\x82\xac", 4);
    (void)problem_set(&problem, 0, 0, "%s", text).code;
    assert_string_equal(problem.sentence, text);
}

/* Each part that is not known is left out. */
static void test_problem_text_parts_are_optional(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        size_t line;
        size_t column;
        const char *text;
    } cases[] = {
        { "", 0, 0, "bad" },      { "a.csv", 0, 0, "a.csv: bad" },
        { "", 3, 0, "3: bad" },   { "a.csv", 3, 0, "a.csv:3: bad" },
        { "", 3, 4, "3:4: bad" }, { "a.csv", 3, 4, "a.csv:3:4: bad" },
        { "", 0, 4, "bad" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dp_problem problem = { .line = cases[i].line, .column = cases[i].column };
        memcpy(problem.file, cases[i].file, strlen(cases[i].file));
        memcpy(problem.sentence, "bad", 4);
        char text[64];
        problem_text(&problem, text, sizeof text);
        assert_string_equal(text, cases[i].text);
        char small[4];
        problem_text(&problem, small, sizeof small);
        assert_int_equal(strlen(small), 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dp_check_false_aborts),
        cmocka_unit_test(test_err_sentence_unknown_code_is_not_null),
        cmocka_unit_test(test_err_sentence_each_code_has_its_own),
        cmocka_unit_test(test_dp_try_failure_returns_at_once),
        cmocka_unit_test(test_problem_set_null_gives_the_code),
        cmocka_unit_test(test_problem_set_long_text_stays_utf8),
        cmocka_unit_test(test_problem_set_fitting_text_is_kept),
        cmocka_unit_test(test_problem_text_parts_are_optional),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
