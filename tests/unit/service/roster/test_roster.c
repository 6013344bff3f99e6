/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/service/roster/roster.h"
#include "storage/audit_record.h"
#include "storage/office_key_record.h"
#include "storage/organisation_record.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"
#include "storage/roster_version_record.h"
#include "storage/team_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

static struct roster_report report;

static void import(const struct office *office, const char *text)
{
    struct import_file file = office_file(text);
    struct dp_problem problem = { 0 };
    dp_err err = roster_import(office->store, &office->clock, &file, &report, &problem);
    office_assert_problems(&report.problems, 0);
    assert_ok(err);
}

static void import_on(const struct office *office, const char *today, const char *text)
{
    struct import_file file = office_file(text);
    file.today = office_date(today);
    assert_ok(roster_import(office->store, &office->clock, &file, &report, NULL));
}

static struct person person_of(const struct office *office, const char *external_id)
{
    struct store_txn *txn = NULL;
    struct person person = { 0 };
    assert_ok(store_read(office->store, &txn));
    assert_ok(person_record_by_external_id(txn, str_of(external_id), &person));
    store_read_end(txn);
    return person;
}

static const char *team_of(const struct office *office, const char *external_id)
{
    static struct team team;
    struct person person = person_of(office, external_id);
    struct store_txn *txn = NULL;
    assert_ok(store_read(office->store, &txn));
    assert_ok(team_record_get(txn, person.team, &team));
    store_read_end(txn);
    return team.code;
}

static struct team team_by_code(const struct office *office, const char *code)
{
    struct store_txn *txn = NULL;
    struct team team = { 0 };
    assert_ok(store_read(office->store, &txn));
    assert_ok(team_record_by_code(txn, str_of(code), &team));
    store_read_end(txn);
    return team;
}

static bool has_move(const struct office *office, const char *external_id,
                     struct person_move *move)
{
    struct person person = person_of(office, external_id);
    struct store_txn *txn = NULL;
    assert_ok(store_read(office->store, &txn));
    dp_err err = pending_move_record_get(txn, person.id, move);
    store_read_end(txn);
    assert_true(err_is_ok(err) || err_is(err, DP_NOT_FOUND));
    return err_is_ok(err);
}

static void assert_counts(size_t added, size_t moved, size_t gone, size_t changed, size_t same)
{
    assert_int_equal(report.people_new, added);
    assert_int_equal(report.people_moved, moved);
    assert_int_equal(report.people_gone, gone);
    assert_int_equal(report.people_changed, changed);
    assert_int_equal(report.people_same, same);
}

static void apply(const struct office *office, const char *date, size_t wanted)
{
    size_t applied = 99;
    assert_ok(roster_apply_due(office->store, &office->clock, office_date(date), &applied));
    assert_int_equal(applied, wanted);
}

#define FIRST                                               \
    "person_id,email,team,manager_id,language,start_date\n" \
    "a,a@example.com,Service,,de,2020-01-01\n"              \
    "b,b@example.com,Service/Hotline,a,en,\n"               \
    "c,c@example.com,Service/Hotline,a,en,\n"               \
    "d,d@example.com,Sales,a,en,\n"

/* A refused file says so and leaves no trace; the first problem comes out too. */
static void test_roster_import_bad_file_changes_nothing(void **state)
{
    struct office *office = *state;
    struct dp_problem problem = { 0 };
    import(office, FIRST);
    struct secret_hash before = office_picture(office);
    struct import_file file = office_file("person_id,team\nx,T\n,T\n");
    assert_err(roster_import(office->store, &office->clock, &file, &report, &problem),
               DP_INVALID);
    assert_int_equal(report.problems.total, 1);
    assert_int_equal(problem.line, 3);
    assert_string_equal(problem.file, "file.csv");
    office_assert_unchanged(office, &before);
    assert_err(roster_import(office->store, &office->clock, &file, &report, NULL), DP_INVALID);
}

/* Sentences come in the language that was asked for. */
static void test_roster_import_problems_speak_german(void **state)
{
    struct office *office = *state;
    struct dp_problem problem = { 0 };
    struct import_file file = office_file("person_id,team\n,T\n");
    file.language = LANGUAGE_DE;
    assert_err(roster_import(office->store, &office->clock, &file, &report, &problem),
               DP_INVALID);
    assert_string_equal(problem.sentence, "Spalte person_id: diese Zelle darf nicht leer sein");
}

