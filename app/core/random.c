/* SPDX-License-Identifier: MIT */
#include "app/core/random.h"

#include <sodium.h>

#include "app/core/secret.h"

void random_secret(void *out, size_t len)
{
    secret_init();
    randombytes_buf(out, len);
}

uint32_t random_secret_below(uint32_t bound)
{
    secret_init();
    return randombytes_uniform(bound);
}
