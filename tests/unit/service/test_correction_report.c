/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "storage/alert_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/correction_world.h"

enum { ARENA_BYTES = 32 << 20, LONG_AFTER = 60, JSON_BYTES_MAX = 1 << 20 };

static int setup(void **state)
{
    *state = world_start();
    return 0;
}

static int teardown(void **state)
{
    world_end(*state);
    return 0;
}

static bool covers(const struct correction_effect *effect, double truth)
{
    return effect->lo <= truth && truth <= effect->hi;
}

/* ---- No answer --------------------------------------------------------------------------- */

/* No such entry; no room. */
static void test_correction_report_of_unknown_is_not_found(void **state)
{
    struct world *world = *state;
    struct correction_report report;
    const struct correction_report *reports = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    ARENA_AUTO struct arena tiny = arena_new(1000);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    const struct appliance *appliance = &world->firm.appliance;
    assert_err(correction_report_of(appliance, (struct correction_id){ id.value + 1 }, &arena,
                                    &report),
               DP_NOT_FOUND);
    assert_err(correction_report_of(appliance, id, &tiny, &report), DP_NO_MEMORY);
    assert_err(correction_overview(appliance, &tiny, &reports, &count), DP_NO_MEMORY);
}

/* Before anything was released, and of a metric nobody imported: refused, no crash. */
static void test_correction_report_of_nothing_is_refused(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    correction.target = CORRECTION_ON_OUTCOME;
    snprintf(correction.expected, sizeof correction.expected, "nps");
    struct correction_report report = world_report(world, world_enter(world, &correction),
                                                   &arena);
    assert_int_equal(report.effect_count, 2 + QUESTION_THEMES);
    for (size_t i = 0; i < report.effect_count; i++) {
        assert_int_equal(report.effects[i].is_expected, i == 0);
        assert_int_equal(report.effects[i].refusal, REFUSAL_NO_CONTROLS);
        assert_true(report.effects[i].has_no_figures);
        assert_int_equal(report.effects[i].verdict, EFFECT_REFUSED);
        assert_true(isnan(report.effects[i].estimate) && isnan(report.effects[i].q));
    }
    assert_string_equal(report.effects[0].series.metric.name[LANGUAGE_EN],
                        "NPS (recommendation score)");
}

/* Too early: how many periods are missing, in the series' own unit, ahead of the start as well.
 * */
static void test_correction_report_of_too_early_says_how_long(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    static const int weeks[] = { 20, 30, 31, 38, 39 };
    static const size_t index_needs[] = { 19, 9, 8, 1, 0 };
    static const size_t theme_needs[] = { 14, 9, 9, 5, 5 };
    for (int i = 0; i < 5; i++) {
        world_live(world, weeks[i]);
        struct correction_report report = world_report(world, id, &arena);
        const struct correction_effect *index = world_effect(&report, THEME_ANCHOR, NULL);
        const struct correction_effect *theme = world_effect(&report, THEME_VOICE, NULL);
        assert_int_equal(index->needs_more, index_needs[i]);
        assert_int_equal(theme->needs_more, theme_needs[i]);
        assert_int_equal(theme->unit, LAG_UNIT_FORTNIGHT);
        assert_int_equal(index->refusal == REFUSAL_WINDOW_TOO_SHORT, index_needs[i] > 0);
        assert_int_equal(theme->refusal, REFUSAL_WINDOW_TOO_SHORT);
        assert_true(theme->point_count > 0);
    }
}

/* A start in the first weeks has no time before it and never will; the last period is as early
 * as it gets. */
