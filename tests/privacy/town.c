/* SPDX-License-Identifier: MIT */
#include "tests/privacy/town.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/privacy/epoch.h"
#include "storage/calendar_exception_record.h"
#include "storage/organisation_record.h"
#include "storage/person_record.h"
#include "storage/question_record.h"
#include "storage/team_record.h"
#include "storage/unit_membership_record.h"
#include "storage/unit_record.h"
#include "tests/support/support.h"

enum { NOON = 12 * 60, CLOSE = 20 * 60, BEFORE_CLOSE = 19 * 60 + 30, DAY_S = 86400 };

struct founding {
    struct town *town;
    const struct town_team *teams;
    size_t count;
};

static dp_err put_teams(struct store_txn *txn, const struct founding *founding)
{
    for (size_t i = 0; i < founding->count; i++) {
        struct team team = { .id = { founding->teams[i].id },
                             .parent = { founding->teams[i].parent } };
        (void)snprintf(team.code, sizeof team.code, "t%u", (unsigned)team.id.value);
        (void)snprintf(team.name, sizeof team.name, "Team %u", (unsigned)team.id.value);
        DP_TRY(team_record_put(txn, &team));
    }
    return DP_SUCCESS;
}

static dp_err found(struct store_txn *txn, void *context)
{
    const struct founding *founding = context;
    struct organisation organisation;
    organisation_defaults(&organisation, STR("Town"), STR("UTC"));
    organisation.programme_start = town_date("2026-03-02");
    organisation.is_demo = founding->town->folder.is_demo;
    DP_TRY(organisation_record_put(txn, &organisation));
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        DP_TRY(question_record_put(txn, &questions[i]));
    }
    return put_teams(txn, founding);
}

static void open_stores(struct town *town)
{
    struct dp_problem problem = { 0 };
    zone_utc(&town->zone);
    assert_ok(folder_open_office(&town->folder, &problem, &town->office));
    assert_ok(folder_open_results(&town->folder, &problem, &town->results));
    town->house = (struct house){
        .folder = &town->folder,
        .office = town->office,
        .results = town->results,
        .zone = &town->zone,
        .clock = clock_fixed(&town->now_s),
    };
    assert_ok(ballotboxes_open(&town->folder, &town->house.clock, &town->boxes));
}

static void start(struct town *town, const struct town_team *teams, size_t count, bool is_demo)
{
    struct dp_problem problem = { 0 };
    *town = (struct town){ .dir = support_tempdir() };
    assert_ok(folder_create(support_path(town->dir, "data"), is_demo, &problem, &town->folder));
    open_stores(town);
    struct founding founding = { town, teams, count };
    assert_ok(store_write(town->office, found, &founding));
    for (size_t i = 0; i < count; i++) {
        town_seat(town, teams[i].id, teams[i].people);
    }
    town_at(town, town_date("2026-03-02"), 0);
}

void town_start(struct town *town, const struct town_team *teams, size_t count)
{
    start(town, teams, count, false);
}

void town_start_demo(struct town *town, const struct town_team *teams, size_t count)
{
    start(town, teams, count, true);
}

void town_open(struct town *town, const char *dir)
{
    struct dp_problem problem = { 0 };
    int64_t now_s = town->now_s;
    uint64_t people = town->people;
    *town = (struct town){ .dir = dir, .now_s = now_s, .people = people };
    assert_ok(
        folder_open(support_path(dir, "data"), FOLDER_LOCK_SHARED, &problem, &town->folder));
    open_stores(town);
}

void town_leave(struct town *town)
{
    ballotboxes_close(town->boxes);
    store_close(town->office);
    store_close(town->results);
    folder_close(&town->folder);
    town->boxes = NULL;
    town->office = NULL;
    town->results = NULL;
}

void town_end(struct town *town)
{
    town_leave(town);
    support_remove_tree(town->dir);
}

void town_at(struct town *town, struct date date, int minute)
{
    town->now_s = (int64_t)date.days * DAY_S + (int64_t)minute * 60;
}

void town_noon(struct town *town, struct date date)
{
    town_at(town, date, NOON);
}

