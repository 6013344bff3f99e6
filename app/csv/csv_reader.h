/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads CSV from memory, row by row, without copying fields.
 *
 * Accepted: RFC 4180 in UTF-8 with or without a byte order mark; lines that end in CR LF, LF or CR;
 * the separator is ',' or ';' or TAB, whichever the header line has most of. The first line names
 * the columns, and every row has as many fields as it. Rows in which every field is empty are passed
 * over, because spreadsheets leave such rows behind. Nothing is trimmed except the names of columns.
 *
 * Refused, with line and column: NUL, bytes that are not UTF-8, a quote inside an unquoted field,
 * text behind a closing quote, a quote that is never closed, and what is above the limits below.
 * A syntax error ends the reading; what is wrong with a value is for the caller to say, with
 * csv_reader_problem(), and to go on.
 *
 *     struct csv_reader csv CSV_READER_AUTO = { 0 };
 *     DP_TRY(csv_reader_open(&csv, text, problem));
 *     DP_TRY(csv_reader_map(&csv, columns, COUNT, at, problem));
 *     for (;;) {
 *         bool has_row = false;
 *         DP_TRY(csv_reader_next(&csv, &has_row, problem));
 *         if (!has_row) {
 *             break;
 *         }
 *         ... csv_reader_field(&csv, at[EMAIL]) ...
 *     }
 */

#include "app/core/err.h"
#include "app/core/str.h"

enum {
    CSV_READER_BYTES_MAX = 10 * 1024 * 1024,
    CSV_READER_ROWS_MAX = 200000,
    CSV_READER_COLUMNS_MAX = 64,
    CSV_READER_FIELD_BYTES_MAX = 4096,
};

/** The position of a column that the file does not have. */
#define CSV_READER_ABSENT SIZE_MAX

struct csv_reader {
    struct str text; /* the whole file without its byte order mark; not owned */
    char separator;
    size_t at;         /* where the next row starts */
    size_t line;       /* its line in the file, from 1 */
    size_t rows_count; /* rows given so far */
    size_t columns_count;
    struct str names[CSV_READER_COLUMNS_MAX]; /* of the columns, trimmed */

    /* The row given last. */
    size_t row_at;
    size_t row_line;
    size_t fields_count;
    struct str fields[CSV_READER_COLUMNS_MAX];
    size_t starts[CSV_READER_COLUMNS_MAX]; /* of each field (of its quote) in the text */

    /* The marks of the special bytes in the eight bytes from `word_at`; see csv_reader.c. */
    size_t word_at;
    uint64_t word_marks;

    char
        *unquoted; /* owned: room for fields that had doubled quotes; NULL until there is one */
    size_t unquoted_used;
    size_t unquoted_kept; /* what the names hold */
};

/** Checks the whole text's encoding and reads the header line.
 * Takes: text must outlive the reader. Owns: csv_reader_close() afterwards, also on failure.
 * Fails: DP_TOO_LONG (above a limit), DP_NOT_UTF8, DP_INVALID (empty file, NUL, bad header),
 * DP_NO_MEMORY. */
dp_err csv_reader_open(struct csv_reader *csv, struct str text, struct dp_problem *problem);

/** Gives back what the reader owns. A zeroed reader is fine. */
void csv_reader_close(struct csv_reader *csv);
#define CSV_READER_AUTO __attribute__((cleanup(csv_reader_close)))

/** Reads the next row into `fields`, valid until the next call; `*has_row` is false at the end.
 * Fails: DP_INVALID, DP_TOO_LONG, DP_NO_MEMORY; there is nothing more to read then. */
dp_err csv_reader_next(struct csv_reader *csv, bool *has_row, struct dp_problem *problem);

/** A column that an importer knows. */
struct csv_column {
    const char *name;
    bool is_required;
};

/** The position of a column by name (without regard to ASCII case), or CSV_READER_ABSENT. */
size_t csv_reader_find(const struct csv_reader *csv, struct str name);

/** Finds the position of every known column. Columns that are not known, named twice or missing
 * though required are all named in one sentence. Takes: count <= CSV_READER_COLUMNS_MAX.
 * Gives: positions[i] for columns[i], CSV_READER_ABSENT for an optional one that is not there.
 * Fails: DP_INVALID. */
dp_err csv_reader_map(const struct csv_reader *csv, const struct csv_column *columns,
                      size_t count, size_t *positions, struct dp_problem *problem);

/** The field of the row given last; the empty view for CSV_READER_ABSENT. */
struct str csv_reader_field(const struct csv_reader *csv, size_t position);

/** Says what is wrong with a field of the row given last: line, the column where the field begins,
 * and the sentence with the column's name in front. CSV_READER_ABSENT means the whole row.
 * Gives: DP_INVALID. */
dp_err csv_reader_problem(const struct csv_reader *csv, size_t position,
                          struct dp_problem *problem, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
