/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "app/privacy/partition.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { K = 5, MONDAY = 4 /* 1970-01-05 */, WEEK = 7, YEAR = 364 };

static struct partition_step step_of(const struct partition_team *teams, size_t count,
                                     int32_t day)
{
    return (struct partition_step){
        .teams = teams,
        .teams_count = count,
        .rules = partition_rules_of(K),
        .monday = { day },
    };
}

static struct partition formed(const struct partition_team *teams, size_t count)
{
    struct partition partition = { 0 };
    struct partition_step step = step_of(teams, count, MONDAY);
    assert_ok(partition_form(&partition, &step));
    return partition;
}

static void revise(struct partition *partition, const struct partition_team *teams,
                   size_t count, int32_t day)
{
    struct partition_step step = step_of(teams, count, day);
    assert_ok(partition_revise(partition, &step));
}

static size_t reform(struct partition *partition, const struct partition_team *teams,
                     size_t count, int32_t day)
{
    struct partition_step step = step_of(teams, count, day);
    size_t kept = SIZE_MAX;
    assert_ok(partition_reform(partition, &step, &kept));
    return kept;
}

/* The unit of a team at the end of time; NULL if it has none. */
static const struct unit *unit_of(const struct partition *partition, uint32_t team)
{
    struct unit_id id = partition_unit_of(partition, (struct team_id){ team },
                                          (struct date){ DATE_MAX_DAYS });
    return id.value == 0 ? NULL : partition_unit(partition, id);
}

static void assert_together(const struct partition *partition, uint32_t a, uint32_t b)
{
    assert_non_null(unit_of(partition, a));
    assert_ptr_equal(unit_of(partition, a), unit_of(partition, b));
}

static void assert_apart(const struct partition *partition, uint32_t a, uint32_t b)
{
    assert_ptr_not_equal(unit_of(partition, a), unit_of(partition, b));
}

static size_t open_units(const struct partition *partition)
{
    size_t count = 0;
    for (size_t i = 0; i < partition->units_count; i++) {
        count += partition->units[i].kind != UNIT_POOL && !partition->units[i].is_closed ? 1
                                                                                         : 0;
    }
    return count;
}

/* k = 5 gives the numbers of privacy.md; a bigger k scales them; a smaller one is not taken. */
static void test_partition_rules_of_follow_k(void **state)
{
    (void)state;
    struct partition_rules five = partition_rules_of(5);
    assert_int_equal(five.min_people, 5);
    assert_int_equal(five.unit_min, 8);
    assert_int_equal(five.daily_from, 15);
    assert_int_equal(five.weekly_below, 10);
    assert_int_equal(partition_rules_of(0).unit_min, 8);
    assert_int_equal(partition_rules_of(4).min_people, 5);
    assert_int_equal(partition_rules_of(6).unit_min, 10);
    assert_int_equal(partition_rules_of(10).unit_min, 16);
    assert_int_equal(partition_rules_of(10).daily_from, 30);
    assert_int_equal(partition_rules_of(10).weekly_below, 20);
}

static void refuse_form(const struct partition_team *teams, size_t count, int32_t day)
{
    struct partition partition = { 0 };
    struct partition_step step = step_of(teams, count, day);
    assert_err(partition_form(&partition, &step), DP_INVALID);
    assert_int_equal(partition.units_count, 0);
}

/* Not a Monday, no team, no root, two roots, unknown parent, out of order, a circle. */
static void test_partition_form_invalid_input_is_refused(void **state)
{
    (void)state;
    const struct partition_team good[] = { { { 1 }, { 0 }, 9, "C" }, { { 2 }, { 1 }, 9, "A" } };
    refuse_form(good, COUNT(good), MONDAY + 1);
    refuse_form(good, 0, MONDAY);
    refuse_form(good + 1, 1, MONDAY);
    const struct partition_team roots[] = { { { 1 }, { 0 }, 9, "C" },
                                            { { 2 }, { 0 }, 9, "A" } };
    refuse_form(roots, COUNT(roots), MONDAY);
    const struct partition_team lost[] = { { { 1 }, { 0 }, 9, "C" }, { { 2 }, { 7 }, 9, "A" } };
    refuse_form(lost, COUNT(lost), MONDAY);
    const struct partition_team order[] = { { { 2 }, { 0 }, 9, "C" },
                                            { { 1 }, { 2 }, 9, "A" } };
    refuse_form(order, COUNT(order), MONDAY);
    const struct partition_team circle[] = { { { 1 }, { 0 }, 9, "C" },
                                             { { 2 }, { 3 }, 9, "A" },
                                             { { 3 }, { 2 }, 9, "B" } };
    refuse_form(circle, COUNT(circle), MONDAY);
    struct partition partition = formed(good, COUNT(good));
    struct partition_step step = step_of(good, COUNT(good), MONDAY);
    assert_err(partition_form(&partition, &step), DP_INVALID);
    partition_free(&partition);
}

