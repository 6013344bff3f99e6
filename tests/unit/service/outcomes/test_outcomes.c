/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "app/service/outcomes/outcomes.h"
#include "app/service/roster/roster.h"
#include "app/survey/people.h"
#include "storage/audit_record.h"
#include "storage/outcome_record.h"
#include "storage/team_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

#define HEAD "period,team,metric,value,n,source\n"

static struct outcomes_report report;
static struct roster_report roster;

/* Service with Hotline, and Sales. */
static int open_with_teams(void **state)
{
    assert_int_equal(office_open(state), 0);
    struct office *office = *state;
    struct import_file file = office_file("person_id,team\na,Service/Hotline\nb,Sales\n");
    assert_ok(roster_import(office->store, &office->clock, &file, &roster, NULL));
    return 0;
}

static dp_err take(const struct office *office, const char *text, struct dp_problem *problem)
{
    const struct outcomes_request request = { .file = office_file(text) };
    return outcomes_import(office->store, &office->clock, &request, &report, problem);
}

static void import(const struct office *office, const char *text)
{
    dp_err err = take(office, text, NULL);
    office_assert_problems(&report.problems, 0);
    assert_ok(err);
}

static void assert_near(double value, double wanted)
{
    assert_true(fabs(value - wanted) < 1e-12);
}

/** Where to look for a value. */
struct place {
    const char *metric;
    const char *source;
    enum period_kind kind;
    const char *start;
    const char *team;
};

static dp_err find(const struct office *office, const struct place *where, struct outcome *out)
{
    struct outcome place = { .period_kind = where->kind,
                             .period_start = office_date(where->start) };
    struct team team = { .id = { TEAM_ROOT } };
    struct store_txn *txn = NULL;
    assert_true(str_copy(str_of(where->metric), place.metric, sizeof place.metric));
    assert_true(str_copy(str_of(where->source), place.source, sizeof place.source));
    assert_ok(store_read(office->store, &txn));
    assert_ok(team_record_by_code(txn, str_of(where->team), &team));
    place.team = team.id;
    dp_err err = outcome_record_get(txn, &place, out);
    store_read_end(txn);
    return err;
}

/* A refused file changes nothing, also when most of it is sound; counts stay 0. */
static void test_outcomes_import_bad_file_changes_nothing(void **state)
{
    struct office *office = *state;
    struct dp_problem problem = { 0 };
    import(office, HEAD "2026-W10,Sales,csat_mean,4.1,10,s\n");
    struct secret_hash before = office_picture(office);
    assert_err(take(office,
                    HEAD "2026-W10,Sales,csat_mean,4.5,10,s\n2026-W09,Sales,csat_mean,9,,s\n",
                    &problem),
               DP_INVALID);
    assert_int_equal(problem.line, 3);
    assert_int_equal(problem.column, 26);
    assert_int_equal(report.values_changed, 0);
    office_assert_unchanged(office, &before);
}

/* A request that can't be: a source that is too long, a metric for ratings that is none. */
static void test_outcomes_import_bad_request_is_refused(void **state)
{
    struct office *office = *state;
    char longer[CODE_MAX + 1];
    memset(longer, 's', sizeof longer);
    longer[CODE_MAX] = '\0';
    struct dp_problem problem = { 0 };
    struct outcomes_request request = {
        .file = office_file("date,team,score\n2026-03-02,Sales,4\n"), .source = longer
    };
    assert_err(outcomes_import(office->store, &office->clock, &request, &report, &problem),
               DP_INVALID);
    request.source = NULL;
    request.metric = "nothing";
    assert_err(outcomes_import(office->store, &office->clock, &request, &report, &problem),
               DP_INVALID);
    assert_string_equal(problem.sentence, "no metric is called \"nothing\"");
    request.metric = "nps";
    assert_err(outcomes_import(office->store, &office->clock, &request, &report, &problem),
               DP_INVALID);
    assert_non_null(strstr(problem.sentence, "can't be averaged into the metric \"nps\""));
}

