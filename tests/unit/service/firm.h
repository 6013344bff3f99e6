/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A company in a data folder of its own, for tests of the services: teams from a roster file, and
 * days that are asked, answered through personal links and counted in the evening.
 *
 *     struct firm firm;
 *     firm_start(&firm, true, teams, COUNT(teams));   people 0, 1, 2 ... team by team
 *     firm_ask(&firm, firm_day(1), (struct question_id){ 1 });
 *     firm_make(&firm, firm_day(1));
 *     firm_answers(&firm, firm_day(1), 0, "5543-");   person 0 answers 5; - is no answer, 0 skips
 *     firm_close(&firm, firm_day(1));
 *     firm_end(&firm);
 *
 * The programme starts on Monday, 2 March 2026 (firm_day(0)). Functions without a result fail the
 * test when something goes wrong.
 */

#include "app/service/answer/answer.h"
#include "app/service/appliance/appliance.h"
#include "storage/cell_record.h"

struct firm_team {
    const char *path;
    int people;
};

struct firm {
    const char *dir;
    int64_t now_s;
    struct appliance appliance;
    struct ballotboxes *boxes;
    struct answer_desk desk;
};

void firm_start(struct firm *firm, bool is_demo, const struct firm_team *teams, size_t count);
void firm_end(struct firm *firm);

/** Imports the roster again; who is new sits in the team from the coming Monday on. */
void firm_roster(struct firm *firm, const struct firm_team *teams, size_t count);

/** A day counted from the programme's first Monday. */
struct date firm_day(int32_t number);

/** Turns the clock to a minute of a local day. */
void firm_at(struct firm *firm, struct date date, int minute);

/** Asks a question on a date, whatever the plan says; 0: nothing, a holiday. */
void firm_ask(struct firm *firm, struct date date, struct question_id question);

/** Makes the box of a date in its morning; it is then 12:00 of that day. */
void firm_make(struct firm *firm, struct date date);

/** A person's link. The older link of the person is worthless from now on. */
struct str firm_token(struct firm *firm, int person);

/** Answers of several people in a row, starting with `first`. */
void firm_answers(struct firm *firm, struct date date, int first, const char *answers);

/** Counts a day at its window's end. */
void firm_close(struct firm *firm, struct date date);

/** The id of the unit or team with a name; 0 for none. */
struct unit_id firm_unit(struct firm *firm, const char *name);
struct team_id firm_team_id(struct firm *firm, const char *name);

/** True and the cell, if it is stored. */
bool firm_cell(struct firm *firm, const struct cell_place *place, struct cell *out);

/** Writes figures as an evening would: a day that was asked and counted, and a cell. */
void firm_put_day(struct firm *firm, struct date date, struct question_id question);
void firm_put_cell(struct firm *firm, const struct cell *cell);
