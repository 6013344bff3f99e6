/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/service/alert/watch.h"
#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "tests/support/support.h"

enum { WEEKS_MAX = 200, TEAMS = 10, YEAR = 52 };

#define USUAL  3.6
#define SPREAD 0.12

/* An invented team: an AR(1) around its usual, some weeks missing, rounded as cells are. */
struct team {
    double phi;
    double missing; /* share of the weeks */
    double state;
};

static double normal(struct prng *prng)
{
    double u = prng_unit(prng);
    double v = prng_unit(prng);
    return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * M_PI * v);
}

static void invent(struct prng *prng, struct team team, size_t weeks, double *index)
{
    team.state = normal(prng) / sqrt(1.0 - team.phi * team.phi);
    for (size_t t = 0; t < weeks; t++) {
        team.state = team.phi * team.state + normal(prng);
        bool is_missing = prng_unit(prng) < team.missing;
        double value = round(100.0 * (USUAL + SPREAD * team.state)) / 100.0;
        index[t] = is_missing ? NUMBER_NONE : value;
    }
}

static bool is_alert(const struct watch_week *week)
{
    return week->is_drift || week->is_shock;
}

static size_t count_alerts(const struct watch_week *weeks, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t t = from; t < to; t++) {
        count += is_alert(&weeks[t]) ? 1 : 0;
    }
    return count;
}

/* ---- Too little ---------------------------------------------------------------------------- */

/* Without any week, and one week short of the first that can be judged, it says how many lack. */
static void test_watch_series_short_says_how_many_weeks_lack(void **state)
{
    (void)state;
    double index[WEEKS_MAX];
    struct watch_week out[WEEKS_MAX];
    struct watch watch;
    struct prng prng = prng_seed(1);
    assert_ok(watch_series(index, 0, TEAMS, out, &watch));
    assert_int_equal(watch.needs_more, 27);
    invent(&prng, (struct team){ .phi = 0.2 }, WEEKS_MAX, index);
    index[3] = NUMBER_NONE;
    index[9] = NUMBER_NONE;
    assert_ok(watch_series(index, 28, TEAMS, out, &watch));
    assert_int_equal(watch.usable, 26);
    assert_int_equal(watch.needs_more, 1);
    assert_int_equal(count_alerts(out, 0, 28), 0);
    assert_false(number_is_known(out[27].smoothed));
    assert_ok(watch_series(index, 29, TEAMS, out, &watch));
    assert_int_equal(watch.needs_more, 0);
    assert_true(number_is_known(out[28].smoothed));
    assert_int_equal(watch.by_short.first, 0);
    assert_int_equal(watch.by_short.last, 27);
}

/* A baseline without any spread judges nothing, and never ends in a division by it. */
static void test_watch_series_still_baseline_judges_nothing(void **state)
{
    (void)state;
    double index[60];
    struct watch_week out[60];
    struct watch watch;
    for (size_t t = 0; t < 60; t++) {
        index[t] = t < 26 ? 3.5 : 1.5;
    }
    assert_ok(watch_series(index, 60, TEAMS, out, &watch));
    assert_true(watch_baseline_of(&watch)->is_still);
    assert_int_equal(count_alerts(out, 0, 60), 0);
}

/* A mood that only drifts raises nothing, however far it goes. */
static void test_watch_series_adrift_raises_nothing(void **state)
{
    (void)state;
    double index[78];
    struct watch_week out[78];
    struct watch watch;
    for (size_t t = 0; t < 78; t++) {
        index[t] = 3.0 + 0.02 * (double)t + 0.001 * (double)(t * 7 % 5);
    }
    assert_ok(watch_series(index, 78, TEAMS, out, &watch));
    assert_true(watch_baseline_of(&watch)->is_adrift);
    assert_int_equal(count_alerts(out, 0, 78), 0);
}

/* A team that closed has no weeks behind its last: nothing is raised there, and nothing breaks. */
static void test_watch_series_closed_team_ends_quietly(void **state)
{
    (void)state;
    double index[WEEKS_MAX];
    struct watch_week out[WEEKS_MAX];
    struct watch watch;
    struct prng prng = prng_seed(5);
    invent(&prng, (struct team){ .phi = 0.2 }, WEEKS_MAX, index);
    for (size_t t = 60; t < WEEKS_MAX; t++) {
        index[t] = NUMBER_NONE;
    }
    assert_ok(watch_series(index, WEEKS_MAX, TEAMS, out, &watch));
    assert_int_equal(watch.usable, 60);
    assert_int_equal(count_alerts(out, 60, WEEKS_MAX), 0);
    assert_false(number_is_known(out[60].smoothed));
}

