/* SPDX-License-Identifier: MIT */
/* What comes in, what is found and what goes out: metrics, outcomes, imports, corrections,
 * schedules, runs, verdicts; and the results: cells, flushed epochs, released weeks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storage/cell_record.h"
#include "storage/correction_record.h"
#include "storage/difficulty_record.h"
#include "storage/flushed_record.h"
#include "storage/import_record.h"
#include "storage/metric_record.h"
#include "storage/outcome_record.h"
#include "storage/primary_record.h"
#include "storage/run_record.h"
#include "storage/schedule_record.h"
#include "storage/verdict_record.h"
#include "storage/week_released_record.h"
#include "tests/unit/storage/with_store.h"

PUT_JOB(metric, metric)
PUT_JOB(outcome, outcome)
PUT_JOB(import, import)
PUT_JOB(correction, correction)
PUT_JOB(schedule, schedule)
PUT_JOB(run, run)
PUT_JOB(verdict, verdict_memory)
PUT_JOB(primary, primary_question)
PUT_JOB(difficulty, difficulty)
PUT_JOB(cell, cell)
PUT_JOB(flushed, flushed)
PUT_JOB(week_released, week_released)

/* ---- Metrics and outcomes ---- */

static bool see_metric(const struct metric *metric, void *context)
{
    return see(context, "%s", metric->code);
}

static dp_err delete_metric(struct store_txn *txn, void *context)
{
    return metric_record_delete(txn, str_of(context));
}

static void test_metric_by_code(void **state)
{
    struct with_store *with = *state;
    struct metric found;
    struct seen all = { .text = "" };
    assert_ok(run(with, put_metric, &(struct metric){ .code = "smiles", .max = 5 }));
    assert_ok(run(with, put_metric, &(struct metric){ .code = "calls", .max = 9 }));
    assert_ok(metric_record_get(reading(with), STR("smiles"), &found));
    assert_true(found.max > 4.9 && found.max < 5.1);
    assert_err(metric_record_get(reading(with), STR("smile"), &found), DP_NOT_FOUND);
    assert_ok(metric_record_each(reading(with), see_metric, &all));
    assert_string_equal(all.text, "calls,smiles,");
    assert_ok(run(with, delete_metric, "smiles"));
    assert_err(run(with, delete_metric, "smiles"), DP_NOT_FOUND);
}

static struct outcome outcome_of(const char *metric, const char *source, const char *start,
                                 uint32_t team)
{
    struct outcome outcome = { .period_kind = PERIOD_WEEK,
                               .period_start = day(start),
                               .team = { team } };
    assert_true(str_copy(str_of(metric), outcome.metric, sizeof outcome.metric));
    assert_true(str_copy(str_of(source), outcome.source, sizeof outcome.source));
    return outcome;
}

static bool see_outcome(const struct outcome *outcome, void *context)
{
    char date[DATE_TEXT_MAX];
    date_text(outcome->period_start, date);
    return see(context, "%s/%s %s %u", outcome->metric, outcome->source, date + 5,
               outcome->team.value);
}

static dp_err delete_outcome(struct store_txn *txn, void *context)
{
    return outcome_record_delete(txn, context);
}

static void put_outcomes(struct with_store *with)
{
    const struct outcome outcomes[] = {
        outcome_of("csat", "survey", "2026-03-09", 2),
        outcome_of("csat", "survey", "2026-03-02", 1),
        outcome_of("csat", "survey", "2026-03-16", 1),
        outcome_of("csat", "phone", "2026-03-09", 1),
        outcome_of("csa", "survey", "2026-03-09", 1),
        outcome_of("csat", "survey", "2026-03-09", 1),
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        assert_ok(run(with, put_outcome, &outcomes[i]));
    }
    struct outcome month = outcome_of("csat", "survey", "2026-03-01", 1);
    month.period_kind = PERIOD_MONTH;
    assert_ok(run(with, put_outcome, &month));
    month.period_kind = PERIOD_DAY;
    assert_ok(run(with, put_outcome, &month));
}

