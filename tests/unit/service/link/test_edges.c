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
#include "app/service/outcomes/outcomes.h"
#include "app/text/verdict_text.h"
#include "storage/team_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/link/world.h"

/* The edge cases of statistics.md 10 as far as they are the service's: what reaches the scan, and what the
 * page then says. Those of the scan itself are in tests/unit/stats. */

enum { SENTENCE_MAX = 2048, CSV_MAX = 1 << 20, PEOPLE_ANSWERS = 20 };

static const char *said(const struct link_answer *answer)
{
    static char copy[SENTENCE_MAX];
    BUF_AUTO struct buf text = buf_new(SENTENCE_MAX - 1);
    struct verdict_subject subject = { .metric = &answer->pair.metric,
                                       .unit = answer->unit,
                                       .links_examined = answer->links_examined,
                                       .next_look = answer->next_look };
    verdict_text(&text, LANGUAGE_EN, &answer->scan, &subject);
    assert_ok(buf_finish(&text));
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(buf_str(&text)));
    return copy;
}

static bool has_note(const struct link_answer *answer, enum text note)
{
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    size_t count = verdict_text_notes(&answer->scan, notes);
    for (size_t i = 0; i < count; i++) {
        if (notes[i] == note) {
            return true;
        }
    }
    return false;
}

/* The mood as it is stored: rounded and clamped. */
static double stored_mean(const struct world *world, int team, int week)
{
    double mean = (double)lround(300.0 + 40.0 * world->mood[team][week]) / 100.0;
    return fmin(4.7, fmax(1.3, mean));
}

/* ---- How much there is ---------------------------------------------------------------------------- */

/* Under 20 weeks there is a chart and no number, under 26 a hint at most, whatever it looks like. */
static void test_link_look_grades_wait_for_20_and_26_weeks(void **state)
{
    struct world *world = *state;
    static const struct {
        int weeks;
        enum verdict verdict;
        enum grade grade;
    } cases[] = {
        { 11, VERDICT_NOT_ENOUGH_DATA, GRADE_NONE },
        { 12, VERDICT_CHART_ONLY, GRADE_NONE },
        { 19, VERDICT_CHART_ONLY, GRADE_NONE },
        { 20, VERDICT_HINT, GRADE_HINT },
        { 25, VERDICT_HINT, GRADE_HINT },
        { 26, VERDICT_LEADS, GRADE_MODERATE },
    };
    world->teams_with_outcomes = 2;
    world->noise = 0.1;
    world_imagine(world, true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world_live(world, cases[i].weeks);
        struct link_answer answer = world_look(world);
        assert_int_equal(answer.scan.n_complete, cases[i].weeks);
        assert_int_equal(answer.scan.verdict, cases[i].verdict);
        assert_int_equal(answer.scan.grade, cases[i].grade);
        assert_int_equal(isnan(answer.scan.best_r), cases[i].weeks < 20);
        assert_int_equal(strstr(said(&answer), "r = ") != NULL, cases[i].weeks == 26);
    }
}

/* A week with a box that is not opened yet is not looked at. */
static void test_link_look_week_with_a_box_waits(void **state)
{
    struct world *world = *state;
    struct date saturday = firm_day(7 * 29 + 5);
    world_imagine(world, true);
    world_live(world, 30);
    firm_ask(&world->firm, saturday, (struct question_id){ 7 });
    firm_make(&world->firm, saturday);
    firm_at(&world->firm, firm_day(7 * 30), 12 * 60);
    assert_int_equal(world_look(world).scan.n_complete, 29);
}

/* A team that came later and one that was closed count for their own time; one that has been there for
 * less than 20 weeks does not, and is not in the curves either. */