/* Beyond a hundred problems the rest is counted. */
static void test_roster_import_many_problems_are_counted(void **state)
{
    struct office *office = *state;
    struct buf text = buf_new(100000);
    buf_add_text(&text, "person_id,team\n");
    for (int i = 0; i < 250; i++) {
        buf_add_text(&text, "same,T\n");
    }
    struct import_file file = office_file("");
    file.bytes = buf_str(&text);
    assert_err(roster_import(office->store, &office->clock, &file, &report, NULL), DP_INVALID);
    assert_int_equal(report.problems.total, 249);
    assert_int_equal(report.problems.count, IMPORT_PROBLEMS_MAX);
    buf_free(&text);
}

/* A dry run gives the same report as the import, and changes nothing. */
static void test_roster_import_dry_run_changes_nothing(void **state)
{
    struct office *office = *state;
    struct secret_hash before = office_picture(office);
    struct import_file file = office_file(FIRST);
    file.is_dry_run = true;
    assert_ok(roster_import(office->store, &office->clock, &file, &report, NULL));
    assert_counts(4, 0, 0, 0, 0);
    assert_true(report.is_dry_run);
    assert_true(report.is_first);
    assert_int_equal(report.teams_new, 3);
    office_assert_unchanged(office, &before);
    import(office, FIRST);
    assert_counts(4, 0, 0, 0, 0);
    assert_int_equal(report.teams_new, 3);
    assert_false(report.is_dry_run);
}

/* The first roster acts at once: people sit in their teams, the tree hangs below the root. */
static void test_roster_import_first_acts_at_once(void **state)
{
    struct office *office = *state;
    struct person_move move;
    struct roster_version version;
    struct audit_entry entry;
    struct store_txn *txn = NULL;
    import(office, FIRST);
    assert_string_equal(team_of(office, "b"), "Service/Hotline");
    assert_false(person_of(office, "b").is_gone);
    assert_false(has_move(office, "b", &move));
    assert_string_equal(person_of(office, "a").email, "a@example.com");
    assert_int_equal(person_of(office, "a").language, LANGUAGE_DE);
    assert_string_equal(person_of(office, "c").manager_external_id, "a");
    struct team hotline = team_by_code(office, "Service/Hotline");
    assert_string_equal(hotline.name, "Hotline");
    assert_int_equal(hotline.parent.value, team_by_code(office, "Service").id.value);
    assert_int_equal(team_by_code(office, "Service").parent.value, TEAM_ROOT);
    assert_int_equal(team_by_code(office, "*").id.value, TEAM_ROOT);
    assert_ok(store_read(office->store, &txn));
    assert_ok(roster_version_record_latest(txn, &version));
    assert_true(date_equal(version.effective, office_date("2026-03-09")));
    assert_int_equal(version.rows, 4);
    assert_ok(audit_record_head(txn, &entry));
    assert_string_equal(entry.action, "roster.import");
    assert_string_equal(entry.actor, "test");
    assert_string_equal(entry.detail,
                        "file.csv: 4 people; 4 new, 0 moved, 0 gone, 0 changed; from "
                        "2026-03-09");
    store_read_end(txn);
}

/* The same roster again writes nothing, whatever the order of its rows. */
static void test_roster_import_same_again_writes_nothing(void **state)
{
    struct office *office = *state;
    import(office, FIRST);
    struct secret_hash before = office_picture(office);
    import(office, FIRST);
    assert_true(report.is_same);
    assert_counts(0, 0, 0, 0, 4);
    import(office,
           "team,person_id\nSales,d\nService/Hotline,c\nService,a\nService/Hotline,b\n");
    assert_true(report.is_same);
    office_assert_unchanged(office, &before);
}

#define SECOND                                              \
    "person_id,email,team,manager_id,language,start_date\n" \
    "a,new@example.com,Service,,de,2020-01-01\n"            \
    "b,b@example.com,Sales,a,en,\n"                         \
    "d,d@example.com,Sales,a,en,\n"                         \
    "e,e@example.com,Service/Night,a,en,\n"

