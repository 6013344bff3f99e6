/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to certs/ and web/front: what a `struct cert_pair` is made of.
 */

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "certs/load.h"

struct cert_pair {
    mbedtls_pk_context key;
    mbedtls_x509_crt chain; /* the server's own first */
};

/** A certificate's moment as Unix seconds; a year beyond 9999 is taken as the end of 9999. */
int64_t pair_time_s(const mbedtls_x509_time *time);