/* Below 5 people no unit; 5 to 7 one unit that is weekly and has no pool; 8 one with a pool. */
static void test_partition_form_small_company_is_one_unit_or_none(void **state)
{
    (void)state;
    for (uint32_t people = 0; people <= 8; people++) {
        const struct partition_team teams[] = { { { 1 }, { 0 }, people / 2, "C" },
                                                { { 2 }, { 1 }, people - people / 2, "A" } };
        struct partition partition = formed(teams, COUNT(teams));
        assert_int_equal(open_units(&partition), people < 5 ? 0 : 1);
        if (people >= 5) {
            assert_together(&partition, 1, 2);
            const struct unit *unit = unit_of(&partition, 1);
            assert_int_equal(unit->headcount, people);
            assert_int_equal(unit->cadence, UNIT_WEEKLY);
            assert_int_equal(unit->team.value, 1);
            assert_string_equal(unit->name, "C");
            assert_int_equal(unit->pool.value != 0, people == 8);
        }
        partition_free(&partition);
    }
}

/* A team of 8 is a unit, teams of 7 are pooled in the team above, the people who sit in the team above
 * itself among them. */
static void test_partition_form_small_teams_pool_in_their_parent(void **state)
{
    (void)state;
    const struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "Company" }, { { 2 }, { 1 }, 2, "Service" },
        { { 3 }, { 2 }, 8, "Hotline" }, { { 4 }, { 2 }, 7, "Night" },
        { { 5 }, { 2 }, 3, "Desk" },    { { 6 }, { 1 }, 40, "Sales" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    assert_int_equal(open_units(&partition), 3);
    assert_together(&partition, 2, 4);
    assert_together(&partition, 2, 5);
    assert_apart(&partition, 2, 3);
    assert_apart(&partition, 2, 6);
    assert_null(unit_of(&partition, 1));
    const struct unit *rest = unit_of(&partition, 2);
    assert_int_equal(rest->kind, UNIT_REST);
    assert_int_equal(rest->team.value, 2);
    assert_int_equal(rest->headcount, 12);
    assert_string_equal(rest->name, "Other teams of Service");
    const struct unit *hotline = unit_of(&partition, 3);
    assert_int_equal(hotline->kind, UNIT_TEAM);
    assert_int_equal(hotline->team.value, 3);
    assert_string_equal(hotline->name, "Hotline");
    partition_free(&partition);
}

/* Eight people who sit in an inner team itself are a unit beside its teams. */
static void test_partition_form_inner_team_has_own_unit(void **state)
{
    (void)state;
    const struct partition_team teams[] = { { { 1 }, { 0 }, 9, "C" },
                                            { { 2 }, { 1 }, 20, "A" } };
    struct partition partition = formed(teams, COUNT(teams));
    assert_apart(&partition, 1, 2);
    assert_int_equal(unit_of(&partition, 1)->kind, UNIT_TEAM);
    assert_int_equal(unit_of(&partition, 1)->headcount, 9);
    partition_free(&partition);
}