/* A later roster waits for Monday with all that is membership, and acts at once with the rest. */
static void test_roster_import_later_membership_waits_for_monday(void **state)
{
    struct office *office = *state;
    struct person_move move;
    import(office, FIRST);
    import(office, SECOND);
    assert_counts(1, 1, 1, 1, 1);
    assert_false(report.is_first);
    assert_true(date_equal(report.effective, office_date("2026-03-16")));
    assert_string_equal(person_of(office, "a").email, "new@example.com");
    assert_string_equal(team_of(office, "b"), "Service/Hotline");
    assert_true(has_move(office, "b", &move));
    assert_int_equal(move.team.value, team_by_code(office, "Sales").id.value);
    assert_true(date_equal(move.effective, office_date("2026-03-16")));
    assert_false(person_of(office, "c").is_gone);
    assert_true(has_move(office, "c", &move));
    assert_int_equal(move.team.value, 0);
    assert_true(person_of(office, "e").is_gone);
    assert_true(has_move(office, "e", &move));
}

/* On the Monday the moves act: who left is gone, who came is here, an empty team is gone. */
static void test_roster_apply_due_on_monday_moves_act(void **state)
{
    struct office *office = *state;
    struct person_move move;
    import(office, FIRST);
    import(office, SECOND);
    apply(office, "2026-03-13", 0);
    assert_string_equal(team_of(office, "b"), "Service/Hotline");
    apply(office, "2026-03-16", 3);
    assert_string_equal(team_of(office, "b"), "Sales");
    assert_true(person_of(office, "c").is_gone);
    assert_false(person_of(office, "e").is_gone);
    assert_string_equal(team_of(office, "e"), "Service/Night");
    assert_false(has_move(office, "b", &move));
    assert_true(team_by_code(office, "Service/Hotline").is_gone);
    assert_false(team_by_code(office, "Service/Night").is_gone);
    assert_false(team_by_code(office, "*").is_gone);
    apply(office, "2026-03-16", 0);
    import(office, SECOND);
    assert_true(report.is_same);
}

/* A week is made to act once; who comes after that waits for the next Monday, even at the weekend
 * before, when Monday's box was made on Friday. */
static void test_roster_import_after_the_weeks_box_waits_longer(void **state)
{
    struct office *office = *state;
    struct person_move move;
    import(office, FIRST);
    apply(office, "2026-03-16", 0);
    import_on(office, "2026-03-14", SECOND);
    assert_true(date_equal(report.effective, office_date("2026-03-23")));
    assert_true(has_move(office, "b", &move));
    assert_true(date_equal(move.effective, office_date("2026-03-23")));
    apply(office, "2026-03-17", 0);
    assert_string_equal(team_of(office, "b"), "Service/Hotline");
    apply(office, "2026-03-24", 3);
    assert_string_equal(team_of(office, "b"), "Sales");
}

/* Moves that were missed for weeks act with the next box. */
static void test_roster_apply_due_long_after_still_acts(void **state)
{
    struct office *office = *state;
    import(office, FIRST);
    import(office, SECOND);
    apply(office, "2026-05-29", 3);
    assert_string_equal(team_of(office, "b"), "Sales");
}

/* A roster that takes a move back before its Monday leaves no move behind. */
static void test_roster_import_taken_back_cancels_the_move(void **state)
{
    struct office *office = *state;
    struct person_move move;
    import(office, FIRST);
    import(office, SECOND);
    import(office, FIRST);
    assert_counts(1, 1, 1, 1, 1);
    assert_false(has_move(office, "b", &move));
    assert_false(has_move(office, "c", &move));
    assert_false(has_move(office, "e", &move));
    assert_true(person_of(office, "e").is_gone);
    assert_string_equal(person_of(office, "a").email, "a@example.com");
    apply(office, "2026-03-16", 0);
    assert_string_equal(team_of(office, "b"), "Service/Hotline");
}

