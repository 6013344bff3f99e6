/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Writes the `machine` dialect of CSV into a sink: UTF-8 without byte order mark, comma, CR LF, the
 * point as decimal sign, an empty field for what is missing, quotes only where they are needed.
 * Cells go from left to right; csv_writer_end_row() ends a row. Failures stick in the sink, whose
 * sink_flush() or sink_file_close() tells.
 */

#include "app/core/date.h"
#include "app/core/sink.h"
#include "app/core/str.h"

struct csv_writer {
    struct sink *out;
    bool has_cells; /* in the row that is being written */
};

struct csv_writer csv_writer_new(struct sink *out);

/** The header line. */
void csv_writer_header(struct csv_writer *csv, const char *const *names, size_t count);

/** A name, an id, a date: something that was checked when it came in. */
void csv_writer_plain(struct csv_writer *csv, struct str text);

/** Text that people wrote freely: gets a ' in front when a spreadsheet would run it. */
void csv_writer_free_text(struct csv_writer *csv, struct str text);

/** Up to 15 significant digits; empty when not finite. */
void csv_writer_num(struct csv_writer *csv, double value);

/** With a fixed count of decimals 0..9; empty when not finite. */
void csv_writer_fixed(struct csv_writer *csv, double value, int decimals);

void csv_writer_int(struct csv_writer *csv, int64_t value);
void csv_writer_date(struct csv_writer *csv, struct date date);
void csv_writer_missing(struct csv_writer *csv);
void csv_writer_end_row(struct csv_writer *csv);
