/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What corrections are measured on: the entries, the tree, and the series as panels, a row for
 * each team or unit. A panel says nothing of any correction, so that a list of many reads each
 * series once. Private to this folder.
 */

#include "app/privacy/released.h"
#include "app/service/correction/correction.h"
#include "app/service/link/link.h"
#include "app/service/series/periods.h"

enum { GROUND_WEEKS_MAX = 520 }; /* the newest ones */

/** A series with a row for each reporting unit (or pool), or for each team with imported
 * values. */
struct panel {
    struct correction_series series;
    struct periods periods; /* all of them over; the newest is the last one before today */
    bool is_of_units;
    size_t rows;
    struct team_id *teams; /* of the rows of outcomes, ascending */
    double *values;  /* row j in period t at [j * periods.count + t]; NUMBER_NONE: missing */
    double *weights; /* behind each value */
    double *invited; /* who could have answered, once a day asked; NULL with outcomes */
};

/** Who sat in which unit from when to when; rows are those of released_units(). */
struct seat {
    size_t row;
    size_t team_place; /* in `teams` */
    struct date from;
    struct date to;
};

struct ground {
    const struct appliance *appliance;
    struct released *cells; /* open for as long as this lives */
    struct correction *all; /* every entry, newest start first */
    size_t count;
    uint8_t **reach; /* of each entry, once asked for: by team, enum covers */
    const struct team *teams;
    size_t team_count;
    const struct unit *units;
    size_t unit_count;
    struct seat *seats;
    size_t seat_count;
    const struct link_pair *pairs; /* in the arena */
    size_t pair_count;
    struct panel *panels; /* index, themes, then a place for each pair; read on demand */
    bool *is_read;
};

/** Reads the entries and the tree. Takes: an arena that outlives it. Fails: DP_NO_MEMORY,
 * DP_IO, DP_CORRUPT, DP_BUSY. */
dp_err ground_open(const struct appliance *appliance, struct arena *arena, struct ground *out);
void ground_close(struct ground *ground);
#define GROUND_AUTO __attribute__((cleanup(ground_close)))

/** All entries by id, into room for CORRECTION_LIST_MAX; and their order in a list, for
 * qsort(). Fails: DP_IO, DP_CORRUPT. */
dp_err ground_entries(struct store_txn *office, struct correction *all, size_t *count);
int ground_newest_first(const void *a, const void *b);

/** The row of a unit; the count of units for one that is not known. */
size_t ground_row(const struct ground *ground, struct unit_id id);

/** How many series there are, and one of them: the index, the themes in their order, the
 * outcomes. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
size_t ground_series_count(const struct ground *ground);
dp_err ground_panel(struct ground *ground, size_t series, const struct panel **out);

/** The series that a correction is expected to act on: the first by source of a metric that
 * several measured; ground_series_count() for a metric without any value. */
size_t ground_expected(const struct ground *ground, const struct correction *correction);

/** How much of a row belongs to a correction's teams, in the days from..to. Takes: a correction
 * of ground->all. Fails: DP_NO_MEMORY. */
enum covers { COVERS_NONE, COVERS_SOME, COVERS_ALL };
dp_err ground_covers(const struct ground *ground, const struct panel *panel,
                     const struct correction *correction, struct date from, struct date to,
                     enum covers *out);

/** Whether two corrections have people in common. Fails: DP_NO_MEMORY. */
dp_err ground_is_shared(const struct ground *ground, const struct correction *a,
                        const struct correction *b, bool *is_shared);
