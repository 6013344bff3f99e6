/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to certs/: makes P-256 keys and X.509 certificates. What is common to the local CA and
 * its leaves is written here once: SHA-256, a random serial number of 128 bits, and key identifiers
 * (the first 160 bits of the key's SHA-256, RFC 7093), which strict verifiers want to see.
 */

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "app/core/buf.h"
#include "app/core/err.h"
#include "certs/names.h"

enum { ISSUE_PEM_MAX = 16384, ISSUE_KEY_PEM_MAX = 1024, ISSUE_DN_MAX = 256 };

/** What is to be certified, and by whom. */
struct issue_order {
    const char *subject;        /* "CN=..." */
    const char *issuer;         /* "CN=..." */
    const struct names *names;  /* NULL for a CA */
    mbedtls_pk_context *key;    /* of the subject */
    mbedtls_pk_context *signer; /* of the issuer; the same as `key` for a root */
    int64_t not_before_s;
    int64_t not_after_s;
};

/** A fresh P-256 key. Takes: an initialised context. Fails: DP_CRYPTO, DP_NO_MEMORY. */
dp_err issue_key(mbedtls_pk_context *key, struct dp_problem *problem);

/** The key as PEM; whoever calls wipes the buffer. Fails: DP_CRYPTO, DP_NO_MEMORY. */
dp_err issue_key_pem(const mbedtls_pk_context *key, struct buf *pem,
                     struct dp_problem *problem);

/** The certificate as PEM: a CA (pathlen 0) without names, a server's leaf with them.
 * Fails: DP_CRYPTO, DP_NO_MEMORY. */
dp_err issue_certificate(const struct issue_order *order, struct buf *pem,
                         struct dp_problem *problem);
