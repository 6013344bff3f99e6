/* SPDX-License-Identifier: MIT */
/* Which themes move with an outcome: looks, their memory, and paying for many of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/service/link/look.h"
#include "app/service/theme/theme.h"
#include "app/stats/padjust.h"
#include "tests/support/support.h"
#include "tests/unit/service/theme_world.h"

enum {
    FORTNIGHTS = 44,
    LEAD = 1,
    CSAT = 0, /* outcomes of the world */
    WAITING = 1,
    PAIRS = WORLD_OUTCOMES * QUESTION_THEMES,
    ARENA_BYTES = 32 << 20
};

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

/* The evening of the day the world lives in. */
static void evening(struct theme_world *world)
{
    assert_ok(theme_refit(&world->firm.appliance));
    assert_ok(theme_refresh(&world->firm.appliance));
}

static struct theme_links links_of(struct theme_world *world, struct arena *arena)
{
    struct theme_links links;
    assert_ok(theme_links_of(&world->firm.appliance, STR(""), STR(""), arena, &links));
    return links;
}

static const struct theme_link *find_link(const struct theme_links *links, const char *metric,
                                          enum theme theme)
{
    for (size_t i = 0; i < links->count; i++) {
        const struct theme_link *link = &links->links[i];
        if (link->theme == theme && strcmp(link->pair.metric.code, metric) == 0) {
            return link;
        }
    }
    fail_msg("no link of %s and %s", theme_code(theme), metric);
    return &links->links[0];
}

/* Customers' satisfaction follows "serving customers" by a fortnight; all else is chance. */
static void live_with_one_link(struct theme_world *world, int32_t fortnights)
{
    theme_world_imagine(world);
    theme_world_follow(world, CSAT, THEME_CUSTOMERS, LEAD);
    theme_world_live(world, fortnights);
}

/* ---- Invalid first -------------------------------------------------------------------------------- */

static void test_theme_links_of_unknown_outcome_is_not_found(void **state)
{
    struct theme_world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    struct theme_links links;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    ARENA_AUTO struct arena narrow = arena_new(8);
    assert_err(theme_links_of(appliance, STR("csat_mean"), STR(""), &arena, &links),
               DP_NOT_FOUND);
    assert_ok(theme_links_of(appliance, STR(""), STR(""), &arena, &links));
    assert_int_equal(links.possible, 0);
    live_with_one_link(world, 3);
    assert_err(theme_links_of(appliance, STR("csat"), STR(""), &arena, &links), DP_NOT_FOUND);
    assert_err(theme_links_of(appliance, STR("csat_mean"), STR("other"), &arena, &links),
               DP_NOT_FOUND);
    assert_err(theme_links_of(appliance, STR(""), STR(""), &narrow, &links), DP_NO_MEMORY);
    assert_ok(theme_links_of(appliance, STR("csat_mean"), STR("file"), &arena, &links));
    assert_int_equal(links.count, QUESTION_THEMES);
    assert_int_equal(links.possible, PAIRS);
}

/* Before the first evening nothing was looked at. */
static void test_theme_links_of_before_the_evening_is_pending(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, FORTNIGHTS);
    struct theme_links links = links_of(world, &arena);
    assert_int_equal(links.count, PAIRS);
    assert_int_equal(links.examined, 0);
    assert_int_equal(links.listed, 0);
    assert_int_equal(links.links_examined, 0);
    for (size_t i = 0; i < links.count; i++) {
        assert_int_equal(links.links[i].state, THEME_LINK_PENDING);
        assert_false(links.links[i].is_listed);
    }
}

/* ---- Finding -------------------------------------------------------------------------------------- */

/* The theme that leads is listed alone and with its lead; what is chance is not. */
static void test_theme_refresh_leading_theme_is_listed_chance_is_not(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, FORTNIGHTS);
    evening(world);
    struct theme_links links = links_of(world, &arena);
    assert_int_equal(links.examined, PAIRS);
    assert_int_equal(links.possible, PAIRS);
    assert_int_equal(links.listed, 1);
    assert_false(links.is_order_uncertain);
    const struct theme_link *first = &links.links[0];
    assert_int_equal(first->theme, THEME_CUSTOMERS);
    assert_string_equal(first->pair.metric.code, "csat_mean");
    assert_true(first->is_listed && first->is_panel);
    assert_int_equal(first->unit, LAG_UNIT_FORTNIGHT);
    assert_int_equal(first->scan.lag_max, 4);
    assert_int_equal(first->scan.teams, WORLD_DAILY);
    assert_int_equal(first->scan.best_lag, LEAD);
    assert_int_equal(first->scan.verdict, VERDICT_LEADS);
    assert_true(first->scan.ci_lo > 0.2);
    assert_int_equal(first->answers, (uint64_t)WORLD_DAILY * FORTNIGHTS * WORLD_N);
    assert_int_equal(first->looked.days, appliance_today(&world->firm.appliance).days);
    assert_int_equal(first->next_look.days, first->looked.days + 28);
    for (size_t i = 1; i < links.count; i++) {
        assert_int_equal(links.links[i].state, THEME_LINK_EXAMINED);
        assert_false(links.links[i].is_listed);
    }
}

