/* SPDX-License-Identifier: MIT */
#pragma once

/* From the token in a personal link to the person. The token itself is derived
 * (app/service), so a link can be sent again; a re-issued link leaves no entry under the old
 * token. See record.h. */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { LINK_TOKEN_BYTES = 10, LINK_RECORD_MAX = 32 };

struct link {
    uint8_t token[LINK_TOKEN_BYTES];
    struct person_id person;
};

void link_record_encode(struct wire_writer *writer, const struct link *link);
dp_err link_record_decode(struct bytes value, struct link *out);

/** Fails: DP_CONFLICT when the token already leads to another person. */
dp_err link_record_put(struct store_txn *txn, const struct link *link);
dp_err link_record_get(struct store_txn *txn, const uint8_t token[LINK_TOKEN_BYTES],
                       struct person_id *person);
dp_err link_record_delete(struct store_txn *txn, const uint8_t token[LINK_TOKEN_BYTES]);

/** All, by token. */
dp_err link_record_each(struct store_txn *txn,
                        bool (*visit)(const struct link *link, void *context), void *context);
