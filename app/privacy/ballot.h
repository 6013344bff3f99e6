/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One answer as it lies in the box: 48 fixed bytes, sealed to 96 with the epoch's public key. Only
 * who has the secret key can open it, not even who sealed it. It names no person, holds no time, and
 * has the same size whatever was answered.
 *
 *   0   version    1
 *   1   epoch      4   day number
 *   5   cell unit  4   the unit or pool it counts in; 0: in none
 *   9   unit       4   the person's unit; 0: none
 *   13  question   2
 *   15  version    2   of the question
 *   17  answer     1   0 "prefer not to say", 1..5
 *   18  padding   30   zero
 *
 * Sealing is libsodium's crypto_box_seal: a fresh X25519 key for each ballot, thrown away at once.
 */

#include "app/core/err.h"
#include "app/core/str.h"
#include "app/survey/question.h"
#include "app/survey/unit.h"

enum {
    BALLOT_PLAIN_BYTES = 48,
    BALLOT_BYTES = 96,
    BALLOT_KEY_BYTES = 32,
};

struct ballot {
    struct epoch_id epoch;
    struct unit_id cell_unit;
    struct unit_id unit;
    struct question_id question;
    uint16_t question_version;
    enum answer answer;
};

/** An epoch's keys. Lies in memory that is locked and wiped: ballot_keys_new(). */
struct ballot_keys {
    uint8_t public_key[BALLOT_KEY_BYTES];
    uint8_t secret_key[BALLOT_KEY_BYTES];
};

/** Zeroed keys in locked memory (as far as the machine allows), or NULL. Owns: the caller; end with
 * ballot_keys_free(), which wipes them. */
struct ballot_keys *ballot_keys_new(void);
void ballot_keys_free(struct ballot_keys *keys);
void ballot_keys_free_at(struct ballot_keys **keys);
#define BALLOT_KEYS_AUTO __attribute__((cleanup(ballot_keys_free_at)))

/** Fills in a new pair. */
void ballot_keys_make(struct ballot_keys *keys);

/** Seals a ballot and opens it again, as it will be done in the evening.
 * Fails: DP_CRYPTO when these are not a pair. */
dp_err ballot_keys_try(const struct ballot_keys *keys);

/** Seals; the plain bytes are wiped before it returns. Threads: any number at once.
 * Fails: DP_OUT_OF_RANGE (no such answer), DP_CRYPTO. */
dp_err ballot_seal(const struct ballot *ballot, const uint8_t public_key[BALLOT_KEY_BYTES],
                   uint8_t out[BALLOT_BYTES]);

/** Opens into `out`, which the caller keeps in locked memory and wipes, and uses `plain` on the way.
 * Fails: DP_CRYPTO (not sealed for these keys, or changed), DP_CORRUPT (not 48 bytes of this form).
 * Takes: plain, BALLOT_PLAIN_BYTES of locked memory, wiped before it returns. */
dp_err ballot_open(const uint8_t sealed[BALLOT_BYTES], const struct ballot_keys *keys,
                   uint8_t plain[BALLOT_PLAIN_BYTES], struct ballot *out);
