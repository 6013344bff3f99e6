/* SPDX-License-Identifier: MIT */
#pragma once

/* That a week's cells are released; written in the same transaction as they are. See
 * record.h. */

#include "app/core/date.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { WEEK_RELEASED_RECORD_MAX = 16 };

struct week_released {
    struct date monday;
};

void week_released_record_encode(struct wire_writer *writer, const struct week_released *week);
dp_err week_released_record_decode(struct bytes value, struct week_released *out);

/** Fails: DP_INVALID when it is no Monday. */
dp_err week_released_record_put(struct store_txn *txn, const struct week_released *week);
dp_err week_released_record_get(struct store_txn *txn, struct date monday,
                                struct week_released *out);

/** The newest. Fails: DP_NOT_FOUND. */
dp_err week_released_record_latest(struct store_txn *txn, struct week_released *out);
dp_err week_released_record_delete(struct store_txn *txn, struct date monday);

/** All, oldest first. */
dp_err week_released_record_each(struct store_txn *txn,
                                 bool (*visit)(const struct week_released *week, void *context),
                                 void *context);