static void test_link_look_teams_come_and_go(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world->first_week[1] = 30;
    world->last_week[2] = 40;
    world->first_week[3] = 65;
    world_live(world, 80);
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    assert_ok(link_look(&world->firm.appliance, WORLD_METRIC, STR(""), &arena, &answer));
    assert_int_equal(answer.scan.teams, 3);
    assert_int_equal(answer.scan.teams_left_out, 1);
    assert_int_equal(answer.scan.n, 80);
    assert_int_equal(answer.scan.best_lag, 2);
    assert_int_equal(answer.answers, (80 + 50 + 40) * PEOPLE_ANSWERS);
    assert_int_equal(answer.team_count, 4);
    static const char *const names[] = { "East", "North", "South", "West" };
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(answer.teams[i].name, names[i]);
        assert_int_equal(answer.teams[i].is_compared, i < 3);
        assert_int_equal(isnan(answer.teams[i].r), i == 3);
        assert_true(i == 3 || answer.teams[i].ci_lo < answer.teams[i].r);
    }
    double mean = (stored_mean(world, 0, 70) + stored_mean(world, 1, 70)) / 2.0;
    assert_true(fabs(answer.points[70].engagement - mean) < 1e-9);
    assert_int_equal(answer.points[70].answers, 2 * PEOPLE_ANSWERS);
    assert_int_equal(answer.points[70].outcome_n, 100);
}

static dp_err put_team_job(struct store_txn *txn, void *context)
{
    return team_record_put(txn, context);
}

static struct team team_of(struct world *world, struct team_id id)
{
    struct team team;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(team_record_get(txn, id, &team));
    return team;
}

/* East and South below a department of their own. */
static struct team_id found_department(struct world *world)
{
    struct team department = { .id = { 900 },
                               .parent = { TEAM_ROOT },
                               .name = "Service",
                               .code = "service" };
    assert_ok(store_write(world->firm.appliance.office, put_team_job, &department));
    for (int j = 1; j <= 2; j++) {
        struct team team = team_of(world, world->team_ids[j]);
        team.parent = department.id;
        assert_ok(store_write(world->firm.appliance.office, put_team_job, &team));
    }
    return department.id;
}

/* Outcomes of a department beside those of its teams: its people count once. */
static void test_link_look_department_of_teams_with_outcomes_is_left_out(void **state)
{
    struct world *world = *state;
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    struct team_id department = found_department(world);
    world_imagine(world, true);
    world_live(world, 60);
    struct link_answer before = world_look(world);
    for (int w = 0; w < 60; w++) {
        struct outcome outcome = { .metric = "csat_mean",
                                   .source = "file",
                                   .period_kind = PERIOD_WEEK,
                                   .period_start = firm_day(7 * w),
                                   .team = department,
                                   .value = 4.0 + 0.01 * (double)(w % 7),
                                   .import = { 1 } };
        world_put(world, &outcome);
    }
    assert_ok(link_look(&world->firm.appliance, WORLD_METRIC, STR(""), &arena, &answer));
    assert_int_equal(answer.scan.teams, WORLD_TEAMS);
    assert_int_equal(answer.team_count, WORLD_TEAMS);
    assert_int_equal(answer.answers, (uint64_t)WORLD_TEAMS * 60 * PEOPLE_ANSWERS);
    assert_memory_equal(&answer.scan, &before.scan, sizeof before.scan);
}

/* ---- What there is -------------------------------------------------------------------------------- */

/* Outcomes that never change are refused in words, for teams and for one series alike. */
static void test_link_look_constant_outcome_is_refused(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    for (int j = 0; j < WORLD_TEAMS; j++) {
        for (int w = 0; w < WORLD_WEEKS; w++) {
            world->customers[j][w] = 4.0;
        }
    }
    world_live(world, 60);
    struct link_answer panel = world_look(world);
    assert_int_equal(panel.scan.refusal, REFUSAL_CONSTANT_SERIES);
    assert_int_equal(panel.scan.grade, GRADE_NONE);
    assert_non_null(strstr(said(&panel), "never changes"));
}

static void test_link_look_constant_outcome_of_one_series_is_refused(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world->teams_with_outcomes = 1;
    for (int w = 0; w < WORLD_WEEKS; w++) {
        world->customers[0][w] = 4.0;
    }
    world_live(world, 60);
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.scan.refusal, REFUSAL_CONSTANT_SERIES);
    assert_non_null(strstr(said(&answer), "never changes"));
    assert_true(isnan(answer.scan.best_r));
}

