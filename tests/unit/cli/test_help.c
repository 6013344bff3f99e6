/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/cli/arguments.h"
#include "app/cli/help.h"
#include "app/config/options.h"
#include "tests/support/support.h"
#include "tests/unit/cli/world.h"

/* ---- The table ---- */

/* Each row has what the help needs, and a function. */
static void test_command_all_rows_are_whole(void **state)
{
    (void)state;
    size_t count = 0;
    const struct command *all = command_all(&count);
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        size_t min = 0;
        size_t max = 0;
        assert_non_null(all[i].noun);
        assert_non_null(all[i].positional);
        assert_non_null(all[i].run);
        assert_non_null(all[i].summary);
        assert_true(strlen(all[i].summary) >= 10 && strlen(all[i].summary) <= 100);
        assert_true(all[i].summary[strlen(all[i].summary) - 1] != '.');
        assert_true(all[i].summary[0] >= 'A' && all[i].summary[0] <= 'Z');
        arguments_positional(&all[i], &min, &max);
        assert_true(max <= COMMAND_POSITIONAL_MAX);
    }
}

/* No two rows have the same name, and the rows of a noun stand together. */
static void test_command_all_names_are_different(void **state)
{
    (void)state;
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            bool is_same_noun = strcmp(all[i].noun, all[j].noun) == 0;
            const char *first = all[i].verb == NULL ? "" : all[i].verb;
            const char *second = all[j].verb == NULL ? "" : all[j].verb;
            assert_false(is_same_noun && strcmp(first, second) == 0);
            if (is_same_noun) {
                assert_string_equal(all[j - 1].noun, all[j].noun);
            }
        }
    }
}

/* A row's flags have help, differ, and are none of the words that mean the same everywhere. */
static void test_command_all_flags_are_whole(void **state)
{
    (void)state;
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < COMMAND_FLAG_MAX && all[i].flags[j].name != NULL; j++) {
            const struct command_flag *flag = &all[i].flags[j];
            assert_true(flag->help != NULL && flag->help[0] != '\0');
            assert_string_not_equal(flag->name, "json");
            assert_string_not_equal(flag->name, "help");
            assert_string_not_equal(flag->name, "config");
            for (size_t k = 0; k < j; k++) {
                assert_string_not_equal(flag->name, all[i].flags[k].name);
            }
        }
    }
}

/* The verbs that product.md promises are there under their names. */
static void test_command_all_promised_verbs_are_there(void **state)
{
    (void)state;
    static const char *const promised[][2] = {
        { "init", "" },
        { "up", "" },
        { "demo", "" },
        { "roster", "import" },
        { "questions", "import" },
        { "questions", "export" },
        { "outcomes", "import" },
        { "epoch", "close" },
        { "trend", "show" },
        { "link", "show" },
        { "export", "run" },
        { "user", "add" },
        { "user", "passwd" },
        { "cert", "show" },
        { "cert", "renew" },
        { "audit", "verify" },
        { "doctor", "" },
        { "health", "" },
        { "stats", "run" },
        { "stats", "scan" },
    };
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++) {
        bool is_there = false;
        for (size_t j = 0; j < count; j++) {
            const char *verb = all[j].verb == NULL ? "" : all[j].verb;
            is_there = is_there || (strcmp(all[j].noun, promised[i][0]) == 0 &&
                                    strcmp(verb, promised[i][1]) == 0);
        }
        if (!is_there) {
            fail_msg("daypulse %s %s is missing", promised[i][0], promised[i][1]);
        }
    }
}

/* Verbs that show something can print JSON. */
static void test_command_all_reading_verbs_have_json(void **state)
{
    (void)state;
    static const char *const reading[] = { "show", "status", "list", "verify" };
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof reading / sizeof reading[0]; j++) {
            bool is_reading = all[i].verb != NULL && strcmp(all[i].verb, reading[j]) == 0;
            assert_false(is_reading && !all[i].has_json);
        }
    }
}

/* ---- What is printed of it ---- */

/* Every command prints its own help. */
static void test_help_command_each_row_prints(void **state)
{
    (void)state;
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct world_said said = all[i].verb == NULL
                                     ? WORLD(all[i].noun, "--help")
                                     : WORLD(all[i].noun, all[i].verb, "--help");
        assert_int_equal(said.code, EXIT_OK);
        world_assert_has(said.out, all[i].summary);
        world_assert_has(said.out, "usage: daypulse ");
    }
}

/* The completion knows every noun, every verb and every flag. */
static void test_help_completion_has_everything(void **state)
{
    (void)state;
    struct world_said said = WORLD("completion");
    assert_int_equal(said.code, EXIT_OK);
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        world_assert_has(said.out, all[i].noun);
        if (all[i].verb != NULL) {
            char name[128];
            (void)snprintf(name, sizeof name, "\"%s %s\") flags=", all[i].noun, all[i].verb);
            world_assert_has(said.out, name);
        }
        for (size_t j = 0; j < COMMAND_FLAG_MAX && all[i].flags[j].name != NULL; j++) {
            world_assert_has(said.out, all[i].flags[j].name);
        }
    }
}

/* The reference has every command, every setting and the addresses. */
static void test_help_markdown_has_everything(void **state)
{
    (void)state;
    struct world_said said = WORLD("help", "--markdown");
    assert_int_equal(said.code, EXIT_OK);
    size_t count = 0;
    const struct command *all = command_all(&count);
    for (size_t i = 0; i < count; i++) {
        world_assert_has(said.out, all[i].summary);
    }
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        world_assert_has(said.out, options_get(id)->name);
    }
    world_assert_has(said.out, "`/healthz`");
}

/* A noun has verbs or it has none. */
static void test_help_has_verbs_knows_nouns(void **state)
{
    (void)state;
    assert_true(help_has_verbs("roster"));
    assert_true(help_has_verbs("export"));
    assert_false(help_has_verbs("up"));
    assert_false(help_has_verbs("nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_all_rows_are_whole),
        cmocka_unit_test(test_command_all_names_are_different),
        cmocka_unit_test(test_command_all_flags_are_whole),
        cmocka_unit_test(test_command_all_promised_verbs_are_there),
        cmocka_unit_test(test_command_all_reading_verbs_have_json),
        cmocka_unit_test(test_help_command_each_row_prints),
        cmocka_unit_test(test_help_completion_has_everything),
        cmocka_unit_test(test_help_markdown_has_everything),
        cmocka_unit_test(test_help_has_verbs_knows_nouns),
    };
    return cmocka_run_group_tests(tests, NULL, world_end);
}
