/* SPDX-License-Identifier: MIT */
#pragma once

/* The secret keys of the office: what links, cookies and CSRF tokens are derived from. Keys of
 * epochs never come here (privacy.md 3). See record.h. */

#include "app/core/secret.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { OFFICE_KEY_RECORD_MAX = 64 };

/* Part of the format: append only. */
enum office_key_kind {
    OFFICE_KEY_LINK,   /* personal links */
    OFFICE_KEY_CSRF,   /* forms of people without a session */
    OFFICE_KEY_COOKIE, /* the phones' signed cookies */
    OFFICE_KEY_COUNT
};

struct office_key {
    enum office_key_kind kind;
    struct secret_key key;
};

void office_key_record_encode(struct wire_writer *writer, const struct office_key *key);
dp_err office_key_record_decode(struct bytes value, struct office_key *out);

dp_err office_key_record_put(struct store_txn *txn, const struct office_key *key);
dp_err office_key_record_get(struct store_txn *txn, enum office_key_kind kind,
                             struct office_key *out);
dp_err office_key_record_delete(struct store_txn *txn, enum office_key_kind kind);
