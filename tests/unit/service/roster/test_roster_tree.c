/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/service/roster/roster_file.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

static struct roster_report report;
static struct roster_file roster;

static void read_roster(const char *text)
{
    struct import_file file = office_file(text);
    struct dp_problem problem = { 0 };
    memset(&report, 0, sizeof report);
    dp_err err = roster_file_read(&roster, &file, &report, &problem);
    office_assert_problems(&report.problems, 0);
    assert_ok(err);
}

/* The path of the team above, "" for the root. */
static const char *above(const char *path)
{
    static char out[PATH_NAME_MAX];
    uint32_t at = 0;
    assert_true(name_index_find(&roster.team_index, str_of(path), &at));
    uint32_t parent = roster.teams[at].parent;
    assert_true(
        str_copy(parent == ROSTER_NONE ? STR("") : roster.teams[parent].path, out, sizeof out));
    return out;
}

static int clear(void **state)
{
    (void)state;
    roster_file_free(&roster);
    return 0;
}

/* As many managers in one team as in another: to the root, and the report says so. */
static void test_roster_tree_derive_tie_goes_to_the_root(void **state)
{
    (void)state;
    read_roster("person_id,team,manager_id\nx,X,\ny,Y,\na,T,x\nb,T,y\n");
    assert_string_equal(above("T"), "");
    assert_int_equal(report.notes_count, 1);
    assert_string_equal(
        report.notes[0],
        "Team \"T\" hangs below the whole organisation: its members' managers sit in "
        "several teams equally often.");
    assert_true(report.is_derived);
}

/* Teams that manage each other go to the root, both; what hangs below them stays there. */
static void test_roster_tree_derive_circle_goes_to_the_root(void **state)
{
    (void)state;
    read_roster("person_id,team,manager_id\na1,A,b2\na2,A,\nb1,B,a2\nb2,B,\nc,C,a1\n");
    assert_string_equal(above("A"), "");
    assert_string_equal(above("B"), "");
    assert_string_equal(above("C"), "A");
    assert_int_equal(report.notes_count, 2);
    assert_non_null(strstr(report.notes[0], "above and below the same team"));
}

/* A chain of managers that is too long is cut where it gets too deep, again and again. */
static void test_roster_tree_derive_too_deep_is_cut(void **state)
{
    (void)state;
    struct buf text = buf_new(100000);
    buf_add_text(&text, "person_id,team,manager_id\n");
    /* From the deepest up, so that the rows don't come in the order of the tree. */
    for (int i = 40; i > 1; i--) {
        buf_fmt(&text, "p%d,T%d,p%d\n", i, i, i - 1);
    }
    buf_add_text(&text, "p1,T1,\n");
    buf_add_char(&text, '\0');
    read_roster(buf_str(&text).ptr);
    buf_free(&text);
    assert_string_equal(above("T16"), "T15");
    assert_string_equal(above("T17"), "");
    assert_string_equal(above("T32"), "T31");
    assert_string_equal(above("T33"), "");
    assert_int_equal(report.notes_count, 2);
}

/* Notes are kept up to their maximum. */
static void test_roster_tree_derive_many_notes_are_bounded(void **state)
{
    (void)state;
    struct buf text = buf_new(100000);
    buf_add_text(&text, "person_id,team,manager_id\nx,X,\ny,Y,\n");
    for (int i = 0; i < ROSTER_NOTES_MAX + 5; i++) {
        buf_fmt(&text, "a%d,T%d,x\nb%d,T%d,y\n", i, i, i, i);
    }
    buf_add_char(&text, '\0');
    read_roster(buf_str(&text).ptr);
    buf_free(&text);
    assert_int_equal(report.notes_count, ROSTER_NOTES_MAX);
}

/* The head sits in the team with the members: what counts is where the head's manager sits. */
static void test_roster_tree_derive_head_of_a_team_decides(void **state)
{
    (void)state;
    read_roster("person_id,team,manager_id\nboss,Board,\nhead,Service,boss\nlead,Hotline,head\n"
                "a,Hotline,lead\nb,Hotline,lead\nc,Hotline,lead\n");
    assert_string_equal(above("Board"), "");
    assert_string_equal(above("Service"), "Board");
    assert_string_equal(above("Hotline"), "Service");
    assert_int_equal(report.notes_count, 0);
}

/* Most managers win, whatever the order of the rows. */
static void test_roster_tree_derive_majority_wins(void **state)
{
    (void)state;
    read_roster("person_id,team,manager_id\na,T,x\nb,T,y\nc,T,y\ny,Y,\nx,X,\n");
    assert_string_equal(above("T"), "Y");
    assert_int_equal(report.notes_count, 0);
}

/* One '/' anywhere makes all teams paths: managers then don't matter. */
static void test_roster_file_read_paths_ignore_managers(void **state)
{
    (void)state;
    read_roster("person_id,team,manager_id\na,T,x\nb,U/V,x\nx,X,\n");
    assert_string_equal(above("T"), "");
    assert_string_equal(above("U/V"), "U");
    assert_string_equal(above("U"), "");
    assert_true(roster.has_paths);
    assert_false(report.is_derived);
    assert_int_equal(roster.teams_count, 4);
}

/* Without the column of managers nothing is derived, and nothing is said about it. */
static void test_roster_file_read_without_managers_is_flat(void **state)
{
    (void)state;
    read_roster("person_id,team\na,T\nb,U\n");
    assert_string_equal(above("T"), "");
    assert_false(report.is_derived);
    assert_int_equal(report.notes_count, 0);
}

int main(void)
{
#define TREE_TEST(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        TREE_TEST(test_roster_tree_derive_tie_goes_to_the_root),
        TREE_TEST(test_roster_tree_derive_circle_goes_to_the_root),
        TREE_TEST(test_roster_tree_derive_too_deep_is_cut),
        TREE_TEST(test_roster_tree_derive_many_notes_are_bounded),
        TREE_TEST(test_roster_tree_derive_head_of_a_team_decides),
        TREE_TEST(test_roster_tree_derive_majority_wins),
        TREE_TEST(test_roster_file_read_paths_ignore_managers),
        TREE_TEST(test_roster_file_read_without_managers_is_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
