/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Regression on time when neighbours in time are alike. (`gls_grid`)
 *
 * The errors have covariance (1 - f) rho^|i - j| + f I: a mood that lasts, plus sampling noise of
 * share f. Both are chosen by REML on a fixed grid (first maximum in its order), because plain
 * AR(1) is far too sure of itself when noise sits on a slow level. Degrees of freedom shrink with
 * the effective number of observations. Turner et al. (2021, BMC Med Res Methodol 21:181) compare
 * such methods for interrupted time series.
 *
 * The data are whitened by a Kalman filter for the one-dimensional state instead of a Cholesky
 * factor of the covariance: the standardised innovations are the same numbers, at a cost that grows
 * with n and not with its cube (Harvey & Phillips 1979, Biometrika 66:49). Missing observations
 * are left out, the time between the others stays what it is.
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/scratch.h"

enum { GLS_TERMS_MAX = 4 };

struct gls_input {
    const double *y;      /* n values, NUMBER_NONE where missing */
    const double *design; /* n rows of `terms` values */
    size_t n;
    size_t terms;
    bool has_contrast;
    double contrast[GLS_TERMS_MAX]; /* a weighted sum of the coefficients to report as well */
};

/** One estimate with its test and its interval, all from the same calculation. */
struct gls_estimate {
    double value;
    double se;
    double t;
    double p;
    double lo; /* 95 % */
    double hi;
};

struct gls_result {
    bool is_refused; /* too few values, or a design that cannot be told apart */
    size_t n;        /* known values */
    size_t terms;
    double rho;
    double noise_share; /* f */
    double reml;
    double sigma2;
    double rss; /* of the whitened data */
    double n_eff;
    double df;
    struct gls_estimate coef[GLS_TERMS_MAX];
    struct gls_estimate effect; /* of the contrast */
    double effect_mde80;        /* what the contrast could have shown with 80 % power */
};

/** Fits over the whole grid. */
void gls_grid(const struct gls_input *input, struct scratch *scratch,
              struct gls_result *result);

/** Fits with independent errors (ordinary least squares), df = n - terms. */
void gls_ordinary(const struct gls_input *input, struct scratch *scratch,
                  struct gls_result *result);

/** Bytes of work area for either. */
size_t gls_scratch_bytes(size_t n);

/** The smallest change that would have shown with 80 % power: se (t(.975) + t(.80)). */
double gls_mde80(double se, double df);

/** Newey & West's (1987, Econometrica 55:703) standard errors of the least squares coefficients,
 * Bartlett weights up to `lag`, into `se`; with `is_adjusted` times n/(n - terms). For comparison
 * with other programs in JSON only: no verdict rests on them. Takes: no missing values. */
struct gls_newey_west {
    size_t lag;
    bool is_adjusted;
    double se[GLS_TERMS_MAX];
};

void gls_newey_west_se(const struct gls_input *input, struct scratch *scratch,
                       struct gls_newey_west *out);

/** The rule-of-thumb lag floor(4 (n / 100)^(2/9)). */
size_t gls_newey_west_lag(size_t n);
