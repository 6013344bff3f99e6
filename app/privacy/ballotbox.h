/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How an answer gets into the box: the side of the web process, which has the box's public key and
 * the day's marker key, and can open no ballot.
 *
 * One submission is one transaction in the box:
 *
 *     m = HMAC-SHA256(K_day, person)[:16]
 *     closed?            -> DP_CLOSED
 *     marker m is there? -> the ballot in its slot is replaced
 *     else               -> marker and ballot are put, the ballot in a random slot
 *
 * and it is on the disk when the call returns (group commit). A person counts at most once, whatever
 * is sent twice or at the same time, and nobody can see from outside whether it was the first time.
 *
 * Boxes that are open stay open here for the next request. As soon as one is seen to be closed, or
 * is gone, its store is closed and its K_day wiped; call ballotboxes_tick() now and then, so that
 * this happens in the evening also when nobody comes any more.
 */

#include "app/core/clock.h"
#include "app/survey/question.h"
#include "app/survey/unit.h"
#include "storage/folder.h"

struct ballotboxes;

/** Takes: the data folder's paths, copied. Owns: the caller; end with ballotboxes_close().
 * Fails: DP_NO_MEMORY. Threads: all functions below may be called by many at once. */
dp_err ballotboxes_open(const struct folder *folder, const struct clock *clock,
                        struct ballotboxes **out);

/** Closes all boxes and wipes their keys. NULL is fine. No other call may be under way. */
void ballotboxes_close(struct ballotboxes *boxes);

/** Closes boxes that have been closed by flush or are gone, and wipes their keys. */
void ballotboxes_tick(struct ballotboxes *boxes);

enum ballotbox_state { BALLOTBOX_EARLY, BALLOTBOX_OPEN, BALLOTBOX_CLOSED };

/** What the phone's page tells a person before the question. */
struct ballotbox_plan {
    struct epoch_id epoch;
    enum ballotbox_state state;
    int64_t open_s;
    int64_t close_s;
    struct question_id question;
    uint16_t question_version;
    bool is_anchor;
    uint32_t min_people;
    bool is_in_plan; /* false: the person came after the box was made; all below is empty */
    struct unit_id unit;
    char unit_name[NAME_MAX_BYTES]; /* "" without a unit */
    uint32_t headcount;             /* of the unit */
    bool is_weekly;
    bool is_ever_shown;  /* the person has a unit of at least min_people */
    char place_name[NAME_MAX_BYTES]; /* where today's answer is counted: the unit or its pool */
    uint32_t place_headcount;        /* people there; 0 if nowhere */
    bool is_shown_today; /* and today's answers count in a cell; they don't in a weekly unit
                            without a pool on a theme day */
};

/** Fails: DP_NOT_FOUND (there is no box for the epoch), DP_CLOSED (it is closed), DP_IO. */
dp_err ballotbox_plan_of(struct ballotboxes *boxes, struct epoch_id epoch,
                         struct person_id person, struct ballotbox_plan *out);

/** Seals an answer and puts it into the box of the epoch that the form was made for.
 * Takes: answer, already keyed (5 is the good end), or ANSWER_SKIPPED.
 * Fails: DP_CLOSED (today's question has closed), DP_CONFLICT (the form is of another day, or it is
 * not open yet), DP_NOT_FOUND (the person is not in the plan), DP_OUT_OF_RANGE (no such answer),
 * DP_FULL, DP_READ_ONLY, DP_IO: in all cases nothing is stored. */
dp_err ballotbox_submit(struct ballotboxes *boxes, struct epoch_id epoch,
                        struct person_id person, enum answer answer);
