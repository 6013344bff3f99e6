/* SPDX-License-Identifier: MIT */
/* Difficulty, theme series and the map; the links are in test_theme_links.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/service/theme/theme.h"
#include "app/stats/items.h"
#include "storage/difficulty_record.h"
#include "storage/flushed_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/theme_world.h"

enum { FORTNIGHTS = 30, ARENA_BYTES = 16 << 20, NOBODYS_TEAM = 4711, FORTNIGHT = 14 };

static const struct team_id ROOT = { TEAM_ROOT };
static const double NEAR = 1e-9;
static const double FLAT = 0.03; /* rounded cells, and effects that are shrunken a little */

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

/* Everybody always feels the same; the questions differ. */
static void stay_flat(struct theme_world *world)
{
    theme_world_imagine(world);
    for (int j = 0; j < WORLD_SERIES; j++) {
        for (int t = 0; t < WORLD_FORTNIGHTS; t++) {
            world->index[j][t] = 3.3;
            for (int theme = 0; theme < QUESTION_THEMES; theme++) {
                world->mood[j][theme][t] = 3.3;
            }
        }
    }
}

static struct theme_series series_of(struct theme_world *world, struct team_id team,
                                     enum theme theme, struct arena *arena)
{
    struct theme_series series;
    assert_ok(theme_series_of(&world->firm.appliance, ROOT, team, theme, 0, arena, &series));
    return series;
}

/* Largest less smallest of the shown points, adjusted and raw. */
static void spread_of(const struct theme_series *series, double *adjusted, double *raw)
{
    double low[2] = { 9, 9 };
    double high[2] = { 0, 0 };
    for (size_t t = 0; t < series->fortnights; t++) {
        double here[2] = { series->points[t].figure.mean, series->points[t].raw_mean };
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], here[k]);
            high[k] = fmax(high[k], here[k]);
        }
    }
    *adjusted = high[0] - low[0];
    *raw = high[1] - low[1];
}

/* ---- Invalid first -------------------------------------------------------------------------------- */

static void test_theme_series_of_wrong_question_is_refused(void **state)
{
    struct theme_world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    struct theme_series series;
    struct team_id nobody = { NOBODYS_TEAM };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    ARENA_AUTO struct arena narrow = arena_new(8);
    assert_err(theme_series_of(appliance, ROOT, ROOT, THEME_ANCHOR, 0, &arena, &series),
               DP_INVALID);
    assert_err(theme_series_of(appliance, ROOT, ROOT, THEME_COUNT, 0, &arena, &series),
               DP_INVALID);
    assert_err(theme_series_of(appliance, ROOT, nobody, THEME_TEAM, 0, &arena, &series),
               DP_NOT_FOUND);
    assert_err(theme_series_of(appliance, world->teams[0], world->teams[1], THEME_TEAM, 0,
                               &arena, &series),
               DP_FORBIDDEN);
    assert_err(theme_series_of(appliance, ROOT, ROOT, THEME_TEAM, 0, &narrow, &series),
               DP_NO_MEMORY);
}

static void test_theme_map_of_wrong_top_is_refused(void **state)
{
    struct theme_world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    struct theme_map map;
    struct team_id nobody = { NOBODYS_TEAM };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    ARENA_AUTO struct arena narrow = arena_new(8);
    assert_err(theme_map_of(appliance, nobody, &arena, &map), DP_NOT_FOUND);
    assert_err(theme_map_below(appliance, world->teams[0], world->teams[1], &arena, &map),
               DP_FORBIDDEN);
    assert_err(theme_map_of(appliance, ROOT, &narrow, &map), DP_NO_MEMORY);
}

