/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who changed what, as a chain: each entry holds the hash of the one before and the hash of
 * itself, so that changing, dropping or inserting an entry breaks the chain from there on.
 * Cutting off the end can only be seen by somebody who noted the head elsewhere. Never
 * written on the way of an answer. See record.h; entries are only ever appended.
 *
 *     hash = SHA-256(prev_hash, the encoded entry up to and without its two hashes)
 *     prev_hash of entry 1 is all zero
 */

#include "app/core/secret.h"
#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { AUDIT_DETAIL_MAX = 512, AUDIT_RECORD_MAX = 1024 };

struct audit_entry {
    uint64_t seq; /* from 1, without gaps */
    int64_t at_s;
    char actor[EMAIL_MAX]; /* a login, or "system" */
    char action[CODE_MAX]; /* a code such as "roster.import" */
    char detail[AUDIT_DETAIL_MAX];
    struct secret_hash prev_hash;
    struct secret_hash hash;
};

void audit_record_encode(struct wire_writer *writer, const struct audit_entry *entry);
dp_err audit_record_decode(struct bytes value, struct audit_entry *out);

/** Appends; fills in seq, prev_hash and hash. A detail that was cut amid a character loses that
 * character. */
dp_err audit_record_append(struct store_txn *txn, struct audit_entry *entry);
dp_err audit_record_get(struct store_txn *txn, uint64_t seq, struct audit_entry *out);

/** The newest entry. Fails: DP_NOT_FOUND when there is none. */
dp_err audit_record_head(struct store_txn *txn, struct audit_entry *out);

/** All, oldest first. */
dp_err audit_record_each(struct store_txn *txn,
                         bool (*visit)(const struct audit_entry *entry, void *context),
                         void *context);

/** Walks the whole chain. `*entries` gets how many are sound.
 * Fails: DP_CORRUPT, the problem saying which entry is the first that does not fit and why. */
dp_err audit_record_verify(struct store_txn *txn, uint64_t *entries,
                           struct dp_problem *problem);