static void assert_outcomes_in(struct with_store *with, const char *from, const char *to,
                               const char *wanted)
{
    struct seen seen = { .text = "" };
    struct outcome_range range = { .metric = STR("csat"),
                                   .source = STR("survey"),
                                   .kind = PERIOD_WEEK,
                                   .from = day(from),
                                   .to = day(to) };
    assert_ok(outcome_record_each_in(reading(with), &range, see_outcome, &seen));
    assert_string_equal(seen.text, wanted);
}

/* Series are kept apart by metric, source and kind of period, and cut by dates. */
static void test_outcome_walks_keep_to_their_series(void **state)
{
    struct with_store *with = *state;
    struct seen phone = { .text = "" };
    struct seen none = { .text = "" };
    put_outcomes(with);
    assert_ok(
        outcome_record_each_of(reading(with), STR("csat"), STR("phone"), see_outcome, &phone));
    assert_string_equal(phone.text, "csat/phone 03-09 1,");
    assert_ok(
        outcome_record_each_of(reading(with), STR("cs"), STR("survey"), see_outcome, &none));
    assert_string_equal(none.text, "");
    assert_outcomes_in(with, "2026-03-09", "2026-03-09",
                       "csat/survey 03-09 1,csat/survey 03-09 2,");
    assert_outcomes_in(with, "2026-03-10", "2026-12-31", "csat/survey 03-16 1,");
    assert_outcomes_in(with, "2026-03-16", "2026-03-09", "");
    assert_outcomes_in(with, "1970-01-01", "9999-12-31",
                       "csat/survey 03-02 1,csat/survey 03-09 1,csat/survey 03-09 2,"
                       "csat/survey 03-16 1,");
}

/* A code from outside that can't be one finds nothing. */
static void test_outcome_each_of_unfit_text_is_empty(void **state)
{
    struct with_store *with = *state;
    struct seen none = { .text = "" };
    char text[400];
    put_outcomes(with);
    memset(text, 'x', sizeof text);
    assert_ok(outcome_record_each_of(reading(with), (struct str){ text, sizeof text },
                                     STR("survey"), see_outcome, &none));
    assert_ok(
        outcome_record_each_of(reading(with), STR("csat\0"), STR(""), see_outcome, &none));
    assert_string_equal(none.text, "");
}

static void test_outcome_put_get_delete_by_place(void **state)
{
    struct with_store *with = *state;
    struct outcome place = outcome_of("csat", "survey", "2026-03-09", 2);
    struct outcome outcome = place;
    struct seen all = { .stop_after = 2 };
    outcome.value = 4.5;
    put_outcomes(with);
    assert_ok(run(with, put_outcome, &outcome));
    assert_ok(outcome_record_get(reading(with), &place, &place)); /* the same struct is fine */
    assert_memory_equal(&place.value, &outcome.value, sizeof place.value);
    assert_ok(outcome_record_each(reading(with), see_outcome, &all));
    assert_string_equal(all.text, "csa/survey 03-09 1,csat/phone 03-09 1,");
    assert_ok(run(with, delete_outcome, &place));
    assert_err(outcome_record_get(reading(with), &outcome, &place), DP_NOT_FOUND);
    assert_err(run(with, delete_outcome, &outcome), DP_NOT_FOUND);
}

/* ---- Imports ---- */

static bool see_import(const struct import *import, void *context)
{
    return see(context, "%u", import->id.value);
}

static dp_err delete_import(struct store_txn *txn, void *context)
{
    const struct import_id *id = context;
    return import_record_delete(txn, *id);
}

/* By content the newest import is found, also after an older one is stored again as undone;
 * kinds don't mix. */
