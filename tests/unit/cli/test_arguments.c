/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/arguments.h"
#include "tests/support/support.h"

/* What was said, as text. */
static char *said;
static size_t said_len;
static struct command_call call;

static int never_run(const struct command_call *ignored)
{
    (void)ignored;
    fail_msg("a command was run while its arguments were read");
    return EXIT_FAILED;
}

static const struct command bare = { .noun = "stats",
                                     .verb = "scan",
                                     .positional = "FILE [OTHER]",
                                     .summary = "Scan",
                                     .run = never_run,
                                     .flags = { { "kind", "KIND", "which" },
                                                { "dry-run", NULL, "change nothing" } },
                                     .has_json = true };

static const struct command folder = { .noun = "trend",
                                       .verb = "show",
                                       .positional = "",
                                       .summary = "Show",
                                       .run = never_run,
                                       .setup = COMMAND_FOLDER };

static const struct command settings = { .noun = "up",
                                         .positional = "",
                                         .summary = "Run",
                                         .run = never_run,
                                         .setup = COMMAND_SETTINGS };

/* Takes words up to a NULL. */
static int take(const struct command *command, ...)
{
    static char space[16][256];
    char *words[16];
    int count = 0;
    va_list args;
    va_start(args, command);
    for (const char *word = va_arg(args, const char *); word != NULL;
         word = va_arg(args, const char *)) {
        (void)snprintf(space[count], sizeof space[count], "%s", word);
        words[count] = space[count];
        count++;
    }
    va_end(args);
    free(said);
    FILE *talk = open_memstream(&said, &said_len);
    call = (struct command_call){ .command = command, .out = stdout, .talk = talk };
    int code = arguments_take(&call, count, words);
    (void)fclose(talk);
    return code;
}

#define TAKE(...) take(__VA_ARGS__, NULL)

static void assert_said(const char *part)
{
    if (strstr(said, part) == NULL) {
        fail_msg("\"%s\" was not said, but: %s", part, said);
    }
}

/* A flag that is not in the row is refused, and the nearest one is named. */
static void test_arguments_take_unknown_flag_is_refused(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&bare, "a.csv", "--knid", "pairs"), EXIT_USAGE);
    assert_said("there is no flag --knid; did you mean --kind?");
    assert_said("usage: daypulse stats scan FILE [OTHER]");
    assert_int_equal(TAKE(&bare, "a.csv", "--zzzzzz"), EXIT_USAGE);
    assert_said("there is no flag --zzzzzz\n");
    assert_int_equal(TAKE(&bare, "a.csv", "-k"), EXIT_USAGE);
    assert_said("there is no flag -k");
    assert_int_equal(TAKE(&folder, "--json"), EXIT_USAGE);
}

/* A flag that wants a value and has none is refused. */
static void test_arguments_take_missing_value_is_refused(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&bare, "a.csv", "--kind"), EXIT_USAGE);
    assert_said("a value is missing after --kind");
    assert_int_equal(TAKE(&folder, "--dir"), EXIT_USAGE);
    assert_said("a value is missing after --dir");
    assert_int_equal(TAKE(&folder, "--config"), EXIT_USAGE);
    assert_said("a value is missing after --config");
}

/* A switch takes no value, and no flag is taken twice. */
static void test_arguments_take_value_or_flag_too_many_is_refused(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&bare, "a.csv", "--dry-run=yes"), EXIT_USAGE);
    assert_said("takes no value");
    assert_int_equal(TAKE(&bare, "a.csv", "--kind", "a", "--kind=b"), EXIT_USAGE);
    assert_said("given twice: --kind");
    assert_int_equal(TAKE(&bare, "a.csv", "--json=1"), EXIT_USAGE);
}

/* Fewer arguments than the row names, or more, are refused. */
static void test_arguments_take_wrong_count_is_refused(void **state)
{
    (void)state;
    assert_int_equal(take(&bare, NULL), EXIT_USAGE);
    assert_said("something is missing: FILE [OTHER]");
    assert_int_equal(TAKE(&bare, "a", "b", "c"), EXIT_USAGE);
    assert_said("one argument too many: c");
    assert_int_equal(TAKE(&folder, "x"), EXIT_USAGE);
}

