/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to certs/ and web/front: randomness for the crypto library. It comes from the kernel for
 * each call, so there is no generator state that threads would share or a core dump would show.
 */

#include <stddef.h>

/** The random callback that mbedTLS functions take; `context` is unused. Always gives 0. */
int rng_fill(void *context, unsigned char *out, size_t len);
