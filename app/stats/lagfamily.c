/* SPDX-License-Identifier: MIT */
#include "app/stats/lagfamily.h"

#include <math.h>
#include <stdbool.h>

#include "app/stats/corr.h"
#include "app/stats/dist.h"
#include "app/stats/number.h"
#include "app/stats/padjust.h"

static void observe_lag(const struct lag_surprises *s, size_t teams, struct lag_family *family,
                        size_t place)
{
    double sum = 0.0;
    double p = NUMBER_NONE;
    family->weight[place] = 0.0;
    family->pairs[place] = 0;
    for (size_t j = 0; j < teams; j++) {
        size_t pairs = 0;
        double r = corr_at_lag(s->ex + j * s->stride, s->ey + j * s->stride, s->m,
                               lagfamily_lag(family, place), &pairs);
        if (!number_is_known(r) || pairs < LAG_PAIRS_MIN) {
            continue;
        }
        double weight = (double)pairs - 3.0;
        sum += weight * atanh(r);
        family->weight[place] += weight;
        family->pairs[place] += pairs;
        double df = (double)pairs - 2.0;
        p = dist_t_two_sided(fabs(r) * sqrt(df / (1.0 - r * r)), df);
    }
    bool is_kept = family->weight[place] > 0.0;
    family->z[place] = is_kept ? sum / family->weight[place] : NUMBER_NONE;
    if (is_kept && teams > 1) {
        double statistic = fabs(family->z[place]) * sqrt(family->weight[place]);
        p = 2.0 * dist_normal_upper(statistic);
    }
    family->p[place] = is_kept ? p : NUMBER_NONE;
}

void lagfamily_observe(const struct lag_surprises *s, size_t teams, struct lag_family *family)
{
    for (size_t place = 0; place < family->count; place++) {
        observe_lag(s, teams, family, place);
    }
}

size_t lagfamily_best(const struct lag_family *family)
{
    size_t best = family->count;
    double most = -1.0;
    for (size_t place = 0; place < family->count; place++) {
        double statistic = fabs(family->z[place]) * sqrt(family->weight[place]);
        if (statistic > most) {
            most = statistic;
            best = place;
        }
    }
    return best;
}

double lagfamily_sidak(const struct lag_family *family)
{
    double least = NUMBER_NONE;
    size_t kept = 0;
    for (size_t place = 0; place < family->count; place++) {
        if (isnan(family->p[place])) {
            continue;
        }
        kept++;
        least = isnan(least) ? family->p[place] : fmin(least, family->p[place]);
    }
    return padjust_sidak(least, kept);
}
