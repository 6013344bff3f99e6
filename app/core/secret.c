/* SPDX-License-Identifier: MIT */
#include "app/core/secret.h"

#include <sodium.h>
#include <string.h>

enum { PASSWORD_PASSES = 3, PASSWORD_MEMORY_BYTES = 64 * 1024 * 1024 };

_Static_assert(sizeof(struct secret_sha) >= sizeof(crypto_hash_sha256_state), "room for the state");
_Static_assert(SECRET_PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "room for a hash");

void secret_init(void)
{
    DP_CHECK(sodium_init() >= 0);
}

void secret_sha_start(struct secret_sha *sha)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    memcpy(sha->state, &state, sizeof state);
}

void secret_sha_add(struct secret_sha *sha, struct bytes data)
{
    crypto_hash_sha256_state state;
    memcpy(&state, sha->state, sizeof state);
    crypto_hash_sha256_update(&state, data.ptr, data.len);
    memcpy(sha->state, &state, sizeof state);
}

struct secret_hash secret_sha_end(struct secret_sha *sha)
{
    crypto_hash_sha256_state state;
    memcpy(&state, sha->state, sizeof state);
    struct secret_hash hash;
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

struct secret_hash secret_sha256(const struct bytes *parts, size_t count)
{
    struct secret_sha sha;
    secret_sha_start(&sha);
    for (size_t i = 0; i < count; i++) {
        secret_sha_add(&sha, parts[i]);
    }
    return secret_sha_end(&sha);
}

struct secret_hash secret_hmac(const struct secret_key *key, const struct bytes *parts,
                               size_t count)
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
    for (size_t i = 0; i < count; i++) {
        crypto_auth_hmacsha256_update(&state, parts[i].ptr, parts[i].len);
    }
    struct secret_hash hash;
    crypto_auth_hmacsha256_final(&state, hash.bytes);
    sodium_memzero(&state, sizeof state);
    return hash;
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void secret_wipe(void *ptr, size_t len)
{
    sodium_memzero(ptr, len);
}

dp_err secret_password_hash(struct str password, char out[SECRET_PASSWORD_HASH_MAX])
{
    secret_init();
    memset(out, 0, SECRET_PASSWORD_HASH_MAX);
    if (crypto_pwhash_str_alg(out, password.ptr, password.len, PASSWORD_PASSES,
                              PASSWORD_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return err_make(DP_NO_MEMORY);
    }
    return DP_SUCCESS;
}

bool secret_password_matches(const char *hash, struct str password)
{
    secret_init();
    if (hash != NULL) {
        return crypto_pwhash_str_verify(hash, password.ptr, password.len) == 0;
    }
    char unused[SECRET_PASSWORD_HASH_MAX];
    err_ignore(secret_password_hash(password, unused)); /* only its time is wanted */
    return false;
}