static void test_correction_report_of_first_and_last_period(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction first = world_correction(world);
    first.start = firm_day(0);
    struct correction eighth = first;
    eighth.start = firm_day(
        7 * 8); /* elsewhere, for the first one is in the way of its own teams */
    eighth.team_count = 2;
    eighth.teams[0] = world->teams[4];
    eighth.teams[1] = world->teams[5];
    struct correction last = first;
    last.start = firm_day(7 * LONG_AFTER - 1);
    struct correction_id id = world_enter(world, &first);
    world_imagine(world, 0.0);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *index = world_effect(&report, THEME_ANCHOR, NULL);
    assert_int_equal(index->refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_int_equal(index->needs_more, 0);
    report = world_report(world, world_enter(world, &last), &arena);
    index = world_effect(&report, THEME_ANCHOR, NULL);
    assert_int_equal(index->refusal, REFUSAL_WINDOW_TOO_SHORT);
    assert_int_equal(index->needs_more, 8);
    report = world_report(world, world_enter(world, &eighth), &arena);
    index = world_effect(&report, THEME_ANCHOR, NULL);
    assert_int_equal(index->refusal, REFUSAL_NONE);
    assert_int_equal(index->corrected_before.periods, 8);
}

/* Withdrawn: no figures at all, and nobody else's comparison is spoilt. */
static void test_correction_report_of_withdrawn_measures_nothing(void **state)
{
    struct world *world = *state;
    struct dp_problem problem = { 0 };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction mistaken = world_correction(world);
    mistaken.team_count = 0;
    struct correction right = world_correction(world);
    struct correction_id wrong_id = world_enter(world, &mistaken);
    struct correction_id id = world_enter(world, &right);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    assert_int_equal(world_report(world, id, &arena).together_count, 1);
    assert_ok(
        correction_withdraw(&world->firm.appliance, wrong_id, STR("typo"), "hr", &problem));
    struct correction_report report = world_report(world, wrong_id, &arena);
    assert_int_equal(report.effect_count, 0);
    report = world_report(world, id, &arena);
    assert_int_equal(report.together_count, 0);
    assert_int_equal(report.effects[0].comparison_teams, WORLD_TEAMS - WORLD_TREATED);
}

/* ---- Against teams ----------------------------------------------------------------------- */

/* A known step is found inside its interval, in index, theme and outcome; the expected one
 * comes first. */
static void test_correction_report_of_known_step_is_found(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    correction.target = CORRECTION_ON_OUTCOME;
    snprintf(correction.expected, sizeof correction.expected, WORLD_METRIC);
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    const struct correction_effect *calls = &report.effects[0];
    assert_int_equal(report.effect_count, 2 + QUESTION_THEMES);
    assert_string_equal(calls->series.metric.code, WORLD_METRIC);
    assert_string_equal(calls->series.source, "calls");
    assert_true(calls->is_expected && calls->is_as_expected);
    assert_true(covers(calls, 8.0) && calls->lo > 0.0);
    const struct correction_effect *index = world_effect(&report, THEME_ANCHOR, NULL);
    const struct correction_effect *voice = world_effect(&report, THEME_VOICE, NULL);
    assert_true(covers(index, 0.8) && covers(voice, 0.8));
    assert_false(index->is_expected || index->is_as_expected);
    assert_int_equal(index->verdict, EFFECT_CHANGED);
    assert_int_equal(index->design, CORRECTION_AGAINST_TEAMS);
    assert_int_equal(index->corrected_teams, WORLD_TREATED);
    assert_int_equal(index->comparison_teams, WORLD_TEAMS - WORLD_TREATED);
    assert_int_equal(index->corrected_before.periods, 12);
    assert_true(index->corrected_after.lo > index->corrected_before.hi);
    assert_int_equal(index->point_count, 25);
    assert_int_equal(index->first_after, 12);
    assert_int_equal(index->points[12].start.days, correction.start.days);
    assert_int_equal(voice->corrected_after.periods, 12);
    assert_false(report.is_afterwards);
}

/* The wrong way is no success; and a theme that is expected goes to the head of the list. */
static void test_correction_report_of_opposite_is_not_as_expected(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    correction.target = CORRECTION_ON_THEME;
    correction.direction = CORRECTION_DOWN;
    snprintf(correction.expected, sizeof correction.expected, "voice");
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].series.theme, THEME_VOICE);
    assert_int_equal(report.effects[0].verdict, EFFECT_CHANGED);
    assert_true(report.effects[0].is_expected);
    assert_false(report.effects[0].is_as_expected);
}

/* Many invented firms: the interval holds the truth about as often as it says, and without an
 * effect little is claimed. 95 % of 40 are 38; 34 or fewer have a chance of 1 in 300, as have 6
 * or more of 5 %. */
static void test_correction_report_of_keeps_its_error_rates(void **state)
{
    struct world *world = *state;
    enum { FIRMS = 40 };
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    int covered = 0;
    int claimed = 0;
    int held_back = 0; /* fit for a grade alone, but not among several */
    for (int i = 0; i < FIRMS; i++) {
        ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
        double step = i % 2 == 0 ? 0.5 : 0.0;
        world_imagine(world, step);
        world_live(world, 56);
        struct correction_report report = world_report(world, id, &arena);
        covered += covers(&report.effects[0], step) ? 1 : 0;
        claimed += step <= 0.0 && report.effects[0].verdict == EFFECT_CHANGED ? 1 : 0;
        for (size_t k = 1; k < report.effect_count; k++) {
            const struct correction_effect *beside = &report.effects[k];
            assert_true(beside->grade == GRADE_NONE || beside->q <= 0.10);
            held_back += beside->refusal == REFUSAL_NONE && beside->did.p <= 0.10 &&
                                 beside->q > 0.10
                             ? 1
                             : 0;
        }
    }
    assert_true(held_back > 0);
    assert_true(covered >= 35);
    assert_true(claimed <= 4);
}

/* A team with a correction of its own in the window is left out; one that comes after it still
 * compares. */
