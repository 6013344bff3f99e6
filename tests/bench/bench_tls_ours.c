/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench_tls.h"

#include "web/front/tls_config.h"

struct bench_tls {
    struct cert_pair *pair;
    mbedtls_ssl_config config;
};

static struct bench_tls only;

struct bench_tls *bench_tls_new(const char *key_path, const char *chain_path)
{
    if (!err_is_ok(load_pair(key_path, chain_path, &only.pair, NULL))) {
        return NULL;
    }
    mbedtls_ssl_config_init(&only.config);
    return tls_config_fill(&only.config, only.pair) == 0 ? &only : NULL;
}

const mbedtls_ssl_config *bench_tls_config(const struct bench_tls *tls)
{
    return &tls->config;
}
