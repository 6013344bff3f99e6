/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Putting the correlations of several teams together on Fisher's z scale.
 *
 * Fixed effect (weights n - 3), and the random effect of DerSimonian & Laird (1986, Controlled
 * Clinical Trials 7:177). Q and I^2 say whether the teams agree; when they do not, "the average
 * hides that". As metafor::rma(method = "FE" and "DL").
 */

#include <stdbool.h>
#include <stddef.h>

struct meta_mean {
    double z;
    double se;
    double r;
    double lo; /* 95 %, on the scale of r */
    double hi;
    double p;
};

struct meta_result {
    size_t teams; /* with a known r below 1 and n above 3 */
    struct meta_mean fixed;
    struct meta_mean random;
    double tau2;
    double q;
    double q_p;
    double i2_pct;
    bool do_differ; /* I^2 > 50 % and p of Q < .1 */
};

/** Pools correlations r with their numbers of pairs n. Gives: NUMBER_NONE everywhere when no team
 * is left; Q, tau2 and I^2 need two. */
struct meta_result meta_fisher_z(const double *r, const double *n, size_t count);
