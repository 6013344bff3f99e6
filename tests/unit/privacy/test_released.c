/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "app/privacy/month.h"
#include "app/privacy/released.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Service (2): Hotline (3) daily, 1..16; Night (4) weekly, 17..26. Sales (5) daily, 27..42. Of the
 * company itself (1) 5 people, 43..47, who with Desk (6) in Service, 48..51, make a rest unit. */
static const struct town_team teams[] = { { 1, 0, 0 },  { 2, 1, 0 },  { 3, 2, 16 },
                                          { 4, 2, 10 }, { 5, 1, 16 }, { 6, 2, 4 } };

static struct date day(int of_march)
{
    return date_add(town_date("2026-03-01"), of_march - 1);
}

static void hold(struct town *town, int of_march, const char *hotline, const char *night,
                 const char *sales)
{
    struct date date = day(of_march);
    town_make(town, date);
    town_noon(town, date);
    town_answers(town, date, 1, hotline);
    town_answers(town, date, 17, night);
    town_answers(town, date, 27, sales);
    (void)town_close(town, date);
}

/* One week: Monday a theme, Tuesday and Thursday the anchor, Friday a theme. */
static void live(struct town *town)
{
    town_start(town, teams, COUNT(teams));
    town_seat(town, 1, 5);
    hold(town, 2, "33333", "44", "444");
    hold(town, 3, "55555", "22222", "11111");
    hold(town, 5, "4444", "33333", "3333333333");
    hold(town, 6, "", "", "55555");
}

static void assert_near(double a, double b)
{
    if (fabs(a - b) > 1e-9) {
        fail_msg("%g is not %g", a, b);
    }
}

static struct released_sum index_of(struct released *released, uint32_t team)
{
    struct released_sum sum = { 0 };
    assert_ok(released_index_weeks(released, (struct team_id){ team }, day(2), 1, &sum));
    return sum;
}

/* A team's index adds up the shown cells of the units wholly beneath it, and no others. Hotline: Tuesday
 * 5 x 4.7 (clamped); Thursday hidden. Night: the week, 2.5 of 10. Sales: 5 x 1.3, 10 x 3.0. */
static void test_released_index_weeks_sums_whole_cells(void **state)
{
    (void)state;
    struct town town;
    live(&town);
    RELEASED_AUTO struct released *released = NULL;
    assert_ok(released_open(town.office, town.results, &released));
    struct released_sum hotline = index_of(released, 3);
    assert_int_equal(hotline.cells_shown, 1);
    assert_int_equal(hotline.cells_hidden, 1);
    assert_int_equal(hotline.n, 5);
    assert_near(hotline.mean, 4.7);
    assert_int_equal(hotline.invited, 16);
    struct released_sum night = index_of(released, 4);
    assert_int_equal(night.n, 10);
    assert_near(night.mean, 2.5);
    struct released_sum service = index_of(released, 2);
    assert_int_equal(service.n, 15);
    assert_near(service.mean, (5 * 4.7 + 10 * 2.5) / 15);
    struct released_sum all = index_of(released, 1);
    assert_int_equal(all.n, 30);
    assert_near(all.mean, (5 * 4.7 + 10 * 2.5 + 5 * 1.3 + 10 * 3.0) / 30);
    assert_int_equal(all.cells_shown, 4);
    assert_int_equal(all.cells_hidden, 2); /* Hotline's Thursday, the rest unit's week */
    struct released_sum sum;
    assert_err(released_index_weeks(released, (struct team_id){ 99 }, day(2), 1, &sum),
               DP_NOT_FOUND);
    released_close(released);
    released = NULL;
    town_end(&town);
}

/* Desk sits in Service, but its people are counted with the company's own: who sees Service may not see
 * that unit, and Desk by itself has no figures at all. */
