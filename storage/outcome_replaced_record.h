/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What stood in the place of an outcome before an import wrote another value there, so that the
 * import can be undone. `before.import` says which import that value came from, so the entries of
 * one place form a chain back to the first. See record.h.
 */

#include "app/survey/metric.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { OUTCOME_REPLACED_RECORD_MAX = 288 };

struct outcome_replaced {
    struct import_id import; /* which put its value over it */
    struct outcome before;
};

void outcome_replaced_record_encode(struct wire_writer *writer,
                                    const struct outcome_replaced *replaced);
dp_err outcome_replaced_record_decode(struct bytes value, struct outcome_replaced *out);

dp_err outcome_replaced_record_put(struct store_txn *txn,
                                   const struct outcome_replaced *replaced);

/** Takes: `place` with its metric, source, period and team; the rest is not looked at. */
dp_err outcome_replaced_record_get(struct store_txn *txn, struct import_id import,
                                   const struct outcome *place, struct outcome_replaced *out);
dp_err outcome_replaced_record_delete(struct store_txn *txn, struct import_id import,
                                      const struct outcome *place);

/** All that one import put its values over. */
dp_err outcome_replaced_record_each_of(struct store_txn *txn, struct import_id import,
                                       bool (*visit)(const struct outcome_replaced *replaced,
                                                     void *context),
                                       void *context);
