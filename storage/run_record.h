/* SPDX-License-Identifier: MIT */
#pragma once

/* The history of export runs. See record.h. */

#include "app/core/secret.h"
#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { RUN_RECORD_MAX = 768 };

struct run_id {
    uint64_t value;
};

struct run {
    struct run_id id;
    char schedule[CODE_MAX]; /* "" for one by hand */
    int64_t due_s; /* when it should have begun; of one by hand the same as started_s */
    int64_t started_s;
    int64_t ended_s; /* 0 while it runs */
    uint64_t rows;
    uint64_t bytes;
    struct secret_hash hash;          /* of SHA256SUMS; all zero without result */
    char error[PROBLEM_SENTENCE_MAX]; /* "" when it went well */
};

void run_record_encode(struct wire_writer *writer, const struct run *run);
dp_err run_record_decode(struct bytes value, struct run *out);

dp_err run_record_put(struct store_txn *txn, const struct run *run);
dp_err run_record_get(struct store_txn *txn, struct run_id id, struct run *out);

/** The newest run of a schedule. Fails: DP_NOT_FOUND. */
dp_err run_record_last(struct store_txn *txn, struct str schedule, struct run *out);
dp_err run_record_delete(struct store_txn *txn, struct run_id id);

/** All, oldest first. */
dp_err run_record_each(struct store_txn *txn,
                       bool (*visit)(const struct run *run, void *context), void *context);
dp_err run_record_each_of(struct store_txn *txn, struct str schedule,
                          bool (*visit)(const struct run *run, void *context), void *context);
