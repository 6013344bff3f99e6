/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/service/outcomes/team_names.h"
#include "app/service/roster/roster.h"
#include "storage/team_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

static struct roster_report report;
static struct team_names names;

static void import(const struct office *office, const char *text)
{
    struct import_file file = office_file(text);
    assert_ok(roster_import(office->store, &office->clock, &file, &report, NULL));
}

static int close_all(void **state)
{
    team_names_free(&names);
    return office_close(state);
}

static uint32_t id_of(const struct office *office, const char *code)
{
    struct store_txn *txn = NULL;
    struct team team;
    assert_ok(store_read(office->store, &txn));
    assert_ok(team_record_by_code(txn, str_of(code), &team));
    store_read_end(txn);
    return team.id.value;
}

static void assert_leads_to(const char *text, uint32_t id)
{
    struct team_id team = { 0 };
    assert_int_equal(team_names_find(&names, str_of(text), &team), TEAM_MATCH_ONE);
    assert_int_equal(team.value, id);
}

/* Before the first roster only the whole organisation is known. */
static void test_team_names_find_empty_office_knows_the_root(void **state)
{
    struct office *office = *state;
    struct team_id team = { 0 };
    assert_ok(team_names_load(office->store, &names));
    assert_int_equal(team_names_find(&names, STR("Service"), &team), TEAM_MATCH_NONE);
    assert_leads_to("*", TEAM_ROOT);
    assert_int_equal(team_names_nearest(&names, STR("Service")).len, 0);
}

/* A name of two teams leads to none of them, and neither does another case. */
static void test_team_names_find_shared_name_is_refused(void **state)
{
    struct office *office = *state;
    struct team_id team = { 0 };
    import(office, "person_id,team\na,Service/Hotline\nb,Sales/Hotline\nc,Sales/Shop\n");
    assert_ok(team_names_load(office->store, &names));
    assert_int_equal(team_names_find(&names, STR("Hotline"), &team), TEAM_MATCH_SEVERAL);
    assert_int_equal(team_names_find(&names, STR("shop"), &team), TEAM_MATCH_NONE);
    assert_int_equal(team_names_find(&names, STR(""), &team), TEAM_MATCH_NONE);
    assert_leads_to("Sales/Hotline", id_of(office, "Sales/Hotline"));
    assert_leads_to("Shop", id_of(office, "Sales/Shop"));
    assert_leads_to("Sales", id_of(office, "Sales"));
}

/* A top team's path is its name: it wins over a team of that name further down. */
static void test_team_names_find_path_wins_over_name(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team\na,Service\nb,Sales/Service\n");
    assert_ok(team_names_load(office->store, &names));
    assert_leads_to("Service", id_of(office, "Service"));
}

/* A team that is gone gives its name to the one that is here; alone it keeps it for old figures. */
static void test_team_names_find_gone_team_gives_way(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team\na,Old/Hotline\nb,Old/Night\n");
    import(office, "person_id,team\na,New/Hotline\nb,New/Day\n");
    assert_ok(roster_apply_due(office->store, &office->clock, office_date("2026-03-16"), NULL));
    assert_ok(team_names_load(office->store, &names));
    assert_leads_to("Hotline", id_of(office, "New/Hotline"));
    assert_leads_to("Night", id_of(office, "Old/Night"));
    assert_leads_to("Old/Hotline", id_of(office, "Old/Hotline"));
}

/* A team that has moved is found by its code and by where it is now. */
static void test_team_names_find_code_and_path_both_lead(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team,manager_id\nh,Head,\na,Shop,h\n");
    assert_ok(team_names_load(office->store, &names));
    assert_leads_to("Shop", id_of(office, "Shop"));
    assert_leads_to("Head/Shop", id_of(office, "Shop"));
}

/* The nearest is one that could have been meant. */
static void test_team_names_nearest_is_near(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team\na,Service/Hotline\nb,Sales\n");
    assert_ok(team_names_load(office->store, &names));
    assert_true(str_equal(team_names_nearest(&names, STR("Hotlin")), STR("Hotline")));
    assert_true(str_equal(team_names_nearest(&names, STR("sales")), STR("Sales")));
    assert_int_equal(team_names_nearest(&names, STR("Accounting")).len, 0);
}

int main(void)
{
#define NAMES_TEST(name) cmocka_unit_test_setup_teardown(name, office_open, close_all)
    const struct CMUnitTest tests[] = {
        NAMES_TEST(test_team_names_find_empty_office_knows_the_root),
        NAMES_TEST(test_team_names_find_shared_name_is_refused),
        NAMES_TEST(test_team_names_find_path_wins_over_name),
        NAMES_TEST(test_team_names_find_gone_team_gives_way),
        NAMES_TEST(test_team_names_find_code_and_path_both_lead),
        NAMES_TEST(test_team_names_nearest_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
