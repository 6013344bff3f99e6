/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A table for people: columns as wide as their widest cell, two spaces between them, numbers to the
 * right. Machines get --json instead. Widths count characters, not bytes; a control character in
 * a cell becomes '?', so that imported text can't steer the terminal.
 *
 *     LISTING_AUTO struct listing listing = listing_new("lrr");
 *     listing_row(&listing, headings);
 *     ...
 *     listing_print(&listing, call->out);
 */

#include <stdio.h>

#include "app/core/buf.h"

enum { LISTING_COLUMNS_MAX = 12, LISTING_BYTES_MAX = 64 << 20 };

struct listing {
    const char *sides; /* a letter a column: l or r */
    size_t columns;
    struct buf cells; /* each ended by a NUL, row after row */
};

/** Takes: sides lives as long as the listing. */
struct listing listing_new(const char *sides);
void listing_free(struct listing *listing);
#define LISTING_AUTO __attribute__((cleanup(listing_free)))

/** The next cell, from left to right, row after row. */
void listing_cell(struct listing *listing, const char *text);
void listing_cell_int(struct listing *listing, int64_t value);

/** With decimals; "-" when it is not a number. */
void listing_cell_fixed(struct listing *listing, double value, int decimals);
void listing_cell_fmt(struct listing *listing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A whole row of texts, such as the headings: as many as there are columns. */
void listing_row(struct listing *listing, const char *const *cells);

/** Prints what is complete. Fails: buf_finish()'s codes, nothing being printed. */
dp_err listing_print(const struct listing *listing, FILE *out);
