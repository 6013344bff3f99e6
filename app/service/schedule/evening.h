/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The flush part's look at the day: makes the boxes that should be there and closes those whose time
 * is over. What is due is decided anew at each look, from the clock and from what lies on the disk
 * (app/privacy/epoch.h, flush.h), so that it does not matter when the process was started, killed or
 * asleep, and a clock that is set back closes nothing twice.
 *
 * The order of a look:
 *   1  a demo gets a question for today and for tomorrow, on weekends too
 *   2  missing boxes are made, the roster's moves of their week acting first; before closing, because
 *      people are waiting for an open box and nobody for a closed one
 *   3  what is over is closed, weeks are released, leftovers destroyed
 *   4  after a closing all that rests on the cells is worked out again (nightly.h)
 * One that fails does not hold up the others; the first failure is the one to tell.
 */

#include "app/privacy/epoch.h"
#include "app/privacy/flush.h"
#include "app/privacy/keyfile.h"
#include "app/service/appliance/appliance.h"

/** What a look did. */
struct evening_done {
    uint32_t boxes; /* made */
    size_t moves;   /* of the roster that acted */
    struct flush_report flushed;
};

/** The house of an appliance; valid as long as it. */
struct house evening_house(const struct appliance *appliance);

/** One look. `*wake_s` gets when the next is due, `done` (may be NULL) what was done.
 * Fails: as epoch_make(), flush_run() and nightly_refresh(), with a sentence; days on which nobody can
 * be asked, and boxes that another process is busy with, are no failures. */
dp_err evening_step(const struct appliance *appliance, int64_t *wake_s,
                    struct evening_done *done, struct dp_problem *problem);

/** A box that is there. */
struct evening_box {
    struct epoch_id epoch;
    int64_t open_s; /* its window, Unix seconds */
    int64_t close_s;
    bool is_closed; /* no answer gets in any more */
    struct question_id question;
};

enum { EVENING_BOXES_MAX = KEYFILE_EPOCHS_MAX };

/** The boxes that are there, by date; not how many answers are in them. Fails: DP_FORBIDDEN (the
 * keys belong to another user), DP_IO. */
dp_err evening_boxes(const struct appliance *appliance,
                     struct evening_box out[EVENING_BOXES_MAX], size_t *count);

/** Makes the box of a date, the roster's moves of its week acting first. Fails: as epoch_make() and
 * roster_apply_due(). */
dp_err evening_make_box(const struct appliance *appliance, struct epoch_id epoch, size_t *moves,
                        struct dp_problem *problem);

/** In a demo: gives a date on which nothing would be asked a theme question. Elsewhere, and on days
 * that have a question, it does nothing. Fails: as store_write(). */
dp_err evening_ask_in_demo(const struct appliance *appliance, struct date date);
