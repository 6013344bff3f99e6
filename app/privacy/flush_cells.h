/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * From the counts of an epoch to its cells, and from the tallies of a week to the week's. For
 * flush.c. Pure: the same counts give the same cells.
 */

#include "app/privacy/counting.h"
#include "storage/tally.h"

struct cell_list {
    struct cell *cells;
    size_t count;
    size_t capacity;
    uint64_t not_shown; /* answers in those that stay hidden */
};
void cell_list_free(struct cell_list *list);
#define CELL_LIST_AUTO __attribute__((cleanup(cell_list_free)))

struct tally_list {
    struct tally_row *rows;
    size_t count;
    size_t capacity;
    bool has_no_memory;
};
/** Wipes the counts before it frees them. */
void tally_list_free(struct tally_list *list);
#define TALLY_LIST_AUTO __attribute__((cleanup(tally_list_free)))

/** Adds a row; a visitor for tally_each(). False when there is no memory. */
bool tally_list_add(const struct tally_row *row, void *list);

/** The answers in all rows. */
uint64_t tally_list_answers(const struct tally_list *list);

/** One cell for each daily unit and, on a theme day, each pool; on an anchor day one tally row for
 * each weekly unit. A unit with more ballots than people counts as not having answered.
 * Fails: DP_NO_MEMORY. */
dp_err flush_cells_of_day(const struct box_head *head, const struct counting *counting,
                          struct cell_list *cells, struct tally_list *tallies);

/** One cell for each unit with rows. When the question was reworded within the week, only the newest
 * wording is kept. Takes: all rows of one week, in any order; they are put in order.
 * Fails: DP_NO_MEMORY. */
dp_err flush_cells_of_week(struct date monday, uint32_t min_people, struct tally_list *tallies,
                           struct cell_list *cells);