/* q pays for the whole family, whichever outcome is asked for. */
static void test_theme_links_of_pays_for_the_whole_family(void **state)
{
    struct theme_world *world = *state;
    double p[PAIRS];
    double q[PAIRS];
    unsigned char area[4096];
    struct theme_links one;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, FORTNIGHTS);
    evening(world);
    struct theme_links links = links_of(world, &arena);
    for (size_t i = 0; i < PAIRS; i++) {
        p[i] = links.links[i].scan.p_perm;
    }
    assert_true(padjust_scratch_bytes(PAIRS) <= sizeof area);
    struct scratch scratch = scratch_of(area, sizeof area);
    padjust(p, PAIRS, PADJUST_BH, &scratch, q);
    for (size_t i = 0; i < PAIRS; i++) {
        assert_true(fabs(links.links[i].q - q[i]) < NEAR);
    }
    assert_ok(
        theme_links_of(&world->firm.appliance, STR("waiting_time"), STR(""), &arena, &one));
    assert_int_equal(one.count, QUESTION_THEMES);
    assert_int_equal(one.examined, PAIRS);
    for (size_t i = 0; i < one.count; i++) {
        const struct theme_link *same = find_link(&links, "waiting_time", one.links[i].theme);
        assert_true(fabs(one.links[i].q - same->q) < NEAR);
    }
}

/* Two themes lead alike: both are listed, by the end nearest 0, and their order is uncertain. */
static void test_theme_links_of_two_alike_have_no_certain_order(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_follow(world, CSAT, THEME_CUSTOMERS, LEAD);
    theme_world_follow(world, WAITING, THEME_VOICE, LEAD);
    theme_world_live(world, FORTNIGHTS);
    evening(world);
    struct theme_links links = links_of(world, &arena);
    assert_true(links.listed >= 2);
    const struct theme_link *csat = find_link(&links, "csat_mean", THEME_CUSTOMERS);
    const struct theme_link *waiting = find_link(&links, "waiting_time", THEME_VOICE);
    assert_true(csat->is_listed && waiting->is_listed);
    assert_true(links.is_order_uncertain);
    assert_true(links.links[0].scan.ci_lo >= links.links[1].scan.ci_lo);
    assert_true(waiting->scan.is_against); /* waiting longer where voice is better */
}

/* ---- How much there must be ----------------------------------------------------------------------- */

static const struct theme_link *look_at(struct theme_world *world, struct arena *arena)
{
    struct theme_links links = links_of(world, arena);
    return find_link(&links, "csat_mean", THEME_CUSTOMERS);
}

/* 11 fortnights: no figure. 19: the chart alone. 20: a look. */
static void test_theme_refresh_needs_twenty_fortnights(void **state)
{
    struct theme_world *world = *state;
    size_t examined = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, 11);
    evening(world);
    const struct theme_link *link = look_at(world, &arena);
    assert_int_equal(link->state, THEME_LINK_REFUSED);
    assert_false(link->is_listed);
    assert_true(isnan(link->q));
    assert_ok(look_examined(&world->firm.appliance, &examined));
    assert_int_equal(examined, 0); /* a refusal is no look */
    theme_world_live(world, 19);
    evening(world);
    link = look_at(world, &arena);
    assert_int_equal(link->state, THEME_LINK_REFUSED);
    assert_int_equal(link->scan.n_complete, 19);
    theme_world_live(world, 20);
    evening(world);
    link = look_at(world, &arena);
    assert_int_equal(link->state, THEME_LINK_EXAMINED);
    assert_int_equal(link->scan.n_complete, 20);
    assert_int_equal(link->scan.lag_max, 3); /* floor(20 / 6) */
    assert_true(link->scan.grade <= GRADE_HINT);
}

/* Monthly outcomes meet months: 44 fortnights from March 2026 on are 20 whole months. */
static void test_theme_refresh_monthly_outcome_is_compared_by_months(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    world->is_monthly = true;
    live_with_one_link(world, FORTNIGHTS);
    evening(world);
    const struct theme_link *link = look_at(world, &arena);
    assert_int_equal(link->unit, LAG_UNIT_MONTH);
    assert_int_equal(link->state, THEME_LINK_EXAMINED);
    assert_int_equal(link->scan.n_complete, 20);
    assert_true(link->answers >= (uint64_t)WORLD_DAILY * (FORTNIGHTS - 1) * WORLD_N);
}

