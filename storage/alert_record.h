/* SPDX-License-Identifier: MIT */
#pragma once

/* Alerts as they were first shown: a week in which a team's mood had moved away from its
 * baseline. What was shown stays, whatever later data say; only how somebody took it is added.
 * See record.h. */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum {
    ALERT_NOTE_CHARACTERS = 280,
    ALERT_NOTE_MAX = ALERT_NOTE_CHARACTERS * 4 + 1, /* bytes, with the closing NUL */
    ALERT_RECORD_MAX = 1792
};

struct alert_id {
    uint32_t value;
};

/* Part of the format: append only. */
enum alert_kind {
    ALERT_DRIFT_BELOW, /* the smoothed surprises crossed the lower limit */
    ALERT_DRIFT_ABOVE,
    ALERT_SHOCK, /* this week alone is more than 4 sd off, in either direction */
    ALERT_KIND_COUNT
};

struct alert {
    struct alert_id id;
    struct team_id team; /* with everything beneath it */
    struct date week;    /* the Monday of the week that raised it */
    enum alert_kind kind;
    struct date since; /* the first week behind the value: at most 9 with a figure */
    uint32_t weeks;    /* with a figure, from since to week; 1 for a shock */
    uint32_t n;        /* answers in these weeks */
    double value;      /* the index over these weeks, with its interval if it has one */
    bool has_interval;
    double value_lo;
    double value_hi;
    double usual; /* the mean of the baseline, with its interval */
    double usual_lo;
    double usual_hi;
    struct date baseline_first; /* Mondays */
    struct date baseline_last;
    uint32_t baseline_weeks; /* with a figure */
    double limit;            /* L of statistics.md 4, as it was then */
    bool is_past;            /* was found long after its week: never news */
    int64_t acknowledged_s;  /* 0: not yet */
    char acknowledged_by[EMAIL_MAX];
    char note[ALERT_NOTE_MAX];
    bool is_new_baseline; /* what is usual is counted anew from this week on */
};

void alert_record_encode(struct wire_writer *writer, const struct alert *alert);
dp_err alert_record_decode(struct bytes value, struct alert *out);

dp_err alert_record_put(struct store_txn *txn, const struct alert *alert);
dp_err alert_record_get(struct store_txn *txn, struct alert_id id, struct alert *out);
dp_err alert_record_delete(struct store_txn *txn, struct alert_id id);

/** All, by id. */
dp_err alert_record_each(struct store_txn *txn,
                         bool (*visit)(const struct alert *alert, void *context),
                         void *context);
