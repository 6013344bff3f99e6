/* SPDX-License-Identifier: MIT */
#include "tests/bench/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/core/mem.h"
#include "app/privacy/epoch.h"
#include "app/privacy/forming.h"
#include "app/service/roster/roster.h"
#include "storage/calendar_exception_record.h"
#include "storage/flushed_record.h"
#include "storage/organisation_record.h"
#include "storage/unit_record.h"
#include "storage/week_released_record.h"

enum { CSV_MAX = 10 << 20, UNITS_MAX = 4096, DAYS_A_WEEK = 7, BRANCH = 10 };

void folder_check(dp_err err, const struct dp_problem *problem, const char *what)
{
    if (!err_is_ok(err)) {
        bench_stop("%s: %s %s", what, err_sentence(err.code),
                   problem == NULL ? "" : problem->sentence);
    }
}

/* The signs of these zones' names are turned: Etc/GMT-2 is two hours ahead. */
static void choose_zone(char out[CODE_MAX])
{
    time_t now = time(NULL);
    int ahead = 12 - (int)(now / 3600 % 24);
    (void)snprintf(out, CODE_MAX, ahead == 0 ? "Etc/GMT" : "Etc/GMT%+d", -ahead);
}

/* Ten teams lie below each branch. */
static void write_roster(const struct folder_wanted *wanted, struct buf *csv)
{
    buf_add_text(csv, "person_id,team\n");
    for (int team = 0; team < wanted->teams; team++) {
        for (int i = 0; i < wanted->people_each; i++) {
            buf_fmt(csv, "P%06d,Branch %d/Team %d\n", team * wanted->people_each + i,
                    team / BRANCH, team);
        }
    }
}

static void import_roster(const struct folder_wanted *wanted, const struct appliance *appliance)
{
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf csv = buf_new(CSV_MAX);
    MEM_AUTO struct roster_report *report = mem_new(1, sizeof *report);
    write_roster(wanted, &csv);
    folder_check(buf_finish(&csv), NULL, "roster");
    struct import_file file = { .bytes = buf_str(&csv),
                                .name = "roster.csv",
                                .actor = "bench",
                                .today = appliance_today(appliance) };
    folder_check(roster_import(appliance->office, &appliance->clock, &file, report, &problem),
                 &problem, "roster");
}

/* Weekends are asked, too, and today's question is a fixed one, so that every day is the same. */
static dp_err ask_every_day(struct store_txn *txn, void *context)
{
    const struct appliance *appliance = context;
    struct organisation organisation = appliance->organisation;
    struct calendar_exception today = { .date = appliance_today(appliance),
                                        .kind = CALENDAR_ASK,
                                        .question = { 1 } };
    organisation.workdays = 0x7f;
    DP_TRY(organisation_record_put(txn, &organisation));
    return calendar_exception_record_put(txn, &today);
}

static struct house house_of(const struct appliance *appliance)
{
    return (struct house){ .folder = &appliance->folder,
                           .office = appliance->office,
                           .results = appliance->results,
                           .zone = &appliance->zone,
                           .clock = appliance->clock };
}

void folder_make(const struct folder_wanted *wanted, struct appliance *out)
{
    struct dp_problem problem = { 0 };
    char zone[CODE_MAX];
    choose_zone(zone);
    struct date today = { (int32_t)(time(NULL) / 86400) };
    struct appliance_start start = { .path = wanted->path,
                                     .name = "Bench",
                                     .zone = zone,
                                     .base_url = "",
                                     .programme_start = date_add(date_monday(today),
                                                                 -DAYS_A_WEEK * wanted->weeks),
                                     .is_demo = true };
    folder_check(appliance_create(&start, clock_system(), &problem, out), &problem, "folder");
    import_roster(wanted, out);
    folder_check(store_write(out->office, ask_every_day, out), NULL, "calendar");
    struct house house = house_of(out);
    struct epoch_id epoch = { appliance_today(out) };
    folder_check(epoch_make(&house, epoch, &problem), &problem, "box");
}

/* ---- Links --------------------------------------------------------------------------------------- */

