/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Two sources that must not be mixed up: secrets come from the kernel (random_secret), and
 * simulations come from a seeded generator in app/stats (same seed, same numbers).
 */

#include <stddef.h>
#include <stdint.h>

/** Unpredictable bytes. Never fails: without a working source the program stops. Thread-safe. */
void random_secret(void *out, size_t len);

/** An unbiased, unpredictable integer in 0..bound-1; bound >= 1. */
uint32_t random_secret_below(uint32_t bound);
