/* SPDX-License-Identifier: MIT */
#pragma once

/* Logged-in browsers of admins, HR and managers; employees have none (their cookie is
 * stateless). Only the hash of the token is kept. See record.h. */

#include "app/core/secret.h"
#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { SESSION_RECORD_MAX = 128 };

struct session {
    struct secret_hash token_hash;
    struct account_id account;
    int64_t created_s;
    int64_t last_used_s; /* rounded by the service, so that not every request writes */
    int64_t expires_s;
    struct secret_key csrf_key;
};

void session_record_encode(struct wire_writer *writer, const struct session *session);
dp_err session_record_decode(struct bytes value, struct session *out);

dp_err session_record_put(struct store_txn *txn, const struct session *session);
dp_err session_record_get(struct store_txn *txn, const struct secret_hash *token_hash,
                          struct session *out);
dp_err session_record_delete(struct store_txn *txn, const struct secret_hash *token_hash);

/** All, by token hash. */
dp_err session_record_each(struct store_txn *txn,
                           bool (*visit)(const struct session *session, void *context),
                           void *context);
dp_err session_record_each_of(struct store_txn *txn, struct account_id account,
                              bool (*visit)(const struct session *session, void *context),
                              void *context);

/** Logs an account out everywhere. `*count` gets how many sessions went; it may be NULL. */
dp_err session_record_delete_of(struct store_txn *txn, struct account_id account,
                                uint32_t *count);

/** Deletes what expired at or before `now_s`, at most a few hundred in one call; call again
 * while `*count` is not 0. */
dp_err session_record_delete_expired(struct store_txn *txn, int64_t now_s, uint32_t *count);
