/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/survey/people.h"
#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/pages/team_outline.h"

enum { ARENA_MAX = 1 << 20, OUT_MAX = 1 << 20, TEAMS_ROOM = 4000, BRANCHES = 5 };

struct stage {
    struct arena arena;
    struct session_view session;
    struct page_context page;
    struct buf out;
    struct team *teams;
    size_t team_count;
};

static int setup(void **state)
{
    static struct stage stage;
    stage = (struct stage){ .arena = arena_new(ARENA_MAX), .out = buf_new(OUT_MAX) };
    stage.teams = mem_new(TEAMS_ROOM, sizeof *stage.teams);
    assert_non_null(stage.teams);
    stage.teams[stage.team_count++] = (struct team){ .id = { TEAM_ROOT }, .name = "Root" };
    stage.page = (struct page_context){ .language = STR("en"),
                                        .session = &stage.session,
                                        .arena = &stage.arena };
    *state = &stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    mem_free(stage->teams);
    buf_free(&stage->out);
    arena_free(&stage->arena);
    return 0;
}

static struct team_id add_team(struct stage *stage, uint32_t parent)
{
    struct team *team = &stage->teams[stage->team_count++];
    *team = (struct team){ .id = { (uint32_t)stage->team_count }, .parent = { parent } };
    snprintf(team->name, sizeof team->name, "T%u<", team->id.value);
    return team->id;
}

/* BRANCHES teams below the root, each with `each` below it. */
static void add_tree(struct stage *stage, int each)
{
    for (int i = 0; i < BRANCHES; i++) {
        struct team_id branch = add_team(stage, TEAM_ROOT);
        for (int k = 0; k < each; k++) {
            add_team(stage, branch.value);
        }
    }
}

static dp_err write(struct stage *stage, uint32_t ticked)
{
    struct team_id id = { ticked };
    struct html html = html_new(&stage->out);
    struct team_outline outline = { .name = STR("team"),
                                    .teams = stage->teams,
                                    .team_count = stage->team_count,
                                    .ticked = &id,
                                    .ticked_count = ticked == 0 ? 0 : 1 };
    dp_err written = team_outline(&stage->page, &html, &outline);
    assert_ok(html_finish(&html));
    return written;
}

static size_t count(const struct stage *stage, const char *words)
{
    size_t found = 0;
    const char *at = stage->out.data;
    size_t rest = stage->out.len;
    for (const char *hit; (hit = memmem(at, rest, words, strlen(words))) != NULL; found++) {
        rest -= (size_t)(hit + 1 - at);
        at = hit + 1;
    }
    return found;
}

static void must_be_sound(const struct stage *stage)
{
    char why[HTMLCHECK_WHY_MAX];
    if (!htmlcheck(buf_str(&stage->out), why)) {
        fail_msg("%s", why);
    }
}

/* An arena without room is told. */
static void test_team_outline_small_arena_has_no_memory(void **state)
{
    struct stage *stage = *state;
    add_tree(stage, 3);
    arena_free(&stage->arena);
    stage->arena = arena_new(16);
    assert_err(write(stage, 0), DP_NO_MEMORY);
}

/* Few teams stand open, in the tree's order, and only what is ticked is; a team that is gone is
 * not there. */
static void test_team_outline_few_teams_are_not_folded(void **state)
{
    struct stage *stage = *state;
    add_tree(stage, 3);
    stage->teams[2].is_gone = true; /* T3 */
    assert_ok(write(stage, 4));
    must_be_sound(stage);
    assert_int_equal(count(stage, "type=\"checkbox\""), stage->team_count - 1);
    assert_int_equal(count(stage, "<details"), 0);
    assert_int_equal(count(stage, " checked>"), 1);
    assert_int_equal(count(stage, "value=\"4\" checked>"), 1);
    assert_int_equal(count(stage, "T3&lt;"), 0);
    assert_int_equal(count(stage, "<span>Whole organisation</span>"), 1);
}

/* Many teams are folded, one fold a branch with how many are in it; the one with a tick stands
 * open. */
static void test_team_outline_many_teams_are_folded(void **state)
{
    struct stage *stage = *state;
    add_tree(stage, 10);
    assert_ok(write(stage, 5)); /* in the first branch, T2 */
    must_be_sound(stage);
    assert_int_equal(count(stage, "type=\"checkbox\""), stage->team_count);
    assert_int_equal(count(stage, "<details"), BRANCHES);
    assert_int_equal(count(stage, "<details open>"), 1);
    assert_int_equal(count(stage, "<summary>10 teams in T2&lt;</summary>"), 1);
    assert_int_equal(count(stage, "<details open><summary>10 teams in T2"), 1);
}

/* A tree as deep as trees may be does not nest deeper than a page can. */
static void test_team_outline_deepest_tree_is_written_whole(void **state)
{
    struct stage *stage = *state;
    for (int branch = 0; branch < 4; branch++) {
        uint32_t parent = TEAM_ROOT;
        for (int depth = 1; depth <= TEAM_DEPTH_MAX; depth++) {
            parent = add_team(stage, parent).value;
        }
    }
    assert_ok(write(stage, (uint32_t)stage->team_count));
    must_be_sound(stage);
    assert_int_equal(count(stage, "type=\"checkbox\""), stage->team_count);
}

/* No more boxes than a page should hold. */
static void test_team_outline_stops_at_its_maximum(void **state)
{
    struct stage *stage = *state;
    add_tree(stage, TEAM_OUTLINE_MAX / BRANCHES + 10);
    assert_ok(write(stage, 0));
    must_be_sound(stage);
    assert_int_equal(count(stage, "type=\"checkbox\""), TEAM_OUTLINE_MAX);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_team_outline_small_arena_has_no_memory),
        CASE(test_team_outline_few_teams_are_not_folded),
        CASE(test_team_outline_many_teams_are_folded),
        CASE(test_team_outline_deepest_tree_is_written_whole),
        CASE(test_team_outline_stops_at_its_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