static void test_released_is_within_keeps_to_the_own_subtree(void **state)
{
    (void)state;
    struct town town;
    live(&town);
    RELEASED_AUTO struct released *released = NULL;
    assert_ok(released_open(town.office, town.results, &released));
    uint32_t rest = town_unit(&town, 6, day(3));
    assert_int_equal(rest, town_unit(&town, 1, day(3)));
    size_t count = 0;
    const struct unit *units = released_units(released, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_rest = units[i].id.value == rest;
        assert_true(released_is_within(released, &units[i], (struct team_id){ 1 }));
        assert_true(!is_rest ||
                    !released_is_within(released, &units[i], (struct team_id){ 2 }));
        assert_false(released_is_within(released, &units[i], (struct team_id){ 6 }));
    }
    struct released_sum desk = index_of(released, 6);
    assert_int_equal(desk.n, 0);
    assert_int_equal(desk.cells_shown + desk.cells_hidden, 0);
    released_close(released);
    released = NULL;
    town_end(&town);
}

/* A theme's fortnight: day cells of daily units and of pools; nothing of the anchor. */
static void test_released_theme_fortnights_use_pools(void **state)
{
    (void)state;
    struct town town;
    struct released_sum sum;
    live(&town);
    RELEASED_AUTO struct released *released = NULL;
    struct cell cell;
    assert_true(town_cell(&town, town_unit(&town, 3, day(2)), PERIOD_DAY, day(2), &cell));
    assert_ok(released_open(town.office, town.results, &released));
    enum theme theme = released_theme_of(released, cell.question);
    assert_int_not_equal(theme, THEME_ANCHOR);
    assert_ok(
        released_theme_fortnights(released, (struct team_id){ 1 }, theme, day(2), 1, &sum));
    assert_int_equal(sum.n, 5);
    assert_near(sum.mean, 3.0);
    assert_int_equal(sum.cells_shown, 1);
    assert_int_equal(sum.cells_hidden, 2); /* Sales with 3 answers, the pool with 2 */
    released_close(released);
    released = NULL;
    town_end(&town);
}

/* ---- Months of whole weeks ---- */

/* Week 1 of 2026 begins on 2025-12-29; 2026 has 53 weeks. */
static void test_month_of_counts_four_four_five(void **state)
{
    (void)state;
    static const size_t weeks[] = { 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 6 };
    struct date monday = town_date("2025-12-29");
    for (int number = 1; number <= 12; number++) {
        struct month month = { 2026, number };
        assert_int_equal(month_first_monday(month).days, monday.days);
        assert_int_equal(month_weeks(month), weeks[number - 1]);
        for (size_t week = 0; week < weeks[number - 1]; week++) {
            struct month found = month_of(date_add(monday, (int32_t)(week % 7)));
            assert_int_equal(found.year, 2026);
            assert_int_equal(found.number, number);
            monday = date_add(monday, 7);
        }
    }
    struct month next = month_of(monday);
    assert_int_equal(next.year, 2027);
    assert_int_equal(next.number, 1);
    assert_int_equal(month_weeks((struct month){ 2025, 12 }), 5);
}

/* Weighted by answers; a month without any stays empty. */
static void test_month_sum_weights_by_answers(void **state)
{
    (void)state;
    const struct released_sum weeks[] = {
        { .start = { 4 },
          .is_asked = true,
          .cells_shown = 1,
          .n = 10,
          .invited = 20,
          .mean = 4.0,
          .favourable_pct = 80,
          .sd_squares = 9,
          .sd_df = 9 },
        { .start = { 11 }, .cells_hidden = 2 },
        { .start = { 18 },
          .is_asked = true,
          .cells_shown = 1,
          .n = 30,
          .invited = 40,
          .mean = 3.0,
          .favourable_pct = 40 },
    };
    struct released_sum sum;
    month_sum(weeks, 0, &sum);
    assert_int_equal(sum.n, 0);
    month_sum(weeks, 3, &sum);
    assert_int_equal(sum.start.days, 4);
    assert_true(sum.is_asked);
    assert_int_equal(sum.n, 40);
    assert_int_equal(sum.invited, 60);
    assert_int_equal(sum.cells_shown, 2);
    assert_int_equal(sum.cells_hidden, 2);
    assert_near(sum.mean, 3.25);
    assert_near(sum.favourable_pct, 50);
    assert_near(sum.sd_df, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_released_index_weeks_sums_whole_cells),
        cmocka_unit_test(test_released_is_within_keeps_to_the_own_subtree),
        cmocka_unit_test(test_released_theme_fortnights_use_pools),
        cmocka_unit_test(test_month_of_counts_four_four_five),
        cmocka_unit_test(test_month_sum_weights_by_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
