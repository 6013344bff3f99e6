/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/json.h"
#include "tests/support/support.h"
#include "tests/unit/cli/world.h"

/* Without a word the help goes to the talk, because nothing was asked for. */
static void test_command_main_nothing_is_usage(void **state)
{
    (void)state;
    struct world_said said = world_run((const char *const[]){ NULL });
    assert_int_equal(said.code, EXIT_USAGE);
    assert_string_equal(said.out, "");
    world_assert_has(said.talk, "roster import FILE");
}

/* A noun or verb that is not there is refused, and the nearest one is named. */
static void test_command_main_unknown_word_is_refused(void **state)
{
    (void)state;
    struct world_said said = WORLD("rooster", "import", "x");
    assert_int_equal(said.code, EXIT_USAGE);
    world_assert_has(said.talk, "there is no command 'rooster'; did you mean 'roster'?");
    said = WORLD("roster", "imprt", "x");
    assert_int_equal(said.code, EXIT_USAGE);
    world_assert_has(said.talk, "no command 'roster imprt'; did you mean 'roster import'?");
    said = WORLD("zzzzzz");
    assert_int_equal(said.code, EXIT_USAGE);
    world_assert_has(said.talk, "see daypulse help");
    said = WORLD("export", "rnu");
    assert_int_equal(said.code, EXIT_USAGE);
    world_assert_has(said.talk, "did you mean 'export run'?");
}

/* A noun that wants a verb lists its verbs. */
static void test_command_main_noun_alone_lists_its_verbs(void **state)
{
    (void)state;
    struct world_said said = WORLD("roster");
    assert_int_equal(said.code, EXIT_USAGE);
    world_assert_has(said.talk, "roster links");
    said = WORLD("roster", "--help");
    assert_int_equal(said.code, EXIT_OK);
    world_assert_has(said.out, "roster links");
}

/* --help of everything and of one command goes to standard output. */
static void test_command_main_help_is_data(void **state)
{
    (void)state;
    struct world_said said = WORLD("--help");
    assert_int_equal(said.code, EXIT_OK);
    world_assert_has(said.out, "Exit codes");
    said = WORLD("roster", "import", "--help");
    assert_int_equal(said.code, EXIT_OK);
    world_assert_has(said.out, "usage: daypulse roster import FILE [--dry-run] [--json]");
    assert_string_equal(said.talk, "");
    said = WORLD("up", "-h");
    assert_int_equal(said.code, EXIT_OK);
    world_assert_has(said.out, "--port");
}

/* A failure with --json is one object on standard output, and a sentence all the same. */
static void test_command_main_failure_as_json(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct world_said said = WORLD("trend", "show", "--dir", support_path(dir, "none"),
                                   "--json");
    assert_int_equal(said.code, EXIT_NOT_FOUND);
    struct json_doc *doc = NULL;
    struct str name;
    assert_ok(json_parse(str_trim(str_of(said.out)), 10000, &doc, NULL));
    assert_ok(json_read_text(json_get(json_root(doc), "error"), &name));
    assert_true(str_equal(name, STR("not_found")));
    assert_ok(json_read_text(json_get(json_root(doc), "sentence"), &name));
    world_assert_has(said.talk, "does not exist");
    json_doc_free(doc);
    said = WORLD("trend", "show", "--dir", support_path(dir, "none"));
    assert_int_equal(said.code, EXIT_NOT_FOUND);
    assert_string_equal(said.out, "");
    support_remove_tree(dir);
}

/* Settings that are not good stop the command, with their place. */
static void test_command_main_bad_settings_stop_it(void **state)
{
    (void)state;
    static const char text[] = "# ours\nport = 70000\n";
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "daypulse.conf");
    support_write_file(path, text, sizeof text - 1);
    struct world_said said = WORLD("config", "check", "--config", path);
    assert_int_equal(said.code, EXIT_INVALID);
    world_assert_has(said.talk, "daypulse.conf:2");
    said = WORLD("config", "show", "--port", "eighty");
    assert_int_equal(said.code, EXIT_INVALID);
    world_assert_has(said.talk, "--port");
    said = WORLD("config", "check", "--config", support_path(dir, "none.conf"));
    assert_int_equal(said.code, EXIT_NOT_FOUND);
    said = WORLD("config", "check");
    assert_int_equal(said.code, EXIT_OK);
    support_remove_tree(dir);
}

