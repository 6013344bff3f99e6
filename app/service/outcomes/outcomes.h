/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What customers, absence lists and call systems say, from files.
 *
 *   one value a row    period,team,metric,value and, if there are, n,source
 *   one rating a row   date,team,score: averaged to weeks of teams on the way in; the rows are not
 *                      kept anywhere
 *
 *   period   2026-03-09, 2026-W10 or 2026-03; not in the future
 *   team     a code, a path ("Service/Hotline"), a name that only one team has, or * for all
 *   metric   a known code or one of the organisation's own; the value must lie in its range
 *   source   who measured it; sources stand side by side and are never merged
 *
 * A file is taken whole or not at all. The same file a second time changes nothing. An import can be
 * undone: what it added goes, what it replaced comes back, also when later imports came in between.
 */

#include "app/service/import/import.h"
#include "app/survey/metric.h"

enum { OUTCOMES_METRICS_MAX = 32 };

/** The source of values whose file names none. */
#define OUTCOMES_SOURCE "file"

/** The metric that single ratings are averaged into unless another is asked for. */
#define OUTCOMES_RATING_METRIC "csat_mean"

/** A file and how to take it. */
struct outcomes_request {
    struct import_file file;
    const char *metric; /* for files of ratings; NULL for OUTCOMES_RATING_METRIC */
    const char *source; /* for rows without a source; NULL for OUTCOMES_SOURCE */
};

/** One metric of the file, as one source measured it. */
struct outcomes_series {
    char metric[CODE_MAX];
    char source[CODE_MAX];
    size_t values;
    char first[DATE_TEXT_MAX]; /* periods, as period_parse() reads them */
    char last[DATE_TEXT_MAX];
};

/** What an import did, or would do. Large (90 KB): keep it off the stack of a thread. */
struct outcomes_report {
    size_t rows;   /* of the file */
    size_t values; /* that came out of them; fewer than rows for a file of ratings */
    size_t values_new;
    size_t values_changed;
    size_t values_same;
    bool is_rating_file;
    bool is_dry_run;
    bool is_same_file;         /* it was imported before; nothing was changed */
    struct date same_date;     /* when */
    struct import_id import;   /* 0 unless something was written */
    char first[DATE_TEXT_MAX]; /* the earliest period, "" without values */
    char last[DATE_TEXT_MAX];
    size_t series_total; /* the first OUTCOMES_METRICS_MAX are listed */
    size_t series_count;
    struct outcomes_series series[OUTCOMES_METRICS_MAX];
    struct import_problems problems;
};

/** Imports values, whole or not at all.
 * Gives: the report in every case; when the file is refused, all that is wrong with it.
 * Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG (the file; `problem` has the first of its problems; or
 * a metric or source of the request that does not fit), DP_NO_MEMORY, and as store_write(). */
dp_err outcomes_import(struct store *office, const struct clock *clock,
                       const struct outcomes_request *request, struct outcomes_report *report,
                       struct dp_problem *problem);

/** What an undo did. */
struct outcomes_undo {
    size_t removed;
    size_t restored;
};

/** Takes an import back. A value that the import found unchanged stays with the import that brought
 * it first.
 * Fails: DP_NOT_FOUND (no such import of outcomes), DP_CONFLICT (undone already), DP_NO_MEMORY, and
 * as store_write(). */
dp_err outcomes_undo(struct store *office, const struct clock *clock, struct import_id import,
                     const char *actor, struct outcomes_undo *undo);

/** A metric by code, built in or the organisation's own. Fails: DP_NOT_FOUND, as store_get(). */
dp_err outcomes_find_metric(struct store_txn *txn, struct str code, struct metric *out);

/** Adds a metric of the organisation's own, or changes one.
 * Fails: DP_INVALID (a field, with a sentence), DP_EXISTS (the code is a built-in one), as
 * store_write(). */
dp_err outcomes_put_metric(struct store *office, const struct clock *clock,
                           const struct metric *metric, const char *actor,
                           struct dp_problem *problem);
