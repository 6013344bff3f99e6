/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads the cells of a CSV row into values, and says in the reader's language what is wrong with
 * those that are none. Reading goes on after a bad cell, so that all of them are found.
 *
 *     while (cells_next(&cells)) {
 *         struct str code;
 *         bool is_good = cell_name(&cells, at[CODE], CODE_MAX, &code);
 *         ...
 *     }
 *     DP_TRY(cells_end(&cells, problem));
 *
 * Some mistakes show only when all rows are known (a manager who is not in the file). For these the
 * file is read a second time: cells_again() starts over, and the importer names the cells.
 */

#include "app/csv/csv_reader.h"
#include "app/service/import/import.h"

enum { CELL_SHOWN_MAX = 96 };

/** A file that is being read. */
struct cells {
    const struct import_file *file;
    struct import_problems *problems;
    struct csv_reader csv;
    size_t row;    /* rows given so far, minus one */
    dp_err failed; /* a syntax error that ended the reading */
};

/** Reads the header line and finds the columns.
 * Takes: `problems` cleared; `positions` as csv_reader_map().
 * Owns: cells_close() afterwards, also on failure. Fails: as csv_reader_open() and
 * csv_reader_map(), the problem in the list and in `problem`. */
dp_err cells_open(struct cells *cells, const struct import_file *file,
                  struct import_problems *problems, struct dp_problem *problem);
dp_err cells_map(struct cells *cells, const struct csv_column *columns, size_t count,
                 size_t *positions, struct dp_problem *problem);
void cells_close(struct cells *cells);
#define CELLS_AUTO __attribute__((cleanup(cells_close)))

/** The next row; false at the end, or where the syntax ends the reading. */
bool cells_next(struct cells *cells);

/** Starts over at the first row, for a second look. Fails: as csv_reader_open(). */
dp_err cells_again(struct cells *cells);

/** The end of the reading. Fails: DP_TOO_LONG or DP_INVALID by the syntax, DP_INVALID when there
 * was no row at all or any cell was bad; the first problem in `problem`. */
dp_err cells_end(struct cells *cells, struct dp_problem *problem);

/** The line of the row given last. */
size_t cells_line(const struct cells *cells);

/** Says what is wrong with a cell of the row given last. */
void cell_wrong(struct cells *cells, size_t position, enum text text,
                struct text_values values);

/** Says what is wrong with the whole file. */
void cell_wrong_file(struct cells *cells, enum text text, struct text_values values);

/** A cell's text as it may stand in a sentence: cut, control characters replaced. */
struct str cell_shown(struct str text, char space[CELL_SHOWN_MAX]);

/** A name or an id: not empty, shorter than `size` bytes, no control characters, no space at its
 * ends, nothing that a spreadsheet would run. */
bool cell_name(struct cells *cells, size_t position, size_t size, struct str *out);

/** The same for a cell that may be empty. */
bool cell_optional_name(struct cells *cells, size_t position, size_t size, struct str *out);

/** A date; empty gives `*out` unchanged. */
bool cell_date(struct cells *cells, size_t position, struct date *out);

/** yes, no, true, false, 1, 0 in any case; empty gives `*out` unchanged. */
bool cell_bool(struct cells *cells, size_t position, bool *out);
