/* SPDX-License-Identifier: MIT */
#pragma once

/* That an epoch is flushed: written in the same transaction as its cells, so that a second
 * run finds it and only destroys what is left (privacy.md 3). See record.h. */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { FLUSHED_RECORD_MAX = 32 };

struct flushed {
    struct epoch_id epoch;
    struct question_id question;
    uint16_t question_version;
    uint32_t cells;             /* released */
    uint32_t ballots_not_shown; /* answers in cells that stay hidden, in whole 2k only (flush.h) */
};

void flushed_record_encode(struct wire_writer *writer, const struct flushed *flushed);
dp_err flushed_record_decode(struct bytes value, struct flushed *out);

dp_err flushed_record_put(struct store_txn *txn, const struct flushed *flushed);
dp_err flushed_record_get(struct store_txn *txn, struct epoch_id epoch, struct flushed *out);

/** The newest. Fails: DP_NOT_FOUND. */
dp_err flushed_record_latest(struct store_txn *txn, struct flushed *out);
dp_err flushed_record_delete(struct store_txn *txn, struct epoch_id epoch);

/** All, oldest first. */
dp_err flushed_record_each(struct store_txn *txn,
                           bool (*visit)(const struct flushed *flushed, void *context),
                           void *context);