/* Each row is stored under metric, source, period and team, with what it says. */
static void test_outcomes_import_values_are_stored(void **state)
{
    struct office *office = *state;
    struct outcome got;
    import(office, HEAD "2026-03-09,Service/Hotline,csat_mean,4.25,31,survey\n"
                        "2026-W10,Hotline,one_call_resolution,71.5,,\n"
                        "2026-02,*,absence,4.8,200,payroll\n");
    assert_int_equal(report.rows, 3);
    assert_int_equal(report.values, 3);
    assert_int_equal(report.values_new, 3);
    assert_int_not_equal(report.import.value, 0);
    assert_string_equal(report.first, "2026-02");
    assert_string_equal(report.last, "2026-03-09");
    assert_int_equal(report.series_count, 3);
    assert_ok(find(
        office,
        &(struct place){ "csat_mean", "survey", PERIOD_DAY, "2026-03-09", "Service/Hotline" },
        &got));
    assert_near(got.value, 4.25);
    assert_true(got.has_n);
    assert_int_equal(got.n, 31);
    assert_int_equal(got.import.value, report.import.value);
    assert_ok(find(office,
                   &(struct place){ "one_call_resolution", "file", PERIOD_WEEK, "2026-03-02",
                                    "Service/Hotline" },
                   &got));
    assert_false(got.has_n);
    assert_ok(find(office,
                   &(struct place){ "absence", "payroll", PERIOD_MONTH, "2026-02-01", "*" },
                   &got));
    assert_int_equal(got.team.value, TEAM_ROOT);
}

/* Two sources of one metric stand side by side. */
static void test_outcomes_import_sources_are_not_merged(void **state)
{
    struct office *office = *state;
    struct outcome got;
    import(office,
           HEAD "2026-W10,Sales,csat_mean,4.1,10,mail\n2026-W10,Sales,csat_mean,3.0,9,phone\n");
    assert_int_equal(report.series_count, 2);
    assert_string_equal(report.series[0].metric, "csat_mean");
    assert_ok(find(office,
                   &(struct place){ "csat_mean", "mail", PERIOD_WEEK, "2026-03-02", "Sales" },
                   &got));
    assert_near(got.value, 4.1);
    assert_ok(find(office,
                   &(struct place){ "csat_mean", "phone", PERIOD_WEEK, "2026-03-02", "Sales" },
                   &got));
    assert_near(got.value, 3.0);
}

/* The same file a second time changes nothing and says when it came. */
static void test_outcomes_import_same_file_changes_nothing(void **state)
{
    struct office *office = *state;
    const char *text = HEAD "2026-W10,Sales,csat_mean,4.1,10,s\n";
    import(office, text);
    struct secret_hash before = office_picture(office);
    struct outcomes_request request = { .file = office_file(text) };
    request.file.today = office_date("2026-03-20");
    request.file.name = "other-name.csv";
    assert_ok(outcomes_import(office->store, &office->clock, &request, &report, NULL));
    assert_true(report.is_same_file);
    assert_true(date_equal(report.same_date, office_today()));
    assert_int_equal(report.import.value, 0);
    office_assert_unchanged(office, &before);
}

/* Another file says which values are new, changed and the same. */
static void test_outcomes_import_differences_are_counted(void **state)
{
    struct office *office = *state;
    struct audit_entry entry;
    struct store_txn *txn = NULL;
    import(office, HEAD "2026-W08,Sales,csat_mean,4.1,10,s\n2026-W09,Sales,csat_mean,4.1,10,s\n"
                        "2026-W10,Sales,csat_mean,4.1,10,s\n");
    import(office,
           HEAD "2026-W11,Sales,csat_mean,4.1,10,s\n2026-W10,Sales,csat_mean,4.1,,s\n"
                "2026-W09,Sales,csat_mean,4.2,10,s\n2026-W08,Sales,csat_mean,4.1,10,s\n");
    assert_int_equal(report.values_new, 1);
    assert_int_equal(report.values_changed, 2);
    assert_int_equal(report.values_same, 1);
    assert_int_equal(report.series_count, 1);
    assert_int_equal(report.series[0].values, 4);
    assert_string_equal(report.series[0].first, "2026-W08");
    assert_string_equal(report.series[0].last, "2026-W11");
    assert_ok(store_read(office->store, &txn));
    assert_ok(audit_record_head(txn, &entry));
    store_read_end(txn);
    assert_string_equal(entry.action, "outcomes.import");
    assert_string_equal(entry.detail,
                        "import 3, file.csv: 4 values; 1 new, 2 changed, 1 unchanged");
}

