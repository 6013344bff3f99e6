/* SPDX-License-Identifier: MIT */
#pragma once

/* The one-time code of the first run, as a hash; gone once it is used. See record.h. */

#include "app/core/secret.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { SETUP_CODE_RECORD_MAX = 64 };

struct setup_code {
    struct secret_hash hash;
    int64_t created_s;
};

void setup_code_record_encode(struct wire_writer *writer, const struct setup_code *code);
dp_err setup_code_record_decode(struct bytes value, struct setup_code *out);

dp_err setup_code_record_put(struct store_txn *txn, const struct setup_code *code);
dp_err setup_code_record_get(struct store_txn *txn, struct setup_code *out);
dp_err setup_code_record_delete(struct store_txn *txn);
