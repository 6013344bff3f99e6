/* SPDX-License-Identifier: MIT */
/* The organisation and its people: organisation, teams, people, links, units, memberships,
 * rosters, moves, questions, calendar and ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storage/calendar_exception_record.h"
#include "storage/link_record.h"
#include "storage/organisation_record.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"
#include "storage/question_record.h"
#include "storage/roster_version_record.h"
#include "storage/sequence_record.h"
#include "storage/team_record.h"
#include "storage/unit_membership_record.h"
#include "storage/unit_record.h"
#include "tests/unit/storage/with_store.h"

PUT_JOB(organisation, organisation)
PUT_JOB(team, team)
PUT_JOB(person, person)
PUT_JOB(link, link)
PUT_JOB(unit, unit)
PUT_JOB(unit_membership, unit_membership_from)
PUT_JOB(roster_version, roster_version)
PUT_JOB(pending_move, person_move)
PUT_JOB(question, question)
PUT_JOB(calendar_exception, calendar_exception)

/* ---- Organisation ---- */

static struct organisation organisation_of(bool is_demo)
{
    return (struct organisation){ .name = "Telco",
                                  .zone = "UTC",
                                  .workdays = 0x1f,
                                  .min_people = 5,
                                  .programme_start = day("2026-01-05"),
                                  .is_demo = is_demo };
}

/* There is none at first; a demo is one for ever, and what is real never becomes one. */
static void test_organisation_demo_stays_a_demo(void **state)
{
    struct with_store *with = *state;
    struct organisation found;
    struct organisation demo = organisation_of(true);
    struct organisation real = organisation_of(false);
    assert_err(organisation_record_get(reading(with), &found), DP_NOT_FOUND);
    assert_ok(run(with, put_organisation, &demo));
    assert_err(run(with, put_organisation, &real), DP_FORBIDDEN);
    demo.min_people = 7;
    assert_ok(run(with, put_organisation, &demo));
    assert_ok(organisation_record_get(reading(with), &found));
    assert_int_equal(found.min_people, 7);
    assert_true(found.is_demo);
}

static void test_organisation_real_stays_real(void **state)
{
    struct with_store *with = *state;
    struct organisation demo = organisation_of(true);
    struct organisation real = organisation_of(false);
    assert_ok(run(with, put_organisation, &real));
    assert_err(run(with, put_organisation, &demo), DP_FORBIDDEN);
}

/* ---- Teams ---- */

static bool see_team(const struct team *team, void *context)
{
    return see(context, "%u=%s", team->id.value, team->code);
}

static dp_err delete_team(struct store_txn *txn, void *context)
{
    const struct team_id *id = context;
    return team_record_delete(txn, *id);
}

/* A code belongs to one team; a code given up is free again, and the old one finds nothing. */
static void test_team_code_is_unique_and_moves(void **state)
{
    struct with_store *with = *state;
    struct team found;
    struct team first = { .id = { 2 }, .code = "a", .name = "First" };
    struct team second = { .id = { 3 }, .code = "a", .name = "Second" };
    assert_ok(run(with, put_team, &first));
    assert_err(run(with, put_team, &second), DP_CONFLICT);
    assert_err(team_record_get(reading(with), second.id, &found), DP_NOT_FOUND);

    memcpy(first.code, "b", 2);
    assert_ok(run(with, put_team, &first));
    assert_err(team_record_by_code(reading(with), STR("a"), &found), DP_NOT_FOUND);
    assert_ok(team_record_by_code(reading(with), STR("b"), &found));
    assert_string_equal(found.name, "First");
    assert_ok(run(with, put_team, &second)); /* "a" is free now */
    assert_ok(team_record_by_code(reading(with), STR("a"), &found));
    assert_int_equal(found.id.value, 3);
    assert_err(run(with, put_team, &(struct team){ .code = "zero" }), DP_INVALID);
    assert_err(team_record_by_code(reading(with), STR("zero"), &found), DP_NOT_FOUND);
}

/* Looking up what no code can be finds nothing. */
static void test_team_by_code_of_any_text_is_not_found(void **state)
{
    struct with_store *with = *state;
    struct team found;
    char longest[2000];
    memset(longest, 'x', sizeof longest);
    assert_err(
        team_record_by_code(reading(with), (struct str){ longest, sizeof longest }, &found),
        DP_NOT_FOUND);
    assert_err(team_record_by_code(reading(with), STR("a\0b"), &found), DP_NOT_FOUND);
    assert_err(team_record_by_code(reading(with), STR(""), &found), DP_NOT_FOUND);
}

