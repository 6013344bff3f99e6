/* SPDX-License-Identifier: MIT */
#include "app/stats/dist.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "app/stats/number.h"
#include "app/stats/special.h"

/* ---- normal ---- */

double dist_normal_upper(double z)
{
    return 0.5 * erfc(z * M_SQRT1_2);
}

static double polynomial(const double *coefficients, size_t count, double x)
{
    double sum = coefficients[count - 1];
    for (size_t i = count - 1; i > 0; i--) {
        sum = sum * x + coefficients[i - 1];
    }
    return sum;
}

/* The rational approximations of AS 241 (PPND16), lowest power first. */
static const double CENTRE_TOP[8] = { 3.3871328727963666080e0, 1.3314166789178437745e2,
                                      1.9715909503065514427e3, 1.3731693765509461125e4,
                                      4.5921953931549871457e4, 6.7265770927008700853e4,
                                      3.3430575583588128105e4, 2.5090809287301226727e3 };
static const double CENTRE_LOW[8] = { 1.0,
                                      4.2313330701600911252e1,
                                      6.8718700749205790830e2,
                                      5.3941960214247511077e3,
                                      2.1213794301586595867e4,
                                      3.9307895800092710610e4,
                                      2.8729085735721942674e4,
                                      5.2264952788528545610e3 };
static const double MIDDLE_TOP[8] = { 1.42343711074968357734e0,  4.63033784615654529590e0,
                                      5.76949722146069140550e0,  3.64784832476320460504e0,
                                      1.27045825245236838258e0,  2.41780725177450611770e-1,
                                      2.27238449892691845833e-2, 7.74545014278341407640e-4 };
static const double MIDDLE_LOW[8] = { 1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9 };
static const double FAR_TOP[8] = { 6.65790464350110377720e0,  5.46378491116411436990e0,
                                   1.78482653991729133580e0,  2.96560571828504891230e-1,
                                   2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7 };
static const double FAR_LOW[8] = { 1.0,
                                   5.99832206555887937690e-1,
                                   1.36929880922735805310e-1,
                                   1.48753612908506148525e-2,
                                   7.86869131145613259100e-4,
                                   1.84631831751005468180e-5,
                                   1.42151175831644588870e-7,
                                   2.04426310338993978564e-15 };

static double normal_quantile_small(double tail)
{
    double r = sqrt(-log(tail));
    if (r <= 5.0) {
        return polynomial(MIDDLE_TOP, 8, r - 1.6) / polynomial(MIDDLE_LOW, 8, r - 1.6);
    }
    return polynomial(FAR_TOP, 8, r - 5.0) / polynomial(FAR_LOW, 8, r - 5.0);
}

double dist_normal_quantile(double p)
{
    if (!(p >= 0.0 && p <= 1.0)) {
        return NUMBER_NONE;
    }
    if (p <= 0.0) {
        return -NUMBER_INFINITE;
    }
    if (p >= 1.0) {
        return NUMBER_INFINITE;
    }
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(CENTRE_TOP, 8, r) / polynomial(CENTRE_LOW, 8, r);
    }
    double tail = q < 0.0 ? p : 1.0 - p;
    double z = normal_quantile_small(tail);
    return q < 0.0 ? -z : z;
}

/* ---- one solver for the other quantiles ---- */

/* A Newton step squares the error that is left, so behind one of this size it is below rounding. */
#define NEWTON_DONE 1e-9

enum family { FAMILY_T, FAMILY_F, FAMILY_CHI2 };

struct distribution {
    enum family family;
    double d1;
    double d2;
};

static struct tails distribution_tails(const struct distribution *d, double x)
{
    if (d->family == FAMILY_CHI2) {
        return special_gamma(0.5 * d->d1, 0.5 * x);
    }
    /* For t: F with one numerator degree of freedom at x squared, of which each side is half. */
    double ratio = d->family == FAMILY_T ? x * (x / d->d2) : x * (d->d1 / d->d2);
    double big = ratio / (1.0 + ratio);
    if (isinf(ratio)) {
        big = 1.0;
    }
    return special_beta(0.5 * d->d1, 0.5 * d->d2, big, 1.0 / (1.0 + ratio));
}

/* Logarithm of x times the density at x > 0 (the density of log x). */
static double log_density_of_log(const struct distribution *d, double x)
{
    if (d->family == FAMILY_CHI2) {
        double a = 0.5 * d->d1;
        return a * log(0.5 * x) - 0.5 * x - special_log_gamma(a);
    }
    double log_ratio = d->family == FAMILY_T ? 2.0 * log(x) - log(d->d2)
                                             : log(x) + log(d->d1) - log(d->d2);
    double log_rest = log_ratio > 0.0 ? log_ratio + log1p(exp(-log_ratio))
                                      : log1p(exp(log_ratio));
    double value = 0.5 * d->d1 * (log_ratio - log_rest) - 0.5 * d->d2 * log_rest -
                   special_log_beta(0.5 * d->d1, 0.5 * d->d2);
    return d->family == FAMILY_T ? value + M_LN2 : value;
}