/* Somebody who comes back is the same person with a new link. */
static void test_roster_import_person_who_returns_gets_a_new_link(void **state)
{
    struct office *office = *state;
    struct person_move move;
    import(office, FIRST);
    struct person before = person_of(office, "c");
    import(office, SECOND);
    apply(office, "2026-03-16", 3);
    import_on(office, "2026-03-18", FIRST);
    struct person after = person_of(office, "c");
    assert_int_equal(report.people_new, 1);
    assert_int_equal(after.id.value, before.id.value);
    assert_int_equal(after.link_generation, before.link_generation + 1);
    assert_true(after.is_gone);
    assert_true(has_move(office, "c", &move));
    import_on(office, "2026-03-18", FIRST);
    assert_int_equal(person_of(office, "c").link_generation, after.link_generation);
    apply(office, "2026-03-23", 3);
    assert_false(person_of(office, "c").is_gone);
    assert_false(team_by_code(office, "Service/Hotline").is_gone);
}

/* A column that is missing leaves what is stored; an empty cell empties it. */
static void test_roster_import_missing_column_keeps_empty_cell_clears(void **state)
{
    struct office *office = *state;
    import(office, FIRST);
    import(office,
           "person_id,team\na,Service\nb,Service/Hotline\nc,Service/Hotline\nd,Sales\n");
    assert_true(report.is_same);
    assert_string_equal(person_of(office, "b").email, "b@example.com");
    import(office, "person_id,team,email,manager_id,language,start_date\na,Service,,,,\n"
                   "b,Service/Hotline,,,,\nc,Service/Hotline,c@example.com,a,en,\n"
                   "d,Sales,d@example.com,a,en,\n");
    assert_counts(0, 0, 0, 2, 2);
    assert_string_equal(person_of(office, "b").email, "");
    assert_string_equal(person_of(office, "b").manager_external_id, "");
    assert_int_equal(person_of(office, "a").language, LANGUAGE_EN);
    assert_int_equal(person_of(office, "a").start_date.days, 0);
}

static dp_err put_german_office(struct store_txn *txn, void *context)
{
    (void)context;
    struct organisation organisation;
    organisation_defaults(&organisation, STR("Beispiel AG"), STR("Europe/Berlin"));
    organisation.language = LANGUAGE_DE;
    organisation.programme_start = office_date("2026-03-09");
    return organisation_record_put(txn, &organisation);
}

/* Who has no language in the file speaks the organisation's; the root has its name. */
static void test_roster_import_language_falls_back_to_the_organisation(void **state)
{
    struct office *office = *state;
    assert_ok(store_write(office->store, put_german_office, NULL));
    import(office, "person_id,team,language\na,T,\nb,T,en\n");
    assert_int_equal(person_of(office, "a").language, LANGUAGE_DE);
    assert_int_equal(person_of(office, "b").language, LANGUAGE_EN);
    assert_string_equal(team_by_code(office, "*").name, "Beispiel AG");
}

/* A team whose path is too long for a code gets a short one, always the same. */
static void test_roster_team_code_long_path_is_hashed(void **state)
{
    struct office *office = *state;
    char code[CODE_MAX];
    char again[CODE_MAX];
    roster_team_code(STR("Service/Hotline"), code);
    assert_string_equal(code, "Service/Hotline");
    char path[PATH_NAME_MAX];
    memset(path, 'p', sizeof path);
    roster_team_code((struct str){ path, CODE_MAX - 1 }, code);
    assert_int_equal(strlen(code), CODE_MAX - 1);
    assert_null(strchr(code, '~'));
    roster_team_code((struct str){ path, CODE_MAX }, code);
    assert_int_equal(strlen(code), CODE_MAX - 1);
    assert_int_equal(code[CODE_MAX - 1 - 17], '~');
    roster_team_code((struct str){ path, CODE_MAX }, again);
    assert_string_equal(code, again);
    roster_team_code((struct str){ path, CODE_MAX + 1 }, again);
    assert_string_not_equal(code, again);
    import(office,
           "person_id,team\n"
           "a,A division with a long name/A department with a long name/A team as well\n");
    import(office,
           "person_id,team\n"
           "a,A division with a long name/A department with a long name/A team as well\n");
    assert_true(report.is_same);
}