/* A flag wins over the file; each value says where it comes from. */
static void test_command_main_settings_say_their_origin(void **state)
{
    (void)state;
    static const char text[] = "port = 9000\nworkers = 8\n";
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "daypulse.conf");
    support_write_file(path, text, sizeof text - 1);
    world_use_config(path);
    struct world_said said = WORLD("config", "show", "--origin", "--port", "9443");
    assert_int_equal(said.code, EXIT_OK);
    world_assert_has(said.out, "9443");
    world_assert_has(said.out, "--port");
    world_assert_has(said.out, "daypulse.conf:2");
    world_use_config(NULL);
    support_remove_tree(dir);
}

/* Each code of an error has its exit code; what a person must mend is 5, what is not there 3. */
static void test_command_exit_of_each_code_has_one(void **state)
{
    (void)state;
    for (enum dp_code code = DP_OK; code < DP_CODE_COUNT; code++) {
        int exit_code = command_exit_of(code);
        assert_true(exit_code >= EXIT_OK && exit_code < EXIT_FINDINGS);
        assert_int_equal(exit_code == EXIT_OK, code == DP_OK);
    }
    assert_int_equal(command_exit_of(DP_INVALID), EXIT_INVALID);
    assert_int_equal(command_exit_of(DP_NOT_FOUND), EXIT_NOT_FOUND);
    assert_int_equal(command_exit_of(DP_BUSY), EXIT_BUSY);
    assert_int_equal(command_exit_of(DP_USAGE), EXIT_USAGE);
    assert_int_equal(command_exit_of(DP_IO), EXIT_FAILED);
}

/* A problem with a place is printed so that an editor can jump there. */
static void test_command_fail_place_comes_first(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *talk = open_memstream(&text, &len);
    struct command_call call = { .talk = talk, .out = stdout };
    struct dp_problem problem = { .file = "a.csv", .line = 3, .column = 7, .sentence = "bad" };
    assert_int_equal(command_fail(&call, err_make(DP_INVALID), &problem), EXIT_INVALID);
    assert_int_equal(command_fail(&call, err_make(DP_IO), NULL), EXIT_FAILED);
    (void)fclose(talk);
    assert_true(str_starts_with(str_of(text), STR("a.csv:3:7: bad\ndaypulse: ")));
    free(text);
}

/* The version is there for people and for programs. */
static void test_command_main_version_is_printed(void **state)
{
    (void)state;
    struct world_said said = WORLD("version");
    assert_int_equal(said.code, EXIT_OK);
    assert_string_equal(said.out, "daypulse " DP_VERSION "\n");
    said = WORLD("version", "--json");
    assert_string_equal(said.out, "{\"version\": \"" DP_VERSION "\"}\n");
}

/* Without a web room the part that serves says so and does not crash. */
static void test_command_main_web_without_its_room(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct world_said said = WORLD("health", "--dir", dir);
    assert_int_equal(said.code, EXIT_FAILED);
    support_remove_tree(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_main_nothing_is_usage),
        cmocka_unit_test(test_command_main_unknown_word_is_refused),
        cmocka_unit_test(test_command_main_noun_alone_lists_its_verbs),
        cmocka_unit_test(test_command_main_help_is_data),
        cmocka_unit_test(test_command_main_failure_as_json),
        cmocka_unit_test(test_command_main_bad_settings_stop_it),
        cmocka_unit_test(test_command_main_settings_say_their_origin),
        cmocka_unit_test(test_command_exit_of_each_code_has_one),
        cmocka_unit_test(test_command_fail_place_comes_first),
        cmocka_unit_test(test_command_main_version_is_printed),
        cmocka_unit_test(test_command_main_web_without_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, world_end);
}