/* However long it lasts, months are looked at three either way, as they are for the index. */
static void test_theme_refresh_months_have_three_lags(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    world->is_monthly = true;
    live_with_one_link(world, WORLD_FORTNIGHTS);
    evening(world);
    const struct theme_link *link = look_at(world, &arena);
    assert_true(link->scan.n_complete >= 24); /* floor(24 / 6) would be four */
    assert_int_equal(link->scan.lag_max, 3);
    assert_int_equal(link->scan.lag_count, 7);
}

/* Two teams make one pair; two weekly teams share their pool's row, which makes three rows here. */
static void test_theme_refresh_weekly_teams_are_read_through_their_pool(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    world->teams_with_outcomes = 2;
    live_with_one_link(world, FORTNIGHTS);
    evening(world);
    const struct theme_link *link = look_at(world, &arena);
    assert_false(link->is_panel);
    assert_int_equal(link->scan.teams, 1);
    world->have_weekly_outcomes = true;
    theme_world_import_again(world);
    theme_world_live(world, FORTNIGHTS + 2); /* the next look */
    evening(world);
    link = look_at(world, &arena);
    assert_true(link->is_panel);
    assert_int_equal(link->scan.teams, 3);
    assert_int_equal(link->answers, (uint64_t)3 * (FORTNIGHTS + 2) * WORLD_N);
    assert_int_equal(link->scan.best_lag, LEAD);
}

/* ---- Looking again -------------------------------------------------------------------------------- */

/* Within four weeks nothing moves: not by new fortnights, not by a new fit. Then comes the next look. */
static void test_theme_refresh_second_look_waits_four_weeks(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_follow(world, CSAT, THEME_CUSTOMERS, LEAD);
    for (int j = 0; j < WORLD_SERIES; j++) { /* from then on the customers go the other way */
        for (int t = FORTNIGHTS; t < WORLD_FORTNIGHTS; t++) {
            world->outcome[CSAT][j][t] = 8.0 - world->outcome[CSAT][j][t];
        }
    }
    theme_world_live(world, FORTNIGHTS);
    evening(world);
    const struct theme_link *first = look_at(world, &arena);
    theme_world_live(world, FORTNIGHTS + 1);
    evening(world);
    const struct theme_link *later = look_at(world, &arena);
    assert_int_equal(later->looked.days, first->looked.days);
    assert_int_equal(later->scan.n, first->scan.n);
    assert_true(fabs(later->scan.p_perm - first->scan.p_perm) < NEAR);
    assert_true(fabs(later->scan.best_r - first->scan.best_r) < NEAR);
    theme_world_live(world, FORTNIGHTS + 2);
    evening(world);
    const struct theme_link *next = look_at(world, &arena);
    assert_int_equal(next->looked.days, first->looked.days + 28);
    assert_int_equal(next->scan.n, FORTNIGHTS + 2);
    assert_true(next->scan.best_r < first->scan.best_r);
}

static struct verdict_memory stored_of(struct theme_world *world)
{
    struct verdict_memory stored = { 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(
        verdict_record_get(txn, STR("csat_mean"), STR("file"), STR("customers"), &stored));
    return stored;
}

/* A link that appears is shown when two looks in a row agree. */
static void test_theme_refresh_grade_rises_after_two_looks(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    theme_world_imagine(world);
    theme_world_live(world, FORTNIGHTS);
    evening(world);
    assert_int_equal(look_at(world, &arena)->scan.grade, GRADE_NONE);
    theme_world_live(world, FORTNIGHTS + 2);
    /* The figures behind the first look stay what they were, but what is new decides all. */
    for (int t = FORTNIGHTS + 2; t < WORLD_FORTNIGHTS; t++) {
        for (int j = 0; j < WORLD_SERIES; j++) {
            double jump = 1.2 * theme_world_noise(world);
            world->mood[j][THEME_CUSTOMERS - THEME_PURPOSE][t] = 3.0 + 0.6 * jump;
            world->outcome[CSAT][j][t] = 4.0 + jump;
        }
    }
    struct verdict_memory before = stored_of(world);
    bool was_held_back = false;
    for (int i = 0; i < 5; i++) {
        theme_world_live(world, FORTNIGHTS + 4 + 2 * i);
        evening(world);
        struct verdict_memory now = stored_of(world);
        assert_int_equal(look_at(world, &arena)->scan.grade, now.grade);
        assert_true(now.grade <= before.grade || now.grade <= before.previous_grade);
        was_held_back = was_held_back || now.grade < now.previous_grade;
        before = now;
    }
    assert_true(was_held_back);
    assert_true(before.grade >= GRADE_MODERATE);
}

/* An old figure was corrected: what was seen stands until the next look, and it is said. */
static void test_theme_refresh_corrected_figures_wait_for_the_next_look(void **state)
{
    struct theme_world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, FORTNIGHTS);
    evening(world);
    const struct theme_link *before = look_at(world, &arena);
    assert_false(before->is_changed);
    theme_world_live(world, FORTNIGHTS + 1);
    world->outcome[CSAT][1][20] += 0.01;
    theme_world_import_again(world);
    evening(world);
    struct theme_links links = links_of(world, &arena);
    const struct theme_link *after = find_link(&links, "csat_mean", THEME_CUSTOMERS);
    assert_true(after->is_changed);
    assert_int_equal(after->looked.days, before->looked.days);
    assert_int_equal(after->answers, before->answers);
    assert_true(fabs(after->scan.best_r - before->scan.best_r) < NEAR);
    assert_false(find_link(&links, "waiting_time", THEME_CUSTOMERS)->is_changed);
    theme_world_live(world, FORTNIGHTS + 2);
    evening(world);
    after = look_at(world, &arena);
    assert_false(after->is_changed);
    assert_int_equal(after->looked.days, before->next_look.days);
}

