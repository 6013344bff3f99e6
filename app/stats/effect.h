/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What may be said of a course correction: the verdict on a before/after comparison.
 *
 * Shared by its.h (no comparison teams) and did.h (with them). As with links, the grade never rests
 * on p alone; every null carries the smallest change that would have shown, and where that is more
 * than two standard deviations of the time before, the comparison cannot answer at all.
 */

#include <stdbool.h>

#include "app/stats/verdict.h"

enum effect_verdict {
    EFFECT_REFUSED = 0,
    EFFECT_CHANGED,       /* moderate or strong: say the estimate and its interval */
    EFFECT_HINT,          /* may be chance */
    EFFECT_NONE_SEEN,     /* a change below mde80 would have gone unseen */
    EFFECT_CANNOT_ANSWER, /* mde80 is more than 2 sd of the time before */
    EFFECT_NOT_CLEAR,     /* says something alone, not beside all else that was looked at */
    EFFECT_VERDICT_COUNT
};

/** "changed", "hint", "none_seen", "cannot_answer", "not_clear", "refused". */
const char *effect_verdict_name(enum effect_verdict verdict);

struct effect_evidence {
    double p;             /* the one that decides */
    double mde80;         /* in the outcome's units */
    double sd_before;     /* of the values before */
    enum grade grade_max; /* caps by design, window and checks */
};

/** The grade: p <= .01 strong, <= .05 moderate, <= .10 hint, never above the cap. */
enum grade effect_grade(const struct effect_evidence *evidence);

/** The verdict that goes with it; never EFFECT_NOT_CLEAR, which is for whoever adjusts for many
 * looks. */
enum effect_verdict effect_verdict_of(const struct effect_evidence *evidence);

enum {
    EFFECT_WINDOW = 12,       /* periods before and after, by default */
    EFFECT_WINDOW_MIN = 8,    /* on either side, else refused */
    EFFECT_ALERT_PERIODS = 4, /* left out before a correction that an alert had set off */
    EFFECT_LATE_DAYS = 28, /* entered later than this after the event: "entered afterwards" */
    EFFECT_TOGETHER_DAYS = 42 /* corrections of one team closer than this: one assessment */
};