static void test_import_by_hash_finds_the_newest(void **state)
{
    struct with_store *with = *state;
    struct import found;
    struct seen all = { .text = "" };
    struct import first = { .id = { 1 }, .kind = IMPORT_OUTCOMES, .hash = { { 5 } } };
    struct import second = { .id = { 2 }, .kind = IMPORT_OUTCOMES, .hash = { { 5 } } };
    assert_ok(run(with, put_import, &first));
    assert_ok(import_record_by_hash(reading(with), IMPORT_OUTCOMES, &first.hash, &found));
    assert_int_equal(found.id.value, 1);
    assert_err(import_record_by_hash(reading(with), IMPORT_ROSTER, &first.hash, &found),
               DP_NOT_FOUND);
    assert_ok(run(with, put_import, &second));
    first.is_undone = true;
    assert_ok(run(with, put_import, &first));
    assert_ok(import_record_by_hash(reading(with), IMPORT_OUTCOMES, &first.hash, &found));
    assert_int_equal(found.id.value, 2);
    assert_ok(import_record_get(reading(with), first.id, &found));
    assert_true(found.is_undone);
    assert_ok(import_record_each(reading(with), see_import, &all));
    assert_string_equal(all.text, "1,2,");
    assert_ok(run(with, delete_import, &first.id)); /* the index is not its own */
    assert_ok(import_record_by_hash(reading(with), IMPORT_OUTCOMES, &first.hash, &found));
    assert_ok(run(with, delete_import, &second.id));
    assert_err(import_record_by_hash(reading(with), IMPORT_OUTCOMES, &first.hash, &found),
               DP_NOT_FOUND);
    assert_err(run(with, delete_import, &second.id), DP_NOT_FOUND);
}

/* ---- Corrections ---- */

static bool see_correction(const struct correction *correction, void *context)
{
    return see(context, "%u(%u)", correction->id.value, correction->team_count);
}

static dp_err delete_correction(struct store_txn *txn, void *context)
{
    const struct correction_id *id = context;
    return correction_record_delete(txn, *id);
}

/* From no team (everyone) to 64; one more is refused. */
static void test_correction_holds_up_to_64_teams(void **state)
{
    struct with_store *with = *state;
    static struct correction found;
    static struct correction correction;
    struct seen all = { .text = "" };
    correction = (struct correction){ .id = { 1 } };
    assert_ok(run(with, put_correction, &correction));
    correction.id.value = 2;
    correction.team_count = CORRECTION_TEAMS_MAX;
    for (uint32_t i = 0; i < CORRECTION_TEAMS_MAX; i++) {
        correction.teams[i].value = 100 + i;
    }
    assert_ok(run(with, put_correction, &correction));
    assert_ok(correction_record_get(reading(with), correction.id, &found));
    assert_int_equal(found.teams[CORRECTION_TEAMS_MAX - 1].value, 163);
    correction.team_count++;
    assert_err(run(with, put_correction, &correction), DP_OUT_OF_RANGE);
    assert_ok(correction_record_each(reading(with), see_correction, &all));
    assert_string_equal(all.text, "1(0),2(64),");
    assert_ok(run(with, delete_correction, &correction.id));
    assert_err(run(with, delete_correction, &correction.id), DP_NOT_FOUND);
}

/* ---- Schedules and runs ---- */

static bool see_schedule(const struct schedule *schedule, void *context)
{
    return see(context, "%s@%u", schedule->name, schedule->minute);
}

static dp_err delete_schedule(struct store_txn *txn, void *context)
{
    return schedule_record_delete(txn, str_of(context));
}

static void test_schedule_by_name(void **state)
{
    struct with_store *with = *state;
    struct schedule found;
    struct seen all = { .text = "" };
    assert_ok(run(with, put_schedule, &(struct schedule){ .name = "nightly", .minute = 120 }));
    assert_ok(run(with, put_schedule, &(struct schedule){ .name = "bi", .minute = 5 }));
    assert_ok(run(with, put_schedule, &(struct schedule){ .name = "bi", .minute = 6 }));
    assert_ok(schedule_record_get(reading(with), STR("bi"), &found));
    assert_int_equal(found.minute, 6);
    assert_ok(schedule_record_each(reading(with), see_schedule, &all));
    assert_string_equal(all.text, "bi@6,nightly@120,");
    assert_ok(run(with, delete_schedule, "bi"));
    assert_err(schedule_record_get(reading(with), STR("bi"), &found), DP_NOT_FOUND);
}

static bool see_run(const struct run *run, void *context)
{
    return see(context, "%llu", (unsigned long long)run->id.value);
}

static dp_err delete_run(struct store_txn *txn, void *context)
{
    const struct run_id *id = context;
    return run_record_delete(txn, *id);
}

