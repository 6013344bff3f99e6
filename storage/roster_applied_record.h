/* SPDX-License-Identifier: MIT */
#pragma once

/* Up to which Monday the pending moves have been made to act. The first box of a week is made
 * after that; a roster file that comes later must wait for another Monday, or somebody would
 * change teams in the middle of a week. See record.h. */

#include "app/core/date.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { ROSTER_APPLIED_RECORD_MAX = 8 };

void roster_applied_record_encode(struct wire_writer *writer, struct date monday);
dp_err roster_applied_record_decode(struct bytes value, struct date *out);

/** Fails: DP_INVALID when it is no Monday. */
dp_err roster_applied_record_put(struct store_txn *txn, struct date monday);

/** Fails: DP_NOT_FOUND before the first time. */
dp_err roster_applied_record_get(struct store_txn *txn, struct date *out);