/* Before the first evening there is nothing, and nothing fails. */
static void test_theme_before_the_first_evening_is_empty(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    struct theme_board *board = NULL;
    struct date first;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    assert_ok(theme_refit(&world->firm.appliance));
    struct theme_series series = series_of(world, ROOT, THEME_TEAM, &arena);
    assert_int_equal(series.fortnights, 0);
    assert_int_equal(series.last, -1);
    assert_false(series.is_adjusted);
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    assert_false(map.columns[0].has_now);
    assert_int_equal(map.rows[0].cells[0].state, THEME_STATE_NOT_ASKED);
    assert_ok(theme_board_open(&world->firm.appliance, &board));
    assert_int_equal(theme_board_fortnights(board, &first), 0);
    theme_board_close(board);
    theme_board_close(NULL);
}

static dp_err many_job(struct store_txn *txn, void *context)
{
    const struct theme_world *world = context;
    for (int i = 0; i <= ITEMS_MAX; i++) {
        struct cell cell = { .unit = world->units[0],
                             .period_kind = PERIOD_DAY,
                             .period_start = firm_day(0),
                             .question = { (uint16_t)(i + 1) },
                             .question_version = 1,
                             .headcount = 24,
                             .n = WORLD_N,
                             .mean_hundredths = 300,
                             .favourable_pct = 50 };
        DP_TRY(cell_record_put(txn, &cell));
    }
    return DP_SUCCESS;
}

/* One question more than the model takes. */
static void test_theme_refit_too_many_questions_is_refused(void **state)
{
    struct theme_world *world = *state;
    firm_put_day(&world->firm, firm_day(0), (struct question_id){ 1 });
    assert_ok(store_write(world->firm.appliance.results, many_job, world));
    assert_err(theme_refit(&world->firm.appliance), DP_OUT_OF_RANGE);
}

/* ---- Difficulty ----------------------------------------------------------------------------------- */