/* 7 people pooled in Service are too few: they go up and pool with 1 person of the root. */
static void test_partition_form_small_pool_goes_up(void **state)
{
    (void)state;
    const struct partition_team teams[] = {
        { { 1 }, { 0 }, 1, "C" }, { { 2 }, { 1 }, 0, "S" },  { { 3 }, { 2 }, 4, "A" },
        { { 4 }, { 2 }, 3, "B" }, { { 5 }, { 1 }, 30, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    assert_together(&partition, 3, 4);
    assert_together(&partition, 3, 1);
    assert_int_equal(unit_of(&partition, 3)->team.value, 1);
    assert_int_equal(unit_of(&partition, 3)->kind, UNIT_REST);
    partition_free(&partition);
}

/* What is left at the root joins the highest rest unit, not the smaller team beside it. */
static void test_partition_form_leftover_joins_highest_rest_unit(void **state)
{
    (void)state;
    const struct partition_team teams[] = {
        { { 1 }, { 0 }, 3, "C" }, { { 2 }, { 1 }, 0, "S" }, { { 3 }, { 2 }, 6, "A" },
        { { 4 }, { 2 }, 6, "B" }, { { 5 }, { 1 }, 8, "D" }, { { 6 }, { 2 }, 0, "T" },
        { { 7 }, { 6 }, 5, "U" }, { { 8 }, { 6 }, 5, "V" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    assert_together(&partition, 1, 3);
    assert_together(&partition, 3, 4);
    assert_apart(&partition, 1, 5);
    assert_together(&partition, 7, 8);
    assert_apart(&partition, 7, 3);
    assert_int_equal(unit_of(&partition, 1)->headcount, 15);
    assert_int_equal(unit_of(&partition, 1)->team.value, 1);
    partition_free(&partition);
}

/* Without a rest unit it joins the smallest team's unit, which is then shown for the whole company. */
static void test_partition_form_leftover_joins_smallest_unit(void **state)
{
    (void)state;
    const struct partition_team teams[] = {
        { { 1 }, { 0 }, 1, "C" },
        { { 2 }, { 1 }, 30, "A" },
        { { 3 }, { 1 }, 9, "B" },
        { { 4 }, { 1 }, 8, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    assert_together(&partition, 1, 4);
    assert_int_equal(unit_of(&partition, 4)->kind, UNIT_REST);
    assert_int_equal(unit_of(&partition, 4)->team.value, 1);
    assert_int_equal(open_units(&partition), 3);
    partition_free(&partition);
}

/* Daily from 15; stays daily at 10; weekly below 10; back to daily only at 15. */
static void test_partition_revise_cadence_has_hysteresis(void **state)
{
    (void)state;
    struct partition_team teams[] = { { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 14, "A" } };
    struct partition partition = formed(teams, COUNT(teams));
    const struct {
        uint32_t people;
        enum unit_cadence cadence;
    } weeks[] = { { 14, UNIT_WEEKLY }, { 15, UNIT_DAILY },  { 10, UNIT_DAILY },
                  { 9, UNIT_WEEKLY },  { 10, UNIT_WEEKLY }, { 14, UNIT_WEEKLY },
                  { 15, UNIT_DAILY } };
    for (size_t i = 0; i < COUNT(weeks); i++) {
        teams[1].headcount = weeks[i].people;
        revise(&partition, teams, COUNT(teams), MONDAY + WEEK * (int32_t)(i + 1));
        assert_int_equal(unit_of(&partition, 2)->cadence, weeks[i].cadence);
        assert_int_equal(unit_of(&partition, 2)->headcount, weeks[i].people);
    }
    partition_free(&partition);
}

/* Weekly units of one parent make a pool from 15 people on; fewer go up; daily units have none. */
static void test_partition_form_weekly_units_pool_for_theme_days(void **state)
{
    (void)state;
    const struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" },  { { 2 }, { 1 }, 0, "S" },  { { 3 }, { 2 }, 8, "A" },
        { { 4 }, { 2 }, 8, "B" },  { { 5 }, { 2 }, 15, "D" }, { { 6 }, { 1 }, 0, "T" },
        { { 7 }, { 6 }, 14, "E" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    const struct unit *pool = partition_unit(&partition, unit_of(&partition, 3)->pool);
    assert_non_null(pool);
    assert_int_equal(pool->kind, UNIT_POOL);
    assert_int_equal(pool->team.value, 2);
    assert_int_equal(pool->headcount, 16);
    assert_string_equal(pool->name, "Small units of S");
    assert_int_equal(unit_of(&partition, 4)->pool.value, pool->id.value);
    assert_int_equal(unit_of(&partition, 5)->pool.value, 0);
    const struct unit *root_pool = partition_unit(&partition, unit_of(&partition, 7)->pool);
    assert_int_equal(root_pool->team.value, 1);
    assert_int_equal(root_pool->headcount, 14);
    partition_free(&partition);
}

/* When a unit turns daily the rest of its pool goes up, and comes back to the same pool later. */
static void test_partition_revise_pools_are_cut_anew(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 0, "S" }, { { 3 }, { 2 }, 8, "A" },
        { { 4 }, { 2 }, 8, "B" }, { { 5 }, { 1 }, 9, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    struct unit_id first = unit_of(&partition, 3)->pool;
    assert_int_equal(partition_unit(&partition, first)->team.value, 2);
    teams[3].headcount = 15;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_int_equal(unit_of(&partition, 4)->pool.value, 0);
    assert_int_equal(partition_unit(&partition, unit_of(&partition, 3)->pool)->team.value, 1);
    assert_true(partition_unit(&partition, first)->is_closed);
    teams[3].headcount = 9;
    revise(&partition, teams, COUNT(teams), MONDAY + 2 * WEEK);
    assert_int_equal(unit_of(&partition, 3)->pool.value, first.value);
    assert_false(partition_unit(&partition, first)->is_closed);
    partition_free(&partition);
}

/* A unit that shrinks below 8 joins its parent's rest unit with all its teams, for good. */
static void test_partition_revise_shrunk_unit_joins(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 0, "S" }, { { 3 }, { 2 }, 9, "A" },
        { { 4 }, { 2 }, 5, "B" }, { { 5 }, { 2 }, 5, "D" }, { { 6 }, { 1 }, 8, "E" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    struct unit_id old = unit_of(&partition, 3)->id;
    teams[2].headcount = 7;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_together(&partition, 3, 4);
    assert_int_equal(unit_of(&partition, 3)->headcount, 17);
    assert_int_equal(unit_of(&partition, 3)->cadence, UNIT_DAILY);
    assert_true(partition_unit(&partition, old)->is_closed);
    assert_int_equal(partition_unit(&partition, old)->joined_into.value,
                     unit_of(&partition, 3)->id.value);
    teams[2].headcount = 30;
    revise(&partition, teams, COUNT(teams), MONDAY + 2 * WEEK);
    assert_together(&partition, 3, 4);
    struct unit_id before = partition_unit_of(&partition, (struct team_id){ 3 },
                                              (struct date){ MONDAY + WEEK - 1 });
    assert_int_equal(before.value, old.value);
    partition_free(&partition);
}

/* Two shrunk units of one parent join each other before they go up. */
static void test_partition_revise_shrunk_units_join_each_other(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 0, "S" },  { { 3 }, { 2 }, 8, "A" },
        { { 4 }, { 2 }, 8, "B" }, { { 5 }, { 1 }, 20, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    teams[2].headcount = 4;
    teams[3].headcount = 4;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_together(&partition, 3, 4);
    assert_apart(&partition, 3, 5);
    assert_int_equal(unit_of(&partition, 3)->team.value, 2);
    assert_int_equal(unit_of(&partition, 3)->kind, UNIT_REST);
    partition_free(&partition);
}

/* The last unit of a company has nothing to join: it stays, whatever its size. */
static void test_partition_revise_only_unit_stays(void **state)
{
    (void)state;
    struct partition_team teams[] = { { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 9, "A" } };
    struct partition partition = formed(teams, COUNT(teams));
    struct unit_id id = unit_of(&partition, 2)->id;
    for (uint32_t people = 7; people >= 1 && people <= 7; people -= 2) {
        teams[1].headcount = people;
        revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
        assert_int_equal(unit_of(&partition, 2)->id.value, id.value);
        assert_int_equal(unit_of(&partition, 2)->kind, UNIT_TEAM);
        assert_int_equal(unit_of(&partition, 2)->pool.value, 0);
    }
    partition_free(&partition);
}

/* A unit without people closes; when its team has people again it opens again as the same unit. */
static void test_partition_revise_empty_unit_closes_and_opens(void **state)
{
    (void)state;
    struct partition_team teams[] = { { { 1 }, { 0 }, 0, "C" },
                                      { { 2 }, { 1 }, 20, "A" },
                                      { { 3 }, { 1 }, 20, "B" } };
    struct partition partition = formed(teams, COUNT(teams));
    struct unit_id id = unit_of(&partition, 2)->id;
    teams[1].headcount = 0;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_true(partition_unit(&partition, id)->is_closed);
    assert_int_equal(partition_unit(&partition, id)->joined_into.value, 0);
    teams[1].headcount = 9;
    revise(&partition, teams, COUNT(teams), MONDAY + 2 * WEEK);
    assert_false(partition_unit(&partition, id)->is_closed);
    assert_int_equal(unit_of(&partition, 2)->id.value, id.value);
    partition_free(&partition);
}

/* A new team of 8 is a unit; one of 5 joins; one of 4 waits without a unit until it grows. */
static void test_partition_revise_newcomers_start_join_or_wait(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 4, "A" }, { { 3 }, { 1 }, 5, "B" },
        { { 4 }, { 1 }, 0, "D" }, { { 5 }, { 1 }, 0, "E" }, { { 6 }, { 1 }, 0, "F" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    teams[3].headcount = 8;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_int_equal(unit_of(&partition, 4)->kind, UNIT_TEAM);
    teams[4].headcount = 4;
    revise(&partition, teams, COUNT(teams), MONDAY + 2 * WEEK);
    assert_null(unit_of(&partition, 5));
    teams[5].headcount = 1;
    revise(&partition, teams, COUNT(teams), MONDAY + 3 * WEEK);
    assert_together(&partition, 5, 6);
    assert_together(&partition, 5, 2);
    assert_int_equal(partition_unit_of(&partition, (struct team_id){ 5 },
                                       (struct date){ MONDAY + 3 * WEEK - 1 })
                         .value,
                     0);
    partition_free(&partition);
}

/* Newcomers that wait don't get in by way of a shrunk unit that joins on the same Monday: the shrunk
 * unit was shown before, so that it could be taken off again. */
static void test_partition_revise_newcomers_do_not_hide_in_a_shrunk_unit(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" },
        { { 2 }, { 1 }, 9, "A" },
        { { 3 }, { 1 }, 20, "B" },
        { { 4 }, { 1 }, 0, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    teams[1].headcount = 6;
    teams[3].headcount = 4;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_together(&partition, 2, 3);
    assert_null(unit_of(&partition, 4));
    partition_free(&partition);
}

/* Moving a team in the tree moves no unit; who is shown what only gets narrower. */
static void test_partition_revise_moved_team_keeps_its_unit(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 0, "S" }, { { 3 }, { 2 }, 5, "A" },
        { { 4 }, { 2 }, 5, "B" }, { { 5 }, { 1 }, 9, "T" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    struct unit_id id = unit_of(&partition, 3)->id;
    assert_int_equal(unit_of(&partition, 3)->team.value, 2);
    teams[3].parent.value = 5;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_together(&partition, 3, 4);
    assert_int_equal(unit_of(&partition, 3)->id.value, id.value);
    assert_int_equal(unit_of(&partition, 3)->team.value, 1);
    teams[3].parent.value = 2;
    revise(&partition, teams, COUNT(teams), MONDAY + 2 * WEEK);
    assert_int_equal(unit_of(&partition, 3)->team.value, 1);
    partition_free(&partition);
}

/* The same Monday twice changes nothing; a Monday before the last is refused and changes nothing. */
static void test_partition_revise_twice_is_once_and_back_is_refused(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 2, "C" },
        { { 2 }, { 1 }, 9, "A" },
        { { 3 }, { 1 }, 20, "B" },
        { { 4 }, { 1 }, 0, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    teams[1].headcount = 6;
    teams[3].headcount = 7;
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    size_t units = partition.units_count;
    size_t seats = partition.seats_count;
    struct unit last = partition.units[units - 1];
    revise(&partition, teams, COUNT(teams), MONDAY + WEEK);
    assert_int_equal(partition.units_count, units);
    assert_int_equal(partition.seats_count, seats);
    assert_int_equal(partition.units[units - 1].id.value, last.id.value);
    assert_int_equal(partition.units[units - 1].headcount, last.headcount);
    assert_int_equal(partition.units[units - 1].pool.value, last.pool.value);
    assert_int_equal(partition.units[units - 1].is_closed, last.is_closed);
    struct partition_step back = step_of(teams, COUNT(teams), MONDAY);
    assert_err(partition_revise(&partition, &back), DP_INVALID);
    assert_err(partition_reform(&partition, &back, NULL), DP_INVALID);
    back.monday.days = MONDAY + WEEK + 1;
    assert_err(partition_revise(&partition, &back), DP_INVALID);
    assert_int_equal(partition.seats_count, seats);
    partition_free(&partition);
}

/* Nothing changed: all units stay what they were, with their ids. */
static void test_partition_reform_same_company_keeps_ids(void **state)
{
    (void)state;
    const struct partition_team teams[] = { { { 1 }, { 0 }, 2, "C" },
                                            { { 2 }, { 1 }, 9, "A" },
                                            { { 3 }, { 1 }, 6, "B" } };
    struct partition partition = formed(teams, COUNT(teams));
    size_t units = partition.units_count;
    assert_int_equal(reform(&partition, teams, COUNT(teams), MONDAY + YEAR), 0);
    assert_int_equal(partition.units_count, units);
    assert_int_equal(partition.seats_count, 3);
    partition_free(&partition);
}

/* B grew to 9 and could stand alone, but A + B of last year minus B would be the 4 people of A: the
 * old unit stays. With 5 people in A, B gets its own unit. */
static void test_partition_reform_keeps_what_would_isolate(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" },
        { { 2 }, { 1 }, 5, "A" },
        { { 3 }, { 1 }, 5, "B" },
        { { 4 }, { 1 }, 8, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    teams[1].headcount = 4;
    teams[2].headcount = 9;
    assert_int_equal(reform(&partition, teams, COUNT(teams), MONDAY + YEAR), 3);
    assert_together(&partition, 2, 3);
    assert_apart(&partition, 2, 4);
    partition_free(&partition);

    teams[1].headcount = 5;
    teams[2].headcount = 5;
    partition = formed(teams, COUNT(teams));
    teams[2].headcount = 9;
    assert_int_equal(reform(&partition, teams, COUNT(teams), MONDAY + YEAR), 0);
    assert_apart(&partition, 2, 3);
    assert_int_equal(unit_of(&partition, 3)->kind, UNIT_TEAM);
    partition_free(&partition);
}

/* The department that must stay as it is doesn't hold up the other. */
static void test_partition_reform_decides_each_component(void **state)
{
    (void)state;
    struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 0, "S" }, { { 3 }, { 2 }, 4, "A" },
        { { 4 }, { 2 }, 7, "B" }, { { 5 }, { 2 }, 4, "E" }, { { 6 }, { 1 }, 0, "T" },
        { { 7 }, { 6 }, 7, "F" }, { { 8 }, { 6 }, 7, "G" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    teams[3].headcount =
        9; /* S: B alone, A + E = 8 could stand too: isolates nothing below 5 */
    teams[6].headcount = 9; /* T: F and G both alone */
    teams[7].headcount = 9;
    assert_int_equal(reform(&partition, teams, COUNT(teams), MONDAY + YEAR), 0);
    assert_apart(&partition, 3, 4);
    assert_together(&partition, 3, 5);
    assert_apart(&partition, 7, 8);
    /* A year on, E could stand alone and A, now 3 people, go with F: A + E of last year minus E would
     * be A. These three teams stay as they are; B is cut off from nothing. */
    teams[2].parent.value = 6;
    teams[2].headcount = 3;
    teams[4].headcount = 8;
    teams[6].headcount = 6;
    teams[7].headcount = 20;
    uint32_t before = unit_of(&partition, 8)->id.value;
    assert_true(reform(&partition, teams, COUNT(teams), MONDAY + 2 * YEAR) > 0);
    assert_together(&partition, 3, 5);
    assert_int_equal(unit_of(&partition, 8)->id.value, before);
    partition_free(&partition);
}

/* What the store holds comes back by partition_load_*; out of order it is refused. */
static void test_partition_load_order_is_checked(void **state)
{
    (void)state;
    const struct partition_team teams[] = { { { 1 }, { 0 }, 9, "C" },
                                            { { 2 }, { 1 }, 9, "A" } };
    struct partition partition = formed(teams, COUNT(teams));
    struct partition copy = { 0 };
    for (size_t i = 0; i < partition.units_count; i++) {
        assert_ok(partition_load_unit(&copy, &partition.units[i]));
        assert_err(partition_load_unit(&copy, &partition.units[i]), DP_INVALID);
    }
    for (size_t i = 0; i < partition.seats_count; i++) {
        assert_ok(partition_load_seat(&copy, &partition.seats[i]));
        assert_err(partition_load_seat(&copy, &partition.seats[i]), DP_INVALID);
    }
    struct unit none = { 0 };
    assert_err(partition_load_unit(&copy, &none), DP_INVALID);
    revise(&copy, teams, COUNT(teams), MONDAY + WEEK);
    assert_int_equal(copy.units_count, partition.units_count);
    partition_free(&copy);
    partition_free(&partition);
}

/* A name that is too long ends at a whole character. */
static void test_partition_form_long_name_is_cut_at_a_character(void **state)
{
    (void)state;
    char name[NAME_MAX_BYTES];
    memset(name, 'x', sizeof name);
    for (size_t i = 1; i + 1 < sizeof name; i += 2) {
        memcpy(&name[i], "\xc3\xa4", 2);
    }
    name[sizeof name - 1] = '\0';
    const struct partition_team teams[] = {
        { { 1 }, { 0 }, 0, "C" }, { { 2 }, { 1 }, 0, name }, { { 3 }, { 2 }, 4, "A" },
        { { 4 }, { 2 }, 4, "B" }, { { 5 }, { 1 }, 9, "D" },
    };
    struct partition partition = formed(teams, COUNT(teams));
    const struct unit *rest = unit_of(&partition, 3);
    assert_true(str_is_utf8(str_of(rest->name)));
    assert_true(strlen(rest->name) >= NAME_MAX_BYTES - 3);
    partition_free(&partition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partition_rules_of_follow_k),
        cmocka_unit_test(test_partition_form_invalid_input_is_refused),
        cmocka_unit_test(test_partition_form_small_company_is_one_unit_or_none),
        cmocka_unit_test(test_partition_form_small_teams_pool_in_their_parent),
        cmocka_unit_test(test_partition_form_inner_team_has_own_unit),
        cmocka_unit_test(test_partition_form_small_pool_goes_up),
        cmocka_unit_test(test_partition_form_leftover_joins_highest_rest_unit),
        cmocka_unit_test(test_partition_form_leftover_joins_smallest_unit),
        cmocka_unit_test(test_partition_revise_cadence_has_hysteresis),
        cmocka_unit_test(test_partition_form_weekly_units_pool_for_theme_days),
        cmocka_unit_test(test_partition_revise_pools_are_cut_anew),
        cmocka_unit_test(test_partition_revise_shrunk_unit_joins),
        cmocka_unit_test(test_partition_revise_shrunk_units_join_each_other),
        cmocka_unit_test(test_partition_revise_only_unit_stays),
        cmocka_unit_test(test_partition_revise_empty_unit_closes_and_opens),
        cmocka_unit_test(test_partition_revise_newcomers_start_join_or_wait),
        cmocka_unit_test(test_partition_revise_newcomers_do_not_hide_in_a_shrunk_unit),
        cmocka_unit_test(test_partition_revise_moved_team_keeps_its_unit),
        cmocka_unit_test(test_partition_revise_twice_is_once_and_back_is_refused),
        cmocka_unit_test(test_partition_reform_same_company_keeps_ids),
        cmocka_unit_test(test_partition_reform_keeps_what_would_isolate),
        cmocka_unit_test(test_partition_reform_decides_each_component),
        cmocka_unit_test(test_partition_load_order_is_checked),
        cmocka_unit_test(test_partition_form_long_name_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
