/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench_tls.h"

#include "certs/pair_mbedtls.h"
#include "certs/rng.h"

struct bench_tls {
    struct cert_pair *pair;
    mbedtls_ssl_config config;
};

static struct bench_tls only;

struct bench_tls *bench_tls_new(const char *key_path, const char *chain_path)
{
    static const uint16_t groups[] = { MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
                                       MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                       MBEDTLS_SSL_IANA_TLS_GROUP_NONE };
    if (!err_is_ok(load_pair(key_path, chain_path, &only.pair, NULL))) {
        return NULL;
    }
    mbedtls_ssl_config_init(&only.config);
    int result = mbedtls_ssl_config_defaults(&only.config, MBEDTLS_SSL_IS_SERVER,
                                             MBEDTLS_SSL_TRANSPORT_STREAM,
                                             MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&only.config, rng_fill, NULL);
    mbedtls_ssl_conf_groups(&only.config, groups);
    result |= mbedtls_ssl_conf_own_cert(&only.config, &only.pair->chain, &only.pair->key);
    return result == 0 ? &only : NULL;
}

const mbedtls_ssl_config *bench_tls_config(const struct bench_tls *tls)
{
    return &tls->config;
}