static struct difficulty difficulty_of(struct theme_world *world, struct question_id question)
{
    struct difficulty found = { 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(difficulty_record_get(txn, question, 1, &found));
    return found;
}

static bool has_difficulty(struct theme_world *world, struct question_id question)
{
    struct difficulty found;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    return err_is_ok(difficulty_record_get(txn, question, 1, &found));
}

static dp_err difficulty_job(struct store_txn *txn, void *context)
{
    return difficulty_record_put(txn, context);
}

/* Where the mood is flat the adjusted series is, the raw one is not; the stored effects are the
 * questions' own, but for a common shift. */
static void test_theme_refit_takes_difficulty_out(void **state)
{
    struct theme_world *world = *state;
    double adjusted = 0;
    double raw = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    stay_flat(world);
    theme_world_live(world, FORTNIGHTS);
    struct theme_series before = series_of(world, ROOT, THEME_VOICE, &arena);
    assert_false(before.is_adjusted);
    spread_of(&before, &adjusted, &raw);
    assert_true(fabs(adjusted - raw) < NEAR);
    assert_ok(theme_refit(&world->firm.appliance));
    for (int theme = THEME_PURPOSE; theme < THEME_COUNT; theme++) {
        struct theme_series series = series_of(world, world->teams[1], (enum theme)theme,
                                               &arena);
        assert_true(series.is_adjusted);
        assert_int_equal(series.fortnights, FORTNIGHTS);
        assert_int_equal(series.last, FORTNIGHTS - 1);
        spread_of(&series, &adjusted, &raw);
        assert_true(adjusted < FLAT);
        assert_true(raw > 0.4);
    }
    struct question_id one = theme_world_question(world, THEME_TEAM, 0);
    struct question_id other = theme_world_question(world, THEME_TEAM, 3);
    double wanted = world->difficulty[THEME_TEAM][0] - world->difficulty[THEME_TEAM][3];
    double found = difficulty_of(world, one).effect - difficulty_of(world, other).effect;
    assert_true(fabs(found - wanted) < FLAT);
}

/* Moods that come and go, together in all themes, are the weeks' and not the questions': with each
 * question asked twice, the effects are still the questions' own, and the series is the mood. */
static void test_theme_refit_leaves_the_mood_in_place(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    for (int j = 0; j < WORLD_SERIES; j++) {
        for (int t = 0; t < WORLD_FORTNIGHTS; t++) {
            world->index[j][t] += 1.0 * (world->index[0][t] - 3.3); /* large, and shared */
        }
        for (int theme = 0; theme < QUESTION_THEMES; theme++) {
            memcpy(world->mood[j][theme], world->index[j], sizeof world->index[j]);
        }
    }
    theme_world_live(world, 2 * QUESTION_PER_THEME);
    assert_ok(theme_refit(&world->firm.appliance));
    for (int theme = THEME_PURPOSE; theme < THEME_COUNT; theme++) {
        struct theme_series series = series_of(world, world->teams[1], (enum theme)theme,
                                               &arena);
        double shift = series.points[0].figure.mean - world->index[1][0];
        for (size_t t = 1; t < series.fortnights; t++) {
            double here = series.points[t].figure.mean - world->index[1][t];
            assert_true(fabs(here - shift) < 0.1); /* a tenth is left to shrinking */
        }
    }
}

/* What is stored of each question; a second fit puts it in its place. */
static void test_theme_refit_stores_what_each_question_rests_on(void **state)
{
    struct theme_world *world = *state;
    struct difficulty gone = { .question = { 999 }, .version = 1 };
    assert_ok(store_write(world->firm.appliance.office, difficulty_job, &gone));
    stay_flat(world);
    theme_world_live(world, 10);
    assert_ok(theme_refit(&world->firm.appliance));
    assert_false(has_difficulty(world, gone.question));
    struct difficulty found = difficulty_of(world, theme_world_question(world, THEME_TEAM, 0));
    assert_true(found.is_used);
    assert_int_equal(found.weeks, 2); /* fortnights 0 and 5 */
    assert_int_equal(found.answers, 2 * WORLD_SERIES * WORLD_N);
    assert_int_equal(found.fitted.days, appliance_today(&world->firm.appliance).days);
    assert_true(found.var_item > 0.0);
    assert_true(fabs(found.var_resid - 0.61) <
                0.02); /* sd .8 in cells whose means fit exactly */
    assert_int_equal(difficulty_of(world, (struct question_id){ 1 }).weeks, 20);
    theme_world_live(world, 20);
    assert_ok(theme_refit(&world->firm.appliance));
    assert_int_equal(difficulty_of(world, theme_world_question(world, THEME_TEAM, 0)).weeks, 4);
}

/* A question asked once has no effect, and its fortnight is marked in every team. */
static void test_theme_refit_single_question_marks_its_fortnight(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    stay_flat(world);
    world->is_single[THEME_GROWTH] = true;
    theme_world_live(world, FORTNIGHTS);
    assert_ok(theme_refit(&world->firm.appliance));
    struct difficulty single = difficulty_of(world,
                                             theme_world_question(world, THEME_GROWTH, 0));
    assert_false(single.is_used);
    assert_int_equal(single.weeks, 1);
    assert_true(fabs(single.effect) < NEAR);
    struct theme_series series = series_of(world, world->teams[2], THEME_GROWTH, &arena);
    assert_true(series.points[0].has_single_item);
    assert_true(fabs(series.points[0].figure.mean - series.points[0].raw_mean) < NEAR);
    for (size_t t = 1; t < series.fortnights; t++) {
        assert_false(series.points[t].has_single_item);
    }
    struct theme_series other = series_of(world, world->teams[2], THEME_VOICE, &arena);
    assert_false(other.points[0].has_single_item);
}

/* ---- Series --------------------------------------------------------------------------------------- */

static void hide(struct theme_world *world, int series, enum theme theme, int32_t fortnight)
{
    struct cell cell = { .unit = world->units[series],
                         .period_kind = PERIOD_DAY,
                         .period_start = theme_world_day(theme, fortnight),
                         .question = theme_world_question(world, theme, fortnight),
                         .question_version = 1,
                         .status = CELL_HIDDEN,
                         .headcount = 24 };
    firm_put_cell(&world->firm, &cell);
}

/* Weighted by answers, with the interval of statistics.md 2: n = 20, sd .8, 19 degrees of freedom. */
static void test_theme_series_of_team_and_company_add_up(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 10);
    struct theme_series north = series_of(world, world->teams[0], THEME_TEAM, &arena);
    const struct theme_point *point = &north.points[9];
    assert_int_equal(point->state, THEME_STATE_SHOWN);
    assert_int_equal(point->figure.n, WORLD_N);
    double half = 2.0930240544 * 0.8 / sqrt(20.0);
    assert_true(fabs(point->figure.hi - point->figure.mean - half) < 1e-6);
    assert_true(fabs(point->figure.se_df - 19.0) < NEAR);
    double sum = 0;
    for (int j = 0; j < WORLD_SERIES; j++) {
        sum += series_of(world, world->teams[j], THEME_TEAM, &arena).points[9].raw_mean;
    }
    struct theme_series all = series_of(world, ROOT, THEME_TEAM, &arena);
    assert_int_equal(all.points[9].figure.n, WORLD_SERIES * WORLD_N);
    assert_true(fabs(all.points[9].raw_mean - sum / WORLD_SERIES) < NEAR);
}