/* A walk goes by id and stops when told to; deleting takes the code along. */
static void test_team_each_and_delete(void **state)
{
    struct with_store *with = *state;
    struct team found;
    struct team_id last = { 256 };
    struct seen all = { .text = "" };
    struct seen two = { .stop_after = 2 };
    struct seen none = { .text = "" };
    assert_ok(team_record_each(reading(with), see_team, &none));
    assert_string_equal(none.text, "");
    assert_ok(run(with, put_team, &(struct team){ .id = { 256 }, .code = "a" }));
    assert_ok(run(with, put_team, &(struct team){ .id = { 1 }, .code = "c" }));
    assert_ok(run(with, put_team, &(struct team){ .id = { 255 }, .code = "b" }));
    assert_ok(team_record_each(reading(with), see_team, &all));
    assert_string_equal(all.text, "1=c,255=b,256=a,");
    assert_ok(team_record_each(reading(with), see_team, &two));
    assert_string_equal(two.text, "1=c,255=b,");
    assert_ok(run(with, delete_team, &last));
    assert_err(run(with, delete_team, &last), DP_NOT_FOUND);
    assert_err(team_record_by_code(reading(with), STR("a"), &found), DP_NOT_FOUND);
}

/* ---- People ---- */

static bool see_person(const struct person *person, void *context)
{
    return see(context, "%llu=%s", (unsigned long long)person->id.value, person->external_id);
}

static dp_err delete_person(struct store_txn *txn, void *context)
{
    const struct person_id *id = context;
    return person_record_delete(txn, *id);
}

static void test_person_is_found_by_both_ids(void **state)
{
    struct with_store *with = *state;
    struct person found;
    struct seen all = { .text = "" };
    struct person jo = { .id = { 1ULL << 33 }, .external_id = "E1", .email = "jo@x.org" };
    struct person al = { .id = { 7 }, .external_id = "E2" };
    assert_ok(run(with, put_person, &jo));
    assert_ok(run(with, put_person, &al));
    assert_err(run(with, put_person, &(struct person){ .id = { 8 }, .external_id = "E1" }),
               DP_CONFLICT);
    assert_ok(person_record_by_external_id(reading(with), STR("E1"), &found));
    assert_true(found.id.value == jo.id.value);
    assert_string_equal(found.email, "jo@x.org");
    assert_ok(person_record_get(reading(with), al.id, &found));
    assert_string_equal(found.external_id, "E2");
    assert_ok(person_record_each(reading(with), see_person, &all));
    assert_string_equal(all.text, "7=E2,8589934592=E1,");
    memcpy(al.external_id, "E3", 3);
    assert_ok(run(with, put_person, &al));
    assert_err(person_record_by_external_id(reading(with), STR("E2"), &found), DP_NOT_FOUND);
    assert_ok(person_record_by_external_id(reading(with), STR("E3"), &found));
    assert_ok(run(with, delete_person, &jo.id));
    assert_err(person_record_by_external_id(reading(with), STR("E1"), &found), DP_NOT_FOUND);
    assert_err(run(with, delete_person, &jo.id), DP_NOT_FOUND);
}

/* ---- Links ---- */

static bool see_link(const struct link *link, void *context)
{
    return see(context, "%u=%llu", link->token[0], (unsigned long long)link->person.value);
}

static dp_err delete_link(struct store_txn *txn, void *context)
{
    return link_record_delete(txn, context);
}

static void test_link_leads_to_one_person(void **state)
{
    struct with_store *with = *state;
    struct person_id found = { 0 };
    struct seen all = { .text = "" };
    struct link first = { .token = { 9 }, .person = { 1 } };
    struct link second = { .token = { 3 }, .person = { 2 } };
    struct link thief = { .token = { 9 }, .person = { 2 } };
    assert_err(link_record_get(reading(with), first.token, &found), DP_NOT_FOUND);
    assert_ok(run(with, put_link, &first));
    assert_ok(run(with, put_link, &first)); /* again is fine */
    assert_ok(run(with, put_link, &second));
    assert_err(run(with, put_link, &thief), DP_CONFLICT);
    assert_ok(link_record_get(reading(with), first.token, &found));
    assert_true(found.value == 1);
    assert_ok(link_record_each(reading(with), see_link, &all));
    assert_string_equal(all.text, "3=2,9=1,");
    assert_ok(run(with, delete_link, first.token));
    assert_err(run(with, delete_link, first.token), DP_NOT_FOUND);
    assert_ok(run(with, put_link, &thief)); /* a free token is anybody's */
}

