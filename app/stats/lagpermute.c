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
 * Permuted x is kept back to front, so that what a missing y takes away lies in the order of the
 * lags, too.
 */
enum {
    LANES_MAX = LAG_COUNT_MAX + 1,
    PAD = LAG_MAX + LANES_MAX,
    PERMUTED_PAIRS_MIN = 8,
    TEAMS_A_LOG = 16 /* (1 + r) / (1 - r) stays below 1e16, so 16 factors stay finite */
};

struct permuted_team {
    double *x;       /* m values, centred, 0 where missing */
    double *y;       /* padded, centred, 0 where missing */
    double *y_known; /* padded: 1 where y is known, 0 elsewhere */
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
    uint32_t *order; /* period t takes the x of period order[t] */
    uint32_t *where; /* the inverse; only when some team misses an x */
    double *x_back;  /* padded: the permuted x of the team at hand, last period first */
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
    return scratch_need(teams, sizeof(struct permuted_team)) + teams * team + padded +
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
        double pairs = 0.0;
        double sum = 0.0;
        double squares = 0.0;
        for (size_t s = from; s < past; s++) {
            pairs += team->y_known[PAD + s];
            sum += team->y[PAD + s];
            squares += team->y[PAD + s] * team->y[PAD + s];
        }
        team->pairs[place] = pairs;
        team->y_sum[place] = sum;
        team->y_squares[place] = squares;
    }
}

static void permuted_team_init(struct permuted_team *team, const double *ex, const double *ey,
                               size_t m, struct scratch *scratch)
{
    team->x = scratch_doubles(scratch, m + 2 * PAD);
    team->y = scratch_doubles(scratch, m + 2 * PAD);
    team->y_known = scratch_doubles(scratch, m + 2 * PAD);
    team->x_missing = missing_places(ex, m, scratch, &team->x_missing_count);
    team->y_missing = missing_places(ey, m, scratch, &team->y_missing_count);
    centre_into(ex, m, team->x);
    centre_into(ey, m, team->y + PAD);
    team->x_sum = 0.0;
    team->x_squares = 0.0;
    for (size_t t = 0; t < m; t++) {
        team->x_sum += team->x[t];
        team->x_squares += team->x[t] * team->x[t];
        team->y_known[PAD + t] = number_is_known(ey[t]) ? 1.0 : 0.0;
    }
}

/* The products of permuted x (back to front, `last` is period 0) with y at `lanes` lags in a row.
 * Called with constant lane counts so that the sums stay in registers. Four periods at a time, always
 * added in the same order. */
static inline __attribute__((always_inline)) void cross_lanes(const double *restrict last,
                                                              const double *restrict y,
                                                              size_t m, double *restrict out,
                                                              size_t lanes)
{
    double sum[LANES_MAX];
    for (size_t l = 0; l < lanes; l++) {
        sum[l] = 0.0;
    }
    size_t t = 0;
    for (; t + 4 <= m; t += 4) {
        double x0 = last[0];
        double x1 = last[-1];
        double x2 = last[-2];
        double x3 = last[-3];
        const double *restrict run = y + t;
        for (size_t l = 0; l < lanes; l++) {
            sum[l] += (x0 * run[l] + x1 * run[l + 1]) + (x2 * run[l + 2] + x3 * run[l + 3]);
        }
        last -= 4;
    }
    for (; t < m; t++) {
        double x0 = *last--;
        for (size_t l = 0; l < lanes; l++) {
            sum[l] += x0 * y[t + l];
        }
    }
    for (size_t l = 0; l < lanes; l++) {
        out[l] = sum[l];
    }
}

static void cross(const double *last, const double *y, size_t m, double *out, size_t count)
{
    if (count <= 2) {
        cross_lanes(last, y, m, out, 2);
    } else if (count <= 10) {
        cross_lanes(last, y, m, out, 10);
    } else if (count <= 18) {
        cross_lanes(last, y, m, out, 18);
    } else {
        cross_lanes(last, y, m, out, LANES_MAX);
    }
}

/* Sums of permuted x over the overlaps: the totals less what hangs over one end. A lag k > 0 leaves
 * the last k periods without a partner, which are the first in x_back; k < 0 the first -k. */
