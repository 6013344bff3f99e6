/* SPDX-License-Identifier: MIT */
#include "app/stats/lagpermute.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "app/stats/corr.h"
#include "app/stats/dist.h"
#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "app/stats/padjust.h"
#include "app/stats/prng.h"
#include "app/stats/series.h"

/* ---- observed ---- */

static int lag_at(const struct lag_family *family, size_t place)
{
    return family->lag_lo + (int)place;
}

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
                               lag_at(family, place), &pairs);
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

void lagpermute_observe(const struct lag_surprises *s, size_t teams, struct lag_family *family)
{
    for (size_t place = 0; place < family->count; place++) {
        observe_lag(s, teams, family, place);
    }
}

size_t lagpermute_best(const struct lag_family *family)
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

double lagpermute_sidak(const struct lag_family *family)
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

/* ---- permuted ---- */

/*
 * PAD zeros stand on both sides of every padded array, so that t + lag never leaves it. Lanes are
 * the lags of one pass, rounded up to an even number; the surplus lane is computed and ignored.
 */
enum { LANES_MAX = LAG_COUNT_MAX + 1, PAD = LAG_MAX + LANES_MAX, PERMUTED_PAIRS_MIN = 8 };

struct permuted_team {
    double *x;       /* m values, centred, 0 where missing */
    double *y;       /* padded, centred, 0 where missing */
    double *y_place; /* padded: 1 in [0, m), missing or not; only with missing x */
    uint32_t *x_missing;
    size_t x_missing_count;
    uint32_t *y_missing;
    size_t y_missing_count;
    double x_sum;
    double x_squares;
    /* Over the overlap at each lag, before corrections for missing x: */
    double pairs[LANES_MAX];
    double y_sum[LANES_MAX];
    double y_squares[LANES_MAX];
};

struct permuted_room {
    uint32_t *order;
    double *x;       /* padded: the permuted x of the team at hand */
    double *x_known; /* padded: 1 where it is known, 0 elsewhere */
    const uint32_t *where; /* the inverse of `order`, only when some team misses an x */
};

struct permuted_sums {
    double xy[LANES_MAX];
    double pairs[LANES_MAX];
    double x[LANES_MAX];
    double xx[LANES_MAX];
    double y[LANES_MAX];
    double yy[LANES_MAX];
};

size_t lagpermute_scratch_bytes(size_t teams, size_t periods)
{
    size_t padded = scratch_need(periods + 2 * PAD, sizeof(double));
    size_t indices = scratch_need(periods, sizeof(uint32_t));
    size_t team = 3 * padded + 2 * indices;
    return scratch_need(teams, sizeof(struct permuted_team)) + teams * team + 2 * padded +
           2 * indices + 256;
}

static uint32_t *missing_places(const double *values, size_t m, struct scratch *scratch,
                                size_t *count)
{
    uint32_t *places = scratch_indices(scratch, m);
    *count = 0;
    for (size_t t = 0; t < m; t++) {
        if (!number_is_known(values[t])) {
            places[(*count)++] = (uint32_t)t;
        }
    }
    return places;
}

static void centre_into(const double *values, size_t m, double *out)
{
    double mean = series_summarise(values, m).mean;
    for (size_t t = 0; t < m; t++) {
        out[t] = number_is_known(values[t]) ? values[t] - mean : 0.0;
    }
}

/* Sums over t with t and t + lag in [0, m), as far as y alone decides them. */
static void overlap_of_y(struct permuted_team *team, size_t m, const struct lag_family *family)
{
    for (size_t place = 0; place < family->count; place++) {
        int lag = lag_at(family, place);
        size_t from = lag >= 0 ? (size_t)lag : 0;
        size_t past = lag >= 0 ? m : m - (size_t)-lag;
        double sum = 0.0;
        double squares = 0.0;
        for (size_t s = from; s < past; s++) {
            sum += team->y[PAD + s];
            squares += team->y[PAD + s] * team->y[PAD + s];
        }
        team->pairs[place] = (double)(past - from);
        team->y_sum[place] = sum;
        team->y_squares[place] = squares;
    }
}