/* How many links were examined: the index's and the themes' together. */
static void test_look_examined_counts_index_and_themes(void **state)
{
    struct theme_world *world = *state;
    size_t count = 0;
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, FORTNIGHTS);
    assert_ok(look_examined(&world->firm.appliance, &count));
    assert_int_equal(count, 0);
    evening(world);
    assert_ok(look_examined(&world->firm.appliance, &count));
    assert_int_equal(count, PAIRS);
    assert_ok(link_look(&world->firm.appliance, STR("csat_mean"), STR(""), &arena, &answer));
    assert_int_equal(answer.links_examined,
                     PAIRS + 1); /* this one counts before it is stored */
    assert_ok(link_refresh(&world->firm.appliance));
    assert_ok(look_examined(&world->firm.appliance, &count));
    assert_int_equal(count, PAIRS + WORLD_OUTCOMES);
    assert_int_equal(links_of(world, &arena).links_examined, PAIRS + WORLD_OUTCOMES);
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

/* Every field of statistics.md 8, and for what was not looked at none of them. */
static void test_theme_links_json_has_the_field_names(void **state)
{
    struct theme_world *world = *state;
    static const char *const FIELDS[] = {
        "n",          "unit", "K",       "m",        "p_x",     "phi_x",   "p_y",     "phi_y",
        "lags",       "r",    "pairs",   "best_lag", "best_r",  "stat",    "p_perm",  "p_sidak",
        "crit95",     "ci",   "lag_set", "mde_rho",  "grade",   "verdict", "refused", "reason",
        "needs_more", "seed", "B",       "q",        "answers", "teams",   "theme",   "metric"
    };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    live_with_one_link(world, FORTNIGHTS);
    for (int is_evening = 0; is_evening < 2; is_evening++) {
        BUF_AUTO struct buf text = buf_new(1 << 20);
        JSON_DOC_AUTO struct json_doc *doc = NULL;
        struct json_writer json = json_writer_new(&text, JSON_COMPACT);
        struct theme_links links = links_of(world, &arena);
        theme_links_json(&links, &json);
        assert_ok(json_finish(&json));
        assert_ok(json_parse(buf_str(&text), 1 << 20, &doc, NULL));
        struct json_value root = json_root(doc);
        struct json_value first = json_at(json_get(root, "links"), 0);
        assert_int_equal(json_kind_of(json_get(root, "links_examined")), JSON_KIND_NUMBER);
        assert_int_equal(json_count(json_get(root, "links")), PAIRS);
        for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0] && is_evening; i++) {
            if (json_kind_of(json_get(first, FIELDS[i])) == JSON_KIND_ABSENT) {
                fail_msg("no field %s", FIELDS[i]);
            }
        }
        if (!is_evening) {
            assert_int_equal(json_kind_of(json_get(first, "p_perm")), JSON_KIND_ABSENT);
            evening(world);
        }
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_theme_links_of_unknown_outcome_is_not_found),
        TEST(test_theme_links_of_before_the_evening_is_pending),
        TEST(test_theme_refresh_leading_theme_is_listed_chance_is_not),
        TEST(test_theme_links_of_pays_for_the_whole_family),
        TEST(test_theme_links_of_two_alike_have_no_certain_order),
        TEST(test_theme_refresh_needs_twenty_fortnights),
        TEST(test_theme_refresh_monthly_outcome_is_compared_by_months),
        TEST(test_theme_refresh_months_have_three_lags),
        TEST(test_theme_refresh_weekly_teams_are_read_through_their_pool),
        TEST(test_theme_refresh_second_look_waits_four_weeks),
        TEST(test_theme_refresh_grade_rises_after_two_looks),
        TEST(test_theme_refresh_corrected_figures_wait_for_the_next_look),
        TEST(test_look_examined_counts_index_and_themes),
        TEST(test_theme_links_json_has_the_field_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