/* Cells with doubled quotes are copied: they don't change when later rows are read. */
static void test_roster_import_quoted_cells_survive(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team,manager_id\n\"x\"\"1\",\"The \"\"A\"\" team\",\n"
                   "\"y\"\"2\",\"The \"\"B\"\" team\",\"x\"\"1\"\n");
    assert_string_equal(team_of(office, "x\"1"), "The \"A\" team");
    assert_string_equal(team_of(office, "y\"2"), "The \"B\" team");
    assert_string_equal(person_of(office, "y\"2").manager_external_id, "x\"1");
}

static bool take_team(const struct team *team, void *context)
{
    struct team **next = context;
    *(*next)++ = *team;
    return true;
}

static void assert_one_tree(const struct office *office)
{
    static struct team teams[200];
    struct team *next = teams;
    struct store_txn *txn = NULL;
    struct dp_problem problem = { 0 };
    assert_ok(store_read(office->store, &txn));
    assert_ok(team_record_each(txn, take_team, &next));
    store_read_end(txn);
    assert_ok(people_check_tree(teams, (size_t)(next - teams), &problem));
}

/* Puts Low at the end of a chain of managers, at the given depth; nobody is in Stray any more. */
static void import_chain(const struct office *office, int depth)
{
    struct buf text = buf_new(100000);
    buf_add_text(&text, "person_id,team,manager_id\nm1,T1,\n");
    for (int i = 2; i < depth; i++) {
        buf_fmt(&text, "m%d,T%d,m%d\n", i, i, i - 1);
    }
    buf_fmt(&text, "m,Low,m%d\n", depth - 1);
    struct import_file file = office_file("");
    file.bytes = buf_str(&text);
    assert_ok(roster_import(office->store, &office->clock, &file, &report, NULL));
    assert_int_equal(report.notes_count, 0);
    buf_free(&text);
}

/* A team that the file no longer names goes to the root when what it hung below moves so deep down
 * that it would fall off the tree; one level higher it stays. */
static void test_roster_import_stray_team_never_leaves_the_tree(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team,manager_id\nboss,Board,\nm,Low,boss\ns,Stray,m\n");
    import_chain(office, TEAM_DEPTH_MAX - 1);
    assert_int_equal(team_by_code(office, "Stray").parent.value,
                     team_by_code(office, "Low").id.value);
    assert_one_tree(office);
    import_chain(office, TEAM_DEPTH_MAX);
    assert_int_equal(team_by_code(office, "Low").parent.value,
                     team_by_code(office, "T15").id.value);
    assert_int_equal(team_by_code(office, "Stray").parent.value, TEAM_ROOT);
    assert_one_tree(office);
}

/* The deepest path that a file may name is taken. */
static void test_roster_import_deepest_path_is_taken(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team\na,a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p\n");
    assert_int_equal(report.teams, TEAM_DEPTH_MAX);
    assert_one_tree(office);
}

int main(void)
{
#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_roster_import_bad_file_changes_nothing),
        OFFICE_TEST(test_roster_import_problems_speak_german),
        OFFICE_TEST(test_roster_import_many_problems_are_counted),
        OFFICE_TEST(test_roster_import_dry_run_changes_nothing),
        OFFICE_TEST(test_roster_import_first_acts_at_once),
        OFFICE_TEST(test_roster_import_same_again_writes_nothing),
        OFFICE_TEST(test_roster_import_later_membership_waits_for_monday),
        OFFICE_TEST(test_roster_apply_due_on_monday_moves_act),
        OFFICE_TEST(test_roster_import_after_the_weeks_box_waits_longer),
        OFFICE_TEST(test_roster_apply_due_long_after_still_acts),
        OFFICE_TEST(test_roster_import_taken_back_cancels_the_move),
        OFFICE_TEST(test_roster_import_person_who_returns_gets_a_new_link),
        OFFICE_TEST(test_roster_import_missing_column_keeps_empty_cell_clears),
        OFFICE_TEST(test_roster_import_language_falls_back_to_the_organisation),
        OFFICE_TEST(test_roster_team_code_long_path_is_hashed),
        OFFICE_TEST(test_roster_import_quoted_cells_survive),
        OFFICE_TEST(test_roster_import_stray_team_never_leaves_the_tree),
        OFFICE_TEST(test_roster_import_deepest_path_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
