/* SPDX-License-Identifier: MIT */
#pragma once

/* The CSV files of an export and what the manifest says of their columns. Private to this folder. */

#include "app/core/json.h"
#include "app/core/sink.h"
#include "app/csv/csv_writer.h"
#include "app/privacy/released.h"
#include "app/service/appliance/appliance.h"

/** What the writers read from: one snapshot for all files. */
struct files_source {
    const struct appliance *appliance;
    struct released *cells;
    struct store_txn *office;
};

/** Writes all rows with the header; `*rows` counts without it. What the sink fails with sticks in
 * the sink. Fails: DP_IO, DP_CORRUPT, DP_NO_MEMORY of reading. */
typedef dp_err files_writer(const struct files_source *source, struct sink *out, uint64_t *rows);

enum files_type { FILES_STRING, FILES_INTEGER, FILES_NUMBER, FILES_DATE, FILES_BOOLEAN };

struct files_column {
    const char *name;
    enum files_type type;
    const char *meaning;
    bool is_key;
    bool is_free_text; /* guarded against formulas */
};

enum { FILES_COLUMNS_MAX = 12 };

struct files_file {
    const char *name; /* "results.csv" */
    const char *meaning;
    files_writer *write;
    struct files_column columns[FILES_COLUMNS_MAX]; /* ends at the first without a name */
};

/** The files in the order in which they are written. */
const struct files_file *files_all(size_t *count);
