/* SPDX-License-Identifier: MIT */
#include "certs/rng.h"

#include "app/core/random.h"

int rng_fill(void *context, unsigned char *out, size_t len)
{
    (void)context;
    random_secret(out, len);
    return 0;
}