static void overlap_of_x(const struct permuted_team *team, const double *x_back, size_t m,
                         const struct lag_family *family, struct permuted_sums *sums)
{
    double over[2][LAG_MAX + 1] = { { 0.0 } };
    double over_squares[2][LAG_MAX + 1] = { { 0.0 } };
    int last = lag_at(family, family->count - 1);
    size_t reach = (size_t)(last > -family->lag_lo ? last : -family->lag_lo);
    for (size_t i = 0; i < reach; i++) {
        double late = x_back[i];
        double early = x_back[m - 1 - i];
        over[0][i + 1] = over[0][i] + late;
        over[1][i + 1] = over[1][i] + early;
        over_squares[0][i + 1] = over_squares[0][i] + late * late;
        over_squares[1][i + 1] = over_squares[1][i] + early * early;
    }
    for (size_t place = 0; place < family->count; place++) {
        int lag = lag_at(family, place);
        size_t side = lag < 0;
        size_t count = (size_t)(lag < 0 ? -lag : lag);
        sums->x[place] = team->x_sum - over[side][count];
        sums->xx[place] = team->x_squares - over_squares[side][count];
    }
}

/* A missing y takes the x that it would have met out of the sums of x. */
static void correct_for_y(const struct permuted_team *team, const double *x_back, size_t m,
                          const struct lag_family *family, struct permuted_sums *restrict sums)
{
    for (size_t i = 0; i < team->y_missing_count; i++) {
        const double *restrict x = x_back + (ptrdiff_t)(m - 1 - team->y_missing[i]) +
                                   family->lag_lo;
        for (size_t l = 0; l < family->count; l++) {
            sums->x[l] -= x[l];
            sums->xx[l] -= x[l] * x[l];
        }
    }
}

/* A missing x, wherever it has gone, takes the y that it would have met out of the sums of y. */
static void correct_for_x(const struct permuted_team *team, const struct permuted_room *room,
                          const struct lag_family *family, struct permuted_sums *restrict sums)
{
    for (size_t i = 0; i < team->x_missing_count; i++) {
        ptrdiff_t start = (ptrdiff_t)(PAD + room->where[team->x_missing[i]]) + family->lag_lo;
        const double *restrict y = team->y + start;
        const double *restrict known = team->y_known + start;
        for (size_t l = 0; l < family->count; l++) {
            sums->y[l] -= y[l];
            sums->yy[l] -= y[l] * y[l];
            sums->pairs[l] -= known[l];
        }
    }
}

static void team_sums(const struct permuted_team *team, const struct permuted_room *room,
                      size_t m, const struct lag_family *family, struct permuted_sums *sums)
{
    double *x_back = room->x_back + PAD;
    for (size_t t = 0; t < m; t++) {
        x_back[m - 1 - t] = team->x[room->order[t]];
    }
    cross(x_back + m - 1, team->y + PAD + family->lag_lo, m, sums->xy, family->count);
    overlap_of_x(team, x_back, m, family, sums);
    memcpy(sums->pairs, team->pairs, sizeof(sums->pairs));
    memcpy(sums->y, team->y_sum, sizeof(sums->y));
    memcpy(sums->yy, team->y_squares, sizeof(sums->yy));
    correct_for_y(team, x_back, m, family, sums);
    correct_for_x(team, room, family, sums);
}

/* r as (1 + r) / (1 - r), whose logarithm is twice Fisher's z; 1 and no weight where it is not
 * defined. All lanes are computed alike, so that the compiler can take several at once. */
static void team_ratios(const struct permuted_sums *sums, size_t count, double *restrict ratio,
                        double *restrict weight)
{
    for (size_t l = 0; l < count; l++) {
        double n = sums->pairs[l];
        double covariance = n * sums->xy[l] - sums->x[l] * sums->y[l];
        double spread_x = n * sums->xx[l] - sums->x[l] * sums->x[l];
        double spread_y = n * sums->yy[l] - sums->y[l] * sums->y[l];
        double spread = spread_x * spread_y;
        bool is_usable = (n >= PERMUTED_PAIRS_MIN) & (spread > 0.0);
        double r = (is_usable ? covariance : 0.0) / sqrt(is_usable ? spread : 1.0);
        r = r < 1.0 - 1e-15 ? r : 1.0 - 1e-15;
        r = r > -1.0 + 1e-15 ? r : -1.0 + 1e-15;
        ratio[l] = (1.0 + r) / (1.0 - r);
        weight[l] = is_usable ? n - 3.0 : 0.0;
    }
}