/* Hidden is "fewer than 5", not asked is not asked; the newest ones alone; the running one is marked. */
static void test_theme_series_of_hidden_and_not_asked_are_told_apart(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 10);
    hide(world, 0, THEME_TEAM, 8);
    struct theme_series north = series_of(world, world->teams[0], THEME_TEAM, &arena);
    assert_int_equal(north.points[8].state, THEME_STATE_FEWER);
    assert_int_equal(north.points[8].figure.cells_hidden, 1);
    assert_true(isnan(north.points[8].figure.mean));
    assert_true(isnan(north.points[8].raw_mean));
    firm_put_day(&world->firm, firm_day(FORTNIGHT * 10 + 1), (struct question_id){ 1 });
    firm_at(&world->firm, firm_day(FORTNIGHT * 10 + 2), 600);
    north = series_of(world, world->teams[0], THEME_TEAM, &arena);
    assert_int_equal(north.fortnights, 11);
    assert_int_equal(north.points[10].state, THEME_STATE_NOT_ASKED);
    assert_true(north.points[10].is_running);
    assert_false(north.points[9].is_running);
    assert_int_equal(north.last, 9);
    struct theme_series newest;
    assert_ok(theme_series_of(&world->firm.appliance, ROOT, world->teams[0], THEME_TEAM, 3,
                              &arena, &newest));
    assert_int_equal(newest.fortnights, 3);
    assert_int_equal(newest.points[0].state, THEME_STATE_FEWER);
    assert_int_equal(newest.first_monday.days, firm_day(FORTNIGHT * 8).days);
    assert_int_equal(newest.points[0].figure.start.days, newest.first_monday.days);
}

/* A weekly unit reads its pool, if the viewer may see the pool; too small a team never reads. */
static void test_theme_series_of_weekly_unit_reads_its_pool(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 10);
    struct theme_series field = series_of(world, world->field, THEME_TEAM, &arena);
    struct theme_series lab = series_of(world, world->weekly[0], THEME_TEAM, &arena);
    assert_int_equal(field.reader.reading, THEME_READ_OWN);
    assert_false(field.reader.is_partial);
    assert_int_equal(lab.reader.reading, THEME_READ_POOL);
    assert_true(strlen(lab.reader.pool) > 0);
    assert_int_equal(lab.points[9].state, THEME_STATE_SHOWN);
    assert_true(fabs(lab.points[9].figure.mean - field.points[9].figure.mean) < NEAR);
    struct theme_series own;
    assert_ok(theme_series_of(&world->firm.appliance, world->weekly[0], world->weekly[0],
                              THEME_TEAM, 0, &arena, &own));
    assert_int_equal(own.reader.reading, THEME_READ_OUTSIDE);
    assert_string_equal(own.reader.pool, "");
    assert_int_equal(own.points[9].state, THEME_STATE_NO_FIGURE);
    assert_true(isnan(own.points[9].figure.mean));
    struct theme_series tiny = series_of(world, world->tiny, THEME_TEAM, &arena);
    assert_int_equal(tiny.reader.reading, THEME_READ_NO_UNIT);
    assert_int_equal(tiny.points[9].state, THEME_STATE_NO_FIGURE);
    assert_int_equal(tiny.last, -1);
}

