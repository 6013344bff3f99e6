/* SPDX-License-Identifier: MIT */
#include "app/stats/ewma.h"

#include <math.h>
#include <stdint.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"

/* ---- the chart ---- */

static const double LAMBDA = 0.2;
static const double PHI_MAX = 0.95;
static const double PHI_ADRIFT = 0.8;
static const double SHOCK_SDS = 4.0;

double ewma_default_limit(size_t baseline, size_t teams)
{
    double limit = baseline >= EWMA_BASELINE_LONG ? 3.2 : 3.5;
    return teams > EWMA_MANY_TEAMS ? limit + 0.25 : limit;
}

/* Sets mean and place of the baseline; false when there are too few usable periods. */
static bool find_baseline(const double *y, size_t periods, size_t wanted,
                          struct ewma_baseline *b)
{
    size_t known = 0;
    double sum = 0.0;
    for (size_t t = 0; t < periods && known < wanted; t++) {
        if (number_is_known(y[t])) {
            sum += y[t];
            known++;
        }
        b->first = t + 1;
    }
    b->mean = sum / (double)known;
    return known == wanted && known > 3;
}

static bool fit_baseline(const double *y, size_t wanted, struct ewma_baseline *b)
{
    double squares = 0.0;
    double neighbours = 0.0;
    for (size_t t = 0; t < b->first; t++) {
        double now = y[t] - b->mean;
        squares += number_is_known(now) ? now * now : 0.0;
        double before = t > 0 ? y[t - 1] - b->mean : NUMBER_NONE;
        neighbours += number_is_known(now * before) ? now * before : 0.0;
    }
    if (!(squares > 1e-24 * b->mean * b->mean)) {
        return false;
    }
    b->phi_raw = neighbours / squares;
    double corrected = b->phi_raw + (1.0 + 3.0 * b->phi_raw) / (double)wanted;
    b->phi = fmin(PHI_MAX, fmax(0.0, corrected));
    return true;
}

/* What the baseline did not foretell at t; `last` is the last usable period before. */
static double residual_at(const double *y, size_t t, size_t last, const struct ewma_baseline *b)
{
    double decay = t - last == 1 ? b->phi : pow(b->phi, (double)(t - last));
    return (y[t] - b->mean) - decay * (y[last] - b->mean);
}

/* The residual of each usable period but the first, in order, through a small cursor. */
struct cursor {
    size_t t;
    size_t last;
};

static const size_t NO_PERIOD = SIZE_MAX;

static bool next_residual(const double *y, size_t past, const struct ewma_baseline *b,
                          struct cursor *at, double *residual)
{
    while (at->t < past) {
        size_t t = at->t++;
        if (!number_is_known(y[t])) {
            continue;
        }
        bool has_before = at->last != NO_PERIOD;
        *residual = has_before ? residual_at(y, t, at->last, b) : 0.0;
        at->last = t;
        if (has_before) {
            return true;
        }
    }
    return false;
}

static double limit_at(const struct ewma_options *o, size_t step, double sd)
{
    double t = (double)step;
    double kept = 1.0 - o->lambda;
    double own = o->lambda / (2.0 - o->lambda) * (1.0 - pow(kept, 2.0 * t));
    double built = 1.0 - pow(kept, t);
    return o->limit * sd * sqrt(own + built * built / (double)o->baseline);
}

static struct ewma_options with_defaults(const struct ewma_options *given)
{
    struct ewma_options o = *given;
    o.lambda = o.lambda > 0.0 ? o.lambda : LAMBDA;
    o.limit = o.limit > 0.0 ? o.limit : ewma_default_limit(o.baseline, 1);
    return o;
}

static void clear_chart(size_t periods, struct ewma_chart *chart)
{
    chart->count = 0;
    chart->is_adrift = false;
    chart->baseline = (struct ewma_baseline){ .mean = NUMBER_NONE };
    for (size_t i = 0; i < periods; i++) {
        chart->ewma[i] = NUMBER_NONE;
        chart->limit[i] = NUMBER_NONE;
        chart->is_alarm[i] = false;
        chart->is_shock[i] = false;
    }
}

void ewma_watch(const double *y, size_t periods, const struct ewma_options *options,
                struct ewma_chart *chart)
{
    struct ewma_options o = with_defaults(options);
    struct ewma_baseline *b = &chart->baseline;
    clear_chart(periods, chart);
    chart->is_refused = o.baseline < EWMA_BASELINE_MIN ||
                        !find_baseline(y, periods, o.baseline, b) || b->first >= periods ||
                        !fit_baseline(y, o.baseline, b);
    if (chart->is_refused) {
        return;
    }
    struct cursor at = { .t = 0, .last = NO_PERIOD };
    double residual = 0.0;
    double squares = 0.0;
    while (next_residual(y, b->first, b, &at, &residual)) {
        squares += residual * residual;
    }
    b->resid_sd = sqrt(squares / ((double)o.baseline - 3.0));
    chart->is_adrift = b->phi > PHI_ADRIFT;
    chart->count = periods - b->first;
    double state = 0.0;
    size_t step = 0;
    while (next_residual(y, periods, b, &at, &residual)) {
        size_t place = at.last - b->first;
        state = (1.0 - o.lambda) * state + o.lambda * residual;
        step++;
        chart->ewma[place] = state;
        chart->limit[place] = limit_at(&o, step, b->resid_sd);
        chart->is_alarm[place] = !chart->is_adrift && fabs(state) > chart->limit[place];
        chart->is_shock[place] = !chart->is_adrift && fabs(residual) > SHOCK_SDS * b->resid_sd;
        if (chart->is_alarm[place] && o.is_reset_after_alarm) {
            state = 0.0;
            step = 0;
        }
    }
}

