/* SPDX-License-Identifier: MIT */
#pragma once

/* Which files were imported; found by id and by content, so that the same file twice changes
 * nothing. See record.h. */

#include "app/core/secret.h"
#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { IMPORT_RECORD_MAX = 512 };

/* Part of the format: append only. */
enum import_kind { IMPORT_ROSTER, IMPORT_OUTCOMES, IMPORT_QUESTIONS, IMPORT_KIND_COUNT };

struct import {
    struct import_id id;
    enum import_kind kind;
    char file_name[NAME_MAX_BYTES]; /* without folders */
    struct secret_hash hash;        /* SHA-256 of the content */
    uint32_t rows;
    struct date date;
    char actor[EMAIL_MAX];
    bool is_undone;
};

void import_record_encode(struct wire_writer *writer, const struct import *import);
dp_err import_record_decode(struct bytes value, struct import *out);

dp_err import_record_put(struct store_txn *txn, const struct import *import);
dp_err import_record_get(struct store_txn *txn, struct import_id id, struct import *out);

/** The newest import of this content, undone or not. Fails: DP_NOT_FOUND. */
dp_err import_record_by_hash(struct store_txn *txn, enum import_kind kind,
                             const struct secret_hash *hash, struct import *out);
dp_err import_record_delete(struct store_txn *txn, struct import_id id);

/** All, by id. */
dp_err import_record_each(struct store_txn *txn,
                          bool (*visit)(const struct import *import, void *context),
                          void *context);