/*
 * x > 0 with the wanted lower or upper tail, whichever is the smaller. Works on u = log x, where
 * the log of either tail is close to straight, so that few Newton steps are needed even far out.
 */
static double distribution_solve(const struct distribution *d, double lower, double upper,
                                 double start)
{
    bool is_by_lower = lower < upper;
    double target = log(is_by_lower ? lower : upper);
    double u_low = -750.0;
    double u_high = 700.0;
    double u = log(start);
    for (int step = 0; step < 300; step++) {
        double x = exp(u);
        struct tails tails = distribution_tails(d, x);
        double tail = is_by_lower ? tails.lower : tails.upper;
        double gap = (log(tail) - target) * (is_by_lower ? 1.0 : -1.0);
        if (gap > 0.0) {
            u_high = u;
        } else {
            u_low = u;
        }
        double slope = exp(log_density_of_log(d, x)) / tail;
        double next = u - gap / slope;
        if (!(next > u_low && next < u_high)) {
            next = 0.5 * (u_low + u_high);
        } else if (fabs(next - u) < NEWTON_DONE) {
            return exp(next);
        }
        if (fabs(next - u) < 2.0 * DBL_EPSILON * fmax(1.0, fabs(next))) {
            return exp(next);
        }
        u = next;
    }
    return exp(u);
}

/* ---- t ---- */

/* Close to the quantile from the normal one (Cornish & Fisher 1938, three terms), which saves the solver
 * most of its steps: pages ask for thousands of intervals. */
static double t_start(double tail, double df)
{
    static const double DF_MIN = 3.0; /* below it the terms are too coarse to help */
    if (df < DF_MIN || tail <= 0.0) {
        return 1.0;
    }
    double z = -dist_normal_quantile(tail);
    double z2 = z * z;
    double t = z * (1.0 + (z2 + 1.0) / (4.0 * df) +
                    ((5.0 * z2 + 16.0) * z2 + 3.0) / (96.0 * df * df));
    return t > DBL_MIN && isfinite(t) ? t : 1.0;
}

double dist_t_two_sided(double t, double df)
{
    struct distribution d = { .family = FAMILY_T, .d1 = 1.0, .d2 = df };
    return isnan(t) || !(df > 0.0) ? NUMBER_NONE : distribution_tails(&d, fabs(t)).upper;
}

double dist_t_upper(double t, double df)
{
    double half = 0.5 * dist_t_two_sided(t, df);
    return t >= 0.0 ? half : 1.0 - half;
}

double dist_t_quantile(double p, double df)
{
    if (!(p >= 0.0 && p <= 1.0) || !(df > 0.0)) {
        return NUMBER_NONE;
    }
    double q = p - 0.5;
    if (fabs(q) < DBL_MIN) {
        return 0.0;
    }
    double tail = q < 0.0 ? p : 1.0 - p;
    struct distribution d = { .family = FAMILY_T, .d1 = 1.0, .d2 = df };
    double t = tail <= 0.0 ? NUMBER_INFINITE
                           : distribution_solve(&d, 2.0 * fabs(q), 2.0 * tail,
                                                  t_start(tail, df));
    return q < 0.0 ? -t : t;
}

/* ---- F and chi-square ---- */

static double positive_quantile(const struct distribution *d, double p)
{
    if (!(p >= 0.0 && p <= 1.0)) {
        return NUMBER_NONE;
    }
    if (p <= 0.0) {
        return 0.0;
    }
    return p >= 1.0 ? NUMBER_INFINITE : distribution_solve(d, p, 1.0 - p, 1.0);
}

double dist_f_upper(double f, double d1, double d2)
{
    struct distribution d = { .family = FAMILY_F, .d1 = d1, .d2 = d2 };
    return isnan(f) || !(d1 > 0.0 && d2 > 0.0) ? NUMBER_NONE
                                               : distribution_tails(&d, fmax(0.0, f)).upper;
}

double dist_f_quantile(double p, double d1, double d2)
{
    struct distribution d = { .family = FAMILY_F, .d1 = d1, .d2 = d2 };
    return !(d1 > 0.0 && d2 > 0.0) ? NUMBER_NONE : positive_quantile(&d, p);
}

double dist_chi2_upper(double x, double df)
{
    struct distribution d = { .family = FAMILY_CHI2, .d1 = df, .d2 = 0.0 };
    return isnan(x) || !(df > 0.0) ? NUMBER_NONE : distribution_tails(&d, fmax(0.0, x)).upper;
}

double dist_chi2_quantile(double p, double df)
{
    struct distribution d = { .family = FAMILY_CHI2, .d1 = df, .d2 = 0.0 };
    return !(df > 0.0) ? NUMBER_NONE : positive_quantile(&d, p);
}