static void permuted_team_init(struct permuted_team *team, const double *ex, const double *ey,
                               size_t m, struct scratch *scratch)
{
    team->x = scratch_doubles(scratch, m + 2 * PAD);
    team->y = scratch_doubles(scratch, m + 2 * PAD);
    team->y_place = scratch_doubles(scratch, m + 2 * PAD);
    team->x_missing = missing_places(ex, m, scratch, &team->x_missing_count);
    team->y_missing = missing_places(ey, m, scratch, &team->y_missing_count);
    centre_into(ex, m, team->x);
    centre_into(ey, m, team->y + PAD);
    team->x_sum = 0.0;
    team->x_squares = 0.0;
    for (size_t t = 0; t < m; t++) {
        team->x_sum += team->x[t];
        team->x_squares += team->x[t] * team->x[t];
        team->y_place[PAD + t] = 1.0;
    }
}

/* The products of permuted x with y at `lanes` lags in a row; called with constant lane counts so
 * that the sums stay in registers. Four periods at a time, always added in the same order. */
static inline __attribute__((always_inline)) void
cross_lanes(const double *restrict x, const double *restrict y, size_t m, double *restrict out,
            size_t lanes)
{
    double sum[LANES_MAX];
    for (size_t l = 0; l < lanes; l++) {
        sum[l] = 0.0;
    }
    size_t t = 0;
    for (; t + 4 <= m; t += 4) {
        double x0 = x[t];
        double x1 = x[t + 1];
        double x2 = x[t + 2];
        double x3 = x[t + 3];
        const double *restrict run = y + t;
        for (size_t l = 0; l < lanes; l++) {
            sum[l] += (x0 * run[l] + x1 * run[l + 1]) + (x2 * run[l + 2] + x3 * run[l + 3]);
        }
    }
    for (; t < m; t++) {
        for (size_t l = 0; l < lanes; l++) {
            sum[l] += x[t] * y[t + l];
        }
    }
    for (size_t l = 0; l < lanes; l++) {
        out[l] = sum[l];
    }
}

static void cross(const double *x, const double *y, size_t m, double *out, size_t count)
{
    if (count <= 2) {
        cross_lanes(x, y, m, out, 2);
    } else if (count <= 10) {
        cross_lanes(x, y, m, out, 10);
    } else if (count <= 18) {
        cross_lanes(x, y, m, out, 18);
    } else {
        cross_lanes(x, y, m, out, LANES_MAX);
    }
}

/* Sums of permuted x over the overlaps: the totals less what hangs over one end. */
static void overlap_of_x(const struct permuted_team *team, const double *x, size_t m,
                         const struct lag_family *family, struct permuted_sums *sums)
{
    for (size_t place = 0; place < family->count; place++) {
        int lag = lag_at(family, place);
        size_t over = (size_t)(lag < 0 ? -lag : lag);
        const double *end = lag >= 0 ? x + m - over : x;
        double sum = 0.0;
        double squares = 0.0;
        for (size_t i = 0; i < over; i++) {
            sum += end[i];
            squares += end[i] * end[i];
        }
        sums->x[place] = team->x_sum - sum;
        sums->xx[place] = team->x_squares - squares;
    }
}

/* A missing y takes the x that it would have met out of the sums of x. */
static void correct_for_y(const struct permuted_team *team, const struct permuted_room *room,
                          const struct lag_family *family, struct permuted_sums *sums)
{
    for (size_t i = 0; i < team->y_missing_count; i++) {
        ptrdiff_t start = (ptrdiff_t)(PAD + team->y_missing[i]) - family->lag_lo;
        const double *x = room->x + start;
        const double *known = room->x_known + start;
        for (ptrdiff_t l = 0; l < (ptrdiff_t)family->count; l++) {
            sums->x[l] -= x[-l];
            sums->xx[l] -= x[-l] * x[-l];
            sums->pairs[l] -= known[-l];
        }
    }
}

/* A missing x, wherever it has gone, takes the y that it would have met out of the sums of y. */
static void correct_for_x(const struct permuted_team *team, const struct permuted_room *room,
                          const struct lag_family *family, struct permuted_sums *sums)
{
    for (size_t i = 0; i < team->x_missing_count; i++) {
        size_t t = room->where[team->x_missing[i]];
        ptrdiff_t start = (ptrdiff_t)(PAD + t) + family->lag_lo;
        const double *y = team->y + start;
        const double *place = team->y_place + start;
        for (size_t l = 0; l < family->count; l++) {
            sums->y[l] -= y[l];
            sums->yy[l] -= y[l] * y[l];
            sums->pairs[l] -= place[l];
        }
    }
}

static void permute_x(const struct permuted_team *team, const struct permuted_room *room, size_t m)
{
    double *x = room->x + PAD;
    for (size_t t = 0; t < m; t++) {
        x[t] = team->x[room->order[t]];
    }
    if (team->y_missing_count == 0) {
        return;
    }
    double *known = room->x_known + PAD;
    for (size_t t = 0; t < m; t++) {
        known[t] = 1.0;
    }
    for (size_t i = 0; i < team->x_missing_count; i++) {
        known[room->where[team->x_missing[i]]] = 0.0;
    }
}