/* The engagement index imported as an outcome: r is 1, there is no interval, and the page asks. */
static void test_link_look_identical_series_are_asked_about(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world->teams_with_outcomes = 1;
    for (int w = 0; w < WORLD_WEEKS; w++) {
        world->customers[0][w] = stored_mean(world, 0, w);
    }
    world_live(world, 60);
    struct link_answer answer = world_look(world);
    assert_true(answer.scan.is_same_series);
    assert_int_equal(answer.scan.grade, GRADE_STRONG);
    assert_int_equal(answer.scan.verdict, VERDICT_TOGETHER);
    assert_true(isnan(answer.scan.ci_lo) && isnan(answer.scan.ci_hi));
    assert_non_null(strstr(said(&answer), "r = 1.00, without an interval."));
    assert_true(has_note(&answer, TEXT_NOTE_SAME_SERIES));
}

/* One week that was out of all bounds for both makes a hint at most, also where chance had one try only;
 * and it is said. */
static void test_link_look_one_huge_outlier_is_a_hint_at_most(void **state)
{
    struct world *world = *state;
    struct dp_problem problem = { 0 };
    struct primary_question question;
    struct primary_request request = {
        .metric = WORLD_METRIC, .source = WORLD_SOURCE, .lag = 2, .actor = "hr"
    };
    assert_ok(primary_register(&world->firm.appliance, &request, &question, &problem));
    world_imagine(world, false);
    world->teams_with_outcomes = 1;
    world->mood[0][30] = 4.2;
    world->customers[0][32] = 12.0;
    world_live(world, 60);
    struct link_answer answer = world_look(world);
    assert_true(answer.scan.grade <= GRADE_HINT);
    assert_null(strstr(said(&answer), "r = "));
    answer.scan = answer.primary.scan;
    assert_true(answer.scan.p_perm <= 0.05);
    assert_true(answer.scan.rests_on_one_period);
    assert_int_equal(answer.scan.grade, GRADE_HINT);
    assert_true(has_note(&answer, TEXT_NOTE_ONE_PERIOD));
    assert_null(strstr(said(&answer), "r = "));
}

/* A lag as long as a scan reaches may be longer. */
static void test_link_look_longest_lag_may_be_longer(void **state)
{
    struct world *world = *state;
    world->lead = 8;
    world_imagine(world, true);
    world_live(world, 80);
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.scan.best_lag, 8);
    assert_true(answer.scan.is_lag_hi_open);
    assert_non_null(strstr(said(&answer), "by about 8 weeks"));
    assert_non_null(strstr(said(&answer), ", or longer)"));
}

/* The same in the other direction, in the same words. */
static void test_link_look_longest_lag_behind_may_be_longer(void **state)
{
    struct world *world = *state;
    world->lead = -8;
    world_imagine(world, true);
    world_live(world, 80);
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.scan.best_lag, -8);
    assert_int_equal(answer.scan.verdict, VERDICT_FOLLOWS);
    assert_true(answer.scan.is_lag_lo_open);
    assert_non_null(strstr(said(&answer), "comes before engagement by about 8 weeks"));
    assert_non_null(strstr(said(&answer), ", or longer)"));
}

/* ---- Units and files ------------------------------------------------------------------------------ */

/* A month's outcome meets the mean of that month's weeks (a week is its Thursday's); no month is cut into
 * weeks, and the one that is running is not there. */
static void test_link_look_month_outcome_meets_month_means(void **state)
{
    struct world *world = *state;
    world->is_monthly = true;
    world->is_whole = true;
    world->teams_with_outcomes = 1;
    world_imagine(world, true);
    world_live(world, 120);
    struct link_answer answer;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    assert_ok(link_look(&world->firm.appliance, WORLD_METRIC, STR(""), &arena, &answer));
    assert_int_equal(answer.unit, LAG_UNIT_MONTH);
    assert_int_equal(answer.point_count, 27); /* March 2026 to May 2028 */
    assert_int_equal(answer.scan.n, 27);
    assert_int_equal(answer.scan.lag_max, 3);
    assert_int_equal(answer.team_count, 0);
    double sum = 0;
    for (int week = 4; week < 9; week++) { /* Thursdays 2 to 30 April 2026 */
        for (int j = 0; j < WORLD_TEAMS; j++) {
            sum += stored_mean(world, j, week) / (5.0 * WORLD_TEAMS);
        }
    }
    assert_true(fabs(answer.points[1].engagement - sum) < 1e-9);
    assert_int_equal(answer.points[1].answers, 5 * WORLD_TEAMS * PEOPLE_ANSWERS);
}

