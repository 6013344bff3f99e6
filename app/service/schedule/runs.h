/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The scheduled export: which run is due, and doing it. The decision is pure and is taken anew at
 * every look from the schedule, the history and the clock, so that it does not matter how long
 * the process was away or asleep.
 *
 *   since the newest due moment                      what is done
 *   a run for it went well                           wait for the next
 *   a run for it failed, fewer than RUNS_TRIES       try again RUNS_RETRY_S after the failure
 *   RUNS_TRIES failed                                wait for the next
 *   none (the machine was off, once or for months)   one run, for the newest due moment alone
 *   the schedule has never run                       one run: a folder that can't be written
 *                                                    shows now and not at night
 *
 * A clock that is set back by up to RUNS_STRAY_S makes nothing run twice: a run whose due moment lies
 * ahead counts as the newest. One from further ahead was written by a wrong clock and does not count.
 */

#include "app/service/appliance/appliance.h"
#include "app/service/schedule/due.h"
#include "storage/run_record.h"
#include "storage/schedule_record.h"

/** The name of the one schedule. */
#define RUNS_SCHEDULE "daily"

enum { RUNS_TRIES = 3, RUNS_RETRY_S = 600, RUNS_STRAY_S = 2 * ZONE_DAY_SECONDS };

/** What the history says of a schedule. */
struct runs_history {
    bool has_run;
    int64_t due_s;   /* of the newest run */
    int64_t ended_s; /* of the newest run */
    bool is_failed;  /* the newest run */
    size_t failures; /* in a row, for that due moment */
};

struct runs_plan {
    bool is_due;
    int64_t due_s;  /* the moment that the run is for, when one is due */
    int64_t wake_s; /* when to look again at the latest, when none is */
};

/** When a stored schedule is due. */
struct due runs_due_of(const struct schedule *schedule);

/** What is to be done at `now_s`. Pure. */
struct runs_plan runs_plan(const struct due *due, const struct zone *zone,
                           const struct runs_history *history, int64_t now_s);

/** Reads a schedule's history. Takes: runs noted after `now_s` + RUNS_STRAY_S don't count.
 * Fails: as run_record_each_of(). */
dp_err runs_read(struct store_txn *txn, struct str name, int64_t now_s,
                 struct runs_history *history);

/** One look: does the run that is due, if any. `*wake_s` gets when to look again; `*has_run` (may be
 * NULL) whether a run was made. A run that failed is in the history and is not this function's error.
 * Fails: as store_read(). */
dp_err runs_step(const struct appliance *appliance, int64_t *wake_s, bool *has_run);
