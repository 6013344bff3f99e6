/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/roster/roster.h"
#include "app/service/schedule/evening.h"
#include "storage/calendar_exception_record.h"
#include "storage/flushed_record.h"
#include "storage/team_record.h"
#include "storage/unit_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

enum { ROSTER_TEXT_MAX = 64 * 1024, NOON = 12 * 60 };

struct date firm_day(int32_t number)
{
    struct date monday = { 0 };
    assert_ok(date_from_parts(2026, 3, 2, &monday));
    return date_add(monday, number);
}

void firm_at(struct firm *firm, struct date date, int minute)
{
    firm->now_s = zone_to_unix(&firm->appliance.zone, date, minute * 60);
}

void firm_roster(struct firm *firm, const struct firm_team *teams, size_t count)
{
    char *text = mem_new(ROSTER_TEXT_MAX, 1);
    struct roster_report *report = mem_new(1, sizeof *report);
    struct dp_problem problem = { 0 };
    assert_non_null(text);
    assert_non_null(report);
    int person = 0;
    size_t len = (size_t)snprintf(text, ROSTER_TEXT_MAX, "person_id,team\n");
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < teams[i].people; k++) {
            len += (size_t)snprintf(text + len, ROSTER_TEXT_MAX - len, "p%03d,%s\n", person++,
                                    teams[i].path);
        }
    }
    struct import_file file = { .bytes = { text, len },
                                .name = "roster.csv",
                                .actor = "test",
                                .today = appliance_today(&firm->appliance) };
    assert_ok(
        roster_import(firm->appliance.office, &firm->appliance.clock, &file, report, &problem));
    mem_free(report);
    mem_free(text);
}

void firm_start(struct firm *firm, bool is_demo, const struct firm_team *teams, size_t count)
{
    struct dp_problem problem = { 0 };
    *firm = (struct firm){ .dir = support_tempdir() };
    firm->now_s = (int64_t)firm_day(0).days * 86400 + 3600;
    struct appliance_start start = { .path = support_path(firm->dir, "data"),
                                     .name = "Example",
                                     .zone = "Europe/Berlin",
                                     .base_url = "",
                                     .programme_start = firm_day(0),
                                     .is_demo = is_demo };
    assert_ok(appliance_create(&start, clock_fixed(&firm->now_s), &problem, &firm->appliance));
    firm_roster(firm, teams, count);
    assert_ok(ballotboxes_open(&firm->appliance.folder, &firm->appliance.clock, &firm->boxes));
    firm->desk = (struct answer_desk){ &firm->appliance, firm->boxes };
}

void firm_end(struct firm *firm)
{
    ballotboxes_close(firm->boxes);
    appliance_close(&firm->appliance);
    support_remove_tree(firm->dir);
}

static dp_err ask_job(struct store_txn *txn, void *context)
{
    return calendar_exception_record_put(txn, context);
}

void firm_ask(struct firm *firm, struct date date, struct question_id question)
{
    struct calendar_exception exception = { .date = date,
                                            .kind = question.value == 0 ? CALENDAR_HOLIDAY
                                                                        : CALENDAR_ASK,
                                            .question = question };
    if (question.value == 0) {
        snprintf(exception.label, sizeof exception.label, "Carnival");
    }
    assert_ok(store_write(firm->appliance.office, ask_job, &exception));
}

void firm_make(struct firm *firm, struct date date)
{
    struct dp_problem problem = { 0 };
    size_t moves = 0;
    firm_at(firm, date, 9 * 60);
    assert_ok(evening_make_box(&firm->appliance, (struct epoch_id){ date }, &moves, &problem));
    firm_at(firm, date, NOON);
}

struct str firm_token(struct firm *firm, int person)
{
    static char token[ROSTER_TOKEN_TEXT];
    char id[16];
    snprintf(id, sizeof id, "p%03d", person);
    assert_ok(roster_reissue_link(firm->appliance.office, &firm->appliance.clock, str_of(id),
                                  "test", token));
    return str_of(token);
}

void firm_answers(struct firm *firm, struct date date, int first, const char *answers)
{
    for (int i = 0; answers[i] != '\0'; i++) {
        if (answers[i] != '-') {
            assert_ok(answer_put(&firm->desk, firm_token(firm, first + i),
                                 (struct epoch_id){ date }, answers[i] - '0'));
        }
    }
}

void firm_close(struct firm *firm, struct date date)
{
    struct dp_problem problem = { 0 };
    struct house house = evening_house(&firm->appliance);
    int64_t open_s = 0;
    int64_t close_s = 0;
    organisation_window(&firm->appliance.organisation, &firm->appliance.zone, date, &open_s,
                        &close_s);
    firm->now_s = close_s;
    assert_ok(flush_close(&house, (struct epoch_id){ date }, false, NULL, &problem));
    ballotboxes_tick(firm->boxes);
}

struct search {
    const char *name;
    uint32_t found;
};

static bool look_at_unit(const struct unit *unit, void *context)
{
    struct search *search = context;
    bool is_it = !unit->is_closed && unit->kind != UNIT_POOL &&
                 strcmp(unit->name, search->name) == 0;
    search->found = is_it ? unit->id.value : search->found;
    return true;
}

static bool look_at_team(const struct team *team, void *context)
{
    struct search *search = context;
    search->found = strcmp(team->name, search->name) == 0 ? team->id.value : search->found;
    return true;
}

struct unit_id firm_unit(struct firm *firm, const char *name)
{
    struct search search = { name, 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(firm->appliance.office, &txn));
    assert_ok(unit_record_each(txn, look_at_unit, &search));
    return (struct unit_id){ search.found };
}

struct team_id firm_team_id(struct firm *firm, const char *name)
{
    struct search search = { name, 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(firm->appliance.office, &txn));
    assert_ok(team_record_each(txn, look_at_team, &search));
    return (struct team_id){ search.found };
}

bool firm_cell(struct firm *firm, const struct cell_place *place, struct cell *out)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(firm->appliance.results, &txn));
    dp_err found = cell_record_get(txn, place, out);
    if (!err_is(found, DP_NOT_FOUND)) {
        assert_ok(found);
    }
    return err_is_ok(found);
}

static dp_err day_job(struct store_txn *txn, void *context)
{
    return flushed_record_put(txn, context);
}

void firm_put_day(struct firm *firm, struct date date, struct question_id question)
{
    struct flushed flushed = { .epoch = { date }, .question = question, .question_version = 1 };
    assert_ok(store_write(firm->appliance.results, day_job, &flushed));
}

static dp_err cell_job(struct store_txn *txn, void *context)
{
    return cell_record_put(txn, context);
}

void firm_put_cell(struct firm *firm, const struct cell *cell)
{
    struct cell copy = *cell;
    assert_ok(store_write(firm->appliance.results, cell_job, &copy));
}