/* ---- Units ---- */

static bool see_unit(const struct unit *unit, void *context)
{
    return see(context, "%u=%s", unit->id.value, unit->name);
}

static dp_err delete_unit(struct store_txn *txn, void *context)
{
    const struct unit_id *id = context;
    return unit_record_delete(txn, *id);
}

static void test_unit_put_get_each_delete(void **state)
{
    struct with_store *with = *state;
    struct unit found;
    struct seen all = { .text = "" };
    struct unit unit = { .id = { 5 }, .name = "Hotline", .headcount = 12 };
    assert_ok(run(with, put_unit, &unit));
    assert_ok(run(with, put_unit, &(struct unit){ .id = { 4 }, .name = "Rest" }));
    assert_ok(unit_record_get(reading(with), unit.id, &found));
    assert_int_equal(found.headcount, 12);
    assert_ok(unit_record_each(reading(with), see_unit, &all));
    assert_string_equal(all.text, "4=Rest,5=Hotline,");
    assert_ok(run(with, delete_unit, &unit.id));
    assert_err(unit_record_get(reading(with), unit.id, &found), DP_NOT_FOUND);
}

static void put_entry(struct with_store *with, uint32_t team, uint32_t unit, const char *from)
{
    struct unit_membership_from entry = { .membership = { .team = { team }, .unit = { unit } },
                                          .from = day(from) };
    assert_ok(run(with, put_unit_membership, &entry));
}

static bool see_membership(const struct unit_membership_from *entry, void *context)
{
    return see(context, "%u>%u", entry->membership.team.value, entry->membership.unit.value);
}

static void assert_unit_at(struct with_store *with, const char *date, uint32_t unit)
{
    struct unit_membership_from found;
    assert_ok(
        unit_membership_record_at(reading(with), (struct team_id){ 2 }, day(date), &found));
    assert_int_equal(found.membership.unit.value, unit);
}

/* What held on a date stays known when something else holds later. */
static void test_unit_membership_at_knows_the_past(void **state)
{
    struct with_store *with = *state;
    struct unit_membership_from found;
    struct team_id team = { 2 };
    put_entry(with, 2, 20, "2026-01-05");
    put_entry(with, 2, 21, "2026-03-02");
    put_entry(with, 3, 30, "2026-02-02");
    assert_err(unit_membership_record_at(reading(with), team, day("2026-01-04"), &found),
               DP_NOT_FOUND);
    assert_unit_at(with, "2026-01-05", 20);
    assert_unit_at(with, "2026-03-01", 20);
    assert_unit_at(with, "2026-03-02", 21);
    assert_unit_at(with, "2036-03-02", 21);
    assert_err(unit_membership_record_at(reading(with), (struct team_id){ 4 },
                                         day("2026-03-02"), &found),
               DP_NOT_FOUND);
    assert_ok(unit_membership_record_get(reading(with), team, day("2026-03-02"), &found));
    assert_err(unit_membership_record_get(reading(with), team, day("2026-03-09"), &found),
               DP_NOT_FOUND);
    struct unit_membership_from tuesday = { .membership = { .team = team },
                                            .from = day("2026-03-03") };
    assert_err(run(with, put_unit_membership, &tuesday), DP_INVALID);
}

static void assert_memberships_at(struct with_store *with, const char *date, const char *wanted)
{
    struct seen seen = { .text = "" };
    assert_ok(unit_membership_record_each_at(reading(with), day(date), see_membership, &seen));
    assert_string_equal(seen.text, wanted);
}

static dp_err delete_membership(struct store_txn *txn, void *context)
{
    const struct unit_membership_from *entry = context;
    return unit_membership_record_delete(txn, entry->membership.team, entry->from);
}

