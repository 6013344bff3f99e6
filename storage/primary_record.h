/* SPDX-License-Identifier: MIT */
#pragma once

/* Questions about one outcome and one lag that HR asked in advance. They are numbered in the order
 * of their registration; the newest is the one that is open, older ones are history and are
 * never changed. See record.h. */

#include "app/survey/ids.h"
#include "app/survey/metric.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { PRIMARY_LAG_MAX = 12, PRIMARY_RECORD_MAX = 768 };

struct primary_question {
    uint32_t number; /* from 1 */
    char metric[CODE_MAX];
    char source[CODE_MAX];
    enum period_kind unit;   /* what the lag counts: PERIOD_WEEK or PERIOD_MONTH */
    int lag;                 /* -PRIMARY_LAG_MAX ..; above 0: engagement comes first */
    struct date registered;  /* the organisation's local date */
    struct date counts_from; /* only periods that begin on or after it; days 0: all */
    int64_t registered_s;
    char actor[EMAIL_MAX];
};

void primary_record_encode(struct wire_writer *writer, const struct primary_question *question);
dp_err primary_record_decode(struct bytes value, struct primary_question *out);

/** Fails: DP_INVALID for number 0 or a unit of days, DP_OUT_OF_RANGE for a lag beyond the limits. */
dp_err primary_record_put(struct store_txn *txn, const struct primary_question *question);
dp_err primary_record_get(struct store_txn *txn, uint32_t number, struct primary_question *out);

/** The newest. Fails: DP_NOT_FOUND when none was ever registered. */
dp_err primary_record_latest(struct store_txn *txn, struct primary_question *out);

/** All, oldest first. */
dp_err primary_record_each(struct store_txn *txn,
                           bool (*visit)(const struct primary_question *question,
                                         void *context),
                           void *context);