/* The settings belong to the commands that take them; --dir to all that have a folder. */
static void test_arguments_take_setting_elsewhere_is_refused(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&folder, "--port", "443"), EXIT_USAGE);
    assert_int_equal(TAKE(&bare, "a", "--dir", "/x"), EXIT_USAGE);
    assert_int_equal(TAKE(&bare, "a", "--config", "/x"), EXIT_USAGE);
    assert_int_equal(TAKE(&folder, "--dir", "/x"), EXIT_OK);
    assert_int_equal(TAKE(&settings, "--port", "443", "--dir=/x", "--front-threads=2"),
                     EXIT_OK);
    assert_int_equal(call.settings_count, 4);
    assert_string_equal(call.settings[0], "--port");
    assert_string_equal(call.settings[1], "443");
    assert_string_equal(call.settings[2], "--dir=/x");
}

/* More settings than there is room for are refused, not written past the end. */
static void test_arguments_take_too_many_settings_are_refused(void **state)
{
    (void)state;
    char port[] = "--port";
    char value[] = "443";
    char *words[2 * COMMAND_SETTING_WORDS_MAX];
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        words[i] = i % 2 == 0 ? port : value;
    }
    call = (struct command_call){ .command = &settings, .out = stdout };
    free(said);
    call.talk = open_memstream(&said, &said_len);
    assert_int_equal(arguments_take(&call, (int)(sizeof words / sizeof words[0]), words),
                     EXIT_USAGE);
    (void)fclose(call.talk);
    assert_said("too many");
    assert_true(call.settings_count <= COMMAND_SETTING_WORDS_MAX);
}

/* Values come as "--name value" and "--name=value", an empty one too; switches are "". */
static void test_arguments_take_good_words_are_taken(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&bare, "--kind=", "a.csv", "--dry-run", "--json"), EXIT_OK);
    assert_string_equal(command_flag(&call, "kind"), "");
    assert_string_equal(command_flag(&call, "dry-run"), "");
    assert_true(call.is_json);
    assert_int_equal(call.positional_count, 1);
    assert_string_equal(call.positional[0], "a.csv");
    assert_int_equal(TAKE(&bare, "--kind", "its", "-"), EXIT_OK);
    assert_string_equal(command_flag(&call, "kind"), "its");
    assert_null(command_flag(&call, "dry-run"));
    assert_string_equal(command_flag_or(&call, "dry-run", "x"), "x");
    assert_string_equal(call.positional[0], "-");
}

/* Behind "--" a name may look like a flag. */
static void test_arguments_take_names_behind_two_dashes(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&bare, "--", "--kind", "-x"), EXIT_OK);
    assert_int_equal(call.positional_count, 2);
    assert_string_equal(call.positional[0], "--kind");
    assert_null(command_flag(&call, "kind"));
    assert_int_equal(TAKE(&bare, "--", "a", "b", "c"), EXIT_USAGE);
}

/* --help is enough by itself. */
static void test_arguments_take_help_asks_for_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(TAKE(&bare, "--help"), EXIT_OK);
    assert_true(call.wants_help);
    assert_int_equal(TAKE(&bare, "-h", "--nonsense"), EXIT_OK);
    assert_true(call.wants_help);
}

/* Brackets mean "may be left out". */
static void test_arguments_positional_counts_brackets_as_optional(void **state)
{
    (void)state;
    size_t min = 9;
    size_t max = 9;
    arguments_positional(&folder, &min, &max);
    assert_int_equal(min, 0);
    assert_int_equal(max, 0);
    arguments_positional(&bare, &min, &max);
    assert_int_equal(min, 1);
    assert_int_equal(max, 2);
}

static int teardown(void **state)
{
    (void)state;
    free(said);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments_take_unknown_flag_is_refused),
        cmocka_unit_test(test_arguments_take_missing_value_is_refused),
        cmocka_unit_test(test_arguments_take_value_or_flag_too_many_is_refused),
        cmocka_unit_test(test_arguments_take_wrong_count_is_refused),
        cmocka_unit_test(test_arguments_take_setting_elsewhere_is_refused),
        cmocka_unit_test(test_arguments_take_too_many_settings_are_refused),
        cmocka_unit_test(test_arguments_take_good_words_are_taken),
        cmocka_unit_test(test_arguments_take_names_behind_two_dashes),
        cmocka_unit_test(test_arguments_take_help_asks_for_nothing_else),
        cmocka_unit_test(test_arguments_positional_counts_brackets_as_optional),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