static void test_unit_membership_each_at_shows_one_a_team(void **state)
{
    struct with_store *with = *state;
    struct seen all = { .text = "" };
    struct seen one = { .stop_after = 1 };
    assert_memberships_at(with, "2026-06-01", "");
    put_entry(with, 2, 20, "2026-01-05");
    put_entry(with, 2, 21, "2026-03-02");
    put_entry(with, 3, 30, "2026-02-02");
    put_entry(with, 4, 40, "2026-01-05");
    put_entry(with, 4, 41, "2026-04-06");
    assert_memberships_at(with, "2026-01-04", "");
    assert_memberships_at(with, "2026-01-05", "2>20,4>40,");
    assert_memberships_at(with, "2026-02-02", "2>20,3>30,4>40,");
    assert_memberships_at(with, "2026-03-02", "2>21,3>30,4>40,");
    assert_memberships_at(with, "2027-01-01", "2>21,3>30,4>41,");
    assert_ok(
        unit_membership_record_each_at(reading(with), day("2027-01-01"), see_membership, &one));
    assert_string_equal(one.text, "2>21,");
    assert_ok(unit_membership_record_each(reading(with), see_membership, &all));
    assert_string_equal(all.text, "2>20,2>21,3>30,4>40,4>41,");
    struct unit_membership_from last = { .membership = { .team = { 4 } },
                                         .from = day("2026-04-06") };
    assert_ok(run(with, delete_membership, &last));
    assert_memberships_at(with, "2027-01-01", "2>21,3>30,4>40,");
}

/* ---- Rosters and moves ---- */

static bool see_version(const struct roster_version *version, void *context)
{
    return see(context, "%u", version->rows);
}

static dp_err delete_version(struct store_txn *txn, void *context)
{
    const struct date *effective = context;
    return roster_version_record_delete(txn, *effective);
}

static void test_roster_version_latest_is_the_last_monday(void **state)
{
    struct with_store *with = *state;
    struct roster_version found;
    struct seen all = { .text = "" };
    struct roster_version first = { .effective = day("2026-03-09"), .rows = 300 };
    struct roster_version second = { .effective = day("2026-03-02"), .rows = 290 };
    assert_err(roster_version_record_latest(reading(with), &found), DP_NOT_FOUND);
    assert_ok(run(with, put_roster_version, &first));
    assert_ok(run(with, put_roster_version, &second));
    assert_ok(roster_version_record_latest(reading(with), &found));
    assert_int_equal(found.rows, 300);
    first.rows = 301;
    assert_ok(run(with, put_roster_version, &first)); /* the same Monday again */
    assert_ok(roster_version_record_each(reading(with), see_version, &all));
    assert_string_equal(all.text, "290,301,");
    assert_ok(run(with, delete_version, &first.effective));
    assert_err(roster_version_record_get(reading(with), first.effective, &found), DP_NOT_FOUND);
    assert_ok(roster_version_record_get(reading(with), second.effective, &found));
    first.effective = day("2026-03-10");
    assert_err(run(with, put_roster_version, &first), DP_INVALID);
}

static bool see_move(const struct person_move *move, void *context)
{
    return see(context, "%llu>%u", (unsigned long long)move->person.value, move->team.value);
}

static dp_err delete_move(struct store_txn *txn, void *context)
{
    const struct person_id *person = context;
    return pending_move_record_delete(txn, *person);
}

static void test_pending_move_newest_counts(void **state)
{
    struct with_store *with = *state;
    struct person_move found;
    struct seen all = { .text = "" };
    struct person_move move = { .person = { 7 },
                                .team = { 2 },
                                .effective = day("2026-03-09") };
    assert_ok(run(with, put_pending_move, &move));
    move.team.value = 3;
    assert_ok(run(with, put_pending_move, &move));
    assert_ok(run(with, put_pending_move,
                  &(struct person_move){ .person = { 8 }, .effective = day("2026-03-09") }));
    assert_ok(pending_move_record_get(reading(with), move.person, &found));
    assert_int_equal(found.team.value, 3);
    assert_ok(pending_move_record_each(reading(with), see_move, &all));
    assert_string_equal(all.text, "7>3,8>0,");
    assert_ok(run(with, delete_move, &move.person));
    assert_err(run(with, delete_move, &move.person), DP_NOT_FOUND);
}

/* ---- Questions and calendar ---- */

