/* SPDX-License-Identifier: MIT */
/*
 * L3 of privacy.md, short form. Somebody keeps every figure of two programme years: cells of units,
 * pools, teams, the whole company, of all days and weeks. Each team is an unknown that never
 * changes. Then no combination of all these figures says anything about a set of teams with fewer
 * than k people alone.
 *
 * Which people count: those that the set had on the Monday when its figures came in, or when a team
 * of it last changed its unit, whichever are fewer; a team that nobody sits in any more counts with
 * those it had. What was isolated before counts for the people it had then.
 *
 * The number of companies is the first argument (default 60).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/core/num.h"
#include "tests/privacy/company.h"
#include "tests/privacy/rows.h"
#include "tests/support/support.h"

enum { K = 5, FIRST_MONDAY = 20514, WEEK = 7, WEEKS_A_YEAR = 52, WEEKS = 156 };

static uint64_t companies = 60;

struct attacker {
    struct rows_span span;
    uint32_t people[COMPANY_TEAMS_MAX]; /* at their fewest, see above */
    uint32_t unit[COMPANY_TEAMS_MAX];   /* last week's */
    size_t new_rows;
};

static uint32_t unit_now(const struct partition *partition, const struct company *company,
                         size_t team, int32_t monday)
{
    return partition_unit_of(partition, company->teams[team].id, (struct date){ monday }).value;
}

/* People of a set are those of now; of a team that has just changed its unit also those of then. */
static void count_people(struct attacker *attacker, const struct company *company,
                         const struct partition *partition, uint32_t *now, int32_t monday)
{
    for (size_t i = 0; i < company->teams_count; i++) {
        uint32_t people = company->teams[i].headcount;
        uint32_t unit = unit_now(partition, company, i, monday);
        bool has_changed = unit != attacker->unit[i];
        uint32_t before = attacker->people[i];
        now[i] = people == 0 || (before > 0 && before < people) ? before : people;
        if (has_changed && people > 0) {
            attacker->people[i] = now[i];
        }
        attacker->unit[i] = unit;
    }
}

static uint64_t members(const struct company *company, const struct partition *partition,
                        uint32_t unit, int32_t monday)
{
    uint64_t row = 0;
    for (size_t i = 0; i < company->teams_count; i++) {
        if (unit_now(partition, company, i, monday) == unit) {
            row |= (uint64_t)1 << i;
        }
    }
    return row;
}

/* Every unit's own row, and each pool's. Totals of teams, weeks and months are sums of these. */
static void watch_week(struct attacker *attacker, const struct company *company,
                       const struct partition *partition, int32_t monday)
{
    struct rows_span before = attacker->span;
    uint32_t people[COMPANY_TEAMS_MAX] = { 0 };
    bool is_news = false;
    count_people(attacker, company, partition, people, monday);
    attacker->span.teams = company->teams_count;
    before.teams = company->teams_count;
    for (size_t i = 0; i < partition->units_count; i++) {
        const struct unit *unit = &partition->units[i];
        if (unit->is_closed) {
            continue;
        }
        uint64_t row = 0;
        for (size_t j = 0; j < partition->units_count && unit->kind == UNIT_POOL; j++) {
            const struct unit *member = &partition->units[j];
            if (!member->is_closed && member->pool.value == unit->id.value) {
                row |= members(company, partition, member->id.value, monday);
            }
        }
        if (unit->kind != UNIT_POOL) {
            row = members(company, partition, unit->id.value, monday);
        }
        is_news = rows_add(&attacker->span, row) || is_news;
    }
    if (!is_news) {
        return;
    }
    attacker->new_rows++;
    uint64_t set = rows_newly_isolated(&before, &attacker->span, people, K);
    if (set != 0) {
        fail_msg("day %d: teams 0x%llx are isolated", (int)monday, (unsigned long long)set);
    }
}

static size_t watch_company(uint64_t seed, size_t *kept)
{
    struct company company;
    struct attacker attacker = { 0 };
    PARTITION_AUTO struct partition partition = { 0 };
    company_make(&company, seed, 12 + seed % 20);
    struct partition_step step = company_step(&company, FIRST_MONDAY);
    assert_ok(partition_form(&partition, &step));
    watch_week(&attacker, &company, &partition, FIRST_MONDAY);
    for (int32_t week = 1; week < WEEKS; week++) {
        int32_t monday = FIRST_MONDAY + WEEK * week;
        company_week(&company, company_random(&company, 3));
        step = company_step(&company, monday);
        if (week % WEEKS_A_YEAR == 0) {
            size_t teams = 0;
            assert_ok(partition_reform(&partition, &step, &teams));
            *kept += teams > 0 ? 1 : 0;
        } else {
            assert_ok(partition_revise(&partition, &step));
        }
        watch_week(&attacker, &company, &partition, monday);
    }
    return attacker.new_rows;
}

static void test_differencing_no_small_set_of_teams_is_isolated(void **state)
{
    (void)state;
    size_t new_rows = 0;
    size_t kept = 0;
    for (uint64_t seed = 1; seed <= companies; seed++) {
        new_rows += watch_company(seed, &kept);
    }
    print_message("%llu companies, %zu weeks with news, %zu years in which units had to stay\n",
                  (unsigned long long)companies, new_rows, kept);
    /* The test is worth something only if there was something to see. */
    assert_true(new_rows > 3 * companies);
    assert_true(companies < 20 || kept > 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !err_is_ok(num_uint(str_of(argv[1]), 1, UINT32_MAX, &companies))) {
        return 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differencing_no_small_set_of_teams_is_isolated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
