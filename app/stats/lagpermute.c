/* SPDX-License-Identifier: MIT */
#include "app/stats/lagpermute.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "app/stats/series.h"

/*
 * PAD zeros stand on both sides of every padded array, so that t + lag never leaves it. Lanes are
 * the lags of one pass; surplus ones are computed and ignored.
 */
enum {
    LANES_A_PASS = 10,
    LANES_MAX = LAG_COUNT_MAX + LANES_A_PASS,
    PAD = LAG_MAX + LANES_MAX,
    BOTH_PADS = 2 * PAD,
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
    double
        *x_back; /* padded: the permuted x of a team with missing y, last period first, so that
                      * what a missing y takes away lies in the order of the lags */
};

/* Sums over the pairs at each lag for one team and one permutation. What y alone decides is the team's
 * own as long as no x is missing, else a corrected copy. */
struct permuted_sums {
    double xy[LANES_MAX];
    double x[LANES_MAX];
    double xx[LANES_MAX];
    const double *pairs;
    const double *y;
    const double *yy;
    double own_pairs[LANES_MAX];
    double own_y[LANES_MAX];
    double own_yy[LANES_MAX];
};

size_t lagpermute_scratch_bytes(size_t teams, size_t periods)
{
    size_t padded = scratch_need(periods + BOTH_PADS, sizeof(double));
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
        int lag = lagfamily_lag(family, place);
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
    team->x = scratch_doubles(scratch, m + BOTH_PADS);
    team->y = scratch_doubles(scratch, m + BOTH_PADS);
    team->y_known = scratch_doubles(scratch, m + BOTH_PADS);
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

/* What one pass of the products reads. */
struct crossing {
    const double *x;
    const uint32_t *order;
    const double *y; /* the partner of period 0 at the first lag */
    size_t m;
};

/* The products of permuted x with y at `lanes` lags in a row, each summed from the first period to the
 * last. Called with constant lane counts so that the sums stay in registers: each x meets a run of
 * neighbouring y. */
static inline __attribute__((always_inline)) void cross_lanes(const struct crossing *c,
                                                              double *restrict out,
                                                              size_t lanes)
{
    const double *restrict x = c->x;
    const uint32_t *restrict order = c->order;
    const double *restrict y = c->y;
    double sum[LANES_A_PASS];
    for (size_t l = 0; l < lanes; l++) {
        sum[l] = 0.0;
    }
    for (size_t t = 0; t < c->m; t++) {
        double x0 = x[order[t]];
        for (size_t l = 0; l < lanes; l++) {
            sum[l] += x0 * y[t + l];
        }
    }
    for (size_t l = 0; l < lanes; l++) {
        out[l] = sum[l];
    }
}

static void cross(const struct permuted_team *team, const uint32_t *order, size_t m,
                  const struct lag_family *family, double *out)
{
    struct crossing c = { .x = team->x, .order = order, .m = m };
    c.y = team->y + PAD + family->lag_lo;
    size_t left = family->count;
    while (left > 8) {
        cross_lanes(&c, out, LANES_A_PASS);
        size_t done = left < LANES_A_PASS ? left : LANES_A_PASS;
        c.y += done;
        out += done;
        left -= done;
    }
    if (left > 2) {
        cross_lanes(&c, out, 8);
    } else if (left > 0) {
        cross_lanes(&c, out, 2);
    }
}

/* Sums of permuted x over the overlaps: the totals less what hangs over one end. A lag k > 0 leaves
 * the last k periods without a partner, k < 0 the first -k. */
static void overlap_of_x(const struct permuted_team *team, const uint32_t *order, size_t m,
                         const struct lag_family *family, struct permuted_sums *sums)
{
    double over[2][LAG_MAX + 1];
    double over_squares[2][LAG_MAX + 1];
    over[0][0] = over[1][0] = 0.0;
    over_squares[0][0] = over_squares[1][0] = 0.0;
    int last = lagfamily_lag(family, family->count - 1);
    size_t reach = (size_t)(last > -family->lag_lo ? last : -family->lag_lo);
    for (size_t i = 0; i < reach; i++) {
        double late = team->x[order[m - 1 - i]];
        double early = team->x[order[i]];
        over[0][i + 1] = over[0][i] + late;
        over[1][i + 1] = over[1][i] + early;
        over_squares[0][i + 1] = over_squares[0][i] + late * late;
        over_squares[1][i + 1] = over_squares[1][i] + early * early;
    }
    for (size_t place = 0; place < family->count; place++) {
        int lag = lagfamily_lag(family, place);
        size_t side = lag < 0;
        size_t count = (size_t)(lag < 0 ? -lag : lag);
        sums->x[place] = team->x_sum - over[side][count];
        sums->xx[place] = team->x_squares - over_squares[side][count];
    }
}

/* Takes the x that missing y would have met out of the sums of x, a fixed number of lags at once. */
static void drop_lanes(const struct permuted_team *team, const double *last,
                       double *restrict x_sums, double *restrict xx_sums)
{
    double x[LANES_A_PASS] = { 0.0 };
    double xx[LANES_A_PASS] = { 0.0 };
    for (size_t i = 0; i < team->y_missing_count; i++) {
        const double *restrict met = last - team->y_missing[i];
        for (size_t l = 0; l < LANES_A_PASS; l++) {
            x[l] += met[l];
            xx[l] += met[l] * met[l];
        }
    }
    for (size_t l = 0; l < LANES_A_PASS; l++) {
        x_sums[l] -= x[l];
        xx_sums[l] -= xx[l];
    }
}

static void correct_for_y(const struct permuted_team *team, const struct permuted_room *room,
                          size_t m, const struct lag_family *family, struct permuted_sums *sums)
{
    if (team->y_missing_count == 0) {
        return;
    }
    double *last = room->x_back + PAD + m - 1;
    for (size_t t = 0; t < m; t++) {
        last[-(ptrdiff_t)t] = team->x[room->order[t]];
    }
    for (size_t l = 0; l < family->count; l += LANES_A_PASS) {
        drop_lanes(team, last + family->lag_lo + (ptrdiff_t)l, sums->x + l, sums->xx + l);
    }
}

/* A missing x, wherever it has gone, takes the y that it would have met out of the sums of y. */
static void correct_for_x(const struct permuted_team *team, const struct permuted_room *room,
                          const struct lag_family *family, struct permuted_sums *restrict sums)
{
    sums->pairs = team->pairs;
    sums->y = team->y_sum;
    sums->yy = team->y_squares;
    if (team->x_missing_count == 0) {
        return;
    }
    memcpy(sums->own_pairs, team->pairs, sizeof(sums->own_pairs));
    memcpy(sums->own_y, team->y_sum, sizeof(sums->own_y));
    memcpy(sums->own_yy, team->y_squares, sizeof(sums->own_yy));
    for (size_t i = 0; i < team->x_missing_count; i++) {
        ptrdiff_t start = (ptrdiff_t)(PAD + room->where[team->x_missing[i]]) + family->lag_lo;
        const double *restrict y = team->y + start;
        const double *restrict known = team->y_known + start;
        for (size_t l = 0; l < family->count; l++) {
            sums->own_y[l] -= y[l];
            sums->own_yy[l] -= y[l] * y[l];
            sums->own_pairs[l] -= known[l];
        }
    }
    sums->pairs = sums->own_pairs;
    sums->y = sums->own_y;
    sums->yy = sums->own_yy;
}

static void team_sums(const struct permuted_team *team, const struct permuted_room *room,
                      size_t m, const struct lag_family *family, struct permuted_sums *sums)
{
    cross(team, room->order, m, family, sums->xy);
    overlap_of_x(team, room->order, m, family, sums);
    correct_for_y(team, room, m, family, sums);
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
                                  .x_back = scratch_doubles(scratch, s->m + BOTH_PADS) };
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