static bool see_question(const struct question *question, void *context)
{
    return see(context, "%u.%u", question->id.value, question->version);
}

static dp_err delete_question(struct store_txn *txn, void *context)
{
    const struct question *question = context;
    return question_record_delete(txn, question->id, question->version);
}

static void test_question_versions_stay_and_the_newest_is_latest(void **state)
{
    struct with_store *with = *state;
    struct question found;
    struct seen all = { .text = "" };
    struct seen latest = { .text = "" };
    struct seen one = { .stop_after = 1 };
    struct seen none = { .text = "" };
    assert_ok(question_record_each_latest(reading(with), see_question, &none));
    assert_string_equal(none.text, "");
    static const uint16_t versions[][2] = {
        { 1, 1 }, { 1, 2 }, { 1, 300 }, { 2, 1 }, { 9, 4 }
    };
    for (size_t i = 0; i < 5; i++) {
        struct question question = { .id = { versions[i][0] }, .version = versions[i][1] };
        assert_ok(run(with, put_question, &question));
    }
    assert_ok(question_record_latest(reading(with), (struct question_id){ 1 }, &found));
    assert_int_equal(found.version, 300);
    assert_ok(question_record_get(reading(with), (struct question_id){ 1 }, 2, &found));
    assert_int_equal(found.version, 2);
    assert_err(question_record_latest(reading(with), (struct question_id){ 3 }, &found),
               DP_NOT_FOUND);
    assert_ok(question_record_each(reading(with), see_question, &all));
    assert_string_equal(all.text, "1.1,1.2,1.300,2.1,9.4,");
    assert_ok(question_record_each_latest(reading(with), see_question, &latest));
    assert_string_equal(latest.text, "1.300,2.1,9.4,");
    assert_ok(question_record_each_latest(reading(with), see_question, &one));
    assert_string_equal(one.text, "1.300,");
    assert_ok(run(with, delete_question, &(struct question){ .id = { 1 }, .version = 300 }));
    assert_ok(question_record_latest(reading(with), (struct question_id){ 1 }, &found));
    assert_int_equal(found.version, 2);
    assert_err(run(with, put_question, &(struct question){ .id = { 1 } }), DP_INVALID);
}

static bool see_exception(const struct calendar_exception *exception, void *context)
{
    return see(context, "%s", exception->label);
}

static dp_err delete_exception(struct store_txn *txn, void *context)
{
    const struct date *date = context;
    return calendar_exception_record_delete(txn, *date);
}

static void assert_exceptions(struct with_store *with, const char *from, const char *to,
                              const char *wanted)
{
    struct seen seen = { .text = "" };
    assert_ok(calendar_exception_record_each_between(reading(with), day(from), day(to),
                                                     see_exception, &seen));
    assert_string_equal(seen.text, wanted);
}

static void test_calendar_exception_between_dates(void **state)
{
    struct with_store *with = *state;
    struct calendar_exception found;
    struct seen all = { .text = "" };
    static const char *const dates[] = { "2026-12-24", "2026-12-25", "2026-12-31",
                                         "2027-01-01" };
    for (size_t i = 0; i < 4; i++) {
        struct calendar_exception exception = { .date = day(dates[i]),
                                                .kind = CALENDAR_HOLIDAY };
        memcpy(exception.label, dates[i] + 5, 6);
        assert_ok(run(with, put_calendar_exception, &exception));
    }
    assert_exceptions(with, "2026-12-25", "2026-12-31", "12-25,12-31,");
    assert_exceptions(with, "2026-12-26", "2026-12-30", "");
    assert_exceptions(with, "2026-12-31", "2026-12-25", "");
    assert_exceptions(with, "1970-01-01", "9999-12-31", "12-24,12-25,12-31,01-01,");
    assert_ok(calendar_exception_record_get(reading(with), day("2026-12-24"), &found));
    assert_err(calendar_exception_record_get(reading(with), day("2026-12-26"), &found),
               DP_NOT_FOUND);
    struct date eve = day("2026-12-24");
    assert_ok(run(with, delete_exception, &eve));
    assert_ok(calendar_exception_record_each(reading(with), see_exception, &all));
    assert_string_equal(all.text, "12-25,12-31,01-01,");
}

/* ---- Ids ---- */

struct order {
    enum sequence sequence;
    uint64_t got;
};

