/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench_tls.h"

#include <stddef.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <psa/crypto.h>

struct bench_tls {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context drbg;
    mbedtls_x509_crt chain;
    mbedtls_pk_context key;
    mbedtls_ssl_config config;
};

static struct bench_tls only;

struct bench_tls *bench_tls_new(const char *key_path, const char *chain_path)
{
    mbedtls_entropy_init(&only.entropy);
    mbedtls_ctr_drbg_init(&only.drbg);
    mbedtls_x509_crt_init(&only.chain);
    mbedtls_pk_init(&only.key);
    mbedtls_ssl_config_init(&only.config);
    int result = psa_crypto_init() == PSA_SUCCESS ? 0 : -1;
    result |= mbedtls_ctr_drbg_seed(&only.drbg, mbedtls_entropy_func, &only.entropy, NULL, 0);
    result |= mbedtls_x509_crt_parse_file(&only.chain, chain_path);
    result |= mbedtls_pk_parse_keyfile(&only.key, key_path, NULL, mbedtls_ctr_drbg_random,
                                       &only.drbg);
    result |= mbedtls_ssl_config_defaults(&only.config, MBEDTLS_SSL_IS_SERVER,
                                          MBEDTLS_SSL_TRANSPORT_STREAM,
                                          MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&only.config, mbedtls_ctr_drbg_random, &only.drbg);
    result |= mbedtls_ssl_conf_own_cert(&only.config, &only.chain, &only.key);
    return result == 0 ? &only : NULL;
}

const mbedtls_ssl_config *bench_tls_config(const struct bench_tls *tls)
{
    return &tls->config;
}
