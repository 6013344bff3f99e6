/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A small organisation in a folder of its own, for tests of the way from an answer to a cell: teams,
 * people, the built-in questions, zone UTC, window 11:30 to 20:00, and a clock that the test turns.
 *
 *     struct town town;
 *     town_start(&town, teams, COUNT(teams));         people get the ids 1, 2, 3 ... team by team
 *     town_make(&town, tuesday);                      as if it were the day before, 19:30
 *     town_noon(&town, tuesday);
 *     assert_ok(town_answer(&town, tuesday, 1, 5));
 *     town_close(&town, tuesday);                     at 20:00 of the day
 *     town_cell(&town, 2, PERIOD_DAY, tuesday, &cell);
 *     town_end(&town);
 *
 * Functions without a result fail the test when something goes wrong.
 */

#include "app/privacy/ballotbox.h"
#include "app/privacy/flush.h"
#include "app/privacy/house.h"
#include "storage/cell_record.h"

struct town_team {
    uint32_t id;
    uint32_t parent;
    uint32_t people;
};

struct town {
    const char *dir;
    struct folder folder;
    struct store *office;
    struct store *results;
    struct zone zone;
    int64_t now_s;
    struct house house;
    struct ballotboxes *boxes;
    uint64_t people;
};

/** Makes the folder and opens all. The programme starts on Monday, 2026-03-02. */
void town_start(struct town *town, const struct town_team *teams, size_t count);
void town_start_demo(struct town *town, const struct town_team *teams, size_t count);

/** Opens a town that town_leave() closed, perhaps in another process. */
void town_open(struct town *town, const char *dir);

/** Closes everything but keeps the folder. */
void town_leave(struct town *town);
void town_end(struct town *town);

/** Turns the clock to a minute of a day. */
void town_at(struct town *town, struct date date, int minute);
void town_noon(struct town *town, struct date date);

/** Seats people of a team: the team then has exactly `count`; new ones get new ids. */
void town_seat(struct town *town, uint32_t team, uint32_t count);

/** Pauses a day. */
void town_pause(struct town *town, struct date date);

void town_make(struct town *town, struct date date);
dp_err town_answer(struct town *town, struct date date, uint64_t person, int answer);

/** Answers of several people in a row, starting with `first`: "5543-" (- is no answer, 0 skips). */
void town_answers(struct town *town, struct date date, uint64_t first, const char *answers);
struct flush_report town_close(struct town *town, struct date date);

/** The unit of a team in force on a date; 0 for none. And the pool of that unit. */
uint32_t town_unit(struct town *town, uint32_t team, struct date date);
uint32_t town_pool(struct town *town, uint32_t unit);

/** True and the cell, if it is stored. */
bool town_cell(struct town *town, uint32_t unit, enum period_kind kind, struct date start,
               struct cell *out);
size_t town_cells(struct town *town);

/** All cells in the order of the store. Gives how many. */
size_t town_all_cells(struct town *town, struct cell *out, size_t max);

/** Fails the test unless two lists of cells are the same, byte for byte as they are stored. */
void town_assert_same_cells(const struct cell *a, const struct cell *b, size_t count);

/** "2026-03-03" */
struct date town_date(const char *text);
