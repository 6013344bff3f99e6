/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "app/privacy/partition_rank.h"
#include "tests/privacy/company.h"
#include "tests/privacy/rows.h"
#include "tests/support/support.h"

enum { K = 5, MONDAY = 4 /* 1970-01-05 */, WEEK = 7, TEAMS = 6, COMPANIES = 400 };

/* A question put together by hand: teams with people, the units they have been in, the proposal. */
struct case_by_hand {
    uint32_t people[TEAMS];
    uint32_t first[TEAMS];    /* unit from the first Monday on; 0 none */
    uint32_t second[TEAMS];   /* and from the second; 0 the same */
    uint32_t proposed[TEAMS]; /* group 1.. ; 0 none */
};

static void ask(const struct case_by_hand *hand, bool *keep)
{
    struct partition_team teams[TEAMS + 1] = { { .id = { 1 }, .name = "C" } };
    struct partition_tree tree;
    PARTITION_AUTO struct partition partition = { 0 };
    uint32_t now[TEAMS + 1];
    uint32_t proposed[TEAMS + 1];
    now[0] = PARTITION_NONE;
    proposed[0] = PARTITION_NONE;
    for (uint32_t i = 0; i < TEAMS; i++) {
        teams[i + 1] = (struct partition_team){
            .id = { i + 2 }, .parent = { 1 }, .headcount = hand->people[i], .name = "T"
        };
    }
    for (uint32_t unit = 1; unit <= 2 * TEAMS; unit++) {
        struct unit made = { .id = { unit } };
        assert_ok(partition_load_unit(&partition, &made));
    }
    for (uint32_t i = 0; i < TEAMS; i++) {
        struct partition_seat seat = { .team = { i + 2 },
                                       .from = { MONDAY },
                                       .unit = { hand->first[i] },
                                       .headcount = hand->people[i] };
        now[i + 1] = hand->first[i] == 0 ? PARTITION_NONE : hand->first[i] - 1;
        proposed[i + 1] = hand->proposed[i] == 0 ? PARTITION_NONE : hand->proposed[i] - 1;
        if (hand->first[i] != 0) {
            assert_ok(partition_load_seat(&partition, &seat));
        }
        if (hand->second[i] != 0) {
            seat.from.days = MONDAY + WEEK;
            seat.unit.value = hand->second[i];
            now[i + 1] = hand->second[i] - 1;
            assert_ok(partition_load_seat(&partition, &seat));
        }
    }
    assert_ok(partition_tree_build(teams, TEAMS + 1, &tree));
    struct partition_rank_question question = { .partition = &partition,
                                                .tree = &tree,
                                                .now = now,
                                                .proposed = proposed,
                                                .groups = TEAMS,
                                                .min_people = K };
    bool all[TEAMS + 1];
    assert_ok(partition_rank_keep(&question, all));
    memcpy(keep, all + 1, TEAMS * sizeof *keep);
    partition_tree_free(&tree);
}

