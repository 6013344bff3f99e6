/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of statsfile.h: a CSV text as columns of numbers, and the grids made of them.
 *
 * An empty cell is NUMBER_NONE. Memory comes from the caller's arena.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/core/arena.h"
#include "app/core/err.h"
#include "app/core/str.h"
#include "app/csv/csv_reader.h"

struct statsfile_table {
    size_t rows;
    size_t columns;
    struct str names[CSV_READER_COLUMNS_MAX];
    double *values; /* column after column */
    size_t *lines;  /* of each row in the text */
};

/** The words that a cell may hold in place of a number; the cell's value is the word's place. */
struct statsfile_words {
    const char *const *words;
    size_t count;
};

/** Reads the text. Takes: `words` may be NULL. Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG,
 * DP_NO_MEMORY. */
dp_err statsfile_table_read(struct str text, const struct statsfile_words *words,
                            struct arena *arena, struct statsfile_table *table,
                            struct dp_problem *problem);

/** Finds a column. Fails: DP_INVALID, with a problem that names it. */
dp_err statsfile_table_column(const struct statsfile_table *table, const char *name,
                              const double **column, struct dp_problem *problem);

/** The different values of a column in rising order; a missing one is an error. */
struct statsfile_ids {
    size_t count;
    double *ids;
    uint32_t *place; /* of each row's id among them */
};

dp_err statsfile_table_ids(const struct statsfile_table *table, const char *name,
                           struct arena *arena, struct statsfile_ids *ids,
                           struct dp_problem *problem);

/** The rows from `from` to `past` (places in `order`) of one data set, as one row of periods for each
 * team. Periods are the whole numbers of the column t, from the smallest to the largest. */
struct statsfile_grid {
    size_t teams;
    size_t periods;
    double first_t;
    uint32_t
        *row; /* [team * periods + period]: the row in the table, plus 1; 0: there is none */
};

/** Lays rows out. Takes: `rows` (count places in the table), `team` of each table row or NULL for one
 * team, teams. Fails: DP_INVALID (a period that is not whole, twice, or too many), DP_NO_MEMORY. */
struct statsfile_rows {
    const uint32_t *rows;
    size_t count;
    const uint32_t *team;
    size_t teams;
};

dp_err statsfile_table_grid(const struct statsfile_table *table,
                            const struct statsfile_rows *rows, struct arena *arena,
                            struct statsfile_grid *grid, struct dp_problem *problem);

/** The values of a column on a grid; NULL when there is no memory. */
double *statsfile_table_spread(const struct statsfile_grid *grid, const double *column,
                               struct arena *arena);
