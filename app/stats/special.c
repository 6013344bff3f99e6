/* SPDX-License-Identifier: MIT */
#include "app/stats/special.h"

#include <float.h>
#include <math.h>

enum { FRACTION_STEPS_MAX = 20000 };
static const double FRACTION_TINY = 1e-300;

double special_log_gamma(double a)
{
    int sign = 0;
    return lgamma_r(a, &sign);
}

double special_log_beta(double a, double b)
{
    return special_log_gamma(a) + special_log_gamma(b) - special_log_gamma(a + b);
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
    double log_front = a * log(x) + b * log(one_minus_x) - special_log_beta(a, b) - log(a);
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