static void test_correction_report_of_not_yet_corrected_teams_compare(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    struct correction later = correction;
    later.team_count = 1;
    later.teams[0] = world->teams[7];
    later.start = firm_day(7 * (WORLD_START + 13));
    world_enter(world, &later);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].comparison_teams, 5);
    assert_int_equal(report.together_count, 0);
    later.teams[0] = world->teams[6];
    later.start = firm_day(7 * (WORLD_START + 13) - 1);
    world_enter(world, &later);
    report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].comparison_teams, 4);
}

/* Another correction of a corrected team ends what is known of it: eight weeks are enough,
 * seven not. */
static void test_correction_report_of_next_correction_ends_the_window(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    struct correction next = correction;
    next.team_count = 1;
    next.start = firm_day(7 * (WORLD_START + 9));
    struct correction_id next_id = world_enter(world, &next);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].corrected_teams, 3);
    assert_int_equal(report.together_count, 0);
    report = world_report(world, next_id, &arena);
    assert_int_equal(report.effects[0].corrected_teams, 1);
    next.start = firm_day(7 * (WORLD_START + 8));
    next.teams[0] = world->teams[1];
    world_enter(world, &next);
    report = world_report(world, id, &arena);
    assert_int_equal(report.effects[0].corrected_teams, 2);
}

/* Two within six weeks in one team can't be told apart; in other teams, or a day later, they
 * can. */
static void test_correction_report_of_close_ones_are_assessed_together(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    struct correction other = correction;
    other.team_count = 1;
    other.start = date_add(correction.start, EFFECT_TOGETHER_DAYS + 1);
    world_enter(world, &other);
    other.teams[0] = world->teams[5];
    other.start = date_add(correction.start, 7);
    world_enter(world, &other);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.together_count, 0);
    other.teams[0] = firm_team_id(&world->firm, "Service");
    other.start = date_add(correction.start, EFFECT_TOGETHER_DAYS);
    struct correction_id close_id = world_enter(world, &other);
    report = world_report(world, id, &arena);
    assert_int_equal(report.together_count, 2); /* the one a day later is close to this one */
    assert_int_equal(report.first_start.days, correction.start.days);
    assert_int_equal(report.last_start.days,
                     date_add(correction.start, EFFECT_TOGETHER_DAYS + 1).days);
    const struct correction_effect *index = &report.effects[0];
    assert_int_equal(index->point_count, 12 + 7 + 12);
    assert_int_equal(index->first_after, 12);
    assert_int_equal(index->corrected_after.periods, 12);
    assert_true(covers(index, 0.8));
    assert_true(correction_words(&report, index).is_together);
    report = world_report(world, close_id, &arena);
    assert_int_equal(report.first_start.days, correction.start.days);
    assert_int_equal(report.effects[0].corrected_teams, 2);
}

/* More than four weeks after its start it was entered afterwards, and what it expects pays like
 * the rest. */
static void test_correction_report_of_late_entry_is_marked(void **state)
{
    struct world *world = *state;
    struct dp_problem problem;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    world_imagine(world, 0.0);
    world_live(world, LONG_AFTER);
    for (int late = 0; late <= 1; late++) {
        firm_at(&world->firm, date_add(correction.start, EFFECT_LATE_DAYS + late), 600);
        struct correction copy = correction;
        assert_ok(correction_add(&world->firm.appliance, &copy, "hr", &problem));
        struct correction_report report = world_report(world, copy.id, &arena);
        assert_int_equal(report.is_afterwards, late == 1);
        assert_int_equal(correction_words(&report, &report.effects[0]).is_afterwards,
                         late == 1);
    }
}

static dp_err alert_job(struct store_txn *txn, void *context)
{
    return alert_record_put(txn, context);
}

/* An alert in the four weeks before: they are left out, and the window moves back. */
static void test_correction_report_of_weeks_of_an_alert_are_left_out(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct alert alert = { .id = { 1 },
                           .team = world->teams[0],
                           .week = firm_day(7 * (WORLD_START - 5)),
                           .since = firm_day(7 * (WORLD_START - 6)),
                           .weeks = 1,
                           .n = 20,
                           .value = 2.4,
                           .usual = 3.0,
                           .usual_lo = 2.9,
                           .usual_hi = 3.1,
                           .baseline_first = firm_day(0),
                           .baseline_last = firm_day(7 * 20),
                           .baseline_weeks = 20,
                           .limit = 3.5 };
    assert_ok(store_write(world->firm.appliance.office, alert_job, &alert));
    assert_int_equal(world_report(world, id, &arena).alert_weeks_dropped, 0);
    alert.week = firm_day(7 * (WORLD_START - 4));
    assert_ok(store_write(world->firm.appliance.office, alert_job, &alert));
    struct correction_report report = world_report(world, id, &arena);
    assert_int_equal(report.alert_weeks_dropped, 4);
    assert_int_equal(report.effects[0].first_after, 12 + 4);
    assert_int_equal(report.effects[0].corrected_before.periods, 12);
    const struct correction_effect *voice = world_effect(&report, THEME_VOICE, NULL);
    assert_int_equal(voice->first_after, 12 + 2);
    assert_true(correction_words(&report, voice).is_alert_left_out);
}