static void assert_runs_of(struct with_store *with, struct str schedule, const char *wanted)
{
    struct seen seen = { .text = "" };
    assert_ok(run_record_each_of(reading(with), schedule, see_run, &seen));
    assert_string_equal(seen.text, wanted);
}

/* Runs are kept in the order of their ids, and by schedule; names that begin alike don't
 * mix. */
static void test_run_last_of_a_schedule(void **state)
{
    struct with_store *with = *state;
    struct run found;
    struct seen all = { .text = "" };
    static const char *const names[] = { "night", "nightly", "nightly", "", "night" };
    assert_err(run_record_last(reading(with), STR("night"), &found), DP_NOT_FOUND);
    for (uint64_t i = 0; i < 5; i++) {
        struct run one = { .id = { i + 1 }, .started_s = (int64_t)i };
        assert_true(str_copy(str_of(names[i]), one.schedule, sizeof one.schedule));
        assert_ok(run(with, put_run, &one));
    }
    assert_ok(run_record_last(reading(with), STR("nightly"), &found));
    assert_true(found.id.value == 3);
    assert_ok(run_record_last(reading(with), STR(""), &found));
    assert_true(found.id.value == 4);
    assert_err(run_record_last(reading(with), STR("nigh"), &found), DP_NOT_FOUND);
    assert_err(run_record_last(reading(with), STR("a\0b"), &found), DP_NOT_FOUND);
    assert_runs_of(with, STR("night"), "1,5,");
    assert_runs_of(with, STR("nightly"), "2,3,");
    assert_ok(run_record_each(reading(with), see_run, &all));
    assert_string_equal(all.text, "1,2,3,4,5,");

    struct run ended = { .id = { 3 }, .schedule = "night", .ended_s = 9 };
    assert_ok(run(with, put_run, &ended)); /* stored again, under another name at that */
    assert_runs_of(with, STR("nightly"), "2,");
    assert_runs_of(with, STR("night"), "1,3,5,");
    assert_ok(run_record_get(reading(with), ended.id, &found));
    assert_true(found.ended_s == 9);
    assert_ok(run(with, delete_run, &ended.id));
    assert_err(run(with, delete_run, &ended.id), DP_NOT_FOUND);
    assert_runs_of(with, STR("night"), "1,5,");
}

/* ---- Verdicts ---- */

static bool see_verdict(const struct verdict_memory *verdict, void *context)
{
    return see(context, "%s/%s/%s=%u", verdict->metric, verdict->source, verdict->series,
               verdict->grade);
}

static dp_err delete_verdict(struct store_txn *txn, void *context)
{
    const struct verdict_memory *verdict = context;
    return verdict_record_delete(txn, str_of(verdict->metric), str_of(verdict->source),
                                 str_of(verdict->series));
}

static void test_verdict_by_metric_source_and_series(void **state)
{
    struct with_store *with = *state;
    static struct verdict_memory found;
    static struct verdict_memory verdict = { .metric = "csat",
                                             .source = "web",
                                             .series = "anchor" };
    struct seen all = { .text = "" };
    memset(verdict.json, 'j', VERDICT_JSON_MAX - 1);
    verdict.grade = 2;
    assert_ok(run(with, put_verdict, &verdict));
    assert_ok(
        run(with, put_verdict,
            &(struct verdict_memory){ .metric = "csat", .source = "web", .series = "voice" }));
    assert_ok(
        verdict_record_get(reading(with), STR("csat"), STR("web"), STR("anchor"), &found));
    assert_int_equal(strlen(found.json), VERDICT_JSON_MAX - 1);
    assert_err(verdict_record_get(reading(with), STR("csat"), STR(""), STR("anchor"), &found),
               DP_NOT_FOUND);
    assert_ok(verdict_record_each(reading(with), see_verdict, &all));
    assert_string_equal(all.text, "csat/web/anchor=2,csat/web/voice=0,");
    assert_ok(run(with, delete_verdict, &verdict));
    assert_err(run(with, delete_verdict, &verdict), DP_NOT_FOUND);
}

/* ---- Questions asked in advance ---- */

static struct primary_question asked(uint32_t number, int lag)
{
    return (struct primary_question){ .number = number,
                                      .metric = "csat",
                                      .source = "web",
                                      .unit = PERIOD_WEEK,
                                      .lag = lag,
                                      .registered = date_make(20521) };
}

