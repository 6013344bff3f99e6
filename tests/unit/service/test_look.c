/* SPDX-License-Identifier: MIT */
/* What is kept of a look, and reading it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/service/link/look.h"
#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/service/theme_world.h"

enum { WEEKS = 60, CSAT = 0, ARENA_BYTES = 1 << 20 };

static const double NEAR = 1e-12;

static int setup(void **state)
{
    *state = theme_world_start();
    return 0;
}

static int teardown(void **state)
{
    theme_world_end(*state);
    return 0;
}

static struct verdict_memory stored_as(const char *json)
{
    struct verdict_memory memory = { .metric = "csat_mean",
                                     .source = "file",
                                     .series = LOOK_INDEX,
                                     .computed = firm_day(100),
                                     .grade = GRADE_MODERATE,
                                     .previous_grade = GRADE_STRONG };
    snprintf(memory.json, sizeof memory.json, "%s", json);
    return memory;
}

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* What can't be read is no memory at all: the pair starts anew. */
static void test_look_recall_unreadable_memory_is_none(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "{}",
        "[]",
        "{\"last\":\"2026-03-02\"}",
        "{\"last\":\"2026-13-02\",\"fingerprint\":\"" HASH "\"}",
        "{\"last\":\"2026-03-02\",\"fingerprint\":\"0001\"}",
        "{\"last\":\"2026-03-02\",\"fingerprint\":\"" HASH "\",\"scan\":{}}",
        "{\"last\":\"2026-03-02\",\"fingerprint\":\"" HASH "\",\"is_verdict\":true,"
        "\"is_panel\":true,\"unit\":1,\"answers\":5,\"scan\":{\"refusal\":99}}",
        "{\"last\":\"2026-03-02\",\"fingerprint\":\"" HASH "\",\"is_verdict\":true,"
        "\"is_panel\":true,\"unit\":1,\"answers\":5,\"refused\":[99,0,0,0,0],\"scan\":{}}",
    };
    struct look_memory memory;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct verdict_memory stored = stored_as(BAD[i]);
        look_recall(&stored, &memory);
        assert_false(memory.is_there);
        assert_false(memory.has_scan);
        assert_true(memory.was_shown); /* it may have been */
    }
    struct verdict_memory stored = stored_as("{\"last\":\"2026-03-02\",\"fingerprint\":\"" HASH
                                             "\"}");
    stored.grade = GRADE_COUNT;
    look_recall(&stored, &memory);
    assert_false(memory.is_there);
}

/* Older versions kept the period and the fingerprint alone. */
static void test_look_recall_memory_of_an_older_version_is_read(void **state)
{
    (void)state;
    struct look_memory memory;
    struct verdict_memory stored = stored_as("{\"last\":\"2026-03-02\",\"fingerprint\":\"" HASH
                                             "\"}");
    look_recall(&stored, &memory);
    assert_true(memory.is_there && memory.is_verdict);
    assert_false(memory.has_scan);
    assert_int_equal(memory.shown.grade, GRADE_MODERATE);
    assert_int_equal(memory.shown.last_found, GRADE_STRONG);
    assert_int_equal(memory.shown.renewed_day, firm_day(100).days);
    assert_int_equal(memory.last_period.days, firm_day(0).days);
    assert_int_equal(memory.fingerprint.bytes[31], 0x1f);
}

static void follow_index(struct theme_world *world)
{
    theme_world_imagine(world);
    for (int j = 0; j < WORLD_SERIES; j++) {
        for (int t = 1; t < WORLD_FORTNIGHTS; t++) {
            world->outcome[CSAT][j][t] = 4.0 + world->index[j][t - 1] - 3.3 +
                                         0.05 * theme_world_noise(world);
        }
    }
    theme_world_live(world, WEEKS / 2);
}

static struct link_pair first_pair(struct theme_world *world, struct arena *arena)
{
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    assert_ok(link_pairs(&world->firm.appliance, arena, &pairs, &count));
    assert_int_equal(count, WORLD_OUTCOMES);
    assert_string_equal(pairs[0].metric.code, "csat_mean");
    return pairs[0];
}

static void assert_same_scan(const struct lagscan_result *a, const struct lagscan_result *b)
{
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->grade, b->grade);
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->m, b->m);
    assert_int_equal(a->teams, b->teams);
    assert_int_equal(a->lag_max, b->lag_max);
    assert_int_equal(a->best_lag, b->best_lag);
    assert_int_equal(a->lag_lo, b->lag_lo);
    assert_int_equal(a->lag_hi, b->lag_hi);
    assert_int_equal(a->lag_count, b->lag_count);
    assert_int_equal(a->seed, b->seed);
    assert_int_equal(a->permutations, b->permutations);
    assert_int_equal(a->is_time_demeaned, b->is_time_demeaned);
    assert_true(fabs(a->best_r - b->best_r) < NEAR);
    assert_true(fabs(a->ci_lo - b->ci_lo) < NEAR);
    assert_true(fabs(a->ci_hi - b->ci_hi) < NEAR);
    assert_true(fabs(a->p_perm - b->p_perm) < NEAR);
    assert_true(fabs(a->mde_rho - b->mde_rho) < NEAR);
    assert_true(fabs(a->heterogeneity_i2_pct - b->heterogeneity_i2_pct) < 1e-9);
    for (size_t i = 0; i < a->lag_count; i++) {
        assert_int_equal(a->lags[i], b->lags[i]);
        assert_int_equal(a->pairs[i], b->pairs[i]);
        assert_true(fabs(a->r[i] - b->r[i]) < NEAR);
    }
}

