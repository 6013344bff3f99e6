/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/correction/ground.h"
#include "storage/difficulty_record.h"
#include "storage/flushed_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

enum { ARENA_BYTES = 8 << 20, TUESDAY = 1, WEDNESDAY = 2, ANCHOR = 1, VOICE = 7 };

/* North is daily; A and B are counted together, weekly, and on theme days in the root's pool.
 * */
static const struct firm_team SEATS[] = { { "Service/North", 24 }, { "Service/A", 6 },
                                          { "Service/B", 6 },      { "Field/East", 24 },
                                          { "Field/West", 24 },    { "Field/Night", 10 } };

struct hall {
    struct firm firm;
    struct ground ground;
    struct arena arena;
};

static int setup(void **state)
{
    struct hall *hall = mem_new(1, sizeof *hall);
    assert_non_null(hall);
    firm_start(&hall->firm, true, SEATS, sizeof SEATS / sizeof SEATS[0]);
    firm_make(&hall->firm, firm_day(0)); /* makes the units */
    hall->arena = arena_new(ARENA_BYTES);
    *state = hall;
    return 0;
}

static int teardown(void **state)
{
    struct hall *hall = *state;
    ground_close(&hall->ground);
    arena_free(&hall->arena);
    firm_end(&hall->firm);
    mem_free(hall);
    return 0;
}

static void enter(struct hall *hall, const char *first, const char *second)
{
    struct dp_problem problem = { 0 };
    struct correction correction = { .title = "Mentors",
                                     .category = CORRECTION_TRAINING,
                                     .start = firm_day(7),
                                     .target = CORRECTION_ON_INDEX };
    const char *names[] = { first, second };
    for (int i = 0; i < 2 && names[i] != NULL; i++) {
        struct team_id team = firm_team_id(&hall->firm, names[i]);
        correction.teams[correction.team_count++] = team;
    }
    assert_ok(correction_add(&hall->firm.appliance, &correction, "hr", &problem));
}

static void open_ground(struct hall *hall)
{
    assert_ok(ground_open(&hall->firm.appliance, &hall->arena, &hall->ground));
}

/* How the newest correction covers the unit of a name, at a time. */
static enum covers covers(struct hall *hall, const char *unit, enum unit_kind kind,
                          struct date at)
{
    const struct panel *panel = NULL;
    enum covers out[64];
    struct ground *ground = &hall->ground;
    assert_ok(ground_panel(ground, 0, &panel));
    assert_true(panel->rows <= 64);
    assert_ok(ground_covers(ground, panel, &ground->all[0], at, at, out));
    for (size_t row = 0; row < panel->rows; row++) {
        bool is_it = ground->units[row].kind == kind &&
                     (unit == NULL || strcmp(ground->units[row].name, unit) == 0);
        if (is_it) {
            return out[row];
        }
    }
    fail_msg("there is no such unit");
    return COVERS_NONE;
}

/* One small team of two that are counted together: neither corrected nor a comparison. */
static void test_ground_covers_part_of_a_rest_in_part(void **state)
{
    struct hall *hall = *state;
    enter(hall, "A", NULL);
    open_ground(hall);
    assert_int_equal(covers(hall, NULL, UNIT_REST, firm_day(7)), COVERS_SOME);
    assert_int_equal(covers(hall, NULL, UNIT_POOL, firm_day(7)), COVERS_SOME);
    assert_int_equal(covers(hall, "North", UNIT_TEAM, firm_day(7)), COVERS_NONE);
}

/* Both small teams are the whole of it, but not of the pool that the night shift is in, too. */
static void test_ground_covers_all_of_a_rest_by_its_teams(void **state)
{
    struct hall *hall = *state;
    enter(hall, "A", "B");
    open_ground(hall);
    assert_int_equal(covers(hall, NULL, UNIT_REST, firm_day(7)), COVERS_ALL);
    assert_int_equal(covers(hall, NULL, UNIT_POOL, firm_day(7)), COVERS_SOME);
    assert_int_equal(covers(hall, "Night", UNIT_TEAM, firm_day(7)), COVERS_NONE);
}

/* The big sibling is corrected: the rest of the department shares nobody with it. */
static void test_ground_covers_sibling_of_a_rest_not_at_all(void **state)
{
    struct hall *hall = *state;
    enter(hall, "North", NULL);
    open_ground(hall);
    assert_int_equal(covers(hall, NULL, UNIT_REST, firm_day(7)), COVERS_NONE);
    assert_int_equal(covers(hall, "North", UNIT_TEAM, firm_day(7)), COVERS_ALL);
}

/* A department covers its rest; where nobody has a seat yet, what a unit is named after
 * decides. */
static void test_ground_covers_by_name_where_nobody_is_seated(void **state)
{
    struct hall *hall = *state;
    struct date before = firm_day(-700);
    enter(hall, "Service", NULL);
    open_ground(hall);
    assert_int_equal(covers(hall, NULL, UNIT_REST, firm_day(7)), COVERS_ALL);
    assert_int_equal(covers(hall, NULL, UNIT_REST, before), COVERS_ALL);
    assert_int_equal(covers(hall, "North", UNIT_TEAM, before), COVERS_ALL);
    assert_int_equal(covers(hall, "East", UNIT_TEAM, before), COVERS_NONE);
    ground_close(&hall->ground);
    enter(hall, NULL, NULL);
    open_ground(hall);
    assert_int_equal(covers(hall, NULL, UNIT_POOL, firm_day(7)), COVERS_ALL);
    assert_int_equal(covers(hall, "East", UNIT_TEAM, before), COVERS_ALL);
}