/* The board gives what theme_series_of() gives, for any team. */
static void test_theme_board_series_is_the_same_as_one_by_one(void **state)
{
    struct theme_world *world = *state;
    THEME_BOARD_AUTO struct theme_board *board = NULL;
    struct theme_series from_board;
    struct date first;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 10);
    assert_ok(theme_refit(&world->firm.appliance));
    assert_ok(theme_board_open(&world->firm.appliance, &board));
    assert_int_equal(theme_board_fortnights(board, &first), 10);
    assert_int_equal(first.days, firm_day(0).days);
    struct team_id teams[] = { ROOT, world->teams[0], world->field, world->weekly[1] };
    for (size_t i = 0; i < sizeof teams / sizeof teams[0]; i++) {
        struct theme_series alone = series_of(world, teams[i], THEME_WORKLOAD, &arena);
        assert_ok(
            theme_board_series(board, ROOT, teams[i], THEME_WORKLOAD, &arena, &from_board));
        assert_int_equal(alone.fortnights, from_board.fortnights);
        for (size_t t = 0; t < alone.fortnights; t++) {
            const struct series_point *one = &alone.points[t].figure;
            const struct series_point *other = &from_board.points[t].figure;
            assert_int_equal(alone.points[t].state, from_board.points[t].state);
            assert_int_equal(one->n, other->n);
            assert_true(fabs(one->mean - other->mean) < NEAR);
            assert_true(fabs(one->hi - other->hi) < NEAR);
            assert_true(fabs(alone.points[t].raw_mean - from_board.points[t].raw_mean) < NEAR);
        }
    }
    assert_err(theme_board_series(board, ROOT, ROOT, THEME_ANCHOR, &arena, &from_board),
               DP_INVALID);
    assert_err(theme_board_series(board, ROOT, (struct team_id){ NOBODYS_TEAM }, THEME_TEAM,
                                  &arena, &from_board),
               DP_NOT_FOUND);
    assert_err(theme_board_series(board, world->field, world->teams[0], THEME_TEAM, &arena,
                                  &from_board),
               DP_FORBIDDEN);
}

/* ---- The map -------------------------------------------------------------------------------------- */

static const struct theme_map_row *row_of(const struct theme_map *map, struct team_id team)
{
    for (size_t i = 0; i < map->row_count; i++) {
        if (map->rows[i].team.value == team.value) {
            return &map->rows[i];
        }
    }
    fail_msg("no row of team %u", team.value);
    return &map->rows[0];
}

static dp_err holiday_job(struct store_txn *txn, void *context)
{
    const struct date *day = context;
    return flushed_record_delete(txn, (struct epoch_id){ *day });
}

/* A theme whose day was a holiday stands one fortnight earlier than the others. */
static void test_theme_map_of_holiday_shows_the_fortnight_before(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 6);
    struct date day = theme_world_day(THEME_WORKLOAD, 5);
    assert_ok(store_write(world->firm.appliance.results, holiday_job, &day));
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    const struct theme_map_column *column = &map.columns[THEME_WORKLOAD - THEME_FIRST];
    assert_int_equal(column->now.days, firm_day(FORTNIGHT * 4).days);
    assert_int_equal(column->before.days, firm_day(FORTNIGHT * 3).days);
    assert_int_equal(map.columns[0].now.days, firm_day(FORTNIGHT * 5).days);
    assert_int_equal(map.rows[0].cells[THEME_WORKLOAD - THEME_FIRST].now.figure.start.days,
                     column->now.days);
}