/* ---- What is found ------------------------------------------------------------------------- */

/* One week far off is a shock by itself, in both directions. */
static void test_watch_series_single_week_is_a_shock(void **state)
{
    (void)state;
    double index[60];
    struct watch_week out[60];
    struct watch watch;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct prng prng = prng_seed(3);
        invent(&prng, (struct team){ .phi = 0.1 }, 60, index);
        index[50] = USUAL + (double)sign * 10.0 * SPREAD;
        assert_ok(watch_series(index, 60, TEAMS, out, &watch));
        assert_true(out[50].is_shock);
        assert_int_equal(count_alerts(out, 26, 50), 0);
    }
}

/* A lasting drop of 0.4 is raised within eight weeks in nine teams of ten, and downwards. */
static void test_watch_series_planted_drop_is_found_soon(void **state)
{
    (void)state;
    enum { SERIES = 400, DROP_AT = 40, SOON = 8 };
    double index[DROP_AT + SOON];
    struct watch_week out[DROP_AT + SOON];
    struct watch watch;
    struct prng prng = prng_seed(11);
    size_t found = 0;
    size_t upwards = 0;
    for (int k = 0; k < SERIES; k++) {
        invent(&prng, (struct team){ .phi = 0.2 }, DROP_AT + SOON, index);
        for (size_t t = DROP_AT; t < DROP_AT + SOON; t++) {
            index[t] -= 0.4;
        }
        assert_ok(watch_series(index, DROP_AT + SOON, TEAMS, out, &watch));
        bool is_found = false;
        for (size_t t = DROP_AT; t < DROP_AT + SOON; t++) {
            is_found = is_found || (is_alert(&out[t]) && out[t].smoothed < 0.0);
            upwards += out[t].is_drift && out[t].smoothed > 0.0 ? 1 : 0;
        }
        found += is_found ? 1 : 0;
    }
    printf("planted drop: found in %zu of %d within %d weeks, %zu upwards\n", found, SERIES,
           SOON, upwards);
    assert_true(found >= SERIES * 9 / 10);
    assert_true(upwards <= SERIES / 100);
}

/* How often a year of a team without any change has an alert, over two years and a half each. */
static double false_alarms(double phi, size_t weeks, size_t series)
{
    double index[WEEKS_MAX];
    struct watch_week out[WEEKS_MAX];
    struct watch watch;
    struct prng prng = prng_seed(2026);
    size_t years = 0;
    size_t with_alarm = 0;
    for (size_t k = 0; k < series; k++) {
        invent(&prng, (struct team){ .phi = phi, .missing = 0.05 }, weeks, index);
        assert_ok(watch_series(index, weeks, TEAMS, out, &watch));
        for (size_t from = 28; from + YEAR <= weeks; from += YEAR) {
            bool has_drift = false;
            for (size_t t = from; t < from + YEAR; t++) {
                has_drift = has_drift || out[t].is_drift;
            }
            years++;
            with_alarm += has_drift ? 1 : 0;
        }
    }
    double share = (double)with_alarm / (double)years;
    printf("phi %.1f: %zu team-years, a drift raised in %.3f of them\n", phi, years, share);
    return share;
}

/* At most about one team-year in ten has a false alarm while the weeks hang together by .4 or
 * less; 3 standard errors of the simulation are allowed for. */
static void test_watch_series_false_alarms_are_about_one_in_ten_years(void **state)
{
    (void)state;
    assert_true(false_alarms(0.0, 184, 400) < 0.07);
    assert_true(false_alarms(0.2, 184, 400) < 0.10);
    assert_true(false_alarms(0.4, 184, 400) < 0.127);
}

/* A single week is called a shock by mistake in a few of a hundred team-years. */
static void test_watch_series_false_shocks_are_rare(void **state)
{
    (void)state;
    double index[80];
    struct watch_week out[80];
    struct watch watch;
    struct prng prng = prng_seed(9);
    size_t shocks = 0;
    for (int k = 0; k < 1000; k++) {
        invent(&prng, (struct team){ .phi = 0.3 }, 78, index);
        assert_ok(watch_series(index, 78, TEAMS, out, &watch));
        for (size_t t = 26; t < 78; t++) {
            shocks += out[t].is_shock ? 1 : 0;
        }
    }
    printf("false shocks: %zu in 1000 team-years\n", shocks);
    assert_true(shocks < 50);
}

/* ---- Which baseline ------------------------------------------------------------------------ */

/* The long chart takes over with the 79th usable week, with its own L, unless the year behind its
 * baseline was not calm. */
