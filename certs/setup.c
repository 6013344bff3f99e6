/* SPDX-License-Identifier: MIT */
#include "certs/setup.h"

#include <pthread.h>

#include <psa/crypto.h>

#include "app/core/err.h"
#include "app/core/secret.h"
#include "certs/pool.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    secret_init();
    pool_install();
    DP_CHECK(psa_crypto_init() == PSA_SUCCESS);
}

void setup_crypto(void)
{
    DP_CHECK(pthread_once(&once, start) == 0);
}
