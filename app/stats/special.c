/* SPDX-License-Identifier: MIT */
#include "app/stats/special.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

enum { FRACTION_STEPS_MAX = 20000 };
static const double FRACTION_TINY = 1e-300;

double special_log_gamma(double a)
{
    int sign = 0;
    return lgamma_r(a, &sign);
}

/* What Stirling's formula lacks: log Gamma(a) - (a - 1/2) log a + a - log(2 pi) / 2, from a = 10 on. */
static double stirling_rest(double a)
{
    static const double TERMS[] = { 1.0 / 12.0,    -1.0 / 360.0, 1.0 / 1260.0,
                                    -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0 };
    double square = 1.0 / (a * a);
    double sum = 0.0;
    for (size_t i = sizeof(TERMS) / sizeof(TERMS[0]); i > 0; i--) {
        sum = sum * square + TERMS[i - 1];
    }
    return sum / a;
}

double special_log_beta(double a, double b)
{
    double large = fmax(a, b);
    double small = fmin(a, b);
    if (large < 10.0) {
        return special_log_gamma(a) + special_log_gamma(b) - special_log_gamma(a + b);
    }
    /* log Gamma(large + small) - log Gamma(large), without taking one huge number from another. */
    double rise = (large - 0.5) * log1p(small / large) + small * log(large + small) - small +
                  stirling_rest(large + small) - stirling_rest(large);
    return special_log_gamma(small) - rise;
}

/* log x where 1 - x is known, too: near 1 that is the one to start from. */
static double log_of(double x, double one_minus_x)
{
    return x > 0.5 ? log1p(-one_minus_x) : log(x);
}

static double away_from_zero(double v)
{
    return fabs(v) < FRACTION_TINY ? FRACTION_TINY : v;
}

/* I_x(a, b) for x below the mean of the beta distribution, where the fraction converges fast. */
static double beta_small_side(double a, double b, double x, double one_minus_x)
{
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double fraction = d;
    for (int step = 1; step < FRACTION_STEPS_MAX; step++) {
        double m = step;
        double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        fraction *= d * c;
        if (fabs(d * c - 1.0) < DBL_EPSILON) {
            break;
        }
    }
    double log_front = a * log_of(x, one_minus_x) + b * log_of(one_minus_x, x) -
                       special_log_beta(a, b) - log(a);
    return exp(log_front) * fraction;
}

struct tails special_beta(double a, double b, double x, double one_minus_x)
{
    if (x <= 0.0) {
        return (struct tails){ .lower = 0.0, .upper = 1.0 };
    }
    if (one_minus_x <= 0.0) {
        return (struct tails){ .lower = 1.0, .upper = 0.0 };
    }
    if (x <= (a + 1.0) / (a + b + 2.0)) {
        double lower = fmin(1.0, beta_small_side(a, b, x, one_minus_x));
        return (struct tails){ .lower = lower, .upper = 1.0 - lower };
    }
    double upper = fmin(1.0, beta_small_side(b, a, one_minus_x, x));
    return (struct tails){ .lower = 1.0 - upper, .upper = upper };
}

static double gamma_front(double a, double x)
{
    return exp(a * log(x) - x - special_log_gamma(a));
}

static double gamma_series(double a, double x)
{
    double term = 1.0 / a;
    double sum = term;
    for (int step = 1; step < FRACTION_STEPS_MAX; step++) {
        term *= x / (a + step);
        sum += term;
        if (term < sum * DBL_EPSILON) {
            break;
        }
    }
    return gamma_front(a, x) * sum;
}

static double gamma_fraction(double a, double x)
{
    double b = x + 1.0 - a;
    double c = 1.0 / FRACTION_TINY;
    double d = 1.0 / away_from_zero(b);
    double fraction = d;
    for (int step = 1; step < FRACTION_STEPS_MAX; step++) {
        double an = -step * (step - a);
        b += 2.0;
        d = 1.0 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        fraction *= d * c;
        if (fabs(d * c - 1.0) < DBL_EPSILON) {
            break;
        }
    }
    return gamma_front(a, x) * fraction;
}

struct tails special_gamma(double a, double x)
{
    if (x <= 0.0) {
        return (struct tails){ .lower = 0.0, .upper = 1.0 };
    }
    if (x < a + 1.0) {
        double lower = fmin(1.0, gamma_series(a, x));
        return (struct tails){ .lower = lower, .upper = 1.0 - lower };
    }
    double upper = fmin(1.0, gamma_fraction(a, x));
    return (struct tails){ .lower = 1.0 - upper, .upper = upper };
}
