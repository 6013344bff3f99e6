/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The tallies of one week: what weekly units answered on its anchor days, as counts, until the week
 * is released. One small store a week, named by its Monday, in a folder that only flush may
 * open; overwritten and removed after the release. Included by app/privacy alone.
 *
 *   DAY, epoch date, unit u32     question u16, version u16, headcount u32, five counts u32
 */

#include "app/survey/question.h"
#include "app/survey/unit.h"
#include "storage/store.h"

enum { TALLY_SCHEMA = 1, TALLY_BINS = 5, TALLY_WEEKS_MAX = 64 };

/** What one unit answered on one day. */
struct tally_row {
    struct epoch_id epoch;
    struct unit_id unit;
    struct question_id question;
    uint16_t question_version;
    uint32_t headcount;
    uint32_t bins[TALLY_BINS];
};

/** Writes the rows of an epoch into the week's store, made if need be; rows that an earlier run of
 * the same epoch wrote are replaced.
 * Takes: the folder "tally"; all rows with this epoch. Fails: DP_INVALID, DP_FULL, DP_IO. */
dp_err tally_write(const char *folder, struct epoch_id epoch, const struct tally_row *rows,
                   size_t count, struct dp_problem *problem);

/** All rows of the week that begins on `monday`, by epoch and unit; none when there is no store.
 * Fails: DP_IO, DP_CORRUPT. */
dp_err tally_each(const char *folder, struct date monday,
                  bool (*visit)(const struct tally_row *row, void *context), void *context);

/** Overwrites and removes a week; a missing one is fine. Fails: DP_IO. */
dp_err tally_destroy(const char *folder, struct date monday);

/** The Mondays that have a store, ascending. Fails: DP_IO, DP_FULL. */
dp_err tally_list(const char *folder, struct date out[TALLY_WEEKS_MAX], size_t *count);
