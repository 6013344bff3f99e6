/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A file of values or ratings in memory, checked and brought to one value for each metric, source,
 * period and team. Internal to this folder.
 */

#include "app/core/arena.h"
#include "app/service/import/cell.h"
#include "app/service/outcomes/outcomes.h"
#include "app/service/outcomes/team_names.h"

/** What one row says; with metric and source as numbers, because a file has few of them. */
struct outcome_row {
    uint32_t metric; /* index into `metrics` */
    uint32_t source; /* index into `sources` */
    enum period_kind kind;
    struct date start;
    struct team_id team;
    uint32_t line;
    uint32_t number; /* of the row in the file, from 0 */
    uint32_t n;
    bool has_n;
    double value;
};

struct outcomes_file {
    struct outcome_row
        *rows; /* owned; good ones only, after reading sorted by all but the value */
    size_t rows_count;
    size_t rows_capacity;
    struct metric *metrics; /* owned */
    size_t metrics_count;
    size_t metrics_capacity;
    struct str *sources; /* owned; the texts are in the arena */
    size_t sources_count;
    size_t sources_capacity;
    struct name_index metric_index;
    struct name_index source_index;
    struct team_names teams;
    struct arena arena;
};

/** Reads a file; all that is wrong goes into the report, and rows, values, series and periods too.
 * Owns: outcomes_file_free() afterwards, also on failure. Fails: as outcomes_import(). */
dp_err outcomes_file_read(struct store *office, struct outcomes_file *outcomes,
                          const struct outcomes_request *request,
                          struct outcomes_report *report, struct dp_problem *problem);
void outcomes_file_free(struct outcomes_file *outcomes);
#define OUTCOMES_FILE_AUTO __attribute__((cleanup(outcomes_file_free)))

/** A row as the store keeps it. */
struct outcome outcomes_file_value(const struct outcomes_file *outcomes,
                                   const struct outcome_row *row, struct import_id import);
