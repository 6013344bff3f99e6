/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which roster file acts from which Monday. Person and team records carry the newest file; a
 * person whose team changes gets a pending move (pending_move_record.h) until that Monday.
 * See record.h.
 */

#include "app/core/date.h"
#include "app/core/secret.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { ROSTER_VERSION_RECORD_MAX = 64 };

struct roster_version {
    struct date effective;   /* a Monday */
    int64_t imported_s;      /* Unix seconds */
    struct secret_hash hash; /* SHA-256 of the file */
    uint32_t rows;
};

void roster_version_record_encode(struct wire_writer *writer,
                                  const struct roster_version *version);
dp_err roster_version_record_decode(struct bytes value, struct roster_version *out);

/** A second file for the same Monday replaces the first. Fails: DP_INVALID when it is no
 * Monday. */
dp_err roster_version_record_put(struct store_txn *txn, const struct roster_version *version);
dp_err roster_version_record_get(struct store_txn *txn, struct date effective,
                                 struct roster_version *out);

/** The one with the latest Monday. Fails: DP_NOT_FOUND before the first import. */
dp_err roster_version_record_latest(struct store_txn *txn, struct roster_version *out);
dp_err roster_version_record_delete(struct store_txn *txn, struct date effective);

/** All, by Monday. */
dp_err roster_version_record_each(struct store_txn *txn,
                                  bool (*visit)(const struct roster_version *version,
                                                void *context),
                                  void *context);
