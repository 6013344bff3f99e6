/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The employee's side: a personal link leads to today's question, and an answer goes into today's
 * box. Nothing here writes who or when, except the marker and the sealed ballot in that box.
 *
 *   state                     what the page says
 *   ANSWER_OPEN               the question, and in which unit the answer counts
 *   ANSWER_EARLY              it opens at ...
 *   ANSWER_CLOSED             it has closed; the next one opens on ...
 *   ANSWER_NO_QUESTION        weekend, holiday or pause; the next one opens on ...
 *   ANSWER_NOT_IN_PLAN        the person joined after the box was made; the next day counts
 */

#include "app/privacy/ballotbox.h"
#include "app/service/appliance/appliance.h"
#include "app/survey/question.h"
#include "storage/link_record.h"

enum { ANSWER_TOKEN_TEXT = 17 }; /* 80 bits in Crockford base32, and the NUL */

enum answer_state {
    ANSWER_OPEN,
    ANSWER_EARLY,
    ANSWER_CLOSED,
    ANSWER_NO_QUESTION,
    ANSWER_NOT_IN_PLAN,
};

/** What is shared by all requests of a process. */
struct answer_desk {
    const struct appliance *appliance;
    struct ballotboxes *boxes;
};

/** All that the phone's page shows. */
struct answer_sheet {
    enum answer_state state;
    enum language language; /* the person's */
    struct date today;
    struct epoch_id epoch;  /* OPEN and EARLY */
    struct question question;
    int open_minute;        /* of the local day */
    int close_minute;
    bool is_ever_shown;     /* false: fewer than 5 people in all */
    bool is_shown_today;    /* false: today's answers of this unit are destroyed unread */
    bool is_weekly;
    char unit_name[NAME_MAX_BYTES]; /* where today's answer counts: the unit, or its pool */
    uint32_t headcount;
    uint32_t min_people;
    bool has_next;
    struct date next_date;  /* of the next question; not for OPEN */
    char label[NAME_MAX_BYTES]; /* of a holiday */
};

/** What is at the desk today for the person behind a link.
 * Fails: DP_NOT_FOUND (no such link, or the person is gone), DP_IO and what the store fails with. */
dp_err answer_look(const struct answer_desk *desk, struct str token, struct answer_sheet *sheet);

/** Puts an answer (as it was clicked, not yet flipped) into the box of `epoch`. When this returns
 * success the answer is on the disk.
 * Fails: DP_NOT_FOUND (link), DP_CONFLICT (another day's form), DP_CLOSED, DP_OUT_OF_RANGE (no such
 * answer), DP_FORBIDDEN (not in this day's plan), DP_FULL, DP_READ_ONLY, DP_IO: nothing is stored. */
dp_err answer_put(const struct answer_desk *desk, struct str token, struct epoch_id epoch,
                  int answer);
