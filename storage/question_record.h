/* SPDX-License-Identifier: MIT */
#pragma once

/* The questions of the office, every version of each (app/survey/question.h). See record.h. */

#include "app/survey/question.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { QUESTION_RECORD_MAX = 1024 };

void question_record_encode(struct wire_writer *writer, const struct question *question);
dp_err question_record_decode(struct bytes value, struct question *out);

dp_err question_record_put(struct store_txn *txn, const struct question *question);
dp_err question_record_get(struct store_txn *txn, struct question_id id, uint16_t version,
                           struct question *out);

/** The newest version. Fails: DP_NOT_FOUND. */
dp_err question_record_latest(struct store_txn *txn, struct question_id id,
                              struct question *out);
dp_err question_record_delete(struct store_txn *txn, struct question_id id, uint16_t version);

/** All versions, by id and version. */
dp_err question_record_each(struct store_txn *txn,
                            bool (*visit)(const struct question *question, void *context),
                            void *context);

/** The newest version of each, by id. */
dp_err question_record_each_latest(struct store_txn *txn,
                                   bool (*visit)(const struct question *question,
                                                 void *context),
                                   void *context);
