/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What making and closing epochs works with: the data folder, its two stores, the zone, the clock.
 * Tests put a function into `at_step`, which is called after each step that is on the disk, and kill
 * the process there.
 */

#include "app/core/clock.h"
#include "app/core/zone.h"
#include "app/survey/calendar.h"
#include "storage/folder.h"
#include "storage/store.h"

enum house_step {
    HOUSE_UNITS_SAVED,   /* making: the week's units are stored */
    HOUSE_PAIR_MADE,     /* the key pair */
    HOUSE_DAYKEY_MADE,   /* K_day */
    HOUSE_BOX_MADE,      /* the box has its name */
    HOUSE_BOX_CLOSED,    /* closing: step (1) */
    HOUSE_BALLOTS_READ,  /* (2) */
    HOUSE_TALLY_WRITTEN, /* (3) */
    HOUSE_CELLS_WRITTEN, /* (4) */
    HOUSE_PAIR_GONE,     /* (5) the secret key */
    HOUSE_DAYKEY_GONE,   /* (5) K_day */
    HOUSE_BOX_GONE,      /* (5) the box */
    HOUSE_TALLY_GONE,    /* the tallies of a released week */
    HOUSE_STEP_COUNT
};

struct house {
    const struct folder *folder;
    struct store *office;
    struct store *results;
    const struct zone *zone;
    struct clock clock;
    void (*at_step)(enum house_step step, void *context); /* NULL outside of tests */
    void *at_step_context;
};

/** Calls `at_step`. */
void house_reach(const struct house *house, enum house_step step);

/** One process at a time makes and closes epochs. Gives a descriptor for house_unlock().
 * Fails: DP_BUSY (another one is at it), DP_IO. */
dp_err house_lock(const struct house *house, int *lock_fd, struct dp_problem *problem);
void house_unlock(const int *lock_fd);
#define HOUSE_LOCK_AUTO __attribute__((cleanup(house_unlock)))

/** The organisation and the newest versions of its questions. */
struct house_survey {
    struct organisation organisation;
    struct question *questions;
    size_t questions_count;
};

/** Fails: DP_NOT_FOUND (no organisation yet), DP_NO_MEMORY, DP_IO. Owns: the caller; end with
 * house_survey_free(). */
dp_err house_survey_read(struct store_txn *office, struct house_survey *out);
void house_survey_free(struct house_survey *survey);
#define HOUSE_SURVEY_AUTO __attribute__((cleanup(house_survey_free)))

/** What is asked on a date; nothing before the programme's start. Fails: DP_IO, DP_CORRUPT. */
dp_err house_day(struct store_txn *office, const struct house_survey *survey, struct date date,
                 struct calendar_day *out);

/** The question with this id, or NULL. */
const struct question *house_question(const struct house_survey *survey, struct question_id id);

/** True if the epoch's cells are stored. Fails: DP_IO, DP_CORRUPT. */
dp_err house_is_flushed(const struct house *house, struct epoch_id epoch, bool *is_flushed);
