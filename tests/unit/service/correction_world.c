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
#include "storage/flushed_record.h"
#include "storage/outcome_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/correction_world.h"

enum { TUESDAY = 1, WEDNESDAY = 2, ANCHOR = 1, VOICE = 7, PEOPLE = 24, ANSWERS = 20 };

static const struct firm_team SEATS[WORLD_TEAMS] = {
    { "Service/North", PEOPLE }, { "Service/South", PEOPLE }, { "Field/East", PEOPLE },
    { "Field/West", PEOPLE },    { "Sales/Shops", PEOPLE },   { "Sales/Online", PEOPLE },
    { "Sales/Key", PEOPLE },     { "Sales/Depot", PEOPLE }
};

double world_noise(struct world *world)
{
    double sum = 0;
    for (int i = 0; i < 6; i++) {
        sum += (double)(support_random(&world->random) >> 11) / 9007199254740992.0 - 0.5;
    }
    return sum * 1.41;
}

struct world *world_start(void)
{
    struct world *world = mem_new(1, sizeof *world);
    assert_non_null(world);
    world->random = 991;
    world->outcome_n = 50;
    snprintf(world->source, sizeof world->source, "calls");
    firm_start(&world->firm, true, SEATS, WORLD_TEAMS);
    firm_make(&world->firm, firm_day(0)); /* makes the units */
    for (int j = 0; j < WORLD_TEAMS; j++) {
        const char *name = strchr(SEATS[j].path, '/') + 1;
        world->units[j] = firm_unit(&world->firm, name);
        world->teams[j] = firm_team_id(&world->firm, name);
        assert_true(world->units[j].value != 0 && world->teams[j].value != 0);
    }
    return world;
}

void world_end(struct world *world)
{
    firm_end(&world->firm);
    mem_free(world);
}

void world_imagine(struct world *world, double step)
{
    for (int j = 0; j < WORLD_TEAMS; j++) {
        double mood = 0;
        for (int w = 0; w < WORLD_WEEKS; w++) {
            bool is_on = j < WORLD_TREATED && w >= WORLD_START;
            mood = 0.5 * mood + 0.15 * world_noise(world);
            world->index[j][w] = 3.0 + mood + 0.1 * world_noise(world) + (is_on ? step : 0.0);
            world->theme[j][w] = 3.0 + mood + 0.1 * world_noise(world) + (is_on ? step : 0.0);
            world->outcome[j][w] = 60.0 + 2.0 * world_noise(world) +
                                   (is_on ? 10.0 * step : 0.0);
        }
    }
}

/* ---- Storing ----------------------------------------------------------------------------- */

static struct cell cell_of(const struct world *world, int team, struct date day, int question,
                           double mean)
{
    long hundredths = lround(100.0 * mean);
    hundredths = hundredths < CELL_MEAN_MIN   ? CELL_MEAN_MIN
                 : hundredths > CELL_MEAN_MAX ? CELL_MEAN_MAX
                                              : hundredths;
    return (struct cell){ .unit = world->units[team],
                          .period_kind = PERIOD_DAY,
                          .period_start = day,
                          .question = { (uint16_t)question },
                          .question_version = 1,
                          .headcount = PEOPLE,
                          .n = ANSWERS,
                          .mean_hundredths = (uint16_t)hundredths,
                          .favourable_pct = 50 };
}

static dp_err put_day(struct store_txn *txn, const struct world *world, int week, int weekday)
{
    bool is_anchor = weekday == TUESDAY;
    struct date day = firm_day(7 * week + weekday);
    struct flushed flushed = { .epoch = { day },
                               .question = { is_anchor ? ANCHOR : VOICE },
                               .question_version = 1 };
    DP_TRY(flushed_record_put(txn, &flushed));
    for (int j = 0; j < WORLD_TEAMS; j++) {
        double mean = is_anchor ? world->index[j][week] : world->theme[j][week];
        struct cell cell = cell_of(world, j, day, is_anchor ? ANCHOR : VOICE, mean);
        if (j < WORLD_TREATED && week >= WORLD_START && world->answers_after > 0) {
            cell.n = world->answers_after;
        }
        if (mean > 0) {
            DP_TRY(cell_record_put(txn, &cell));
        }
    }
    return DP_SUCCESS;
}