static dp_err next_number(struct store_txn *txn, void *context)
{
    struct order *order = context;
    return sequence_record_next(txn, order->sequence, &order->got);
}

static dp_err next_number_then_fail(struct store_txn *txn, void *context)
{
    DP_TRY(next_number(txn, context));
    return err_make(DP_CONFLICT);
}

/* Numbers begin at 1, behind the root for teams, run on for each kind alone, and a job that
 * failed used none up. */
static void test_sequence_gives_each_number_once(void **state)
{
    struct with_store *with = *state;
    struct order order = { .sequence = SEQUENCE_UNIT };
    for (uint64_t i = 1; i <= 3; i++) {
        assert_ok(run(with, next_number, &order));
        assert_true(order.got == i);
    }
    assert_err(run(with, next_number_then_fail, &order), DP_CONFLICT);
    assert_ok(run(with, next_number, &order));
    assert_true(order.got == 4);
    order.sequence = SEQUENCE_TEAM;
    assert_ok(run(with, next_number, &order));
    assert_true(order.got == TEAM_ROOT + 1);
    order.sequence = SEQUENCE_RUN;
    assert_ok(run(with, next_number, &order));
    assert_true(order.got == 1);
}

static dp_err use_up_units(struct store_txn *txn, void *context)
{
    (void)context;
    const uint8_t key[2] = { 0x02, SEQUENCE_UNIT };
    const uint8_t next[8] = { 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe };
    return store_put(txn, bytes_of(key, sizeof key), bytes_of(next, sizeof next));
}

/* The last 32-bit number is given, then there are none. */
static void test_sequence_used_up_is_full(void **state)
{
    struct with_store *with = *state;
    struct order order = { .sequence = SEQUENCE_UNIT };
    assert_ok(run(with, use_up_units, NULL));
    assert_ok(run(with, next_number, &order));
    assert_true(order.got == UINT32_MAX - 1);
    assert_err(run(with, next_number, &order), DP_FULL);
}

/* ---- Damage ---- */

static dp_err damage_team(struct store_txn *txn, void *context)
{
    (void)context;
    const uint8_t key[5] = { 0x05, 0, 0, 0, 2 };
    return store_put(txn, bytes_of(key, sizeof key), bytes_of("\1\0", 2));
}

/* A record that can't be read is an error wherever it is met, and is not written over. */
static void test_record_damaged_is_corrupt_everywhere(void **state)
{
    struct with_store *with = *state;
    struct team found;
    struct seen all = { .text = "" };
    struct team_id id = { 2 };
    assert_ok(run(with, put_team, &(struct team){ .id = { 1 }, .code = "root" }));
    assert_ok(run(with, put_team, &(struct team){ .id = id, .code = "a" }));
    assert_ok(run(with, damage_team, NULL));
    assert_err(team_record_get(reading(with), id, &found), DP_CORRUPT);
    assert_err(team_record_by_code(reading(with), STR("a"), &found), DP_CORRUPT);
    assert_err(team_record_each(reading(with), see_team, &all), DP_CORRUPT);
    assert_string_equal(all.text, "1=root,");
    assert_err(run(with, put_team, &(struct team){ .id = id, .code = "b" }), DP_CORRUPT);
    assert_err(run(with, delete_team, &id), DP_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_organisation_demo_stays_a_demo),
        WITH_STORE(test_organisation_real_stays_real),
        WITH_STORE(test_team_code_is_unique_and_moves),
        WITH_STORE(test_team_by_code_of_any_text_is_not_found),
        WITH_STORE(test_team_each_and_delete),
        WITH_STORE(test_person_is_found_by_both_ids),
        WITH_STORE(test_link_leads_to_one_person),
        WITH_STORE(test_unit_put_get_each_delete),
        WITH_STORE(test_unit_membership_at_knows_the_past),
        WITH_STORE(test_unit_membership_each_at_shows_one_a_team),
        WITH_STORE(test_roster_version_latest_is_the_last_monday),
        WITH_STORE(test_pending_move_newest_counts),
        WITH_STORE(test_question_versions_stay_and_the_newest_is_latest),
        WITH_STORE(test_calendar_exception_between_dates),
        WITH_STORE(test_sequence_gives_each_number_once),
        WITH_STORE(test_sequence_used_up_is_full),
        WITH_STORE(test_record_damaged_is_corrupt_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