struct date town_date(const char *text)
{
    struct date date;
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

/* ---- The office ---- */

struct seating {
    struct town *town;
    uint32_t team;
    uint32_t wanted;
    uint64_t people; /* ids given out so far */
};

struct seat_count {
    uint32_t team;
    uint32_t found;
    struct person_id last;
};

static bool count_seated(const struct person *person, void *context)
{
    struct seat_count *count = context;
    if (person->team.value == count->team && !person->is_gone) {
        count->found++;
        count->last = person->id;
    }
    return true;
}

/* One person more or less. */
static dp_err seat_one(struct store_txn *txn, struct seating *seating,
                       const struct seat_count *count)
{
    struct person person = { 0 };
    if (count->found > seating->wanted) {
        DP_TRY(person_record_get(txn, count->last, &person));
        person.is_gone = true;
        return person_record_put(txn, &person);
    }
    seating->people++;
    person.id.value = seating->people;
    person.team.value = seating->team;
    (void)snprintf(person.external_id, sizeof person.external_id, "p%llu",
                   (unsigned long long)person.id.value);
    return person_record_put(txn, &person);
}

static dp_err seat(struct store_txn *txn, void *context)
{
    struct seating *seating = context;
    struct seat_count count = { .team = seating->team };
    seating->people = seating->town->people;
    DP_TRY(person_record_each(txn, count_seated, &count));
    while (count.found != seating->wanted) {
        DP_TRY(seat_one(txn, seating, &count));
        count = (struct seat_count){ .team = seating->team };
        DP_TRY(person_record_each(txn, count_seated, &count));
    }
    return DP_SUCCESS;
}

void town_seat(struct town *town, uint32_t team, uint32_t count)
{
    struct seating seating = { town, team, count, 0 };
    assert_ok(store_write(town->office, seat, &seating));
    town->people = seating.people;
}

static dp_err put_pause(struct store_txn *txn, void *context)
{
    const struct date *date = context;
    struct calendar_exception exception = { .date = *date, .kind = CALENDAR_PAUSED };
    return calendar_exception_record_put(txn, &exception);
}

void town_pause(struct town *town, struct date date)
{
    assert_ok(store_write(town->office, put_pause, &date));
}

/* ---- Epochs ---- */

void town_make(struct town *town, struct date date)
{
    struct dp_problem problem = { 0 };
    town_at(town, date_add(date, -1), BEFORE_CLOSE);
    dp_err err = epoch_make(&town->house, (struct epoch_id){ date }, &problem);
    if (!err_is_ok(err)) {
        fail_msg("epoch_make: %s: %s", err_name(err.code), problem.sentence);
    }
}

dp_err town_answer(struct town *town, struct date date, uint64_t person, int answer)
{
    return ballotbox_submit(town->boxes, (struct epoch_id){ date },
                            (struct person_id){ person }, (enum answer)answer);
}

void town_answers(struct town *town, struct date date, uint64_t first, const char *answers)
{
    for (size_t i = 0; answers[i] != '\0'; i++) {
        if (answers[i] != '-') {
            assert_ok(town_answer(town, date, first + i, answers[i] - '0'));
        }
    }
}

struct flush_report town_close(struct town *town, struct date date)
{
    struct dp_problem problem = { 0 };
    struct flush_report report = { 0 };
    town_at(town, date, CLOSE);
    dp_err err = flush_close(&town->house, (struct epoch_id){ date }, false, &report, &problem);
    if (!err_is_ok(err)) {
        fail_msg("flush_close: %s: %s", err_name(err.code), problem.sentence);
    }
    return report;
}

/* ---- Looking ---- */

uint32_t town_unit(struct town *town, uint32_t team, struct date date)
{
    struct store_txn *txn = NULL;
    struct unit_membership_from entry = { 0 };
    assert_ok(store_read(town->office, &txn));
    dp_err err = unit_membership_record_at(txn, (struct team_id){ team }, date, &entry);
    store_read_end(txn);
    return err_is_ok(err) ? entry.membership.unit.value : 0;
}

uint32_t town_pool(struct town *town, uint32_t unit)
{
    struct store_txn *txn = NULL;
    struct unit found = { 0 };
    assert_ok(store_read(town->office, &txn));
    assert_ok(unit_record_get(txn, (struct unit_id){ unit }, &found));
    store_read_end(txn);
    return found.pool.value;
}

struct search {
    uint32_t unit;
    enum period_kind kind;
    struct date start;
    struct cell *out;
    size_t found;
    size_t all;
};

static bool match(const struct cell *cell, void *context)
{
    struct search *search = context;
    search->all++;
    if (cell->unit.value == search->unit && cell->period_kind == search->kind &&
        date_equal(cell->period_start, search->start)) {
        *search->out = *cell;
        search->found++;
    }
    return true;
}

static struct search search_cells(struct town *town, struct search search)
{
    struct store_txn *txn = NULL;
    assert_ok(store_read(town->results, &txn));
    assert_ok(cell_record_each(txn, match, &search));
    store_read_end(txn);
    return search;
}

bool town_cell(struct town *town, uint32_t unit, enum period_kind kind, struct date start,
               struct cell *out)
{
    struct search search = { .unit = unit, .kind = kind, .start = start, .out = out };
    search = search_cells(town, search);
    assert_true(search.found <= 1);
    return search.found == 1;
}

size_t town_cells(struct town *town)
{
    struct cell unused;
    struct search search = { .out = &unused };
    return search_cells(town, search).all;
}

struct copying {
    struct cell *out;
    size_t count;
    size_t max;
};

static bool copy_cell(const struct cell *cell, void *context)
{
    struct copying *copying = context;
    assert_true(copying->count < copying->max);
    copying->out[copying->count] = *cell;
    copying->count++;
    return true;
}

size_t town_all_cells(struct town *town, struct cell *out, size_t max)
{
    struct store_txn *txn = NULL;
    struct copying copying = { .out = out, .max = max };
    memset(out, 0, max * sizeof *out);
    assert_ok(store_read(town->results, &txn));
    assert_ok(cell_record_each(txn, copy_cell, &copying));
    store_read_end(txn);
    return copying.count;
}

/* Structs have gaps between their fields, so they are compared as they are stored. */
void town_assert_same_cells(const struct cell *a, const struct cell *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t spaces[2][CELL_RECORD_MAX];
        struct bytes bytes[2];
        for (size_t j = 0; j < 2; j++) {
            struct wire_writer writer = wire_write(spaces[j], CELL_RECORD_MAX);
            cell_record_encode(&writer, j == 0 ? &a[i] : &b[i]);
            assert_ok(wire_finish(&writer, &bytes[j]));
        }
        assert_int_equal(bytes[0].len, bytes[1].len);
        assert_memory_equal(spaces[0], spaces[1], bytes[0].len);
    }
}