static dp_err cells_job(struct store_txn *txn, void *context)
{
    const struct world *world = context;
    for (int w = world->from; w < world->weeks; w++) {
        DP_TRY(put_day(txn, world, w, TUESDAY));
        DP_TRY(put_day(txn, world, w, WEDNESDAY));
    }
    return DP_SUCCESS;
}

static struct outcome outcome_of(const struct world *world, int team, int week)
{
    struct date monday = firm_day(7 * week);
    struct outcome outcome = {
        .metric = WORLD_METRIC,
        .period_kind = world->is_monthly ? PERIOD_MONTH : PERIOD_WEEK,
        .period_start = world->is_monthly ? date_month_start(monday) : monday,
        .team = world->teams[team],
        .value = world->outcome[team][week],
        .has_n = world->outcome_n > 0,
        .n = world->outcome_n,
        .import = { 1 },
    };
    snprintf(outcome.source, sizeof outcome.source, "%s", world->source);
    return outcome;
}

static dp_err outcomes_job(struct store_txn *txn, void *context)
{
    const struct world *world = context;
    for (int w = world->from; w < world->weeks && !world->has_no_outcomes; w++) {
        for (int j = 0; j < WORLD_TEAMS; j++) {
            struct outcome outcome = outcome_of(world, j, w);
            if (!world->is_silent[j]) {
                DP_TRY(outcome_record_put(txn, &outcome));
            }
        }
    }
    return DP_SUCCESS;
}

void world_live(struct world *world, int weeks)
{
    world->from = world->weeks < weeks ? world->weeks : 0;
    world->weeks = weeks;
    assert_ok(store_write(world->firm.appliance.results, cells_job, world));
    assert_ok(store_write(world->firm.appliance.office, outcomes_job, world));
    firm_at(&world->firm, firm_day(7 * weeks), 12 * 60);
}

static dp_err outcome_job(struct store_txn *txn, void *context)
{
    return outcome_record_put(txn, context);
}

void world_put_outcome(struct world *world, const struct outcome *outcome)
{
    struct outcome copy = *outcome;
    assert_ok(store_write(world->firm.appliance.office, outcome_job, &copy));
}

/* ---- The correction ---------------------------------------------------------------------- */

struct correction world_correction(const struct world *world)
{
    struct correction correction = { .title = "Answer without asking back",
                                     .category = CORRECTION_RULE_DROPPED,
                                     .start = firm_day(7 * WORLD_START),
                                     .target = CORRECTION_ON_INDEX,
                                     .direction = CORRECTION_UP,
                                     .team_count = WORLD_TREATED };
    for (int j = 0; j < WORLD_TREATED; j++) {
        correction.teams[j] = world->teams[j];
    }
    return correction;
}

struct correction_id world_enter(struct world *world, const struct correction *correction)
{
    struct correction copy = *correction;
    struct dp_problem problem = { 0 };
    int64_t now_s = world->firm.now_s;
    firm_at(&world->firm, date_add(correction->start, -3), 600);
    dp_err added = correction_add(&world->firm.appliance, &copy, "hr", &problem);
    world->firm.now_s = now_s;
    if (!err_is_ok(added)) {
        fail_msg("%s: %s", err_name(added.code), problem.sentence);
    }
    return copy.id;
}

struct correction_report world_report(struct world *world, struct correction_id id,
                                      struct arena *arena)
{
    struct correction_report report;
    assert_ok(correction_report_of(&world->firm.appliance, id, arena, &report));
    return report;
}

const struct correction_effect *world_effect(const struct correction_report *report,
                                             enum theme theme, const char *metric)
{
    for (size_t i = 0; i < report->effect_count; i++) {
        const struct correction_series *series = &report->effects[i].series;
        bool is_outcome = series->target == CORRECTION_ON_OUTCOME;
        bool is_it = metric != NULL ? is_outcome && strcmp(series->metric.code, metric) == 0
                                    : !is_outcome && series->theme == theme;
        if (is_it) {
            return &report->effects[i];
        }
    }
    fail_msg("the report has no such series");
    return NULL;
}
