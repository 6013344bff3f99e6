/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How two arrays go together: Pearson, Spearman, Fisher's z.
 *
 * Pearson is computed in two passes over the complete pairs and refused for fewer than 3 of them
 * or when either side does not vary. With |r| >= 1 - 1e-12 the points lie on a line: then there
 * is no t and no interval. Spearman is Pearson on mid-ranks, its p by t with n - 2 degrees of
 * freedom. None of these p-values is fit for time series: see lagscan.h.
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/scratch.h"

struct corr_result {
    bool is_refused; /* fewer than 3 pairs, or a side that does not vary */
    size_t n;        /* complete pairs */
    double r;
    double t; /* NUMBER_NONE for points on a line */
    double df;
    double p;
    double ci_lo; /* Fisher's 95 % interval; NUMBER_NONE for n < 4 or points on a line */
    double ci_hi;
    bool is_exact; /* the points lie on a line */
};

/** Pearson's correlation of the pairs in which both values are known. */
struct corr_result corr_pearson(const double *x, const double *y, size_t count);

/** The same on mid-ranks; `t` and `p` by the t approximation, no interval. */
struct corr_result corr_spearman(const double *x, const double *y, size_t count,
                                 struct scratch *scratch);

/** Bytes of work area that corr_spearman() takes. */
size_t corr_spearman_scratch_bytes(size_t count);

/** Writes the ranks of `values` (from 1; ties share their mean rank). Takes: no missing values. */
void corr_ranks(const double *values, size_t count, double *ranks, struct scratch *scratch);

/** Pearson's r of x[t] and y[t + lag] over the pairs that both exist and are known.
 * Gives: NUMBER_NONE below 3 pairs or when a side does not vary. */
double corr_at_lag(const double *x, const double *y, size_t count, int lag, size_t *pairs);
