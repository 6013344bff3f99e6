/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/alert/charted.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { NAMES_MAX = 512 };

/* The names of a company's charted teams, by id, the root as "*". */
static void name_charted(const struct firm_team *teams, size_t team_count, char *out)
{
    struct firm firm;
    MEM_AUTO struct team_id *charted = NULL;
    size_t count = 0;
    size_t all = 0;
    out[0] = '\0';
    firm_start(&firm, true, teams, team_count);
    firm_make(&firm, firm_day(0)); /* makes the units */
    struct released *cells = NULL;
    assert_ok(released_open(firm.appliance.office, firm.appliance.results, &cells));
    assert_ok(charted_teams(cells, &charted, &count));
    const struct team *known = released_teams(cells, &all);
    for (size_t i = 0; i < count; i++) {
        const struct team *team = people_find_team(known, all, charted[i]);
        assert_non_null(team);
        size_t len = strlen(out);
        snprintf(out + len, NAMES_MAX - len, "%s,",
                 charted[i].value == TEAM_ROOT ? "*" : team->name);
    }
    released_close(cells);
    firm_end(&firm);
}

/* A parent of one unit would say the same twice; one of two is charted beside them. */
static void test_charted_teams_parent_needs_two_units(void **state)
{
    (void)state;
    char names[NAMES_MAX];
    static const struct firm_team teams[] = { { "Service/Hotline", 24 },
                                              { "Service/Desk", 24 },
                                              { "Sales/Shops", 24 } };
    name_charted(teams, COUNT(teams), names);
    assert_non_null(strstr(names, "*,"));
    assert_non_null(strstr(names, "Service,"));
    assert_non_null(strstr(names, "Hotline,"));
    assert_non_null(strstr(names, "Desk,"));
    assert_non_null(strstr(names, "Shops,"));
    assert_null(strstr(names, "Sales,"));
}

/* Where one chain of teams holds everybody the organisation alone is charted. */
static void test_charted_teams_one_chain_is_the_organisation(void **state)
{
    (void)state;
    char names[NAMES_MAX];
    static const struct firm_team teams[] = { { "Plant/Line/Shift", 24 } };
    name_charted(teams, COUNT(teams), names);
    assert_string_equal(names, "*,");
}

/* Small teams have no chart; the parent that pools them has. */
static void test_charted_teams_pooled_teams_have_none(void **state)
{
    (void)state;
    char names[NAMES_MAX];
    static const struct firm_team teams[] = { { "Service/A", 6 },
                                              { "Service/B", 6 },
                                              { "Sales", 24 } };
    name_charted(teams, COUNT(teams), names);
    assert_non_null(strstr(names, "*,"));
    assert_non_null(strstr(names, "Service,"));
    assert_non_null(strstr(names, "Sales,"));
    assert_null(strstr(names, "A,"));
    assert_null(strstr(names, "B,"));
}

/* Before the first box has formed the units nothing is charted, and there are no weeks. */
static void test_charted_teams_without_units_there_are_none(void **state)
{
    (void)state;
    struct firm firm;
    size_t count = 1;
    struct charted_weeks weeks;
    MEM_AUTO struct team_id *charted = NULL;
    static const struct firm_team teams[] = { { "Sales", 24 } };
    firm_start(&firm, true, teams, COUNT(teams));
    struct released *cells = NULL;
    assert_ok(released_open(firm.appliance.office, firm.appliance.results, &cells));
    assert_ok(charted_teams(cells, &charted, &count));
    assert_int_equal(count, 0);
    assert_ok(charted_weeks(cells, appliance_today(&firm.appliance), &weeks));
    assert_int_equal(weeks.count, 0);
    released_close(cells);
    firm_end(&firm);
}

static size_t weeks_on(struct firm *firm, int day)
{
    struct charted_weeks weeks;
    struct released *cells = NULL;
    assert_ok(released_open(firm->appliance.office, firm->appliance.results, &cells));
    assert_ok(charted_weeks(cells, firm_day(day), &weeks));
    released_close(cells);
    return weeks.count;
}

/* A week counts from the Monday after it on; weeks behind the last that was asked don't. */
static void test_charted_weeks_are_over(void **state)
{
    (void)state;
    struct firm firm;
    static const struct firm_team teams[] = { { "Sales", 24 } };
    firm_start(&firm, true, teams, COUNT(teams));
    firm_put_day(&firm, firm_day(1), (struct question_id){ 1 });
    assert_int_equal(weeks_on(&firm, 1), 0);
    assert_int_equal(weeks_on(&firm, 6), 0);
    assert_int_equal(weeks_on(&firm, 7), 1);
    assert_int_equal(weeks_on(&firm, 28), 1);
    firm_put_day(&firm, firm_day(17), (struct question_id){ 1 });
    assert_int_equal(weeks_on(&firm, 20), 2);
    assert_int_equal(weeks_on(&firm, 21), 3);
    firm_end(&firm);
}

/* A team that is not there has no series. */
static void test_charted_read_unknown_team_is_not_found(void **state)
{
    (void)state;
    struct firm firm;
    static const struct firm_team teams[] = { { "Sales", 24 } };
    firm_start(&firm, true, teams, COUNT(teams));
    firm_put_day(&firm, firm_day(1), (struct question_id){ 1 });
    struct charted_weeks weeks = { firm_day(0), 1 };
    CHARTED_SERIES_AUTO struct charted_series series = { 0 };
    assert_ok(charted_series_take(&weeks, &series));
    struct released *cells = NULL;
    assert_ok(released_open(firm.appliance.office, firm.appliance.results, &cells));
    assert_err(charted_read(cells, (struct team_id){ 4711 }, &weeks, firm_day(0), &series),
               DP_NOT_FOUND);
    assert_ok(charted_read(cells, (struct team_id){ TEAM_ROOT }, &weeks, firm_day(0), &series));
    assert_false(number_is_known(series.index[0]));
    released_close(cells);
    firm_end(&firm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charted_teams_without_units_there_are_none),
        cmocka_unit_test(test_charted_teams_parent_needs_two_units),
        cmocka_unit_test(test_charted_teams_one_chain_is_the_organisation),
        cmocka_unit_test(test_charted_teams_pooled_teams_have_none),
        cmocka_unit_test(test_charted_weeks_are_over),
        cmocka_unit_test(test_charted_read_unknown_team_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
