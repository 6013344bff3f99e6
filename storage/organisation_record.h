/* SPDX-License-Identifier: MIT */
#pragma once

/* The one organisation of the office (app/survey/organisation.h). See record.h for what the
 * functions share. Once stored with is_demo, it can't be stored without it again. */

#include "app/survey/organisation.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { ORGANISATION_RECORD_MAX = 512 };

void organisation_record_encode(struct wire_writer *writer,
                                const struct organisation *organisation);
dp_err organisation_record_decode(struct bytes value, struct organisation *out);

/** Fails: DP_FORBIDDEN when it would end a demo or turn a real organisation into one. */
dp_err organisation_record_put(struct store_txn *txn, const struct organisation *organisation);

/** Fails: DP_NOT_FOUND before `init`. */
dp_err organisation_record_get(struct store_txn *txn, struct organisation *out);