static bool see_primary(const struct primary_question *question, void *context)
{
    return see(context, "%u:%d", question->number, question->lag);
}

static void test_primary_by_number_newest_last(void **state)
{
    struct with_store *with = *state;
    struct primary_question found;
    struct primary_question first = asked(1, -3);
    struct primary_question tenth = asked(256, 2);
    struct seen all = { .text = "" };
    assert_err(primary_record_latest(reading(with), &found), DP_NOT_FOUND);
    assert_ok(run(with, put_primary, &tenth));
    assert_ok(run(with, put_primary, &first));
    assert_ok(primary_record_latest(reading(with), &found));
    assert_int_equal(found.number, 256);
    assert_ok(primary_record_get(reading(with), 1, &found));
    assert_int_equal(found.lag, -3);
    assert_err(primary_record_get(reading(with), 2, &found), DP_NOT_FOUND);
    assert_ok(primary_record_each(reading(with), see_primary, &all));
    assert_string_equal(all.text, "1:-3,256:2,");
}

/* ---- Difficulties ---- */

static bool see_difficulty(const struct difficulty *difficulty, void *context)
{
    return see(context, "%u/%u", difficulty->question.value, difficulty->version);
}

static dp_err delete_difficulty(struct store_txn *txn, void *context)
{
    const struct difficulty *difficulty = context;
    return difficulty_record_delete(txn, difficulty->question, difficulty->version);
}

/* Each wording has its own, and they are walked by question and version. */
static void test_difficulty_by_question_and_version(void **state)
{
    struct with_store *with = *state;
    struct difficulty found;
    struct seen all = { .text = "" };
    struct difficulty later = { .question = { 4 }, .version = 256, .effect = 0.5, .is_used = true };
    struct difficulty early = { .question = { 4 }, .version = 2 };
    struct difficulty other = { .question = { 256 }, .version = 1 };
    assert_ok(run(with, put_difficulty, &other));
    assert_ok(run(with, put_difficulty, &later));
    assert_ok(run(with, put_difficulty, &early));
    assert_ok(difficulty_record_each(reading(with), see_difficulty, &all));
    assert_string_equal(all.text, "4/2,4/256,256/1,");
    assert_ok(difficulty_record_get(reading(with), later.question, 256, &found));
    assert_true(found.is_used && found.effect > 0.49);
    assert_err(difficulty_record_get(reading(with), later.question, 1, &found), DP_NOT_FOUND);
    assert_ok(run(with, delete_difficulty, &later));
    assert_err(run(with, delete_difficulty, &later), DP_NOT_FOUND);
}

/* No question, no wording, a variance below 0, an effect of a question that is not used. */
static void test_difficulty_put_what_no_fit_gives_is_refused(void **state)
{
    struct with_store *with = *state;
    struct difficulty difficulty = { .version = 1 };
    assert_err(run(with, put_difficulty, &difficulty), DP_INVALID);
    difficulty = (struct difficulty){ .question = { 4 } };
    assert_err(run(with, put_difficulty, &difficulty), DP_INVALID);
    difficulty = (struct difficulty){ .question = { 4 }, .version = 1, .var_item = -0.1 };
    assert_err(run(with, put_difficulty, &difficulty), DP_INVALID);
    difficulty = (struct difficulty){ .question = { 4 }, .version = 1, .var_resid = -0.1 };
    assert_err(run(with, put_difficulty, &difficulty), DP_INVALID);
    difficulty = (struct difficulty){ .question = { 4 }, .version = 1, .effect = -0.1 };
    assert_err(run(with, put_difficulty, &difficulty), DP_INVALID);
    difficulty.is_used = true;
    assert_ok(run(with, put_difficulty, &difficulty));
}

