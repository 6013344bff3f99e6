/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What lies behind released.h: the snapshot itself, and the packed figures of all cells that a
 * process may keep between pages. For the released files alone.
 *
 * A pack belongs to one state of the results store, named by store_version(). The first reader
 * of a new state makes it while others wait; who still reads an older one keeps that until it
 * is given back.
 */

#include "app/privacy/released.h"

/** The teams above a unit, its own first: a page asks for them once for each team and unit. */
struct released_chain {
    size_t count;
    struct team_id teams[TEAM_DEPTH_MAX + 1];
};

struct released_pack;

struct released {
    struct store_txn *results;
    struct released_memory *memory; /* NULL without */
    struct released_pack *pack;     /* NULL: read the store */
    struct team *teams;
    size_t teams_count;
    size_t teams_capacity;
    struct unit *units;
    size_t units_count;
    size_t units_capacity;
    struct released_chain *chains; /* by the unit's place */
    struct flushed *days;          /* oldest first */
    size_t days_count;
    size_t days_capacity;
    uint8_t *theme_of; /* by question id; THEME_COUNT where there is none */
    bool has_no_memory;
};

enum { RELEASED_NO_SD = -1 };

/** What a sum needs of a cell. */
struct released_figure {
    struct date start;
    uint32_t n; /* 0: the cell is hidden */
    uint32_t headcount;
    uint16_t question;
    uint16_t mean_hundredths;
    int16_t sd_tenths; /* RELEASED_NO_SD */
    uint8_t favourable_pct;
};

struct released_figure released_figure_of(const struct cell *cell);

/** A pack has a group of figures for each question that was ever asked. */
size_t released_pack_groups(const struct released_pack *pack);
struct question_id released_pack_question(const struct released_pack *pack, size_t group);

/** The figures of one group and of the range's unit, kind and dates, by start. */
const struct released_figure *released_pack_find(const struct released_pack *pack, size_t group,
                                                 const struct cell_range *range, size_t *count);

/** The pack of what the snapshot sees; NULL when there are too many cells for one.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. Owns: the memory; end with
 * released_memory_give_back(). */
dp_err released_memory_take(struct released_memory *memory, struct store_txn *results,
                            struct released_pack **out);

/** NULL is fine for both. */
void released_memory_give_back(struct released_memory *memory, struct released_pack *pack);
