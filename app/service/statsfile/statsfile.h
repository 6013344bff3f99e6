/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The statistics on bare files: `daypulse stats run CASE.json` and `daypulse stats scan FILE.csv`.
 *
 * A case is one JSON object {kind, input, params}; `input` names a CSV file beside it. The answer is
 * one JSON object with the fields of the reference cases (tests/vectors/stats/README.md); what is
 * not defined is null. A scan reads a long CSV file with many small data sets and writes one line of
 * JSON for each. Nothing here touches the disk or the appliance's data: text in, text out. This is how
 * anybody can hold the numbers against another program's.
 */

#include <stdint.h>

#include "app/core/buf.h"
#include "app/core/err.h"
#include "app/core/str.h"

enum {
    STATSFILE_CASE_BYTES_MAX = 1 << 20,
    STATSFILE_OUT_BYTES_MAX = 64 << 20,
    STATSFILE_NAME_MAX = 256
};

/** Gives the name of the case's input file, "" for a case that needs none ("input": "none").
 * Fails: DP_INVALID (no case, or a name with a slash in it), DP_TOO_LONG. */
dp_err statsfile_input_name(struct str case_json, char name[STATSFILE_NAME_MAX],
                            struct dp_problem *problem);

/** Runs a case. Takes: the text of its input file, empty if it needs none. Adds one object to `out`.
 * Fails: DP_INVALID (unknown kind, missing column, bad cell; the problem says which), DP_NO_MEMORY. */
dp_err statsfile_run(struct str case_json, struct str input_csv, struct buf *out,
                     struct dp_problem *problem);

enum statsfile_set { STATSFILE_PAIRS, STATSFILE_PANELS, STATSFILE_ITS, STATSFILE_DID };

/** Finds a set's kind by name ("pairs", "panels", "its", "did"). Fails: DP_NOT_FOUND. */
dp_err statsfile_set_find(struct str name, enum statsfile_set *set);

/** What a scan needs beside the data. */
struct statsfile_scan_options {
    /* Its: a CSV text with the columns `series` and `first_treated_index` (from 1), such as the truth
     * file of a set; not needed if the data have the second column themselves. */
    struct str dates_csv;
    uint32_t permutations; /* 0: 999 */
};

/** Scans every data set of a long file. Adds one line for each, in the order of their numbers:
 * case, estimate, lo, hi, p, lag, grade, verdict, refused, reason and n.
 * Pairs need the columns pair,t,x,y; panels panel,team,t,x,y; its series,t,y; did case,team,t,y,
 * treated,post. Rows may come in any order; a period without a row is missing; one given twice is an
 * error. Fails: as statsfile_run(). */
dp_err statsfile_scan(enum statsfile_set set, struct str data_csv,
                      const struct statsfile_scan_options *options, struct buf *out,
                      struct dp_problem *problem);
