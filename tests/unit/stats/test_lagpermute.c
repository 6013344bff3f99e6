/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/stats/corr.h"
#include "app/stats/lagfamily.h"
#include "app/stats/lagleave.h"
#include "app/stats/lagpermute.h"
#include "app/stats/lagprepare.h"
#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "tests/unit/stats/fixture.h"

/*
 * The fast ways of lagpermute.c and lagleave.c against slow ones that follow the definitions.
 */

enum { TEAMS_MAX = 20, M_MAX = 110, CELLS = TEAMS_MAX * M_MAX, DRAWS = 25 };

static double ex[CELLS];
static double ey[CELLS];
static struct ar_fit fit_x[TEAMS_MAX];
static struct ar_fit fit_y[TEAMS_MAX];

struct family_room {
    double z[LAG_COUNT_MAX];
    double weight[LAG_COUNT_MAX];
    size_t pairs[LAG_COUNT_MAX];
    double p[LAG_COUNT_MAX];
};

static struct lag_family family_in(struct family_room *room, int lag_lo, size_t count)
{
    return (struct lag_family){ .lag_lo = lag_lo,
                                .count = count,
                                .z = room->z,
                                .weight = room->weight,
                                .pairs = room->pairs,
                                .p = room->p };
}

static struct lag_surprises invent(struct prng *prng, size_t teams, size_t m, double missing)
{
    for (size_t i = 0; i < teams * m; i++) {
        ex[i] = prng_unit(prng) < missing ? NUMBER_NONE : 5.0 + fixture_normal(prng);
        ey[i] = prng_unit(prng) < missing ? NUMBER_NONE : 0.3 * fixture_normal(prng);
    }
    return (struct lag_surprises){
        .ex = ex, .ey = ey, .stride = m, .m = m, .fit_x = fit_x, .fit_y = fit_y
    };
}

/* The statistic of one permutation, pair by pair. */
static double slow_draw(const struct lag_surprises *s, size_t teams,
                        const struct lag_family *family, const uint32_t *order)
{
    double most = 0.0;
    for (size_t place = 0; place < family->count; place++) {
        double sum = 0.0;
        double weights = 0.0;
        for (size_t j = 0; j < teams && !isnan(family->z[place]); j++) {
            double permuted[M_MAX];
            for (size_t t = 0; t < s->m; t++) {
                permuted[t] = s->ex[j * s->stride + order[t]];
            }
            size_t pairs = 0;
            double r = corr_at_lag(permuted, s->ey + j * s->stride, s->m,
                                   family->lag_lo + (int)place, &pairs);
            if (pairs >= 8) {
                sum += ((double)pairs - 3.0) * atanh(r);
                weights += (double)pairs - 3.0;
            }
        }
        most = weights > 0.0 ? fmax(most, fabs(sum) / sqrt(weights)) : most;
    }
    return most;
}

/* With and without missing values, few teams and many, all lags or one, m a multiple of four or not. */
static void test_lagpermute_draw_equals_the_definition(void **state)
{
    (void)state;
    static const struct {
        size_t teams;
        size_t m;
        double missing;
        int lag_lo;
        size_t count;
    } CASES[] = { { 1, 50, 0.0, -8, 17 },  { 1, 51, 0.1, -8, 17 },    { 3, 52, 0.0, -4, 9 },
                  { 20, 53, 0.0, -8, 17 }, { 20, 104, 0.08, -4, 9 },  { 1, 40, 0.1, 12, 1 },
                  { 2, 41, 0.1, -12, 1 },  { 2, 100, 0.05, -12, 25 }, { 1, 16, 0.0, -3, 7 },
                  { 2, 60, 0.1, 0, 1 } };
    struct prng prng = prng_seed(1);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct lag_surprises s = invent(&prng, CASES[i].teams, CASES[i].m, CASES[i].missing);
        struct family_room room;
        struct lag_family family = family_in(&room, CASES[i].lag_lo, CASES[i].count);
        lagfamily_observe(&s, CASES[i].teams, &family);
        double stats[DRAWS];
        struct lag_draws draws = { .permutations = DRAWS, .seed = 77, .stats = stats };
        struct scratch scratch = fixture_scratch(
            lagpermute_scratch_bytes(CASES[i].teams, CASES[i].m));
        lagpermute_draw(&s, CASES[i].teams, &family, &scratch, &draws);
        struct prng same = prng_seed(77);
        uint32_t order[M_MAX];
        for (size_t b = 0; b < DRAWS; b++) {
            prng_permute(&same, order, CASES[i].m);
            fixture_assert_close(stats[b], slow_draw(&s, CASES[i].teams, &family, order), 1e-9);
        }
    }
}

