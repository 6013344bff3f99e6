/* SPDX-License-Identifier: MIT */
#pragma once

/* Imported figures (app/survey/metric.h), one for each metric, source, period and team. See
 * record.h. */

#include "app/survey/metric.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { OUTCOME_RECORD_MAX = 256 };

void outcome_record_encode(struct wire_writer *writer, const struct outcome *outcome);
dp_err outcome_record_decode(struct bytes value, struct outcome *out);

dp_err outcome_record_put(struct store_txn *txn, const struct outcome *outcome);

/** Takes: `place` with its metric, source, period and team; the rest is not looked at, so it
 * may be the same struct as `out`. */
dp_err outcome_record_get(struct store_txn *txn, const struct outcome *place,
                          struct outcome *out);
dp_err outcome_record_delete(struct store_txn *txn, const struct outcome *place);

/** All, by metric, source, period kind, period start, team. */
dp_err outcome_record_each(struct store_txn *txn,
                           bool (*visit)(const struct outcome *outcome, void *context),
                           void *context);
dp_err outcome_record_each_of(struct store_txn *txn, struct str metric, struct str source,
                              bool (*visit)(const struct outcome *outcome, void *context),
                              void *context);

/** Which part of a series: period starts from..to, both included. */
struct outcome_range {
    struct str metric;
    struct str source;
    enum period_kind kind;
    struct date from;
    struct date to;
};

dp_err outcome_record_each_in(struct store_txn *txn, const struct outcome_range *range,
                              bool (*visit)(const struct outcome *outcome, void *context),
                              void *context);