void folder_links(const struct appliance *appliance, struct links *out)
{
    struct roster_link_list list = { .base_url = STR(""), .actor = "bench" };
    BUF_AUTO struct buf text = buf_new(64 << 20);
    MEM_AUTO struct sink *sink = mem_new(1, sizeof *sink);
    sink_start_buf(sink, &text);
    folder_check(roster_list_links(appliance->office, &appliance->clock, &list, sink), NULL,
                 "links");
    folder_check(sink_flush(sink), NULL, "links");
    buf_add_char(&text, '\0');
    *out = (struct links){ .count = 0 };
    size_t room = text.len / ROSTER_TOKEN_TEXT + 1;
    out->paths = mem_new(room, sizeof out->paths[0]);
    for (const char *at = strstr(text.data, "/a/"); at != NULL && out->count < room;
         at = strstr(at + 1, "/a/")) {
        (void)snprintf(out->paths[out->count++], sizeof out->paths[0], "%.*s",
                       ROSTER_TOKEN_TEXT - 1 + 3, at);
    }
    if (out->count == 0) {
        bench_stop("no links");
    }
}

void folder_links_free(struct links *links)
{
    mem_free(links->paths);
}

/* ---- Cells --------------------------------------------------------------------------------------- */

struct filling {
    const struct appliance *appliance;
    struct unit units[UNITS_MAX];
    size_t units_count;
    struct calendar_day day;
    uint32_t answers;
    uint32_t min_people;
    uint64_t cells;
};

static bool keep_daily(const struct unit *unit, void *context)
{
    struct filling *filling = context;
    bool is_wanted = unit->kind != UNIT_POOL && unit->cadence == UNIT_DAILY;
    if (is_wanted && filling->units_count < UNITS_MAX) {
        filling->units[filling->units_count++] = *unit;
    }
    return true;
}

/* Some spread between units and days, none that matters. */
static struct forming_tally invent_tally(const struct filling *filling, size_t unit)
{
    struct forming_tally tally = { .bins = { 1, 2, 4, 0, 3 } };
    uint32_t rest = filling->answers - 10;
    uint32_t shift = (uint32_t)(unit * 7 + (size_t)filling->day.date.days * 3) % 5;
    tally.bins[2] += rest / 10 * shift;
    tally.bins[3] += rest - rest / 10 * shift;
    return tally;
}

static dp_err put_day(struct store_txn *txn, void *context)
{
    struct filling *filling = context;
    struct flushed flushed = { .epoch = { filling->day.date },
                               .question = filling->day.question,
                               .question_version = 1,
                               .cells = (uint32_t)filling->units_count };
    for (size_t i = 0; i < filling->units_count; i++) {
        struct cell cell = { .unit = filling->units[i].id,
                             .period_kind = PERIOD_DAY,
                             .period_start = filling->day.date,
                             .question = filling->day.question,
                             .question_version = 1,
                             .headcount = filling->answers + filling->answers / 3 };
        struct forming_tally tally = invent_tally(filling, i);
        forming_fill(&cell, &tally, filling->min_people, true);
        DP_TRY(cell_record_put(txn, &cell));
    }
    if (date_weekday(filling->day.date) == 5) {
        struct week_released week = { date_monday(filling->day.date) };
        DP_TRY(week_released_record_put(txn, &week));
    }
    return flushed_record_put(txn, &flushed);
}

static void read_plan(struct filling *filling, struct house_survey *survey)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    folder_check(store_read(filling->appliance->office, &txn), NULL, "office");
    folder_check(house_survey_read(txn, survey), NULL, "questions");
    folder_check(unit_record_each(txn, keep_daily, filling), NULL, "units");
}

static void plan_day(struct filling *filling, const struct house_survey *survey,
                     struct date date)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    folder_check(store_read(filling->appliance->office, &txn), NULL, "office");
    folder_check(house_day(txn, survey, date, &filling->day), NULL, "calendar");
}

uint64_t folder_fill(const struct appliance *appliance, uint32_t answers)
{
    HOUSE_SURVEY_AUTO struct house_survey survey = { .questions = NULL };
    MEM_AUTO struct filling *filling = mem_new(1, sizeof *filling);
    if (filling == NULL) {
        bench_stop("no memory");
    }
    filling->appliance = appliance;
    filling->answers = answers;
    filling->min_people = appliance->organisation.min_people;
    read_plan(filling, &survey);
    struct date end = date_monday(appliance_today(appliance));
    for (struct date date = survey.organisation.programme_start; date_is_before(date, end);
         date = date_add(date, 1)) {
        plan_day(filling, &survey, date);
        if (filling->day.kind == CALENDAR_ASK && date_weekday(date) <= 5) {
            folder_check(store_write(appliance->results, put_day, filling), NULL, "cells");
            filling->cells += filling->units_count;
        }
    }
    return filling->cells;
}