static void team_sums(const struct permuted_team *team, const struct permuted_room *room, size_t m,
                      const struct lag_family *family, struct permuted_sums *sums)
{
    permute_x(team, room, m);
    cross(room->x + PAD, team->y + PAD + family->lag_lo, m, sums->xy, family->count);
    overlap_of_x(team, room->x + PAD, m, family, sums);
    memcpy(sums->pairs, team->pairs, family->count * sizeof(double));
    memcpy(sums->y, team->y_sum, family->count * sizeof(double));
    memcpy(sums->yy, team->y_squares, family->count * sizeof(double));
    correct_for_y(team, room, family, sums);
    correct_for_x(team, room, family, sums);
}

/* Adds one team's weighted Fisher z at each lag. */
static void pool_team(const struct permuted_sums *sums, size_t count, double *z, double *weight)
{
    double ratio[LANES_MAX];
    double each[LANES_MAX];
    for (size_t l = 0; l < count; l++) {
        double n = sums->pairs[l];
        double covariance = n * sums->xy[l] - sums->x[l] * sums->y[l];
        double spread_x = n * sums->xx[l] - sums->x[l] * sums->x[l];
        double spread_y = n * sums->yy[l] - sums->y[l] * sums->y[l];
        double spread = spread_x * spread_y;
        double r = covariance / sqrt(spread);
        /* Written so that the compiler can select lane by lane; a NaN ends in is_usable. */
        r = r < 1.0 - 1e-15 ? r : 1.0 - 1e-15;
        r = r > -1.0 + 1e-15 ? r : -1.0 + 1e-15;
        bool is_usable = n >= PERMUTED_PAIRS_MIN && spread > 0.0;
        ratio[l] = is_usable ? (1.0 + r) / (1.0 - r) : 1.0;
        each[l] = is_usable ? n - 3.0 : 0.0;
    }
    for (size_t l = 0; l < count; l++) {
        z[l] += each[l] * (0.5 * log(ratio[l]));
        weight[l] += each[l];
    }
}

static double draw_once(const struct permuted_team *teams, size_t team_count, size_t m,
                        const struct permuted_room *room, const struct lag_family *family)
{
    double z[LANES_MAX] = { 0 };
    double weight[LANES_MAX] = { 0 };
    struct permuted_sums sums;
    for (size_t j = 0; j < team_count; j++) {
        team_sums(&teams[j], room, m, family, &sums);
        pool_team(&sums, family->count, z, weight);
    }
    double most = 0.0;
    for (size_t l = 0; l < family->count; l++) {
        if (number_is_known(family->z[l]) || isinf(family->z[l])) {
            double statistic = weight[l] > 0.0 ? fabs(z[l]) / sqrt(weight[l]) : 0.0;
            most = statistic > most ? statistic : most;
        }
    }
    return most;
}

void lagpermute_draw(const struct lag_surprises *s, size_t teams, const struct lag_family *family,
                     struct scratch *scratch, struct lag_draws *draws)
{
    size_t mark = scratch->used_bytes;
    size_t cells = (teams * sizeof(struct permuted_team) + sizeof(double) - 1) / sizeof(double);
    struct permuted_team *team = (struct permuted_team *)(void *)scratch_doubles(scratch, cells);
    size_t missing = 0;
    for (size_t j = 0; j < teams; j++) {
        permuted_team_init(&team[j], s->ex + j * s->stride, s->ey + j * s->stride, s->m, scratch);
        overlap_of_y(&team[j], s->m, family);
        missing += team[j].x_missing_count;
    }
    uint32_t *where = scratch_indices(scratch, s->m);
    struct permuted_room room = { .order = scratch_indices(scratch, s->m),
                                  .x = scratch_doubles(scratch, s->m + 2 * PAD),
                                  .x_known = scratch_doubles(scratch, s->m + 2 * PAD),
                                  .where = where };
    struct prng prng = prng_seed(draws->seed);
    for (uint32_t b = 0; b < draws->permutations; b++) {
        prng_permute(&prng, room.order, s->m);
        for (size_t t = 0; t < s->m && missing > 0; t++) {
            where[room.order[t]] = (uint32_t)t;
        }
        draws->stats[b] = draw_once(team, teams, s->m, &room, family);
    }
    scratch->used_bytes = mark;
}
