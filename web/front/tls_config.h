/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front, its tests and the bench: the one TLS configuration of the listener. TLS 1.2
 * and 1.3, ECDHE with an ECDSA certificate, AEAD suites, X25519 then P-256, ALPN http/1.1. No
 * tickets, no session cache, no renegotiation: they are not even compiled in.
 */

#include <mbedtls/ssl.h>

#include "certs/pair_mbedtls.h"

/** Fills an initialised configuration for a server. Takes: `pair`, which must outlive it.
 * Gives: the library's result, 0 when it went well. */
int tls_config_fill(mbedtls_ssl_config *config, struct cert_pair *pair);