struct interval ewma_usual(const struct ewma_baseline *baseline, size_t periods)
{
    double n = (double)periods;
    double se = baseline->resid_sd / ((1.0 - baseline->phi) * sqrt(n));
    return interval_around(baseline->mean, dist_t_quantile(0.975, n - 3.0) * se);
}

size_t ewma_step_start(const double *y, size_t at, double mean, bool is_down, size_t reach)
{
    size_t start = at;
    size_t count = 0;
    double sum = 0.0;
    double best = 0.0;
    for (size_t t = at + 1; t-- > 0 && count < reach;) {
        if (!number_is_known(y[t])) {
            continue;
        }
        sum += is_down ? mean - y[t] : y[t] - mean;
        count++;
        double score = sum > 0.0 ? sum * sum / (double)count : 0.0;
        if (score > best) {
            best = score;
            start = t;
        }
    }
    return start;
}

/* ---- the limit for a wanted rate of false alarms ---- */

/*
 * Z_t = (1 - lambda) Z_{t-1} + lambda e_t with e standard normal; alarm when |Z_t| > L sd(Z_t).
 * The density of Z_t among charts without alarm so far is known at the Gauss-Legendre nodes of
 * [-L sd(Z_t), L sd(Z_t)]; one step is a small matrix product. The average run length is the sum
 * of the survival probabilities, its tail geometric once the limits stand still.
 */
enum { NODES = 48, STEPS_MAX = 4000 };

struct nodes {
    double at[NODES]; /* in (-1, 1) */
    double weight[NODES];
};

/* Legendre polynomials by recurrence, their roots by Newton (Abramowitz & Stegun 25.4.29). */
static struct nodes gauss_legendre(void)
{
    struct nodes nodes;
    for (size_t i = 0; i < NODES; i++) {
        double x = cos(M_PI * ((double)i + 0.75) / (NODES + 0.5));
        double slope = 1.0;
        for (int step = 0; step < 100; step++) {
            double before = 1.0;
            double now = x;
            for (int k = 2; k <= NODES; k++) {
                double next = ((2.0 * k - 1.0) * x * now - (k - 1.0) * before) / k;
                before = now;
                now = next;
            }
            slope = NODES * (x * now - before) / (x * x - 1.0);
            double move = now / slope;
            x -= move;
            if (fabs(move) < 1e-15) {
                break;
            }
        }
        nodes.at[i] = x;
        nodes.weight[i] = 2.0 / ((1.0 - x * x) * slope * slope);
    }
    return nodes;
}

static double normal_density(double z)
{
    return exp(-0.5 * z * z) / sqrt(2.0 * M_PI);
}

/* Carries the density one step; both reaches are half widths of the region without alarm. */
static double step_density(const struct nodes *nodes, double lambda, double reach_before,
                           double reach, double *density)
{
    double next[NODES];
    double survival = 0.0;
    for (size_t i = 0; i < NODES; i++) {
        double to = reach * nodes->at[i];
        double sum = 0.0;
        for (size_t j = 0; j < NODES; j++) {
            double from = reach_before * nodes->at[j];
            double move = (to - (1.0 - lambda) * from) / lambda;
            sum += nodes->weight[j] * density[j] * normal_density(move);
        }
        next[i] = sum * reach_before / lambda;
        survival += nodes->weight[i] * next[i] * reach;
    }
    for (size_t i = 0; i < NODES; i++) {
        density[i] = next[i];
    }
    return survival;
}

static double run_length(const struct nodes *nodes, double lambda, double limit)
{
    double density[NODES];
    double stationary = sqrt(lambda / (2.0 - lambda));
    double reach = limit * lambda;
    double survival = 0.0;
    for (size_t i = 0; i < NODES; i++) {
        density[i] = normal_density(limit * nodes->at[i]) / lambda;
        survival += nodes->weight[i] * density[i] * reach;
    }
    double length = 1.0 + survival;
    double ratio = 0.0;
    for (int t = 2; t < STEPS_MAX; t++) {
        double grown = sqrt(1.0 - pow(1.0 - lambda, 2.0 * t));
        double next_reach = limit * stationary * grown;
        double next = step_density(nodes, lambda, reach, next_reach, density);
        double next_ratio = next / survival;
        length += next;
        reach = next_reach;
        survival = next;
        if (1.0 - grown < 1e-12 && fabs(next_ratio - ratio) < 1e-12) {
            return length + next * next_ratio / (1.0 - next_ratio);
        }
        ratio = next_ratio;
    }
    return length;
}

double ewma_limit_for(double lambda, double arl0)
{
    if (!(lambda > 0.0 && lambda <= 1.0) || !(arl0 > 1.0 && arl0 <= 1e6)) {
        return NUMBER_NONE;
    }
    struct nodes nodes = gauss_legendre();
    double low = 0.1;
    double high = 6.0;
    while (high - low > 1e-7) {
        double middle = 0.5 * (low + high);
        if (run_length(&nodes, lambda, middle) < arl0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}