/* A dry run counts the same and writes nothing. */
static void test_outcomes_import_dry_run_changes_nothing(void **state)
{
    struct office *office = *state;
    struct secret_hash before = office_picture(office);
    struct outcomes_request request = { .file = office_file(
                                            HEAD "2026-W10,Sales,csat_mean,4.1,10,s\n") };
    request.file.is_dry_run = true;
    assert_ok(outcomes_import(office->store, &office->clock, &request, &report, NULL));
    assert_int_equal(report.values_new, 1);
    assert_true(report.is_dry_run);
    office_assert_unchanged(office, &before);
}

/* Ratings become the mean of a team's week; the Sunday still belongs to it. */
static void test_outcomes_import_ratings_become_weekly_means(void **state)
{
    struct office *office = *state;
    struct outcome got;
    import(office,
           "date,team,score\n2026-03-02,Sales,4\n2026-03-08,Sales,5\n2026-03-09,Sales,1\n"
           "2026-03-04,Hotline,2\n2026-03-03,Sales,4\n");
    assert_true(report.is_rating_file);
    assert_int_equal(report.rows, 5);
    assert_int_equal(report.values, 3);
    assert_int_equal(report.values_new, 3);
    assert_string_equal(report.first, "2026-W10");
    assert_string_equal(report.last, "2026-W11");
    assert_ok(find(office,
                   &(struct place){ "csat_mean", "file", PERIOD_WEEK, "2026-03-02", "Sales" },
                   &got));
    assert_near(got.value, 13.0 / 3.0);
    assert_int_equal(got.n, 3);
    assert_err(find(office,
                    &(struct place){ "csat_mean", "file", PERIOD_DAY, "2026-03-02", "Sales" },
                    &got),
               DP_NOT_FOUND);
}

/* Ratings of another metric and source; the same bytes for another metric are another import. */
static void test_outcomes_import_ratings_take_metric_and_source(void **state)
{
    struct office *office = *state;
    struct outcome got;
    const char *text = "date,team,score\n2026-03-02,Sales,4\n2026-03-02,Sales,2\n";
    struct outcomes_request request = { .file = office_file(text),
                                        .metric = "waiting_time",
                                        .source = "phone" };
    assert_ok(outcomes_import(office->store, &office->clock, &request, &report, NULL));
    assert_ok(find(
        office, &(struct place){ "waiting_time", "phone", PERIOD_WEEK, "2026-03-02", "Sales" },
        &got));
    assert_near(got.value, 3.0);
    import(office, text);
    assert_false(report.is_same_file);
    assert_int_equal(report.values_new, 1);
}

static struct metric smiles(void)
{
    return (struct metric){ .code = "smiles",
                            .name = { "Smiles", "Lächeln" },
                            .unit = "%",
                            .shape = METRIC_SHARE_PCT,
                            .better = BETTER_HIGHER,
                            .max = 100.0 };
}