/* A look, kept and read again, tells the same; then none is due and nothing is scanned. */
static void test_look_remember_is_read_back(void **state)
{
    struct theme_world *world = *state;
    struct gather_source index;
    struct verdict_memory stored;
    struct look_memory memory;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    LOOK_AUTO struct look look = { 0 };
    LOOK_AUTO struct look again = { 0 };
    follow_index(world);
    struct link_pair pair = first_pair(world, &arena);
    assert_ok(gather_index(&world->firm.appliance, &index));
    struct look_wanted wanted = { .pair = &pair, .source = &index, .series = LOOK_INDEX };
    assert_ok(look_take_if_due(&world->firm.appliance, &wanted, &look));
    assert_true(look.is_due && look.is_first && look.is_verdict);
    assert_true(look.result.grade >= GRADE_MODERATE);
    assert_ok(look_remember(&wanted, &look, &stored));
    look_recall(&stored, &memory);
    assert_true(memory.is_there && memory.is_verdict && memory.has_scan && memory.is_panel);
    assert_int_equal(memory.unit, LAG_UNIT_WEEK);
    assert_int_equal(memory.answers, (uint64_t)WORLD_DAILY * 2 * WEEKS * WORLD_N);
    assert_same_scan(&memory.scan, &look.result);
    assert_ok(look_store(&world->firm.appliance, &stored, 1));
    assert_ok(look_store(&world->firm.appliance, &stored, 1)); /* the same words: left alone */
    assert_ok(look_take_if_due(&world->firm.appliance, &wanted, &again));
    assert_false(again.is_due);
    assert_false(again.is_first);
    assert_false(again.has_news);
    assert_true(again.is_remembered);
    assert_null(again.rows); /* not scanned */
    assert_same_scan(&again.result, &look.result);
}

/* A registered question: its lag alone, from its own day on, under its own name. */
static void test_look_take_registered_question_counts_from_its_day(void **state)
{
    struct theme_world *world = *state;
    struct gather_source index;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    LOOK_AUTO struct look look = { 0 };
    follow_index(world);
    struct link_pair pair = first_pair(world, &arena);
    assert_ok(gather_index(&world->firm.appliance, &index));
    struct look_wanted wanted = { .pair = &pair,
                                  .source = &index,
                                  .series = "primary-1",
                                  .has_primary_lag = true,
                                  .primary_lag = 2,
                                  .counts_from = firm_day(7 * 10) };
    assert_ok(look_take(&world->firm.appliance, &wanted, &look));
    assert_int_equal(look.result.n, WEEKS - 10);
    assert_int_equal(look.result.lag_count, 1);
    assert_int_equal(look.result.lags[0], 2);
    assert_true(look.result.is_primary);
}

/* Too little for a verdict is kept, too, and holds nothing up. */
static void test_look_take_refused_memory_is_always_due(void **state)
{
    struct theme_world *world = *state;
    struct gather_source index;
    struct verdict_memory stored;
    struct look_memory memory;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    LOOK_AUTO struct look look = { 0 };
    LOOK_AUTO struct look later = { 0 };
    theme_world_imagine(world);
    theme_world_live(world, 7);
    struct link_pair pair = first_pair(world, &arena);
    assert_ok(gather_index(&world->firm.appliance, &index));
    struct look_wanted wanted = { .pair = &pair, .source = &index, .series = LOOK_INDEX };
    assert_ok(look_take(&world->firm.appliance, &wanted, &look));
    assert_true(look.is_due);
    assert_false(look.is_verdict);
    assert_ok(look_remember(&wanted, &look, &stored));
    look_recall(&stored, &memory);
    assert_true(memory.is_there);
    assert_false(memory.is_verdict);
    assert_ok(look_store(&world->firm.appliance, &stored, 1));
    theme_world_live(world, 11);
    assert_ok(gather_index(&world->firm.appliance, &index));
    assert_ok(look_take(&world->firm.appliance, &wanted, &later));
    assert_true(later.is_due && later.is_verdict && later.is_first);
}

/* Outcomes that stop on the Tuesday of a week leave that week out. */
static void test_gather_unfinished_period_waits(void **state)
{
    struct theme_world *world = *state;
    struct gather_source index;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    GATHERED_AUTO struct gathered data = { 0 };
    theme_world_imagine(world);
    theme_world_live(world, 7);
    struct link_pair pair = first_pair(world, &arena);
    assert_ok(gather_index(&world->firm.appliance, &index));
    index.unit = LAG_UNIT_FORTNIGHT; /* one period more than the outcomes' weeks fill */
    index.first_monday = firm_day(-7);
    index.periods = 8;
    assert_ok(gather(&world->firm.appliance, &pair, &index, &data));
    assert_int_equal(data.last, 6);
    assert_true(isnan(data.outcome[7]));
    assert_true(number_is_known(data.outcome[6]));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look_recall_unreadable_memory_is_none),
        cmocka_unit_test(test_look_recall_memory_of_an_older_version_is_read),
        TEST(test_look_remember_is_read_back),
        TEST(test_look_take_registered_question_counts_from_its_day),
        TEST(test_look_take_refused_memory_is_always_due),
        TEST(test_gather_unfinished_period_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
