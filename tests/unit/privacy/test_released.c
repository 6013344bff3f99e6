/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <pthread.h>
#include <cmocka.h>

#include "app/privacy/month.h"
#include "app/privacy/released.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Service (2): Hotline (3) daily, 1..16; Night (4) weekly, 17..26. Sales (5) daily, 27..42.
 * Of the company itself (1) 5 people, 43..47, who with Desk (6) in Service, 48..51, make a
 * rest unit. */
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

static bool is_same(const struct released_sum *a, const struct released_sum *b, size_t count)
{
    bool is_it = true;
    for (size_t i = 0; i < count; i++) {
        is_it = is_it && a[i].start.days == b[i].start.days && a[i].is_asked == b[i].is_asked &&
                a[i].cells_shown == b[i].cells_shown &&
                a[i].cells_hidden == b[i].cells_hidden && a[i].n == b[i].n &&
                a[i].invited == b[i].invited && fabs(a[i].mean - b[i].mean) < 1e-12 &&
                fabs(a[i].favourable_pct - b[i].favourable_pct) < 1e-12 &&
                fabs(a[i].sd_squares - b[i].sd_squares) < 1e-12 &&
                fabs(a[i].sd_df - b[i].sd_df) < 1e-12;
    }
    return is_it;
}

/* A team's index adds up the shown cells of the units wholly beneath it, and no others.
 * Hotline: Tuesday 5 x 4.7 (clamped); Thursday hidden. Night: the week, 2.5 of 10. Sales: 5
 * x 1.3, 10 x 3.0. */
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

/* Desk sits in Service, but its people are counted with the company's own: who sees Service
 * may not see that unit, and Desk by itself has no figures at all. */
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

/* Several subjects in one go: each the same as by itself, a unit alone as the team that it
 * is. */
static void test_released_index_many_agrees_with_one_by_one(void **state)
{
    (void)state;
    enum { SUBJECTS = 5, WEEKS = 2 };
    struct town town;
    live(&town);
    struct released_subject subjects[SUBJECTS] = { { .team = { 2 } },
                                                   { .unit = { town_unit(&town, 6, day(3)) } },
                                                   { .team = { 1 } },
                                                   { .unit = { town_unit(&town, 3, day(3)) } },
                                                   { .team = { 6 } } };
    struct released_sum sums[SUBJECTS][WEEKS];
    struct date before = date_add(day(2), -7);
    RELEASED_AUTO struct released *released = NULL;
    assert_ok(released_open(town.office, town.results, &released));
    assert_ok(released_index_many(released, subjects, SUBJECTS, before, WEEKS, sums[0]));
    const struct released_sum alone[] = { index_of(released, 2), index_of(released, 1),
                                          index_of(released, 3) };
    assert_true(is_same(&sums[0][1], &alone[0], 1));
    assert_true(is_same(&sums[2][1], &alone[1], 1));
    assert_true(is_same(&sums[3][1], &alone[2], 1));
    assert_int_equal(sums[1][1].cells_hidden, 1); /* the rest unit answered nothing */
    assert_int_equal(sums[4][1].cells_hidden, 0);
    for (size_t i = 0; i < SUBJECTS; i++) {
        assert_int_equal(sums[i][0].start.days, before.days);
        assert_false(sums[i][0].is_asked);
        assert_true(sums[i][1].is_asked);
    }
    subjects[4].team.value = 99;
    assert_err(released_index_many(released, subjects, SUBJECTS, before, WEEKS, sums[0]),
               DP_NOT_FOUND);
    subjects[4] = (struct released_subject){ .unit = { 99 } };
    assert_err(released_index_many(released, subjects, SUBJECTS, before, WEEKS, sums[0]),
               DP_NOT_FOUND);
    released_close(released);
    released = NULL;
    town_end(&town);
}

/* Day by day: the anchor's days of daily units, hidden ones as such; no week of Night. */
static void test_released_index_days_are_of_daily_units(void **state)
{
    (void)state;
    enum { DAYS = 5 };
    struct town town;
    struct released_sum sums[DAYS];
    live(&town);
    RELEASED_AUTO struct released *released = NULL;
    assert_ok(released_open(town.office, town.results, &released));
    assert_err(released_index_days(released, (struct team_id){ 99 }, day(2), DAYS, sums),
               DP_NOT_FOUND);
    assert_ok(released_index_days(released, (struct team_id){ 1 }, day(2), DAYS, sums));
    assert_false(sums[0].is_asked); /* a theme */
    assert_int_equal(sums[0].cells_shown + sums[0].cells_hidden, 0);
    assert_true(sums[1].is_asked);
    assert_int_equal(sums[1].n, 10);
    assert_near(sums[1].mean, (4.7 + 1.3) / 2);
    assert_int_equal(sums[3].n, 10);
    assert_int_equal(sums[3].cells_hidden, 1);
    assert_int_equal(sums[4].n, 0);
    released_close(released);
    released = NULL;
    town_end(&town);
}