/* Without n the values count alike, and the page can say that it was not given. */
static void test_link_look_outcome_without_n_says_so(void **state)
{
    struct world *world = *state;
    world->has_no_n = true;
    world_imagine(world, true);
    world_live(world, 30);
    assert_false(world_look(world).has_sizes);
}

static dp_err import_csv(struct world *world, struct buf *csv)
{
    struct outcomes_report *report = mem_new(1, sizeof *report);
    assert_non_null(report);
    struct dp_problem problem = { 0 };
    struct outcomes_request request = {
        .file = { .bytes = buf_str(csv),
                  .name = "outcomes.csv",
                  .actor = "test",
                  .today = appliance_today(&world->firm.appliance) },
    };
    dp_err done = outcomes_import(world->firm.appliance.office, &world->firm.appliance.clock,
                                  &request, report, &problem);
    mem_free(report);
    return done;
}

static void add_row(struct buf *csv, const struct world *world, int row, const char *source)
{
    static const char *const names[WORLD_TEAMS] = { "North", "South", "East", "West" };
    char monday[DATE_TEXT_MAX];
    int team = row % WORLD_TEAMS;
    int week = row / WORLD_TEAMS;
    date_text(firm_day(7 * week), monday);
    buf_fmt(csv, "%s,%s,csat_mean,%.3f,50,%s\n", monday, names[team],
            world->customers[team][week], source);
}

static void look_at_source(struct world *world, struct str source, struct link_answer *answer,
                           struct arena *arena)
{
    assert_ok(link_look(&world->firm.appliance, WORLD_METRIC, source, arena, answer));
}

/* The order of a file's rows is nothing that a result may depend on. */
static void test_link_look_unsorted_import_gives_the_same(void **state)
{
    struct world *world = *state;
    enum { ROWS = 60 * WORLD_TEAMS };
    world_imagine(world, true);
    world->teams_with_outcomes = 0;
    world_live(world, 60);
    BUF_AUTO struct buf sorted = buf_new(CSV_MAX);
    BUF_AUTO struct buf unsorted = buf_new(CSV_MAX);
    buf_add_text(&sorted, "period,team,metric,value,n,source\n");
    buf_add_text(&unsorted, "period,team,metric,value,n,source\n");
    for (int i = 0; i < ROWS; i++) {
        add_row(&sorted, world, i, "sorted");
        add_row(&unsorted, world, i * 7 % ROWS == 0 && i > 0 ? 0 : i * 7 % ROWS, "unsorted");
    }
    assert_ok(import_csv(world, &sorted));
    assert_ok(import_csv(world, &unsorted));
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    struct link_answer a;
    struct link_answer b;
    look_at_source(world, STR("sorted"), &a, &arena);
    look_at_source(world, STR("unsorted"), &b, &arena);
    assert_int_equal(a.scan.best_lag, 2);
    assert_memory_equal(&a.scan, &b.scan, sizeof a.scan);
    assert_int_equal(a.answers, b.answers);
}

/* A date that stands twice is refused with the file; days of one week are one value, weighted by n. */
static void test_link_look_duplicated_dates_never_count_twice(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world->teams_with_outcomes = 0;
    world_live(world, 30);
    BUF_AUTO struct buf twice = buf_new(CSV_MAX);
    buf_add_text(&twice, "period,team,metric,value,n,source\n");
    add_row(&twice, world, 0, "file");
    add_row(&twice, world, 4, "file");
    add_row(&twice, world, 0, "file");
    assert_err(import_csv(world, &twice), DP_INVALID);
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    struct link_answer answer;
    assert_err(link_look(&world->firm.appliance, WORLD_METRIC, STR(""), &arena, &answer),
               DP_NOT_FOUND);
    BUF_AUTO struct buf days = buf_new(CSV_MAX);
    buf_add_text(&days, "period,team,metric,value,n,source\n"
                        "2026-03-11,North,csat_mean,2,30,file\n"
                        "2026-03-09,North,csat_mean,4,10,file\n"
                        "2026-03-12,North,csat_mean,5,4,file\n"
                        "2026-03-20,North,csat_mean,3,10,file\n");
    assert_ok(import_csv(world, &days));
    look_at_source(world, STR("file"), &answer, &arena);
    assert_true(fabs(answer.points[1].outcome - 2.5) <
                1e-12); /* the four ratings are too few */
    assert_int_equal(answer.points[1].outcome_n, 40);
}

