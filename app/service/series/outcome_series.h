/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An imported outcome on a time axis: a row for each team that has values, a column for each
 * period. Daily and weekly values become means weighted by n, monthly ones stay months and
 * are never spread. Values with n below 5 are left out. Where no team has values of its own,
 * the one row is the whole organisation's.
 */

#include "app/service/series/periods.h"
#include "app/stats/number.h"
#include "storage/outcome_record.h"

enum { OUTCOME_SERIES_TEAMS_MAX = 2000, OUTCOME_SERIES_N_MIN = 5 };

struct outcome_wanted {
    struct str metric;
    struct str source;
    bool is_monthly; /* monthly values, else daily and weekly ones */
    struct periods periods;
};

/** Value of row j in period t at [j * periods.count + t]; owns its arrays. */
struct outcome_series {
    struct periods periods;
    bool is_whole;         /* one row, the whole organisation's */
    struct team_id *teams; /* of the rows, ascending */
    size_t rows;           /* at least 1 */
    double *values;        /* NUMBER_NONE where missing */
    double *weights;       /* behind each value: its n, or 1 */
};

/** Reads one. Of more than OUTCOME_SERIES_TEAMS_MAX teams those that come first.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err outcome_series_read(struct store_txn *office, const struct outcome_wanted *wanted,
                           struct outcome_series *out);

/** The row of a team; the count of rows for one without values. */
size_t outcome_series_row(const struct outcome_series *series, struct team_id team);

void outcome_series_free(struct outcome_series *series);
#define OUTCOME_SERIES_AUTO __attribute__((cleanup(outcome_series_free)))