/* The newest fortnight that is over and was asked, against the one before. */
static void test_theme_map_of_shows_the_newest_complete_fortnight(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 10);
    hide(world, 1, THEME_VOICE, 9);
    assert_ok(theme_refit(&world->firm.appliance));
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    assert_true(map.is_adjusted);
    assert_int_equal(map.rows[0].depth, 0);
    assert_int_equal(map.rows[0].team.value, TEAM_ROOT);
    assert_int_equal(map.row_count, 1 + WORLD_DAILY + 5); /* Field, Lab, Van, Tiny, Mini */
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        assert_true(map.columns[i].has_now && map.columns[i].has_before);
        assert_int_equal(map.columns[i].now.days, firm_day(FORTNIGHT * 9).days);
        assert_int_equal(map.columns[i].before.days, firm_day(FORTNIGHT * 8).days);
        assert_true(number_is_known(map.columns[i].usual_level));
    }
    const struct theme_map_row *north = row_of(&map, world->teams[0]);
    struct theme_series series = series_of(world, world->teams[0], THEME_VOICE, &arena);
    const struct theme_map_cell *cell = &north->cells[THEME_VOICE - THEME_FIRST];
    assert_int_equal(cell->state, THEME_STATE_SHOWN);
    assert_true(fabs(cell->now.figure.mean - series.points[9].figure.mean) < NEAR);
    double change = series.points[9].figure.mean - series.points[8].figure.mean;
    assert_true(fabs(cell->change.value - change) < NEAR);
    double half = 2.0243941645 * 0.8 * sqrt(2.0 / 20.0); /* Welch: 38 degrees of freedom */
    assert_true(fabs(cell->change.hi - cell->change.value - half) < 1e-6);
    const struct theme_map_row *south = row_of(&map, world->teams[1]);
    assert_int_equal(south->cells[THEME_VOICE - THEME_FIRST].state, THEME_STATE_FEWER);
    assert_true(isnan(south->cells[THEME_VOICE - THEME_FIRST].change.value));
    assert_int_equal(row_of(&map, world->weekly[0])->reader.reading, THEME_READ_POOL);
    assert_int_equal(row_of(&map, world->weekly[0])->cells[0].state, THEME_STATE_SHOWN);
    assert_int_equal(row_of(&map, world->tiny)->cells[0].state, THEME_STATE_NO_FIGURE);
}

/* One fortnight alone has nothing before it; while it runs it is not shown at all. */
static void test_theme_map_of_first_fortnight_has_no_change(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 1);
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    assert_true(map.columns[0].has_now);
    assert_false(map.columns[0].has_before);
    assert_int_equal(map.rows[0].cells[0].state, THEME_STATE_SHOWN);
    assert_true(isnan(map.rows[0].cells[0].change.value));
    assert_true(isnan(map.columns[0].usual_level));
    firm_at(&world->firm, firm_day(FORTNIGHT - 1), 600);
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    assert_false(map.columns[0].has_now);
    assert_int_equal(map.rows[0].cells[0].state, THEME_STATE_NOT_ASKED);
}

/* A manager's map holds the own teams alone. */
static void test_theme_map_below_manager_sees_own_teams(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 3);
    assert_ok(theme_map_of(&world->firm.appliance, world->field, &arena, &map));
    assert_int_equal(map.row_count, 5);
    assert_string_equal(map.rows[1].name, "Lab");
    assert_int_equal(map.rows[1].reader.reading, THEME_READ_POOL);
    assert_ok(theme_map_of(&world->firm.appliance, world->weekly[0], &arena, &map));
    assert_int_equal(map.row_count, 1);
    assert_int_equal(map.rows[0].reader.reading, THEME_READ_OUTSIDE);
    assert_int_equal(map.rows[0].cells[0].state, THEME_STATE_NO_FIGURE);
    assert_ok(theme_map_below(&world->firm.appliance, ROOT, world->weekly[0], &arena, &map));
    assert_int_equal(map.rows[0].reader.reading, THEME_READ_POOL);
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

