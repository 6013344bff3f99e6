/* SPDX-License-Identifier: MIT */
#include "app/stats/lagleave.h"

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "app/stats/padjust.h"
#include "app/stats/series.h"

/* Below this share of the whole a reduced sum of squares is added up anew. */
static const double SAFE_SHARE = 1e-6;

/* Above this, leaving a period out has taken the evidence away. */
static const double CHECK_P_MAX = 0.10;

struct sums {
    double n;
    double x;
    double y;
    double xx;
    double yy;
    double xy;
};

/* The surprises of one team from one period on: first .. first + order, clipped to [0, m). */
struct span {
    ptrdiff_t from;
    ptrdiff_t past;
};

struct team {
    const double *ex;
    const double *ey;
    ptrdiff_t m;
    size_t order_x;
    size_t order_y;
};

static bool is_in(const struct span *span, ptrdiff_t t)
{
    return t >= span->from && t < span->past;
}

static struct span span_of(ptrdiff_t period, size_t order, ptrdiff_t m)
{
    struct span span = { .from = period, .past = period + (ptrdiff_t)order + 1 };
    span.from = span.from < 0 ? 0 : span.from;
    span.past = span.past > m ? m : span.past;
    return span;
}

static void add_pair(struct sums *s, double x, double y, double sign)
{
    if (number_is_known(x) && number_is_known(y)) {
        s->n += sign;
        s->x += sign * x;
        s->y += sign * y;
        s->xx += sign * x * x;
        s->yy += sign * y * y;
        s->xy += sign * x * y;
    }
}

/* All pairs at a lag, without those that the spans drop. */
static struct sums add_up(const struct team *team, ptrdiff_t lag, const struct span *x_drop,
                          const struct span *y_drop)
{
    struct sums s = { 0 };
    ptrdiff_t from = lag < 0 ? -lag : 0;
    ptrdiff_t past = lag > 0 ? team->m - lag : team->m;
    for (ptrdiff_t t = from; t < past; t++) {
        if (!is_in(x_drop, t) && !is_in(y_drop, t + lag)) {
            add_pair(&s, team->ex[t], team->ey[t + lag], 1.0);
        }
    }
    return s;
}

static void drop_pairs(const struct team *team, ptrdiff_t lag, const struct span *x_drop,
                       const struct span *y_drop, struct sums *s)
{
    for (ptrdiff_t t = x_drop->from; t < x_drop->past; t++) {
        if (t + lag >= 0 && t + lag < team->m) {
            add_pair(s, team->ex[t], team->ey[t + lag], -1.0);
        }
    }
    for (ptrdiff_t u = y_drop->from; u < y_drop->past; u++) {
        ptrdiff_t t = u - lag;
        if (t >= 0 && t < team->m && !is_in(x_drop, t)) {
            add_pair(s, team->ex[t], team->ey[u], -1.0);
        }
    }
}

struct spread {
    double xx;
    double yy;
    double xy;
};

static struct spread spread_of(const struct sums *s)
{
    return (struct spread){ s->xx - s->x * s->x / s->n, s->yy - s->y * s->y / s->n,
                            s->xy - s->x * s->y / s->n };
}

/* The sums without a period, reduced from the whole if that is safe. */
static struct sums without(const struct team *team, ptrdiff_t lag, ptrdiff_t period,
                           const struct sums *whole)
{
    struct span x_drop = span_of(period, team->order_x, team->m);
    struct span y_drop = span_of(period, team->order_y, team->m);
    struct sums s = *whole;
    drop_pairs(team, lag, &x_drop, &y_drop, &s);
    struct spread all = spread_of(whole);
    struct spread left = spread_of(&s);
    if (left.xx > SAFE_SHARE * all.xx && left.yy > SAFE_SHARE * all.yy) {
        return s;
    }
    return add_up(team, lag, &x_drop, &y_drop);
}

/* Pooled evidence for each period left out and each lag. */
struct evidence {
    double *z;
    double *weight;
    double *t; /* of the team added last: what a single pair is judged by */
    size_t lags;
    ptrdiff_t first; /* the period of place 0, counted in surprises: before 0 is run-in */
    size_t periods;
};

static void add_team(const struct team *team, size_t place, int lag, struct evidence *e)
{
    struct span nothing = { 0, 0 };
    struct sums whole = add_up(team, lag, &nothing, &nothing);
    for (size_t i = 0; i < e->periods; i++) {
        struct sums s = without(team, lag, e->first + (ptrdiff_t)i, &whole);
        struct spread spread = spread_of(&s);
        double r = spread.xy / sqrt(spread.xx * spread.yy);
        if (s.n < LAG_PAIRS_MIN || !(fabs(r) <= 1.0 + 1e-9)) {
            continue;
        }
        double weight = s.n - 3.0;
        r = fmax(-1.0 + 1e-15, fmin(1.0 - 1e-15, r));
        e->z[i * e->lags + place] += weight * atanh(r);
        e->weight[i * e->lags + place] += weight;
        double df = s.n - 2.0;
        e->t[i * e->lags + place] = fabs(r) * sqrt(df / (1.0 - r * r));
    }
}