static dp_err difficulty_job(struct store_txn *txn, void *context)
{
    return difficulty_record_put(txn, context);
}

/* Theme days lose their question's difficulty; the anchor's wording is always the same and
 * loses nothing. Week cells of weekly units count for the index; hidden cells for nothing. */
static void test_ground_panel_takes_difficulty_out_of_themes(void **state)
{
    struct hall *hall = *state;
    struct unit_id east = firm_unit(&hall->firm, "East");
    struct unit_id night = firm_unit(&hall->firm, "Night");
    const struct panel *index = NULL;
    const struct panel *voice = NULL;
    struct difficulty difficulty = { .question = { VOICE },
                                     .version = 1,
                                     .effect = 0.25,
                                     .answers = 100,
                                     .weeks = 2,
                                     .is_used = true,
                                     .fitted = firm_day(7),
                                     .var_item = 0.1,
                                     .var_resid = 0.8 };
    struct cell cell = { .unit = east,
                         .period_kind = PERIOD_DAY,
                         .period_start = firm_day(WEDNESDAY),
                         .question = { VOICE },
                         .question_version = 1,
                         .headcount = 24,
                         .n = 20,
                         .mean_hundredths = 350,
                         .favourable_pct = 50 };
    assert_ok(store_write(hall->firm.appliance.office, difficulty_job, &difficulty));
    firm_put_day(&hall->firm, firm_day(TUESDAY), (struct question_id){ ANCHOR });
    firm_put_day(&hall->firm, firm_day(WEDNESDAY), (struct question_id){ VOICE });
    firm_put_cell(&hall->firm, &cell);
    cell.period_start = firm_day(7 + WEDNESDAY);
    cell.n = 10;
    cell.mean_hundredths = 320;
    firm_put_cell(&hall->firm, &cell);
    cell.period_start = firm_day(TUESDAY);
    cell.question.value = ANCHOR;
    firm_put_cell(&hall->firm, &cell);
    cell.unit = night;
    cell.period_kind = PERIOD_WEEK;
    cell.period_start = firm_day(0);
    cell.mean_hundredths = 410;
    firm_put_cell(&hall->firm, &cell);
    firm_at(&hall->firm, firm_day(14), 600);
    open_ground(hall);
    assert_ok(ground_panel(&hall->ground, THEME_ANCHOR, &index));
    assert_ok(ground_panel(&hall->ground, THEME_VOICE, &voice));
    size_t east_row = ground_row(&hall->ground, east);
    size_t night_row = ground_row(&hall->ground, night);
    assert_int_equal(index->periods.count, 2);
    assert_int_equal(voice->periods.count, 1);
    assert_true(fabs(voice->values[east_row] - (3.4 - 0.25)) < 1e-12);
    assert_true(fabs(voice->weights[east_row] - 30) < 1e-12);
    assert_true(fabs(index->values[east_row * 2] - 3.2) < 1e-12);
    assert_true(fabs(index->values[night_row * 2] - 4.1) < 1e-12);
    assert_true(isnan(index->values[east_row * 2 + 1]));
    assert_int_equal(ground_row(&hall->ground, (struct unit_id){ 9999 }),
                     hall->ground.unit_count);
}

/* A ninth and a seventeenth wording keep their own difficulty; one without any loses nothing. */
static void test_ground_panel_keeps_wordings_apart(void **state)
{
    struct hall *hall = *state;
    struct unit_id east = firm_unit(&hall->firm, "East");
    const struct panel *voice = NULL;
    static const uint16_t versions[] = { 1, 8, 9, 17, 65535 };
    for (int i = 0; i < 5; i++) {
        struct difficulty difficulty = { .question = { VOICE },
                                         .version = versions[i],
                                         .effect = 0.1 * (i + 1),
                                         .answers = 100,
                                         .weeks = 2,
                                         .is_used = true,
                                         .fitted = firm_day(7),
                                         .var_item = 0.1,
                                         .var_resid = 0.8 };
        assert_ok(store_write(hall->firm.appliance.office, difficulty_job, &difficulty));
    }
    static const struct {
        uint16_t version;
        double effect;
    } cases[] = { { 8, 0.2 }, { 9, 0.3 }, { 17, 0.4 }, { 65535, 0.5 }, { 10, 0.0 } };
    firm_put_day(&hall->firm, firm_day(WEDNESDAY), (struct question_id){ VOICE });
    firm_at(&hall->firm, firm_day(14), 600);
    for (int i = 0; i < 5; i++) {
        struct cell cell = { .unit = east,
                             .period_kind = PERIOD_DAY,
                             .period_start = firm_day(WEDNESDAY),
                             .question = { VOICE },
                             .question_version = cases[i].version,
                             .headcount = 24,
                             .n = 20,
                             .mean_hundredths = 350,
                             .favourable_pct = 50 };
        firm_put_cell(&hall->firm, &cell);
        open_ground(hall);
        assert_ok(ground_panel(&hall->ground, THEME_VOICE, &voice));
        double value = voice->values[ground_row(&hall->ground, east)];
        assert_true(fabs(value - (3.5 - cases[i].effect)) < 1e-12);
        assert_true(fabs(voice->invited[ground_row(&hall->ground, east)] - 24) < 1e-12);
        ground_close(&hall->ground);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ground_covers_part_of_a_rest_in_part),
        TEST(test_ground_covers_all_of_a_rest_by_its_teams),
        TEST(test_ground_covers_sibling_of_a_rest_not_at_all),
        TEST(test_ground_covers_by_name_where_nobody_is_seated),
        TEST(test_ground_panel_takes_difficulty_out_of_themes),
        TEST(test_ground_panel_keeps_wordings_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