static void test_watch_series_calm_year_takes_over(void **state)
{
    (void)state;
    double index[90];
    struct watch_week out[90];
    struct watch watch;
    struct prng prng = prng_seed(21);
    invent(&prng, (struct team){ .phi = 0.1 }, 90, index);
    assert_ok(watch_series(index, 90, TEAMS, out, &watch));
    assert_int_equal(count_alerts(out, 0, 90), 0);
    assert_int_equal(watch.by_long.weeks, 52);
    assert_true(fabs(watch.by_long.limit - 3.2) < 1e-12);
    assert_true(fabs(watch.by_short.limit - 3.5) < 1e-12);
    assert_false(out[77].is_long);
    assert_true(out[78].is_long);
    index[40] = USUAL - 10.0 * SPREAD;
    assert_ok(watch_series(index, 90, TEAMS, out, &watch));
    assert_true(is_alert(&out[40]));
    assert_int_equal(watch.by_long.weeks, 0);
    assert_false(out[89].is_long);
    assert_true(watch_baseline_of(&watch) == &watch.by_short);
}

/* Above twenty teams both limits are wider by a quarter. */
static void test_watch_series_many_teams_widen_the_limits(void **state)
{
    (void)state;
    double index[90];
    struct watch_week out[90];
    struct watch watch;
    struct prng prng = prng_seed(21);
    invent(&prng, (struct team){ .phi = 0.1 }, 90, index);
    assert_ok(watch_series(index, 90, 21, out, &watch));
    assert_true(fabs(watch.by_short.limit - 3.75) < 1e-12);
    assert_true(fabs(watch.by_long.limit - 3.45) < 1e-12);
    assert_ok(watch_series(index, 90, 20, out, &watch));
    assert_true(fabs(watch.by_short.limit - 3.5) < 1e-12);
}

/* What was said of a week is never changed by the weeks behind it. */
static void test_watch_series_growing_changes_nothing_said(void **state)
{
    (void)state;
    double index[WEEKS_MAX];
    struct watch_week all[WEEKS_MAX];
    struct watch_week part[WEEKS_MAX];
    struct watch watch;
    struct prng prng = prng_seed(77);
    for (int k = 0; k < 20; k++) {
        invent(&prng, (struct team){ .phi = 0.5, .missing = 0.1 }, WEEKS_MAX, index);
        assert_ok(watch_series(index, WEEKS_MAX, TEAMS, all, &watch));
        for (size_t weeks = 27; weeks < WEEKS_MAX; weeks += 3) {
            assert_ok(watch_series(index, weeks, TEAMS, part, &watch));
            for (size_t t = 0; t < weeks; t++) {
                assert_int_equal(part[t].is_drift, all[t].is_drift);
                assert_int_equal(part[t].is_shock, all[t].is_shock);
            }
        }
    }
}

/* One chart alone gives the same as the whole while the short one judges. */
static void test_watch_chart_is_the_same_chart(void **state)
{
    (void)state;
    double index[70];
    struct watch_week one[70];
    struct watch_week all[70];
    struct watch watch;
    struct prng prng = prng_seed(4);
    struct watch_baseline baseline = { .weeks = 26, .limit = 3.5 };
    invent(&prng, (struct team){ .phi = 0.4 }, 70, index);
    assert_ok(watch_series(index, 70, TEAMS, all, &watch));
    assert_ok(watch_chart(index, 70, &baseline, one));
    for (size_t t = 0; t < 70; t++) {
        assert_memory_equal(&one[t].smoothed, &all[t].smoothed, sizeof(double));
        assert_memory_equal(&one[t].limit, &all[t].limit, sizeof(double));
    }
    assert_ok(watch_chart(index, 26, &baseline, one));
    assert_true(baseline.is_still);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watch_series_short_says_how_many_weeks_lack),
        cmocka_unit_test(test_watch_series_still_baseline_judges_nothing),
        cmocka_unit_test(test_watch_series_adrift_raises_nothing),
        cmocka_unit_test(test_watch_series_closed_team_ends_quietly),
        cmocka_unit_test(test_watch_series_single_week_is_a_shock),
        cmocka_unit_test(test_watch_series_planted_drop_is_found_soon),
        cmocka_unit_test(test_watch_series_false_alarms_are_about_one_in_ten_years),
        cmocka_unit_test(test_watch_series_false_shocks_are_rare),
        cmocka_unit_test(test_watch_series_calm_year_takes_over),
        cmocka_unit_test(test_watch_series_many_teams_widen_the_limits),
        cmocka_unit_test(test_watch_series_growing_changes_nothing_said),
        cmocka_unit_test(test_watch_chart_is_the_same_chart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
