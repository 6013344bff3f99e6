/* SPDX-License-Identifier: MIT */
#include "app/stats/spread.h"

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"

enum { DOUBLINGS_MAX = 200, HALVINGS = 200 };

struct groups {
    const double *means;
    const double *ses;
    size_t count;
};

static bool is_usable(const struct groups *groups, size_t i)
{
    return number_is_known(groups->means[i]) && number_is_known(groups->ses[i]) &&
           groups->ses[i] > 0.0;
}

/* Cochran's Q with the weights that tau^2 gives; falls as tau^2 grows. */
static double q_of(const struct groups *groups, double tau2)
{
    double weights = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < groups->count; i++) {
        if (is_usable(groups, i)) {
            double weight = 1.0 / (groups->ses[i] * groups->ses[i] + tau2);
            weights += weight;
            sum += weight * groups->means[i];
        }
    }
    double centre = sum / weights;
    double q = 0.0;
    for (size_t i = 0; i < groups->count; i++) {
        if (is_usable(groups, i)) {
            double off = groups->means[i] - centre;
            q += off * off / (groups->ses[i] * groups->ses[i] + tau2);
        }
    }
    return q;
}

/* tau for which Q is `wanted`; 0 when Q is smaller already without any tau. */
static double solve(const struct groups *groups, double wanted, double first)
{
    double low = 0.0;
    double high = first;
    if (!(q_of(groups, 0.0) > wanted)) {
        return 0.0;
    }
    for (int i = 0; i < DOUBLINGS_MAX && q_of(groups, high) > wanted; i++) {
        low = high;
        high *= 2.0;
    }
    for (int i = 0; i < HALVINGS; i++) {
        double middle = low + 0.5 * (high - low);
        bool is_below = q_of(groups, middle) > wanted;
        low = is_below ? middle : low;
        high = is_below ? high : middle;
    }
    return sqrt(low + 0.5 * (high - low));
}

static void describe(const struct groups *groups, struct spread *out)
{
    double sum = 0.0;
    double noise = 0.0;
    double squares = 0.0;
    double n = (double)out->groups;
    for (size_t i = 0; i < groups->count; i++) {
        if (is_usable(groups, i)) {
            sum += groups->means[i];
            noise += groups->ses[i] * groups->ses[i];
        }
    }
    for (size_t i = 0; i < groups->count; i++) {
        if (is_usable(groups, i)) {
            double off = groups->means[i] - sum / n;
            squares += off * off;
        }
    }
    out->seen = sqrt(squares / (n - 1.0));
    out->by_chance = sqrt(noise / n);
}

struct spread spread_between(const double *means, const double *ses, size_t count)
{
    struct groups groups = { means, ses, count };
    struct spread out = { .seen = NUMBER_NONE,
                          .by_chance = NUMBER_NONE,
                          .beyond = { NUMBER_NONE, NUMBER_NONE, NUMBER_NONE } };
    for (size_t i = 0; i < count; i++) {
        out.groups += is_usable(&groups, i);
    }
    if (out.groups < SPREAD_GROUPS_MIN) {
        return out;
    }
    describe(&groups, &out);
    double df = (double)out.groups - 1.0;
    double first = out.by_chance * out.by_chance;
    out.beyond.value = solve(&groups, df, first);
    out.beyond.lo = solve(&groups, dist_chi2_quantile(0.975, df), first);
    out.beyond.hi = solve(&groups, dist_chi2_quantile(0.025, df), first);
    out.is_beyond_chance = out.beyond.lo > 0.0;
    return out;
}
