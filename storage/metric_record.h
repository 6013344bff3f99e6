/* SPDX-License-Identifier: MIT */
#pragma once

/* The metrics that the organisation added to the known ones (app/survey/metric.h). See
 * record.h. */

#include "app/survey/metric.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { METRIC_RECORD_MAX = 512 };

void metric_record_encode(struct wire_writer *writer, const struct metric *metric);
dp_err metric_record_decode(struct bytes value, struct metric *out);

dp_err metric_record_put(struct store_txn *txn, const struct metric *metric);
dp_err metric_record_get(struct store_txn *txn, struct str code, struct metric *out);
dp_err metric_record_delete(struct store_txn *txn, struct str code);

/** All, by code. */
dp_err metric_record_each(struct store_txn *txn,
                          bool (*visit)(const struct metric *metric, void *context),
                          void *context);
