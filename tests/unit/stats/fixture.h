/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Invented series and work areas for the tests of the statistics.
 */

#include <stddef.h>

#include "app/stats/prng.h"
#include "app/stats/scratch.h"

/** A work area that belongs to this module and grows as needed; valid until the next call. */
struct scratch fixture_scratch(size_t bytes);

/** A standard normal number. */
double fixture_normal(struct prng *prng);

/** An AR(1) series of variance 1. */
void fixture_ar1(struct prng *prng, double phi, double *out, size_t count);

/** Two series that belong together: y follows x by `lag` periods (before x if negative) with
 * correlation rho; both AR(1) with phi. */
struct fixture_link {
    double phi;
    double rho;
    int lag;
};

void fixture_pair(struct prng *prng, const struct fixture_link *link, double *x, double *y,
                  size_t count);

/** Checks that two numbers agree: both unknown, or closer than `tolerance` times their size. */
void fixture_assert_close(double a, double b, double tolerance);
