/* SPDX-License-Identifier: MIT */
#pragma once

/* Up to which Monday the weeks have been judged for alerts. A week is judged once: what was no
 * news then does not become news because a limit was lowered later. See record.h. */

#include "app/core/date.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { ALERT_JUDGED_RECORD_MAX = 8 };

void alert_judged_record_encode(struct wire_writer *writer, struct date monday);
dp_err alert_judged_record_decode(struct bytes value, struct date *out);

/** Fails: DP_INVALID when it is no Monday. */
dp_err alert_judged_record_put(struct store_txn *txn, struct date monday);

/** Fails: DP_NOT_FOUND before the first time. */
dp_err alert_judged_record_get(struct store_txn *txn, struct date *out);