/* ---- The list and the machine's view ----------------------------------------------------- */

/* Every entry, newest first, with the expected effect alone; q is over the list. */
static void test_correction_overview_pays_for_the_list(void **state)
{
    struct world *world = *state;
    struct dp_problem problem = { 0 };
    const struct correction_report *reports = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction sales = world_correction(world);
    sales.team_count = 1;
    sales.teams[0] = world->teams[6];
    sales.start = firm_day(7 * 45);
    struct correction step = world_correction(world);
    struct correction mistaken = step;
    mistaken.start = firm_day(7 * 10);
    struct correction_id wrong = world_enter(world, &mistaken);
    world_enter(world, &step);
    world_enter(world, &sales);
    assert_ok(correction_withdraw(&world->firm.appliance, wrong, STR("typo"), "hr", &problem));
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    assert_ok(correction_overview(&world->firm.appliance, &arena, &reports, &count));
    assert_int_equal(count, 3);
    assert_int_equal(reports[0].correction.start.days, sales.start.days);
    assert_int_equal(reports[0].effect_count, 1);
    assert_int_equal(reports[2].effect_count, 0);
    const struct correction_effect *null = &reports[0].effects[0];
    const struct correction_effect *found = &reports[1].effects[0];
    assert_true(found->verdict == EFFECT_CHANGED && found->is_as_expected);
    assert_true(null->verdict != EFFECT_CHANGED && null->refusal == REFUSAL_NONE);
    double least = found->did.p < null->did.p ? found->did.p : null->did.p;
    double most = found->did.p < null->did.p ? null->did.p : found->did.p;
    assert_true(fabs(null->q - fmin(most, 1.0)) < 1e-12);
    assert_true(fabs(found->q - fmin(2.0 * least, most)) < 1e-12);
}

/* One object that can be read again, with the numbers of the report. */
static void test_correction_report_json_is_complete(void **state)
{
    struct world *world = *state;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    BUF_AUTO struct buf text = buf_new(JSON_BYTES_MAX);
    JSON_DOC_AUTO struct json_doc *doc = NULL;
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    struct str said;
    double number = 0;
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    world_imagine(world, 0.8);
    world_live(world, LONG_AFTER);
    struct correction_report report = world_report(world, id, &arena);
    correction_report_json(&report, &json);
    assert_ok(json_finish(&json));
    assert_ok(json_parse(buf_str(&text), JSON_BYTES_MAX, &doc, NULL));
    struct json_value root = json_root(doc);
    struct json_value effects = json_get(root, "effects");
    struct json_value first = json_at(effects, 0);
    assert_int_equal(json_count(effects), report.effect_count);
    assert_ok(json_read_text(json_get(first, "design"), &said));
    assert_true(str_equal(said, STR("did")));
    assert_ok(json_read_double(json_get(json_get(first, "did"), "p"), &number));
    assert_true(fabs(number - report.effects[0].did.p) < 1e-12);
    assert_int_equal(json_kind_of(json_get(first, "its")), JSON_KIND_ABSENT);
    assert_int_equal(json_count(json_get(first, "points")), report.effects[0].point_count);
    assert_ok(json_read_text(json_get(json_get(root, "correction"), "category"), &said));
    assert_true(str_equal(said, STR("rule_dropped")));
    assert_int_equal(json_count(json_get(root, "teams")), WORLD_TREATED);
    assert_ok(json_read_text(json_at(json_get(root, "teams"), 0), &said));
    assert_true(str_equal(said, STR("Service/North")));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_correction_report_of_unknown_is_not_found),
        TEST(test_correction_report_of_nothing_is_refused),
        TEST(test_correction_report_of_too_early_says_how_long),
        TEST(test_correction_report_of_first_and_last_period),
        TEST(test_correction_report_of_withdrawn_measures_nothing),
        TEST(test_correction_report_of_known_step_is_found),
        TEST(test_correction_report_of_opposite_is_not_as_expected),
        TEST(test_correction_report_of_keeps_its_error_rates),
        TEST(test_correction_report_of_not_yet_corrected_teams_compare),
        TEST(test_correction_report_of_next_correction_ends_the_window),
        TEST(test_correction_report_of_close_ones_are_assessed_together),
        TEST(test_correction_report_of_late_entry_is_marked),
        TEST(test_correction_report_of_weeks_of_an_alert_are_left_out),
        TEST(test_correction_overview_pays_for_the_list),
        TEST(test_correction_report_json_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