/* The check p with one period left out; 1 when nothing is left to test. */
static double check_p(const struct evidence *e, size_t period, size_t teams)
{
    double least = 1.0;
    size_t kept = 0;
    for (size_t place = 0; place < e->lags; place++) {
        size_t at = period * e->lags + place;
        if (!(e->weight[at] > 0.0)) {
            continue;
        }
        kept++;
        double p = teams == 1 ? dist_t_two_sided(e->t[at], e->weight[at] + 1.0)
                              : 2.0 * dist_normal_upper(fabs(e->z[at]) / sqrt(e->weight[at]));
        least = fmin(least, p);
    }
    return kept > 0 ? padjust_sidak(least, kept) : 1.0;
}

/* ---- all periods, trends and filters as they are ---- */

static bool rests_on_any(const struct lag_surprises *s, size_t teams,
                         const struct lag_family *family, struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    struct evidence e = { .lags = family->count, .periods = s->stride };
    e.first = (ptrdiff_t)s->m - (ptrdiff_t)s->stride;
    e.z = scratch_doubles(scratch, e.periods * e.lags);
    e.weight = scratch_doubles(scratch, e.periods * e.lags);
    e.t = scratch_doubles(scratch, e.periods * e.lags);
    for (size_t j = 0; j < teams; j++) {
        struct team team = { .ex = s->ex + j * s->stride,
                             .ey = s->ey + j * s->stride,
                             .m = (ptrdiff_t)s->m,
                             .order_x = s->fit_x[j].order,
                             .order_y = s->fit_y[j].order };
        for (size_t place = 0; place < family->count; place++) {
            add_team(&team, place, family->lag_lo + (int)place, &e);
        }
    }
    bool is_lost = false;
    for (size_t i = 0; i < e.periods && !is_lost; i++) {
        is_lost = check_p(&e, i, teams) > CHECK_P_MAX;
    }
    scratch->used_bytes = mark;
    return is_lost;
}

/* ---- the most conspicuous periods, everything fitted anew ---- */

enum { REFIT_PERIODS = 8 };

/* How far each period of the span stands out: its largest surprise, in sd of the series. Periods of
 * the run-in come first. */
static void rank_periods(const struct lag_surprises *s, size_t teams, double *size,
                         uint32_t *order)
{
    size_t start = s->stride - s->m;
    for (size_t t = 0; t < s->stride; t++) {
        order[t] = (uint32_t)t;
        size[t] = t < start ? -NUMBER_INFINITE : 0.0;
    }
    for (size_t j = 0; j < 2 * teams; j++) {
        const double *e = (j % 2 == 0 ? s->ex : s->ey) + j / 2 * s->stride;
        double sd = series_summarise(e, s->m).sd;
        for (size_t t = 0; t < s->m; t++) {
            double out = fabs(e[t]) / sd;
            size[start + t] = number_is_known(out) ? fmin(size[start + t], -out)
                                                   : size[start + t];
        }
    }
    series_sort_with(size, order, s->stride);
}

static bool rests_on(const struct lag_data *data, const struct lag_choice *choice,
                     size_t period, struct lag_family *family, struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    struct lag_surprises without;
    lagprepare_room(choice, scratch, &without);
    bool is_lost = !lagprepare_filter(data, choice, period, scratch, &without);
    if (!is_lost) {
        lagfamily_observe(&without, choice->used, family);
        is_lost = !(lagfamily_sidak(family) <= CHECK_P_MAX);
    }
    scratch->used_bytes = mark;
    return is_lost;
}

static bool rests_on_conspicuous(const struct lag_data *data, const struct lag_choice *choice,
                                 const struct lag_surprises *s, const struct lag_family *family,
                                 struct scratch *scratch)
{
    size_t mark = scratch->used_bytes;
    double z[LAG_COUNT_MAX];
    double p[LAG_COUNT_MAX];
    double weight[LAG_COUNT_MAX];
    size_t pairs[LAG_COUNT_MAX];
    struct lag_family again = { .lag_lo = family->lag_lo,
                                .count = family->count,
                                .z = z,
                                .weight = weight,
                                .pairs = pairs };
    again.p = p;
    double *size = scratch_doubles(scratch, s->stride);
    uint32_t *order = scratch_indices(scratch, s->stride);
    rank_periods(s, choice->used, size, order);
    size_t count = REFIT_PERIODS + s->stride - s->m;
    bool is_lost = false;
    for (size_t i = 0; i < count && i < s->stride && !is_lost; i++) {
        is_lost = rests_on(data, choice, order[i], &again, scratch);
    }
    scratch->used_bytes = mark;
    return is_lost;
}

size_t lagleave_scratch_bytes(size_t periods)
{
    return 3 * scratch_need(periods * LAG_COUNT_MAX, sizeof(double)) +
           scratch_need(periods, sizeof(double)) + scratch_need(periods, sizeof(uint32_t));
}

bool lagleave_rests_on_one(const struct lag_data *data, const struct lag_choice *choice,
                           const struct lag_surprises *s, const struct lag_family *family,
                           struct scratch *scratch)
{
    return rests_on_any(s, choice->used, family, scratch) ||
           rests_on_conspicuous(data, choice, s, family, scratch);
}
