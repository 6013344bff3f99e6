/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How a bench server sets its TLS up: bench_tls_ours.c as the product does, bench_tls_stock.c as the
 * library's own examples do.
 */

#include <mbedtls/ssl.h>

struct bench_tls;

/** Reads key and chain and makes the configuration, or gives NULL. Lives until the program ends. */
struct bench_tls *bench_tls_new(const char *key_path, const char *chain_path);

const mbedtls_ssl_config *bench_tls_config(const struct bench_tls *tls);
