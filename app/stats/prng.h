/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The random numbers behind permutations: reproducible, never secret.
 *
 * xoshiro256** (Blackman & Vigna 2021, ACM TOMS 47:36), its state filled by SplitMix64 (Steele,
 * Lea & Flood 2014) from one seed, so that the same data give the same answer for ever. Whole
 * numbers below a bound are unbiased (Lemire 2019, ACM TOMACS 29:3). For keys, links and tokens
 * use app/core/random.h, never this.
 */

#include <stddef.h>
#include <stdint.h>

struct prng {
    uint64_t state[4];
};

/** The seed of every permutation test unless a caller says otherwise; it is stated in the JSON. */
#define PRNG_SEED UINT64_C(20250317)

struct prng prng_seed(uint64_t seed);

/** The next 64 random bits. */
uint64_t prng_next(struct prng *prng);

/** A whole number from 0 to bound - 1, each as likely as the others. Takes: bound >= 1. */
uint32_t prng_below(struct prng *prng, uint32_t bound);

/** A number in [0, 1) with 53 random bits. */
double prng_unit(struct prng *prng);

/** Fills `order` with 0 .. count-1 in random order (Fisher & Yates). */
void prng_permute(struct prng *prng, uint32_t *order, size_t count);