/* A week is complete with its last day, not before; one that nobody was asked in never is. */
static void test_released_is_week_complete_after_its_last_day(void **state)
{
    (void)state;
    struct town town;
    struct released *released = NULL;
    bool is_complete = true;
    town_start(&town, teams, COUNT(teams));
    town_seat(&town, 1, 5);
    hold(&town, 5, "4444", "33333", "3333333333");
    assert_ok(released_open(town.office, town.results, &released));
    assert_ok(released_is_week_complete(released, day(2), &is_complete));
    assert_false(is_complete);
    released_close(released);
    hold(&town, 6, "", "", "55555");
    assert_ok(released_open(town.office, town.results, &released));
    assert_ok(released_is_week_complete(released, day(2), &is_complete));
    assert_true(is_complete);
    assert_ok(released_is_week_complete(released, day(9), &is_complete));
    assert_false(is_complete);
    released_close(released);
    town_end(&town);
}

/* ---- Memory ---- */

enum { SEEN_TEAMS = 6, SEEN_WEEKS = 3, SEEN_DAYS = 9 };

/* All that can be asked of a small town. */
struct figures {
    struct released_sum weeks[SEEN_TEAMS][SEEN_WEEKS];
    struct released_sum days[SEEN_TEAMS][SEEN_DAYS];
    struct released_sum themes[SEEN_TEAMS][THEME_COUNT];
};

static bool are_same(const struct figures *a, const struct figures *b)
{
    return is_same(a->weeks[0], b->weeks[0], SEEN_TEAMS * SEEN_WEEKS) &&
           is_same(a->days[0], b->days[0], SEEN_TEAMS * SEEN_DAYS) &&
           is_same(a->themes[0], b->themes[0], SEEN_TEAMS * THEME_COUNT);
}

static void collect(struct released *released, struct figures *out)
{
    for (uint32_t i = 0; i < SEEN_TEAMS; i++) {
        struct team_id team = { i + 1 };
        assert_ok(released_index_weeks(released, team, date_add(day(2), -7), SEEN_WEEKS,
                                       out->weeks[i]));
        assert_ok(released_index_days(released, team, day(3), SEEN_DAYS, out->days[i]));
        for (int theme = 0; theme < THEME_COUNT; theme++) {
            assert_ok(released_theme_fortnights(released, team, (enum theme)theme, day(2), 1,
                                                &out->themes[i][theme]));
        }
    }
}

static void look(struct town *town, struct released_memory *memory, struct figures *out)
{
    RELEASED_AUTO struct released *released = NULL;
    assert_ok(released_open_with(town->office, town->results, memory, &released));
    collect(released, out);
}

static void check_memory(struct town *town, struct released_memory *memory)
{
    static struct figures plain;
    static struct figures remembered;
    look(town, NULL, &plain);
    for (int again = 0; again < 2; again++) {
        look(town, memory, &remembered);
        assert_true(are_same(&plain, &remembered));
    }
}

/* A memory says what the store says, today and after the next evening; one that is too small
 * holds nothing and says the same. */
static void test_released_memory_says_what_the_store_says(void **state)
{
    (void)state;
    static const size_t sizes[] = { RELEASED_MEMORY_CELLS, 3, 0 };
    struct town town;
    live(&town);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct released_memory *memory = NULL;
        assert_ok(released_memory_make(sizes[i], &memory));
        check_memory(&town, memory);
        hold(&town, 9 + (int)i, "55555", "22222", "11111");
        check_memory(&town, memory);
        released_memory_free(memory);
    }
    town_end(&town);
    released_memory_free(NULL);
}

struct reader {
    struct town *town;
    struct released_memory *memory;
    pthread_barrier_t opened;
    pthread_barrier_t flushed;
    bool is_same;
};

/* Looks before and after an evening through the same door. */
static void *read_on(void *context)
{
    static struct figures before;
    static struct figures after;
    struct reader *reader = context;
    RELEASED_AUTO struct released *released = NULL;
    assert_ok(released_open_with(reader->town->office, reader->town->results, reader->memory,
                                 &released));
    collect(released, &before);
    (void)pthread_barrier_wait(&reader->opened);
    (void)pthread_barrier_wait(&reader->flushed);
    collect(released, &after);
    reader->is_same = are_same(&before, &after);
    return NULL;
}

/* A reader keeps what it opened while others see the evening's new cells. */
static void test_released_memory_lets_a_reader_finish(void **state)
{
    (void)state;
    struct town town;
    pthread_t thread;
    live(&town);
    struct reader reader = { .town = &town };
    assert_ok(released_memory_make(RELEASED_MEMORY_CELLS, &reader.memory));
    assert_int_equal(pthread_barrier_init(&reader.opened, NULL, 2), 0);
    assert_int_equal(pthread_barrier_init(&reader.flushed, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, read_on, &reader), 0);
    (void)pthread_barrier_wait(&reader.opened);
    hold(&town, 10, "55555", "22222", "11111");
    check_memory(&town, reader.memory);
    (void)pthread_barrier_wait(&reader.flushed);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(reader.is_same);
    check_memory(&town, reader.memory);
    (void)pthread_barrier_destroy(&reader.opened);
    (void)pthread_barrier_destroy(&reader.flushed);
    released_memory_free(reader.memory);
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
        cmocka_unit_test(test_released_index_many_agrees_with_one_by_one),
        cmocka_unit_test(test_released_index_days_are_of_daily_units),
        cmocka_unit_test(test_released_is_week_complete_after_its_last_day),
        cmocka_unit_test(test_released_memory_says_what_the_store_says),
        cmocka_unit_test(test_released_memory_lets_a_reader_finish),
        cmocka_unit_test(test_month_of_counts_four_four_five),
        cmocka_unit_test(test_month_sum_weights_by_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
