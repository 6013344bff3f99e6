/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/service/alert/alert_world.h"

#define ALERT_TEST(test) \
    cmocka_unit_test_setup_teardown(test, alert_world_setup, alert_world_teardown)
#define ARENA(name) ARENA_AUTO struct arena name = arena_new(WORLD_ARENA_BYTES)

static const struct team_id root = { TEAM_ROOT };
static const struct team_id nobody = { 4711 };

static struct alert_teams teams_of(struct alert_world *world, struct team_id scope,
                                   struct arena *arena)
{
    struct alert_teams teams;
    assert_ok(alert_teams(&world->firm.appliance, scope, arena, &teams));
    return teams;
}

static const struct alert_team *find(const struct alert_teams *teams, struct team_id team)
{
    for (size_t i = 0; i < teams->count; i++) {
        if (teams->rows[i].team.value == team.value) {
            return &teams->rows[i];
        }
    }
    return NULL;
}

/* A scope that is no team, a chart of a team that is none, and no room. */
static void test_alert_teams_refuses(void **state)
{
    struct alert_world *world = *state;
    struct alert_teams teams;
    struct alert_chart chart;
    struct alert alert = { .team = nobody, .baseline_weeks = 26, .limit = 3.5 };
    ARENA(arena);
    alert_world_live(world, 40);
    assert_err(alert_teams(&world->firm.appliance, nobody, &arena, &teams), DP_NOT_FOUND);
    assert_err(alert_chart_of(&world->firm.appliance, &alert, &arena, &chart), DP_NOT_FOUND);
    ARENA_AUTO struct arena small = arena_new(64);
    assert_err(alert_teams(&world->firm.appliance, root, &small, &teams), DP_NO_MEMORY);
    alert.team = root;
    assert_err(alert_chart_of(&world->firm.appliance, &alert, &small, &chart), DP_NO_MEMORY);
}

/* Before the first week every chart lacks 27 weeks; with the 27th all are watched. */
static void test_alert_teams_counts_down(void **state)
{
    struct alert_world *world = *state;
    ARENA(arena);
    struct alert_teams teams = teams_of(world, root, &arena);
    assert_int_equal(teams.count, WORLD_CHARTED);
    assert_int_equal(teams.watched, 0);
    assert_int_equal(teams.rows[0].needs_more, 27);
    alert_world_live(world, 26);
    teams = teams_of(world, root, &arena);
    for (size_t i = 0; i < teams.count; i++) {
        assert_int_equal(teams.rows[i].watch, ALERT_NEEDS_WEEKS);
        assert_int_equal(teams.rows[i].usable, 26);
        assert_int_equal(teams.rows[i].needs_more, 1);
        assert_false(number_is_known(teams.rows[i].usual));
        assert_int_equal(teams.rows[i].baseline_first.days, alert_world_week(0).days);
    }
    alert_world_live(world, 27);
    teams = teams_of(world, root, &arena);
    assert_int_equal(teams.watched, WORLD_CHARTED);
    assert_true(teams.rows[0].usual > 3.4 && teams.rows[0].usual < 3.8);
    assert_int_equal(teams.rows[0].path.len, 0); /* the whole comes first */
}

/* A manager sees the own subtree's charts. */
static void test_alert_teams_keeps_to_scope(void **state)
{
    struct alert_world *world = *state;
    ARENA(arena);
    alert_world_live(world, 30);
    struct alert_teams teams = teams_of(world, world->service, &arena);
    assert_int_equal(teams.count, 3);
    assert_null(find(&teams, root));
    assert_null(find(&teams, world->teams[SHOPS]));
    assert_non_null(find(&teams, world->teams[DESK]));
}

