/* SPDX-License-Identifier: MIT */
#include "app/stats/meta.h"

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"

static bool counts(double r, double n)
{
    return number_is_known(r) && fabs(r) < 1.0 && n > 3.0;
}

static struct meta_mean mean_of(const double *r, const double *n, size_t count, double tau2)
{
    double weights = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (counts(r[i], n[i])) {
            double weight = 1.0 / (1.0 / (n[i] - 3.0) + tau2);
            weights += weight;
            sum += weight * atanh(r[i]);
        }
    }
    struct meta_mean out = { .z = sum / weights, .se = 1.0 / sqrt(weights) };
    double half = 1.959963984540054 * out.se;
    out.r = tanh(out.z);
    out.lo = tanh(out.z - half);
    out.hi = tanh(out.z + half);
    out.p = 2.0 * dist_normal_upper(fabs(out.z) / out.se);
    return out;
}

static const struct meta_mean NO_MEAN = { NUMBER_NONE, NUMBER_NONE, NUMBER_NONE,
                                          NUMBER_NONE, NUMBER_NONE, NUMBER_NONE };

struct meta_result meta_fisher_z(const double *r, const double *n, size_t count)
{
    struct meta_result out = { .fixed = NO_MEAN,
                               .random = NO_MEAN,
                               .tau2 = NUMBER_NONE,
                               .q = NUMBER_NONE,
                               .q_p = NUMBER_NONE,
                               .i2_pct = NUMBER_NONE };
    double weights = 0.0;
    double weights_squared = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (counts(r[i], n[i])) {
            out.teams++;
            weights += n[i] - 3.0;
            weights_squared += (n[i] - 3.0) * (n[i] - 3.0);
        }
    }
    if (out.teams == 0) {
        return out;
    }
    out.fixed = mean_of(r, n, count, 0.0);
    out.random = out.fixed;
    if (out.teams < 2) {
        return out;
    }
    out.q = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (counts(r[i], n[i])) {
            double gap = atanh(r[i]) - out.fixed.z;
            out.q += (n[i] - 3.0) * gap * gap;
        }
    }
    double df = (double)out.teams - 1.0;
    out.tau2 = fmax(0.0, (out.q - df) / (weights - weights_squared / weights));
    out.random = mean_of(r, n, count, out.tau2);
    out.q_p = dist_chi2_upper(out.q, df);
    out.i2_pct = out.q > df ? 100.0 * (out.q - df) / out.q : 0.0;
    out.do_differ = out.i2_pct > 50.0 && out.q_p < 0.1;
    return out;
}