/* ---- All at a glance ------------------------------------------------------------------------------ */

/* What was looked at and what is remembered say the same, and nothing is listed before an import. */
static void test_link_list_says_what_the_page_says(void **state)
{
    struct world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    const struct link_entry *entries = NULL;
    size_t count = 9;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    assert_ok(link_list(appliance, LANGUAGE_EN, &arena, &entries, &count));
    assert_int_equal(count, 0);
    world_imagine(world, true);
    world_live(world, 60);
    struct link_answer answer = world_look(world);
    for (int round = 0; round < 2; round++) { /* looked at now, then remembered */
        assert_ok(link_list(appliance, LANGUAGE_EN, &arena, &entries, &count));
        assert_int_equal(count, 1);
        assert_int_equal(entries[0].scan.verdict, answer.scan.verdict);
        assert_int_equal(entries[0].scan.grade, answer.scan.grade);
        assert_int_equal(entries[0].scan.best_lag, answer.scan.best_lag);
        assert_int_equal(entries[0].scan.n_complete, answer.scan.n_complete);
        assert_int_equal(entries[0].looked.days, answer.looked.days);
        assert_int_equal(entries[0].next_look.days, answer.next_look.days);
        assert_int_equal(entries[0].unit, LAG_UNIT_WEEK);
        assert_false(entries[0].has_primary);
        assert_ok(link_refresh(appliance));
    }
}

/* Findings stand above nulls, nulls above what is too early, and equals by name. */
static void test_link_list_best_known_first(void **state)
{
    struct world *world = *state;
    world_imagine(world, true);
    world->teams_with_outcomes = 0;
    world_live(world, 60);
    static const char *const rows[] = { "zebra", "found", "early", "none" };
    BUF_AUTO struct buf csv = buf_new(CSV_MAX);
    buf_add_text(&csv, "period,team,metric,value,n,source\n");
    for (int i = 0; i < 60 * WORLD_TEAMS; i++) {
        add_row(&csv, world, i, "found");
        if (i / WORLD_TEAMS < 15) {
            add_row(&csv, world, i, "zebra");
            add_row(&csv, world, i, "early");
        }
    }
    world_imagine(world, false);
    for (int i = 0; i < 60 * WORLD_TEAMS; i++) {
        add_row(&csv, world, i, "none");
    }
    assert_ok(import_csv(world, &csv));
    const struct link_entry *entries = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    assert_ok(link_list(&world->firm.appliance, LANGUAGE_EN, &arena, &entries, &count));
    assert_int_equal(count, 4);
    assert_string_equal(entries[0].pair.source, rows[1]);
    assert_string_equal(entries[1].pair.source, rows[3]);
    assert_string_equal(entries[2].pair.source, rows[2]);
    assert_string_equal(entries[3].pair.source, rows[0]);
    assert_int_equal(entries[1].scan.verdict, VERDICT_NO_LINK);
    assert_int_equal(entries[2].scan.verdict, VERDICT_CHART_ONLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_link_look_grades_wait_for_20_and_26_weeks),
        WORLD_TEST(test_link_look_week_with_a_box_waits),
        WORLD_TEST(test_link_look_teams_come_and_go),
        WORLD_TEST(test_link_look_department_of_teams_with_outcomes_is_left_out),
        WORLD_TEST(test_link_look_constant_outcome_is_refused),
        WORLD_TEST(test_link_look_constant_outcome_of_one_series_is_refused),
        WORLD_TEST(test_link_look_identical_series_are_asked_about),
        WORLD_TEST(test_link_look_one_huge_outlier_is_a_hint_at_most),
        WORLD_TEST(test_link_look_longest_lag_may_be_longer),
        WORLD_TEST(test_link_look_longest_lag_behind_may_be_longer),
        WORLD_TEST(test_link_look_month_outcome_meets_month_means),
        WORLD_TEST(test_link_look_outcome_without_n_says_so),
        WORLD_TEST(test_link_look_unsorted_import_gives_the_same),
        WORLD_TEST(test_link_look_duplicated_dates_never_count_twice),
        WORLD_TEST(test_link_list_says_what_the_page_says),
        WORLD_TEST(test_link_list_best_known_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