/* A mood that only drifts, one that never moves, and a team that closed. */
static void test_alert_teams_says_why_not(void **state)
{
    struct alert_world *world = *state;
    for (int w = 0; w < WORLD_WEEKS_MAX; w++) {
        world->mood[DESK][w] = 2.5 + 0.02 * (double)w;
        world->mood[SHOPS][w] = 3.3;
    }
    alert_world_live(world, 50);
    alert_world_close(world, OFFICE);
    alert_world_live(world, 60);
    assert_ok(alert_refresh(&world->firm.appliance));
    ARENA(arena);
    struct alert_teams teams = teams_of(world, root, &arena);
    assert_int_equal(find(&teams, world->teams[DESK])->watch, ALERT_ADRIFT);
    assert_true(number_is_known(find(&teams, world->teams[DESK])->usual));
    assert_int_equal(find(&teams, world->teams[SHOPS])->watch, ALERT_STILL);
    assert_null(find(&teams, world->teams[OFFICE]));
    struct alert_list list = alert_world_list(world, &arena);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_not_equal(list.rows[i].alert.team.value, world->teams[DESK].value);
        assert_int_not_equal(list.rows[i].alert.team.value, world->teams[SHOPS].value);
    }
}

/* The team of a new baseline lacks weeks again, counted from the alert's week on. */
static void test_alert_teams_new_baseline_needs_weeks(void **state)
{
    struct alert_world *world = *state;
    struct dp_problem problem = { 0 };
    alert_world_shift(world, DESK, 47, WORLD_WEEKS_MAX, -1.2);
    alert_world_live(world, 50);
    assert_ok(alert_refresh(&world->firm.appliance));
    ARENA(arena);
    struct alert_list list;
    assert_ok(alert_list(&world->firm.appliance, world->teams[DESK], 0, &arena, &list));
    assert_true(list.open > 0);
    const struct alert *alert = &list.rows[0].alert;
    size_t since = (size_t)(alert_world_week(50).days - alert->week.days) / 7;
    struct alert_taking taking = {
        .id = alert->id, .scope = root, .actor = "hr", .is_new_baseline = true
    };
    assert_ok(alert_acknowledge(&world->firm.appliance, &taking, &problem));
    struct alert_teams teams = teams_of(world, root, &arena);
    const struct alert_team *desk = find(&teams, world->teams[DESK]);
    assert_int_equal(desk->watch, ALERT_NEEDS_WEEKS);
    assert_true(desk->is_new_baseline);
    assert_int_equal(desk->usable, since);
    assert_int_equal(desk->needs_more, 27 - since);
    assert_int_equal(desk->baseline_first.days, alert->week.days);
    assert_false(find(&teams, root)->is_new_baseline);
}

/* The chart ends with the newest week that is settled, and leaves its limits where the alert was
 * raised. */
static void test_alert_chart_shows_the_alert(void **state)
{
    struct alert_world *world = *state;
    struct alert_chart chart;
    alert_world_shift(world, DESK, 47, WORLD_WEEKS_MAX, -0.8);
    alert_world_live(world, 50);
    assert_ok(alert_refresh(&world->firm.appliance));
    ARENA(arena);
    struct alert_list list;
    assert_ok(alert_list(&world->firm.appliance, world->teams[DESK], 0, &arena, &list));
    const struct alert *alert = &list.rows[0].alert;
    assert_ok(alert_chart_of(&world->firm.appliance, alert, &arena, &chart));
    assert_int_equal(chart.count, ALERT_CHART_WEEKS);
    assert_int_equal(chart.weeks[25].monday.days, alert_world_week(49).days);
    assert_false(number_is_known(chart.weeks[0].smoothed)); /* week 24: of the baseline */
    assert_true(chart.weeks[0].is_shown && chart.weeks[0].n == 20);
    for (size_t i = 2; i < chart.count; i++) {
        const struct alert_chart_week *week = &chart.weeks[i];
        assert_true(week->limit > 0.0);
        bool is_out = week->smoothed > week->limit || week->smoothed < -week->limit;
        assert_true(is_out || !date_equal(week->monday, alert->week));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALERT_TEST(test_alert_teams_refuses),
        ALERT_TEST(test_alert_teams_counts_down),
        ALERT_TEST(test_alert_teams_keeps_to_scope),
        ALERT_TEST(test_alert_teams_says_why_not),
        ALERT_TEST(test_alert_teams_new_baseline_needs_weeks),
        ALERT_TEST(test_alert_chart_shows_the_alert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
