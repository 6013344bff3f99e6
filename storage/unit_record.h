/* SPDX-License-Identifier: MIT */
#pragma once

/* Reporting units and pools (app/survey/unit.h). See record.h. */

#include "app/survey/unit.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { UNIT_RECORD_MAX = 256 };

void unit_record_encode(struct wire_writer *writer, const struct unit *unit);
dp_err unit_record_decode(struct bytes value, struct unit *out);

dp_err unit_record_put(struct store_txn *txn, const struct unit *unit);
dp_err unit_record_get(struct store_txn *txn, struct unit_id id, struct unit *out);
dp_err unit_record_delete(struct store_txn *txn, struct unit_id id);

/** All, by id, closed ones too. */
dp_err unit_record_each(struct store_txn *txn,
                        bool (*visit)(const struct unit *unit, void *context), void *context);