/* By hand: which teams must stay in their old units. */
static void test_partition_rank_keep_cases_by_hand(void **state)
{
    (void)state;
    static const struct {
        struct case_by_hand hand;
        bool keep[TEAMS];
    } cases[] = {
        /* The same again. */
        { { { 9, 9, 4, 4, 0, 0 }, { 1, 2, 3, 3, 0, 0 }, { 0 }, { 1, 2, 3, 3, 0, 0 } },
          { false } },
        /* A + B becomes A and B: fine with 5 in each, not with 4 in one. */
        { { { 5, 5, 9, 0, 0, 0 }, { 1, 1, 2, 0, 0, 0 }, { 0 }, { 1, 2, 3, 0, 0, 0 } },
          { false } },
        { { { 4, 6, 9, 0, 0, 0 }, { 1, 1, 2, 0, 0, 0 }, { 0 }, { 1, 2, 3, 0, 0, 0 } },
          { true, true, false } },
        /* A + B, C + D becomes A + C, B + D: a circle; nothing less than two of them can be told. */
        { { { 4, 4, 4, 4, 0, 0 }, { 1, 1, 2, 2, 0, 0 }, { 0 }, { 1, 2, 1, 2, 0, 0 } },
          { false } },
        /* With two people each, two of them are four: too few. */
        { { { 2, 2, 2, 2, 0, 0 }, { 1, 1, 2, 2, 0, 0 }, { 0 }, { 1, 2, 1, 2, 0, 0 } },
          { true, true, true, true } },
        /* A newcomer of 4 comes to a unit that stays as it was: it would be seen. */
        { { { 9, 4, 0, 0, 0, 0 }, { 1, 0, 0, 0, 0, 0 }, { 0 }, { 1, 1, 0, 0, 0, 0 } },
          { true, true } },
        { { { 9, 5, 0, 0, 0, 0 }, { 1, 0, 0, 0, 0, 0 }, { 0 }, { 1, 1, 0, 0, 0, 0 } },
          { false } },
        /* C (3) was isolated in the past already: B + C, then B alone. That is no reason to stay. */
        { { { 9, 9, 3, 0, 0, 0 },
            { 1, 2, 2, 0, 0, 0 },
            { 0, 0, 3, 0, 0, 0 },
            { 1, 2, 1, 0, 0, 0 } },
          { false } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool keep[TEAMS];
        ask(&cases[i].hand, keep);
        assert_memory_equal(keep, cases[i].keep, sizeof keep);
    }
}

/* ---- Against trying everything ---- */

struct history {
    struct rows_span span;
    uint32_t fewest[COMPANY_TEAMS_MAX];
};

static void note(struct history *history, const struct company *company,
                 const struct partition *partition, int32_t monday)
{
    history->span.teams = company->teams_count;
    for (size_t unit = 0; unit < partition->units_count; unit++) {
        uint64_t row = 0;
        for (size_t i = 0; i < company->teams_count; i++) {
            struct unit_id id = partition_unit_of(partition, company->teams[i].id,
                                                  (struct date){ monday });
            row |= id.value == partition->units[unit].id.value ? (uint64_t)1 << i : 0;
        }
        (void)rows_add(&history->span, row);
    }
    for (size_t i = 0; i < partition->seats_count; i++) {
        const struct partition_seat *seat = &partition->seats[i];
        uint32_t *fewest = &history->fewest[seat->team.value - 1];
        if (seat->headcount > 0 && (*fewest == 0 || seat->headcount < *fewest)) {
            *fewest = seat->headcount;
        }
    }
}

/* Whether reform really kept something, and whether the fresh units would have given something away:
 * both must be the same. */
static void compare(uint64_t seed, size_t *kept, size_t *renewed)
{
    struct company company;
    struct history history = { 0 };
    PARTITION_AUTO struct partition partition = { 0 };
    PARTITION_AUTO struct partition fresh = { 0 };
    company_make(&company, seed, 10);
    struct partition_step step = company_step(&company, MONDAY);
    int32_t monday = MONDAY;
    assert_ok(partition_form(&partition, &step));
    note(&history, &company, &partition, monday);
    for (size_t week = 0; week < seed % 4; week++) {
        monday += WEEK;
        company_week(&company, 1);
        step = company_step(&company, monday);
        assert_ok(partition_revise(&partition, &step));
        note(&history, &company, &partition, monday);
    }
    monday += WEEK;
    company_week(&company, 1 + seed % 3);
    step = company_step(&company, monday);
    assert_ok(partition_form(&fresh, &step));
    for (size_t i = 0; i < company.teams_count; i++) {
        if (company.teams[i].headcount == 0 && history.fewest[i] > 0) {
            return; /* where empty teams go is not this test's business */
        }
    }
    uint32_t people[COMPANY_TEAMS_MAX] = { 0 };
    for (size_t i = 0; i < company.teams_count; i++) {
        uint32_t now = company.teams[i].headcount;
        people[i] = history.fewest[i] > 0 && history.fewest[i] < now ? history.fewest[i] : now;
    }
    struct history after = history;
    after.span.teams = company.teams_count;
    history.span.teams = company.teams_count;
    note(&after, &company, &fresh, monday);
    bool would_isolate = rows_newly_isolated(&history.span, &after.span, people, K) != 0;
    size_t stays = 0;
    assert_ok(partition_reform(&partition, &step, &stays));
    assert_int_equal(stays > 0, would_isolate);
    *kept += would_isolate ? 1 : 0;
    *renewed += !would_isolate && after.span.rank > history.span.rank ? 1 : 0;
}

/* Old units stay exactly when trying every small set finds one that would be given away. */
static void test_partition_rank_keep_agrees_with_trying_everything(void **state)
{
    (void)state;
    size_t kept = 0;
    size_t renewed = 0;
    for (uint64_t seed = 1; seed <= COMPANIES; seed++) {
        compare(seed, &kept, &renewed);
    }
    assert_true(kept > COMPANIES / 20);
    assert_true(renewed > COMPANIES / 20);
}

/* A company too big and too tangled to decide within the bound keeps its units, and soon: 6,000 teams
 * of 2 in 1,500 departments, shuffled. */
static void test_partition_reform_tangled_company_keeps_its_units(void **state)
{
    (void)state;
    enum { LEAVES = 6000, PARENTS = LEAVES / 4, ALL = 1 + PARENTS + LEAVES };
    static struct partition_team teams[ALL];
    teams[0] = (struct partition_team){ .id = { 1 }, .name = "C" };
    for (uint32_t i = 1; i < ALL; i++) {
        bool is_leaf = i > PARENTS;
        teams[i] = (struct partition_team){
            .id = { i + 1 },
            .parent = { is_leaf ? 2 + (i - PARENTS - 1) / 4 : 1 },
            .headcount = is_leaf ? 2 : 0,
            .name = "T",
        };
    }
    PARTITION_AUTO struct partition partition = { 0 };
    struct partition_step step = {
        .teams = teams, .teams_count = ALL, .rules = partition_rules_of(K), .monday = { MONDAY }
    };
    assert_ok(partition_form(&partition, &step));
    uint64_t random = 77;
    for (uint32_t i = ALL - 1; i > PARENTS + 1; i--) {
        uint64_t other = PARENTS + 1 + support_random(&random) % (i - PARENTS);
        struct team_id parent = teams[i].parent;
        teams[i].parent = teams[other].parent;
        teams[other].parent = parent;
    }
    size_t kept = 0;
    size_t units = partition.units_count;
    step.monday.days = MONDAY + 364;
    assert_ok(partition_reform(&partition, &step, &kept));
    assert_true(kept > LEAVES / 2);
    assert_true(partition.units_count < units + units / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partition_rank_keep_cases_by_hand),
        cmocka_unit_test(test_partition_rank_keep_agrees_with_trying_everything),
        cmocka_unit_test(test_partition_reform_tangled_company_keeps_its_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
