/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Everything that may leave, as tidy CSV: the same released cells that the screens show, through the
 * same door. What the screen hides is hidden here too: its row says `hidden` and its values are empty.
 *
 *   results.csv        a row for each cell: period, unit, question, n, mean, share, interval, status
 *   participation.csv  a row for each released cell: people in the unit and answers
 *   questions.csv      every version of every question
 *   groups.csv         units and pools with the time they were valid in
 *   calendar.csv       every day asked, and holidays and pauses
 *   outcomes.csv       imported outcomes as they stand
 *   datapackage.json   what is in the files (Frictionless Data Package), written last but one
 *   SHA256SUMS         for `sha256sum -c`, written last
 *
 * A run is written into a folder of its own beside the others, made durable, renamed, and only then
 * the link `current` is switched; so a reader of OUT/current never sees a half. CSV files of the same
 * data are the same to the byte; only the manifest has a time in it. Only closed days are in.
 */

#include "app/service/appliance/appliance.h"
#include "storage/run_record.h"
#include "storage/schedule_record.h"

enum { EXPORT_SCHEMA_VERSION = 1, EXPORT_FILES = 6, EXPORT_KEEP = 14 };

/** What a run is asked to do. */
struct export_wanted {
    const char *out_dir;  /* made if its parent exists; "" takes the data folder's exports/ */
    const char *schedule; /* the schedule's name; "" by hand */
    uint16_t keep;        /* snapshots that stay; 0: EXPORT_KEEP */
    int64_t due_s;        /* when it should have begun; 0 by hand */
};

struct export_done {
    char folder[FILE_PATH_MAX]; /* of the snapshot */
    uint64_t rows;
    uint64_t bytes;
    struct secret_hash hash; /* of SHA256SUMS */
    double elapsed_ms;
};

/** Writes a snapshot, switches `current`, removes old snapshots and notes the run in the history.
 * Fails: DP_NOT_FOUND (no such parent), DP_FORBIDDEN, DP_FULL, DP_IO ...; nothing half-done stays,
 * `current` still points to the last good one, and the history has the sentence. */
dp_err export_run(const struct appliance *appliance, const struct export_wanted *wanted,
                  struct export_done *done, struct dp_problem *problem);