static double number_at(struct json_value value, const char *key)
{
    double number = 0;
    assert_ok(json_read_double(json_get(value, key), &number));
    return number;
}

static void assert_text(struct json_value value, const char *key, const char *wanted)
{
    struct str text;
    assert_ok(json_read_text(json_get(value, key), &text));
    assert_true(str_equal(text, str_of(wanted)));
}

/* What is hidden has a status and no figures. */
static void test_theme_series_json_hidden_has_no_figures(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    BUF_AUTO struct buf text = buf_new(1 << 20);
    JSON_DOC_AUTO struct json_doc *doc = NULL;
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    theme_world_imagine(world);
    theme_world_live(world, 4);
    hide(world, 0, THEME_TEAM, 2);
    struct theme_series series = series_of(world, world->teams[0], THEME_TEAM, &arena);
    theme_series_json(&series, &json);
    assert_ok(json_finish(&json));
    assert_ok(json_parse(buf_str(&text), 1 << 20, &doc, NULL));
    struct json_value root = json_root(doc);
    assert_text(root, "theme", "team");
    assert_text(root, "unit", "fortnight");
    assert_text(root, "reading", "own");
    struct json_value list = json_get(root, "fortnights");
    assert_int_equal(json_count(list), 4);
    assert_text(json_at(list, 2), "status", "hidden");
    assert_int_equal(json_kind_of(json_get(json_at(list, 2), "mean")), JSON_KIND_ABSENT);
    assert_int_equal(json_kind_of(json_get(json_at(list, 2), "n")), JSON_KIND_ABSENT);
    assert_text(json_at(list, 3), "status", "shown");
    assert_true(fabs(number_at(json_at(list, 3), "mean") - series.points[3].figure.mean) <
                NEAR);
    assert_true(fabs(number_at(json_at(list, 3), "raw_mean") - series.points[3].raw_mean) <
                NEAR);
    assert_true(fabs(number_at(json_at(list, 3), "n") - WORLD_N) < NEAR);
}

static void test_theme_map_json_names_teams_and_themes(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    BUF_AUTO struct buf text = buf_new(1 << 20);
    JSON_DOC_AUTO struct json_doc *doc = NULL;
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    theme_world_imagine(world);
    theme_world_live(world, 4);
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    theme_map_json(&map, &json);
    assert_ok(json_finish(&json));
    assert_ok(json_parse(buf_str(&text), 1 << 20, &doc, NULL));
    struct json_value root = json_root(doc);
    struct json_value teams = json_get(root, "teams");
    assert_int_equal(json_count(json_get(root, "themes")), QUESTION_THEMES);
    assert_int_equal(json_count(teams), map.row_count);
    struct json_value cell = json_at(json_get(json_at(teams, 0), "cells"), 0);
    assert_text(cell, "status", "shown");
    assert_true(fabs(number_at(cell, "n") - WORLD_SERIES * WORLD_N) < NEAR);
    assert_int_equal(json_count(json_get(cell, "change_ci")), 2);
    struct json_value last = json_at(teams, map.row_count - 1);
    assert_text(last, "reading", "no_unit");
    assert_text(json_at(json_get(last, "cells"), 0), "status", "no_figure");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* A fortnight with a box that is not opened yet still changes: it is running, and no column of the map. */
static void test_theme_fortnight_with_a_box_is_running(void **state)
{
    struct theme_world *world = *state;
    struct theme_map map;
    struct date saturday = firm_day(FORTNIGHT * 9 + 5);
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 10);
    assert_false(series_of(world, world->teams[0], THEME_VOICE, &arena).points[9].is_running);
    firm_ask(&world->firm, saturday, (struct question_id){ 7 });
    firm_make(&world->firm, saturday);
    firm_at(&world->firm, firm_day(FORTNIGHT * 10), 12 * 60);
    struct theme_series north = series_of(world, world->teams[0], THEME_VOICE, &arena);
    assert_true(north.points[9].is_running);
    assert_false(north.points[8].is_running);
    assert_ok(theme_map_of(&world->firm.appliance, ROOT, &arena, &map));
    assert_int_equal(map.columns[0].now.days, firm_day(FORTNIGHT * 8).days);
}