/* No number, no unit of days, no lag that no scan takes; the largest lags both ways are fine. */
static void test_primary_put_what_no_scan_could_answer_is_refused(void **state)
{
    struct with_store *with = *state;
    struct primary_question question = asked(0, 2);
    assert_err(run(with, put_primary, &question), DP_INVALID);
    question = asked(1, 2);
    question.unit = PERIOD_DAY;
    assert_err(run(with, put_primary, &question), DP_INVALID);
    question = asked(1, PRIMARY_LAG_MAX + 1);
    assert_err(run(with, put_primary, &question), DP_OUT_OF_RANGE);
    question = asked(1, -PRIMARY_LAG_MAX - 1);
    assert_err(run(with, put_primary, &question), DP_OUT_OF_RANGE);
    question = asked(1, PRIMARY_LAG_MAX);
    assert_ok(run(with, put_primary, &question));
    question = asked(2, -PRIMARY_LAG_MAX);
    assert_ok(run(with, put_primary, &question));
    assert_ok(primary_record_latest(reading(with), &question));
    assert_int_equal(question.lag, -PRIMARY_LAG_MAX);
}

/* ---- Results ---- */

static bool see_cell(const struct cell *cell, void *context)
{
    char date[DATE_TEXT_MAX];
    date_text(cell->period_start, date);
    return see(context, "%u %s q%u", cell->unit.value, date + 5, cell->question.value);
}

static struct cell cell_of(uint32_t unit, enum period_kind kind, const char *start,
                           uint16_t question)
{
    return (struct cell){ .unit = { unit },
                          .period_kind = kind,
                          .period_start = day(start),
                          .question = { question },
                          .question_version = 1,
                          .status = CELL_HIDDEN,
                          .headcount = 20 };
}

static void put_cells(struct with_store *with)
{
    const struct cell cells[] = {
        cell_of(2, PERIOD_DAY, "2026-03-03", 1), cell_of(1, PERIOD_WEEK, "2026-03-02", 1),
        cell_of(1, PERIOD_DAY, "2026-03-04", 2), cell_of(1, PERIOD_DAY, "2026-03-03", 1),
        cell_of(1, PERIOD_DAY, "2026-03-05", 1), cell_of(1, PERIOD_DAY, "2026-03-04", 1),
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        assert_ok(run(with, put_cell, &cells[i]));
    }
}

static void assert_cells(struct with_store *with, const struct cell_range *range,
                         const char *wanted)
{
    struct seen seen = { .text = "" };
    assert_ok(cell_record_each_of_unit(reading(with), range, see_cell, &seen));
    assert_string_equal(seen.text, wanted);
}

/* Cells of one unit and kind of period, between two dates. */
static void test_cell_each_of_unit_keeps_to_unit_kind_and_dates(void **state)
{
    struct with_store *with = *state;
    put_cells(with);
    struct cell_range range = { .unit = { 1 },
                                .period_kind = PERIOD_DAY,
                                .from = day("2026-03-03"),
                                .to = day("2026-03-04") };
    assert_cells(with, &range, "1 03-03 q1,1 03-04 q1,1 03-04 q2,");
    range.from = day("2026-03-04");
    assert_cells(with, &range, "1 03-04 q1,1 03-04 q2,");
    range.to = day("9999-12-31");
    assert_cells(with, &range, "1 03-04 q1,1 03-04 q2,1 03-05 q1,");
    range.to = day("2026-03-01");
    assert_cells(with, &range, "");
    range = (struct cell_range){ .unit = { 1 },
                                 .period_kind = PERIOD_WEEK,
                                 .from = day("1970-01-01"),
                                 .to = day("9999-12-31") };
    assert_cells(with, &range, "1 03-02 q1,");
    range.unit.value = 3;
    assert_cells(with, &range, "");
}

static dp_err delete_cell(struct store_txn *txn, void *context)
{
    return cell_record_delete(txn, context);
}

static void test_cell_get_each_delete(void **state)
{
    struct with_store *with = *state;
    struct cell found;
    struct seen all = { .text = "" };
    struct cell_place place = { .unit = { 2 },
                                .period_kind = PERIOD_DAY,
                                .period_start = day("2026-03-03"),
                                .question = { 1 } };
    put_cells(with);
    assert_ok(cell_record_get(reading(with), &place, &found));
    assert_int_equal(found.headcount, 20);
    assert_ok(cell_record_each(reading(with), see_cell, &all));
    assert_string_equal(all.text, "1 03-03 q1,1 03-04 q1,1 03-04 q2,1 03-05 q1,1 03-02 q1,"
                                  "2 03-03 q1,");
    assert_ok(run(with, delete_cell, &place));
    assert_err(cell_record_get(reading(with), &place, &found), DP_NOT_FOUND);
    assert_err(run(with, delete_cell, &place), DP_NOT_FOUND);
}

