/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Incomplete beta and gamma functions, the ground under the t, F and chi-square distributions.
 *
 * Both tails are computed directly: whoever wants the small one gets it with full relative
 * accuracy, never as one minus the large one. The beta function uses the continued fraction of
 * Didonato & Morris (1992, ACM TOMS 18:360) in the modified Lentz scheme (Thompson & Barnett
 * 1986, J Comput Phys 64:490); the gamma function a series below the mean and a continued
 * fraction above it (Abramowitz & Stegun 6.5.29 and 6.5.31).
 */

struct tails {
    double lower;
    double upper;
};

/** Regularised incomplete beta function I_x(a, b) and its complement.
 * Takes: a > 0, b > 0; x in [0, 1] and `one_minus_x`, given apart so that neither is rounded away. */
struct tails special_beta(double a, double b, double x, double one_minus_x);

/** Regularised incomplete gamma functions P(a, x) and Q(a, x). Takes: a > 0, x >= 0. */
struct tails special_gamma(double a, double x);

/** Logarithm of the complete beta function. Takes: a > 0, b > 0. */
double special_log_beta(double a, double b);

/** Logarithm of the gamma function for a positive argument, without touching any global. */
double special_log_gamma(double a);