/* A metric of one's own needs a code, names, a unit and a range, and can't hide a built-in one. */
static void test_outcomes_put_metric_bad_metric_is_refused(void **state)
{
    struct office *office = *state;
    struct dp_problem problem = { 0 };
    struct metric metric = smiles();
    struct secret_hash before = office_picture(office);
    memcpy(metric.code, "csat_mean", 10);
    assert_err(outcomes_put_metric(office->store, &office->clock, &metric, "hr", &problem),
               DP_EXISTS);
    static const char *const codes[] = { "", "Smiles", "1st", "=x", "a b" };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        metric = smiles();
        memcpy(metric.code, codes[i], strlen(codes[i]) + 1);
        assert_err(outcomes_put_metric(office->store, &office->clock, &metric, "hr", &problem),
                   DP_INVALID);
    }
    metric = smiles();
    metric.name[LANGUAGE_DE][0] = '\0';
    assert_err(outcomes_put_metric(office->store, &office->clock, &metric, "hr", &problem),
               DP_INVALID);
    metric = smiles();
    metric.max = metric.min;
    assert_err(outcomes_put_metric(office->store, &office->clock, &metric, "hr", &problem),
               DP_INVALID);
    metric = smiles();
    metric.max = (double)NAN;
    assert_err(outcomes_put_metric(office->store, &office->clock, &metric, "hr", &problem),
               DP_INVALID);
    office_assert_unchanged(office, &before);
}

/* A metric of one's own is known to the next file, with its own range. */
static void test_outcomes_put_metric_own_metric_can_be_imported(void **state)
{
    struct office *office = *state;
    struct metric metric = smiles();
    struct dp_problem problem = { 0 };
    const char *text = HEAD "2026-W10,Sales,smiles,71,10,s\n";
    assert_err(take(office, text, &problem), DP_INVALID);
    assert_ok(outcomes_put_metric(office->store, &office->clock, &metric, "hr", &problem));
    import(office, text);
    assert_int_equal(report.values_new, 1);
    assert_err(take(office, HEAD "2026-W10,Sales,smiles,101,10,s\n", &problem), DP_INVALID);
    assert_err(take(office, HEAD "2026-W10,Sales,smile,99,10,s\n", &problem), DP_INVALID);
    assert_non_null(strstr(problem.sentence, "did you mean \"smiles\"?"));
}

/* More series than the report lists are still counted and stored. */
static void test_outcomes_import_many_series_are_counted(void **state)
{
    struct office *office = *state;
    struct buf text = buf_new(100000);
    buf_add_text(&text, HEAD);
    for (int i = 0; i < OUTCOMES_METRICS_MAX + 3; i++) {
        buf_fmt(&text, "2026-W10,Sales,csat_mean,4,,source-%d\n", i);
    }
    buf_add_char(&text, '\0');
    import(office, buf_str(&text).ptr);
    buf_free(&text);
    assert_int_equal(report.series_total, OUTCOMES_METRICS_MAX + 3);
    assert_int_equal(report.series_count, OUTCOMES_METRICS_MAX);
    assert_int_equal(report.values_new, OUTCOMES_METRICS_MAX + 3);
}

int main(void)
{
#define TEAMS_TEST(name) cmocka_unit_test_setup_teardown(name, open_with_teams, office_close)
    const struct CMUnitTest tests[] = {
        TEAMS_TEST(test_outcomes_import_bad_file_changes_nothing),
        TEAMS_TEST(test_outcomes_import_bad_request_is_refused),
        TEAMS_TEST(test_outcomes_import_values_are_stored),
        TEAMS_TEST(test_outcomes_import_sources_are_not_merged),
        TEAMS_TEST(test_outcomes_import_same_file_changes_nothing),
        TEAMS_TEST(test_outcomes_import_differences_are_counted),
        TEAMS_TEST(test_outcomes_import_dry_run_changes_nothing),
        TEAMS_TEST(test_outcomes_import_ratings_become_weekly_means),
        TEAMS_TEST(test_outcomes_import_ratings_take_metric_and_source),
        TEAMS_TEST(test_outcomes_put_metric_bad_metric_is_refused),
        TEAMS_TEST(test_outcomes_put_metric_own_metric_can_be_imported),
        TEAMS_TEST(test_outcomes_import_many_series_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