/* A manager gets the same adjusted figures, and neither raw means nor the usual levels, from which
 * those of the other teams could be worked out: not in the series, the map or their JSON. */
static void test_theme_manager_gets_adjusted_figures_alone(void **state)
{
    struct theme_world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    struct team_id north = world->teams[0];
    struct theme_series own;
    struct theme_map map;
    BUF_AUTO struct buf text = buf_new(ARENA_BYTES);
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, 12);
    assert_ok(theme_refit(appliance));
    struct theme_series all = series_of(world, north, THEME_TEAM, &arena);
    assert_ok(theme_series_of(appliance, north, north, THEME_TEAM, 0, &arena, &own));
    assert_int_equal(own.fortnights, all.fortnights);
    for (size_t t = 0; t < own.fortnights; t++) {
        assert_int_equal(own.points[t].state, THEME_STATE_SHOWN);
        assert_true(fabs(own.points[t].figure.mean - all.points[t].figure.mean) < NEAR);
        assert_true(number_is_known(all.points[t].raw_mean));
        assert_false(number_is_known(own.points[t].raw_mean));
    }
    assert_ok(theme_map_of(appliance, north, &arena, &map));
    assert_true(map.is_adjusted);
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        assert_false(number_is_known(map.columns[i].usual_level));
        assert_int_equal(map.rows[0].cells[i].state, THEME_STATE_SHOWN);
        assert_false(number_is_known(map.rows[0].cells[i].now.raw_mean));
        assert_false(number_is_known(map.rows[0].cells[i].before.raw_mean));
    }
    struct json_writer map_json = json_writer_new(&text, JSON_COMPACT);
    theme_map_json(&map, &map_json);
    struct json_writer own_json = json_writer_new(&text, JSON_COMPACT);
    theme_series_json(&own, &own_json);
    buf_add_char(&text, '\0');
    assert_ok(buf_finish(&text));
    assert_non_null(strstr(text.data, "\"raw_mean\":null"));
    assert_null(strstr(text.data, "\"raw_mean\":3"));
    assert_non_null(strstr(text.data, "\"usual_level\":null"));
    assert_null(strstr(text.data, "\"usual_level\":0"));
    assert_null(strstr(text.data, "\"usual_level\":-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_theme_series_of_wrong_question_is_refused),
        TEST(test_theme_map_of_wrong_top_is_refused),
        TEST(test_theme_before_the_first_evening_is_empty),
        TEST(test_theme_refit_too_many_questions_is_refused),
        TEST(test_theme_refit_takes_difficulty_out),
        TEST(test_theme_refit_leaves_the_mood_in_place),
        TEST(test_theme_refit_stores_what_each_question_rests_on),
        TEST(test_theme_refit_single_question_marks_its_fortnight),
        TEST(test_theme_series_of_team_and_company_add_up),
        TEST(test_theme_series_of_hidden_and_not_asked_are_told_apart),
        TEST(test_theme_series_of_weekly_unit_reads_its_pool),
        TEST(test_theme_board_series_is_the_same_as_one_by_one),
        TEST(test_theme_map_of_shows_the_newest_complete_fortnight),
        TEST(test_theme_map_of_holiday_shows_the_fortnight_before),
        TEST(test_theme_map_of_first_fortnight_has_no_change),
        TEST(test_theme_map_below_manager_sees_own_teams),
        TEST(test_theme_fortnight_with_a_box_is_running),
        TEST(test_theme_manager_gets_adjusted_figures_alone),
        TEST(test_theme_series_json_hidden_has_no_figures),
        TEST(test_theme_map_json_names_teams_and_themes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