/* Lags with too few pairs are dropped, from the statistic and from the draws. */
static void test_lagfamily_observe_drops_thin_lags(void **state)
{
    (void)state;
    struct prng prng = prng_seed(2);
    struct lag_surprises s = invent(&prng, 1, 20, 0.0);
    struct family_room room;
    struct lag_family family = family_in(&room, -8, 17);
    lagfamily_observe(&s, 1, &family);
    for (size_t place = 0; place < 17; place++) {
        int lag = (int)place - 8;
        assert_int_equal(isnan(room.z[place]), lag < -5 || lag > 5);
        assert_int_equal(isnan(room.p[place]), lag < -5 || lag > 5);
    }
    assert_in_range(lagfamily_best(&family), 3, 13);
    s.m = 14;
    lagfamily_observe(&s, 1, &family);
    assert_int_equal(lagfamily_best(&family), 17);
}

/* ---- leaving one period out ---- */

/* Drops the surprises at and behind a period into which its value went. */
static void slow_drop(double *e, size_t m, long period, size_t order)
{
    for (long t = 0; t < (long)m; t++) {
        e[t] = t >= period && t <= period + (long)order ? NUMBER_NONE : e[t];
    }
}

/* The check p without one period, counted from the first surprise. */
static double slow_check_p(const struct lag_surprises *s, size_t teams,
                           const struct lag_family *family, long period)
{
    static double without_x[CELLS];
    static double without_y[CELLS];
    memcpy(without_x, s->ex, teams * s->stride * sizeof(double));
    memcpy(without_y, s->ey, teams * s->stride * sizeof(double));
    for (size_t j = 0; j < teams; j++) {
        slow_drop(without_x + j * s->stride, s->m, period, s->fit_x[j].order);
        slow_drop(without_y + j * s->stride, s->m, period, s->fit_y[j].order);
    }
    struct lag_surprises left = *s;
    left.ex = without_x;
    left.ey = without_y;
    struct family_room room;
    struct lag_family again = family_in(&room, family->lag_lo, family->count);
    lagfamily_observe(&left, teams, &again);
    return lagfamily_sidak(&again);
}

static bool slow_rests_on_one(const struct lag_surprises *s, size_t teams,
                              const struct lag_family *family)
{
    long first = (long)s->m - (long)s->stride;
    bool is_lost = false;
    for (long period = first; period < (long)s->m; period++) {
        is_lost = is_lost || !(slow_check_p(s, teams, family, period) <= 0.10);
    }
    return is_lost;
}

/* On links near the limit the quick check finds what the slow one finds; it may only find more. */
static void test_lagleave_rests_on_one_equals_the_definition(void **state)
{
    (void)state;
    enum { N = 60, ROUNDS = 150, THREE = 3 };
    struct prng prng = prng_seed(3);
    size_t lost = 0;
    size_t tested = 0;
    for (int round = 0; round < ROUNDS; round++) {
        size_t teams = round % 3 == 0 ? 3 : 1;
        static double x[THREE * N];
        static double y[THREE * N];
        for (size_t j = 0; j < teams; j++) {
            fixture_pair(&prng, &(struct fixture_link){ 0.5, teams == 1 ? 0.55 : 0.35, 1 },
                         x + j * N, y + j * N, N);
        }
        if (round % 5 == 0) {
            x[17] += 1e7;
        }
        y[23] = NUMBER_NONE;
        struct lag_data data = { .x = x, .y = y, .teams = teams, .periods = N };
        struct lag_choice choice;
        struct lag_surprises s;
        struct scratch scratch = fixture_scratch(2 * lagprepare_scratch_bytes(teams, N) +
                                                 lagleave_scratch_bytes(N));
        lagprepare_choose(&data, 1, &scratch, &choice);
        lagprepare_room(&choice, &scratch, &s);
        assert_true(lagprepare_filter(&data, &choice, LAG_BLANK_NONE, &scratch, &s));
        struct family_room room;
        struct lag_family family = family_in(&room, -4, 9);
        lagfamily_observe(&s, teams, &family);
        if (lagfamily_sidak(&family) > 0.05) {
            continue;
        }
        tested++;
        bool is_slow = slow_rests_on_one(&s, teams, &family);
        bool is_fast = lagleave_rests_on_one(&data, &choice, &s, &family, &scratch);
        assert_true(!is_slow || is_fast);
        lost += is_fast;
    }
    assert_true(tested > 40 && lost > 5 && lost < tested - 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lagpermute_draw_equals_the_definition),
        cmocka_unit_test(test_lagfamily_observe_drops_thin_lags),
        cmocka_unit_test(test_lagleave_rests_on_one_equals_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