static bool see_flushed(const struct flushed *flushed, void *context)
{
    return see(context, "%u", flushed->cells);
}

static dp_err delete_flushed(struct store_txn *txn, void *context)
{
    const struct flushed *flushed = context;
    return flushed_record_delete(txn, flushed->epoch);
}

static void test_flushed_latest_is_the_newest_epoch(void **state)
{
    struct with_store *with = *state;
    struct flushed found;
    struct seen all = { .text = "" };
    struct flushed second = { .epoch = { day("2026-03-04") }, .cells = 2 };
    struct flushed first = { .epoch = { day("2026-03-03") }, .cells = 1 };
    assert_err(flushed_record_latest(reading(with), &found), DP_NOT_FOUND);
    assert_ok(run(with, put_flushed, &second));
    assert_ok(run(with, put_flushed, &first));
    assert_ok(flushed_record_latest(reading(with), &found));
    assert_int_equal(found.cells, 2);
    assert_ok(flushed_record_get(reading(with), first.epoch, &found));
    assert_int_equal(found.cells, 1);
    assert_ok(flushed_record_each(reading(with), see_flushed, &all));
    assert_string_equal(all.text, "1,2,");
    assert_ok(run(with, delete_flushed, &second));
    assert_err(flushed_record_get(reading(with), second.epoch, &found), DP_NOT_FOUND);
}

static bool see_week(const struct week_released *week, void *context)
{
    char text[WEEK_TEXT_MAX];
    date_week_text(week->monday, text);
    return see(context, "%s", text);
}

static dp_err delete_week(struct store_txn *txn, void *context)
{
    const struct week_released *week = context;
    return week_released_record_delete(txn, week->monday);
}

static void test_week_released_latest_and_each(void **state)
{
    struct with_store *with = *state;
    struct week_released found;
    struct seen all = { .text = "" };
    struct week_released first = { day("2026-03-02") };
    struct week_released second = { day("2026-03-09") };
    assert_err(week_released_record_get(reading(with), first.monday, &found), DP_NOT_FOUND);
    assert_ok(run(with, put_week_released, &second));
    assert_ok(run(with, put_week_released, &first));
    assert_err(run(with, put_week_released, &(struct week_released){ day("2026-03-08") }),
               DP_INVALID);
    assert_ok(week_released_record_get(reading(with), first.monday, &found));
    assert_ok(week_released_record_latest(reading(with), &found));
    assert_true(date_equal(found.monday, second.monday));
    assert_ok(week_released_record_each(reading(with), see_week, &all));
    assert_string_equal(all.text, "2026-W10,2026-W11,");
    assert_ok(run(with, delete_week, &second));
    assert_ok(week_released_record_latest(reading(with), &found));
    assert_true(date_equal(found.monday, first.monday));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_outcome_each_of_unfit_text_is_empty),
        WITH_STORE(test_outcome_walks_keep_to_their_series),
        WITH_STORE(test_outcome_put_get_delete_by_place),
        WITH_STORE(test_metric_by_code),
        WITH_STORE(test_import_by_hash_finds_the_newest),
        WITH_STORE(test_correction_holds_up_to_64_teams),
        WITH_STORE(test_schedule_by_name),
        WITH_STORE(test_run_last_of_a_schedule),
        WITH_STORE(test_verdict_by_metric_source_and_series),
        WITH_STORE(test_primary_by_number_newest_last),
        WITH_STORE(test_primary_put_what_no_scan_could_answer_is_refused),
        WITH_STORE(test_difficulty_by_question_and_version),
        WITH_STORE(test_difficulty_put_what_no_fit_gives_is_refused),
        WITH_STORE(test_cell_each_of_unit_keeps_to_unit_kind_and_dates),
        WITH_STORE(test_cell_get_each_delete),
        WITH_STORE(test_flushed_latest_is_the_newest_epoch),
        WITH_STORE(test_week_released_latest_and_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
