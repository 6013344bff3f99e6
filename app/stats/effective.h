/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How much a series repeats itself, and how few independent values that leaves.
 *
 * The autocorrelation has divisor n, as R's acf(). Two effective sample sizes for a correlation
 * of two autocorrelated series: Pyper & Peterman (1998, CJFAS 55:2127, eq. 1, lags to n/4), kept
 * within [3, n], and Bretherton et al. (1999, J Climate 12:1990, eq. 31). Both are for the detail
 * view; the verdicts come from lagscan.h. The prewhitened cross-correlation is Cryer & Chan's
 * (2008, ch. 11): one AR(1) filter, fitted to x, put on both.
 */

#include <stddef.h>

#include "app/stats/scratch.h"

/** Autocorrelations at lags 1 .. lags, into `out`; missing values count as the mean. */
void effective_acf(const double *values, size_t count, size_t lags, double *out);

/** Pyper & Peterman's effective n of the correlation of x and y. Takes: series without gaps. */
double effective_n_pyper_peterman(const double *x, const double *y, size_t count,
                                  struct scratch *scratch);

/** Bytes of work area for that. */
size_t effective_n_scratch_bytes(size_t count);

/** Bretherton's n (1 - r1 r1') / (1 + r1 r1'). */
double effective_n_bretherton(const double *x, const double *y, size_t count);

/** A correlogram over lags -lag_max .. lag_max; the caller's arrays have 2 lag_max + 1 places. */
struct effective_ccf {
    int lag_max;
    double phi;     /* the AR(1) filter */
    size_t m;       /* filtered values */
    double *whole;  /* means of the whole series, divisor m: R's ccf */
    double *pairs;  /* Pearson on each overlap */
    double *raw;    /* Pearson on each overlap of the unfiltered series: never for a page */
    int best_lag;   /* of `pairs`, by size */
    double bound95; /* 1.96 / sqrt(m) */
};

/** Fills `out`, whose lag_max and arrays the caller has set. Takes: series without gaps, count >
 * lag_max + 3; a work area as for effective_n_pyper_peterman(). */
void effective_prewhitened_ccf(const double *x, const double *y, size_t count,
                               struct scratch *scratch, struct effective_ccf *out);
