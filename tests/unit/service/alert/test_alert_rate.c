/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "storage/alert_judged_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/alert/alert_world.h"

/*
 * How often a team without any change is told of, by all that an evening does: two charts in turn,
 * drifts and single weeks, what is muted and what is no moving away (test_watch.c counts what the
 * chart alone flags). The page says "about one false alarm per team in ten years".
 */

enum { YEAR = 52, BASELINE = 26, YEARS = 2, ROUNDS = 60, TEAM_YEARS = ROUNDS * WORLD_CHARTED * YEARS };
enum { WEEKS = BASELINE + YEARS * YEAR, IDS_MAX = 64 };

#define USUAL  3.6
#define SPREAD 0.12

struct rate {
    double alerts; /* of any kind, per team-year */
    double years;  /* share of the team-years that have any */
};

static double normal(struct prng *prng)
{
    double u = prng_unit(prng);
    double v = prng_unit(prng);
    return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * M_PI * v);
}

/* Moods that hang together by `phi` and never change their usual. */
static void imagine(struct alert_world *world, struct prng *prng, double phi)
{
    for (int j = 0; j < WORLD_TEAMS; j++) {
        double state = normal(prng) / sqrt(1.0 - phi * phi);
        for (int w = 0; w < WORLD_WEEKS_MAX; w++) {
            state = phi * state + normal(prng);
            world->mood[j][w] = USUAL + SPREAD * state;
        }
    }
}

static dp_err forget_job(struct store_txn *txn, void *context)
{
    const struct alert_list *list = context;
    for (size_t i = 0; i < list->count; i++) {
        DP_TRY(alert_record_delete(txn, list->rows[i].alert.id));
    }
    return alert_judged_record_put(txn, alert_world_week(-1));
}

/* One history, judged as an evening judges an old one: every week by what came before it. */
static void count_alerts(struct alert_world *world, size_t *alerts, size_t *years)
{
    bool has_alert[IDS_MAX][YEARS] = { { false } };
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA_BYTES);
    world->weeks = 0;
    alert_world_live(world, WEEKS);
    assert_ok(alert_refresh(&world->firm.appliance));
    struct alert_list list = alert_world_list(world, &arena);
    assert_int_equal(list.left_out, 0);
    for (size_t i = 0; i < list.count; i++) {
        const struct alert *alert = &list.rows[i].alert;
        int32_t week = (alert->week.days - alert_world_week(0).days) / 7;
        int32_t year = (week - BASELINE) / YEAR;
        assert_in_range(week, BASELINE, WEEKS - 1);
        assert_in_range(alert->team.value, 1, IDS_MAX - 1);
        *alerts += 1;
        *years += has_alert[alert->team.value][year] ? 0 : 1;
        has_alert[alert->team.value][year] = true;
    }
    assert_ok(store_write(world->firm.appliance.office, forget_job, &list));
}

static struct rate rate_at(double phi)
{
    void *state = NULL;
    size_t alerts = 0;
    size_t years = 0;
    struct prng prng = prng_seed(2026);
    assert_int_equal(alert_world_setup(&state), 0);
    for (int k = 0; k < ROUNDS; k++) {
        imagine(state, &prng, phi);
        count_alerts(state, &alerts, &years);
    }
    assert_int_equal(alert_world_teardown(&state), 0);
    struct rate rate = { (double)alerts / TEAM_YEARS, (double)years / TEAM_YEARS };
    printf("phi %.1f: %d team-years, %.3f alerts of any kind in one, any in %.3f of them\n", phi,
           TEAM_YEARS, rate.alerts, rate.years);
    return rate;
}

/* One in about eleven years where weeks are independent, one in about six where they hang together by
 * .4; 3 standard errors of the simulation are allowed for. */
static void test_alert_refresh_false_alarms_are_few(void **state)
{
    (void)state;
    static const struct {
        double phi;
        double alerts;
        double years;
    } bounds[] = { { 0.0, 0.13, 0.11 }, { 0.2, 0.17, 0.14 }, { 0.4, 0.22, 0.16 } };
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        struct rate rate = rate_at(bounds[i].phi);
        assert_true(rate.alerts < bounds[i].alerts);
        assert_true(rate.years < bounds[i].years);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alert_refresh_false_alarms_are_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
