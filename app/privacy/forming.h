/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * From counted answers to what may leave (privacy.md 1 and 2). Pure: no store, no clock, no key.
 *
 * Every ballot belongs to exactly one cell, decided before anybody answers:
 *
 *   its unit is   on a day with    the ballot counts in
 *   daily         any question     (unit, day)
 *   weekly        the anchor       (unit, week)
 *   weekly        a theme          (pool, day)
 *   none, or weekly without a pool on a theme day: in none; destroyed
 *
 * A day cell is shown from k answers on. A week cell needs k answers on one of its days, so that
 * at least k different people stand behind it, and 2k answers in the week. A cell that isn't shown
 * keeps nothing but its place, whether 0 or 4 people answered. "Prefer not to say" is no answer:
 * it is not counted anywhere.
 *
 * All figures are worked out in whole numbers, so that they are the same on every machine; halves
 * are rounded up.
 */

#include "app/survey/unit.h"
#include "storage/cell_record.h"

/** How often 1, 2, 3, 4 and 5 were answered. */
struct forming_tally {
    uint32_t bins[CELL_BINS];
};

/** Where ballots count; unit 0: nowhere. */
struct forming_place {
    struct unit_id unit;
    enum period_kind period_kind;
};

/** Takes: unit NULL for people who have none. */
struct forming_place forming_place_of(const struct unit *unit, bool is_anchor);

uint32_t forming_count(const struct forming_tally *tally);

bool forming_may_show_day(const struct forming_tally *day, uint32_t min_people);

/** Takes: one tally for each day of the week on which the unit was asked. */
bool forming_may_show_week(const struct forming_tally *days, size_t count, uint32_t min_people);

/** Fills in a cell whose place, question and headcount are set: figures when it may be shown, else
 * hidden. Takes: tally, of all its days; may_show as the two functions above say. */
void forming_fill(struct cell *cell, const struct forming_tally *tally, uint32_t min_people,
                  bool may_show);