/* Weighted sums of Fisher's z over teams. Teams with the same weights share one logarithm, that of
 * the product of their ratios: usually that is all of them. */
struct pool {
    double z[LANES_MAX];
    double weight[LANES_MAX];
    double product[LANES_MAX];
    double shared[LANES_MAX]; /* the weight of every factor of the product */
    size_t factors;
};

static void pool_flush(struct pool *pool, size_t count)
{
    for (size_t l = 0; l < count && pool->factors > 0; l++) {
        pool->z[l] += pool->shared[l] * (0.5 * log(pool->product[l]));
        pool->product[l] = 1.0;
    }
    pool->factors = 0;
}

static void pool_add(struct pool *pool, size_t count, const double *restrict ratio,
                     const double *restrict weight)
{
    double differs = 0.0;
    for (size_t l = 0; l < count; l++) {
        differs += fabs(pool->shared[l] - weight[l]);
    }
    if (differs > 0.0 || pool->factors == TEAMS_A_LOG) {
        pool_flush(pool, count);
        memcpy(pool->shared, weight, count * sizeof(double));
    }
    for (size_t l = 0; l < count; l++) {
        pool->product[l] *= ratio[l];
        pool->weight[l] += weight[l];
    }
    pool->factors++;
}

static double draw_once(const struct permuted_team *teams, size_t team_count, size_t m,
                        const struct permuted_room *room, const struct lag_family *family)
{
    struct pool pool = { .factors = 0 };
    struct permuted_sums sums;
    double ratio[LANES_MAX];
    double weight[LANES_MAX];
    for (size_t l = 0; l < family->count; l++) {
        pool.product[l] = 1.0;
    }
    for (size_t j = 0; j < team_count; j++) {
        team_sums(&teams[j], room, m, family, &sums);
        team_ratios(&sums, family->count, ratio, weight);
        pool_add(&pool, family->count, ratio, weight);
    }
    pool_flush(&pool, family->count);
    double most = 0.0;
    for (size_t l = 0; l < family->count; l++) {
        bool is_kept = !isnan(family->z[l]) && pool.weight[l] > 0.0;
        double statistic = is_kept ? fabs(pool.z[l]) / sqrt(pool.weight[l]) : 0.0;
        most = statistic > most ? statistic : most;
    }
    return most;
}

void lagpermute_draw(const struct lag_surprises *s, size_t teams,
                     const struct lag_family *family, struct scratch *scratch,
                     struct lag_draws *draws)
{
    size_t mark = scratch->used_bytes;
    size_t cells = (teams * sizeof(struct permuted_team) + sizeof(double) - 1) / sizeof(double);
    struct permuted_team *team = (struct permuted_team *)(void *)scratch_doubles(scratch,
                                                                                 cells);
    size_t missing = 0;
    for (size_t j = 0; j < teams; j++) {
        permuted_team_init(&team[j], s->ex + j * s->stride, s->ey + j * s->stride, s->m,
                           scratch);
        overlap_of_y(&team[j], s->m, family);
        missing += team[j].x_missing_count;
    }
    struct permuted_room room = { .order = scratch_indices(scratch, s->m),
                                  .where = scratch_indices(scratch, s->m),
                                  .x_back = scratch_doubles(scratch, s->m + 2 * PAD) };
    struct prng prng = prng_seed(draws->seed);
    for (uint32_t b = 0; b < draws->permutations; b++) {
        prng_permute(&prng, room.order, s->m);
        for (size_t t = 0; t < s->m && missing > 0; t++) {
            room.where[room.order[t]] = (uint32_t)t;
        }
        draws->stats[b] = draw_once(team, teams, s->m, &room, family);
    }
    scratch->used_bytes = mark;
}
