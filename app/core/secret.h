/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The small set of cryptography that several rooms need, over libsodium: hashing, keyed hashing,
 * passwords, wiping and comparing in constant time. Sealing ballots lives in app/privacy.
 */

#include "app/core/err.h"
#include "app/core/str.h"

enum {
    SECRET_KEY_BYTES = 32,
    SECRET_HASH_BYTES = 32,
    SECRET_PASSWORD_HASH_MAX = 128, /* with the closing NUL */
    SECRET_PASSWORD_MAX = 128,
};

/** A key for secret_hmac(). */
struct secret_key {
    uint8_t bytes[SECRET_KEY_BYTES];
};

struct secret_hash {
    uint8_t bytes[SECRET_HASH_BYTES];
};

/** Makes the library ready; safe to call again and from any thread. */
void secret_init(void);

/** SHA-256 of the parts in a row. */
struct secret_hash secret_sha256(const struct bytes *parts, size_t count);

/** Incremental SHA-256, for files. */
struct secret_sha {
    uint64_t state[16];
};
void secret_sha_start(struct secret_sha *sha);
void secret_sha_add(struct secret_sha *sha, struct bytes data);
struct secret_hash secret_sha_end(struct secret_sha *sha);

/** HMAC-SHA256 of the parts in a row. Whoever calls separates the parts unambiguously. */
struct secret_hash secret_hmac(const struct secret_key *key, const struct bytes *parts,
                               size_t count);

/** True if equal; takes the same time wherever they differ. */
bool secret_equal(const void *a, const void *b, size_t len);

/** Overwrites in a way that the compiler can't leave out. */
void secret_wipe(void *ptr, size_t len);

/** argon2id with 64 MiB and 3 passes; takes about a tenth of a second.
 * Fails: DP_NO_MEMORY. */
dp_err secret_password_hash(struct str password, char out[SECRET_PASSWORD_HASH_MAX]);

/** True if the password belongs to the hash. A NULL hash does the same work and gives false, so
 * that an unknown user can't be told from a wrong password. */
bool secret_password_matches(const char *hash, struct str password);
