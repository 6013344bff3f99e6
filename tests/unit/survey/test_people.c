/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/survey/people.h"
#include "tests/support/support.h"

/* Service (2) with Hotline (4) and Night (5) beneath; Sales (3) beside. */
static const struct team company[] = {
    { .id = { 1 }, .code = "*", .name = "Company" },
    { .id = { 2 }, .parent = { 1 }, .name = "Service" },
    { .id = { 3 }, .parent = { 1 }, .name = "Sales" },
    { .id = { 4 }, .parent = { 2 }, .name = "Hotline" },
    { .id = { 5 }, .parent = { 4 }, .name = "Night" },
};
enum { COMPANY = sizeof company / sizeof company[0] };

static void refuse(const struct team *teams, size_t count)
{
    struct dp_problem problem = { 0 };
    assert_err(people_check_tree(teams, count, &problem), DP_INVALID);
    assert_true(strlen(problem.sentence) > 10);
}

/* No root, a root with a parent, ids out of order or doubled, a parent that is not there. */
static void test_people_check_tree_broken_tree_is_refused(void **state)
{
    (void)state;
    refuse(company, 0);
    refuse(company + 1, COMPANY - 1);
    struct team teams[COMPANY];
    memcpy(teams, company, sizeof teams);
    teams[0].parent.value = 2;
    refuse(teams, COMPANY);
    memcpy(teams, company, sizeof teams);
    teams[2].id.value = 2;
    refuse(teams, COMPANY);
    memcpy(teams, company, sizeof teams);
    teams[3].parent.value = 99;
    refuse(teams, COMPANY);
}

/* A circle of parents is refused and ends no walk in a hang. */
static void test_people_check_tree_cycle_is_refused(void **state)
{
    (void)state;
    struct team teams[COMPANY];
    memcpy(teams, company, sizeof teams);
    teams[1].parent.value = 5;
    refuse(teams, COMPANY);
    char path[PATH_NAME_MAX];
    assert_err(people_path(teams, COMPANY, (struct team_id){ 4 }, path), DP_NOT_FOUND);
    assert_false(
        people_is_within(teams, COMPANY, (struct team_id){ 4 }, (struct team_id){ 2 }));
    assert_true(people_depth(teams, COMPANY, (struct team_id){ 2 }) == SIZE_MAX);
}

/* The deepest tree is fine, one level more is refused. */
static void test_people_check_tree_depth_has_a_limit(void **state)
{
    (void)state;
    struct team teams[TEAM_DEPTH_MAX + 2];
    memset(teams, 0, sizeof teams);
    for (uint32_t i = 0; i < TEAM_DEPTH_MAX + 2; i++) {
        teams[i].id.value = i + 1;
        teams[i].parent.value = i;
        snprintf(teams[i].name, sizeof teams[i].name, "T%u", i);
    }
    assert_ok(people_check_tree(teams, TEAM_DEPTH_MAX + 1, NULL));
    assert_int_equal(people_depth(teams, TEAM_DEPTH_MAX + 1, (struct team_id){ 17 }), 16);
    refuse(teams, TEAM_DEPTH_MAX + 2);
}

/* A path that would not fit is an error, never a cut name. */
static void test_people_path_too_long_is_refused(void **state)
{
    (void)state;
    struct team teams[6];
    memset(teams, 0, sizeof teams);
    for (uint32_t i = 0; i < 6; i++) {
        teams[i].id.value = i + 1;
        teams[i].parent.value = i;
        memset(teams[i].name, 'n', NAME_MAX_BYTES - 1);
    }
    char path[PATH_NAME_MAX];
    assert_ok(people_path(teams, 6, (struct team_id){ 4 }, path));
    assert_int_equal(strlen(path), 3 * 127 + 2);
    assert_ok(people_path(teams, 6, (struct team_id){ 5 }, path));
    assert_int_equal(strlen(path), PATH_NAME_MAX - 1);
    assert_err(people_path(teams, 6, (struct team_id){ 6 }, path), DP_TOO_LONG);
    assert_string_equal(path, "");
}

/* Unknown teams are nowhere. */
static void test_people_find_team_unknown_is_null(void **state)
{
    (void)state;
    char path[PATH_NAME_MAX];
    assert_null(people_find_team(company, COMPANY, (struct team_id){ 0 }));
    assert_null(people_find_team(company, COMPANY, (struct team_id){ 6 }));
    assert_null(people_find_team(company, 0, (struct team_id){ 1 }));
    assert_err(people_path(company, COMPANY, (struct team_id){ 6 }, path), DP_NOT_FOUND);
    assert_false(
        people_is_within(company, COMPANY, (struct team_id){ 6 }, (struct team_id){ 1 }));
}

/* Nobody finds a team outside the own scope, and a team that is not there is not found by anybody. */
static void test_people_find_within_stays_in_the_scope(void **state)
{
    (void)state;
    const struct team *found = NULL;
    struct team_id root = { TEAM_ROOT };
    struct team_id none = { 6 };
    assert_err(people_find_within(company, COMPANY, none, root, &found), DP_NOT_FOUND);
    for (size_t i = 0; i < COMPANY; i++) {
        struct team_id team = company[i].id;
        assert_ok(people_find_within(company, COMPANY, team, root, &found));
        assert_ptr_equal(found, &company[i]);
        assert_ok(people_find_within(company, COMPANY, team, team, &found));
        if (team.value != TEAM_ROOT) {
            assert_err(people_find_within(company, COMPANY, root, team, &found), DP_FORBIDDEN);
        }
    }
}

/* Paths read from the root's child down; the root itself has none. */
static void test_people_path_names_the_way_down(void **state)
{
    (void)state;
    static const char *const wanted[] = { "", "Service", "Sales", "Service/Hotline",
                                          "Service/Hotline/Night" };
    assert_ok(people_check_tree(company, COMPANY, NULL));
    for (uint32_t i = 0; i < COMPANY; i++) {
        char path[PATH_NAME_MAX];
        assert_ok(people_path(company, COMPANY, (struct team_id){ i + 1 }, path));
        assert_string_equal(path, wanted[i]);
        assert_ptr_equal(people_find_team(company, COMPANY, (struct team_id){ i + 1 }),
                         &company[i]);
    }
}

/* A subtree holds its top and all beneath, nothing beside it or above. */
static void test_people_subtree_holds_all_beneath(void **state)
{
    (void)state;
    bool inside[COMPANY];
    assert_int_equal(people_subtree(company, COMPANY, (struct team_id){ 2 }, inside), 3);
    assert_false(inside[0]);
    assert_true(inside[1]);
    assert_false(inside[2]);
    assert_true(inside[3]);
    assert_true(inside[4]);
    assert_int_equal(people_subtree(company, COMPANY, (struct team_id){ TEAM_ROOT }, inside),
                     COMPANY);
    assert_int_equal(people_subtree(company, COMPANY, (struct team_id){ 77 }, inside), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people_find_within_stays_in_the_scope),
        cmocka_unit_test(test_people_check_tree_broken_tree_is_refused),
        cmocka_unit_test(test_people_check_tree_cycle_is_refused),
        cmocka_unit_test(test_people_check_tree_depth_has_a_limit),
        cmocka_unit_test(test_people_path_too_long_is_refused),
        cmocka_unit_test(test_people_find_team_unknown_is_null),
        cmocka_unit_test(test_people_path_names_the_way_down),
        cmocka_unit_test(test_people_subtree_holds_all_beneath),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
