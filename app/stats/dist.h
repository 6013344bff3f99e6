/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The normal, t, F and chi-square distributions: upper tails and quantiles.
 *
 * Tails keep their relative accuracy however small they are (dist_t_upper(20, 5) is not 0), which
 * is why there is no function that gives the lower tail: ask for the upper tail of the negative.
 * Quantiles take the lower probability; where that is near 1 the small upper one would be better
 * known to the caller, so each has a twin that takes it. Normal quantile: Wichura (1988),
 * algorithm AS 241, Applied Statistics 37:477, accurate to 1e-16. Other quantiles:
 * Newton steps on the logarithm of the smaller tail, kept inside a bracket by bisection.
 * Checked against R to 1e-8 relative in tests/vectors/distributions.csv.
 */

/** P(Z > z) for a standard normal Z. */
double dist_normal_upper(double z);

/** z with P(Z <= z) = p. Takes: p in [0, 1]; 0 and 1 give the infinities, else outside gives NAN. */
double dist_normal_quantile(double p);

/** P(T > t) with df degrees of freedom. Takes: df > 0, not necessarily whole. */
double dist_t_upper(double t, double df);

/** P(|T| > |t|): the two-sided p-value. */
double dist_t_two_sided(double t, double df);

/** t with P(T <= t) = p. Takes: p in [0, 1], df > 0. */
double dist_t_quantile(double p, double df);

/** P(F > f) with d1 and d2 degrees of freedom. Takes: f of any sign; d1, d2 > 0. */
double dist_f_upper(double f, double d1, double d2);

/** f with P(F <= f) = p. */
double dist_f_quantile(double p, double d1, double d2);

/** P(X > x) for a chi-square X with df degrees of freedom. */
double dist_chi2_upper(double x, double df);

/** x with P(X <= x) = p. */
double dist_chi2_quantile(double p, double df);
