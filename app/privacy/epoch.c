/* SPDX-License-Identifier: MIT */
#include "app/privacy/epoch.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/keyfile.h"
#include "app/privacy/week.h"
#include "storage/box.h"
#include "storage/dated.h"

enum { AHEAD_S = 3600, LOOK_AHEAD_DAYS = 60 };

/* ---- Which boxes are due ---- */

static bool has_box(const struct house *house, struct date date)
{
    char path[FILE_PATH_MAX];
    return err_is_ok(dated_path(path, house->folder->box, "", date)) && file_exists(path);
}

static dp_err add_if_missing(const struct house *house, struct date date,
                             struct epoch_id out[EPOCH_DUE_MAX], size_t *count)
{
    bool is_flushed = false;
    DP_TRY(house_is_flushed(house, (struct epoch_id){ date }, &is_flushed));
    if (!is_flushed && !has_box(house, date)) {
        out[*count] = (struct epoch_id){ date };
        (*count)++;
    }
    return DP_SUCCESS;
}

struct coming {
    bool has_today; /* today is a survey day and its window is not over */
    bool has_next;  /* it is time to make the one after */
    struct date today;
    struct date next;
};

static dp_err look_ahead(const struct house *house, struct coming *coming)
{
    STORE_READ_AUTO struct store_txn *office = NULL;
    HOUSE_SURVEY_AUTO struct house_survey survey = { 0 };
    DP_TRY(store_read(house->office, &office));
    DP_TRY(house_survey_read(office, &survey));
    int64_t now_s = clock_wall_s(&house->clock);
    int64_t open_s = 0;
    int64_t close_s = 0;
    struct calendar_day day;
    *coming = (struct coming){ .today = zone_to_local(house->zone, now_s).date };
    DP_TRY(house_day(office, &survey, coming->today, &day));
    organisation_window(&survey.organisation, house->zone, coming->today, &open_s, &close_s);
    coming->has_today = day.kind == CALENDAR_ASK && now_s < close_s;
    if (coming->has_today && now_s < close_s - AHEAD_S) {
        return DP_SUCCESS;
    }
    for (int32_t i = 1; i <= LOOK_AHEAD_DAYS && !coming->has_next; i++) {
        coming->next = date_add(coming->today, i);
        DP_TRY(house_day(office, &survey, coming->next, &day));
        coming->has_next = day.kind == CALENDAR_ASK;
    }
    return DP_SUCCESS;
}

dp_err epoch_due(const struct house *house, struct epoch_id out[EPOCH_DUE_MAX], size_t *count)
{
    struct coming coming;
    *count = 0;
    DP_TRY(look_ahead(house, &coming));
    if (coming.has_today) {
        DP_TRY(add_if_missing(house, coming.today, out, count));
    }
    if (coming.has_next) {
        DP_TRY(add_if_missing(house, coming.next, out, count));
    }
    return DP_SUCCESS;
}

/* ---- Making one ---- */

static dp_err refuse(struct dp_problem *problem, enum dp_code code, struct date date,
                     const char *sentence)
{
    char text[DATE_TEXT_MAX];
    date_text(date, text);
    err_ignore(problem_set(problem, 0, 0, "%s: %s", text, sentence));
    return err_make(code);
}

/* Fills in the head, but for the public key. */
static dp_err plan_day(const struct house *house, struct date date, struct box_head *head,
                       struct organisation *organisation, struct dp_problem *problem)
{
    STORE_READ_AUTO struct store_txn *office = NULL;
    HOUSE_SURVEY_AUTO struct house_survey survey = { 0 };
    struct calendar_day day;
    DP_TRY(store_read(house->office, &office));
    DP_TRY(house_survey_read(office, &survey));
    DP_TRY(house_day(office, &survey, date, &day));
    const struct question *question = house_question(&survey, day.question);
    if (day.kind != CALENDAR_ASK || question == NULL) {
        return refuse(problem, DP_NOT_FOUND, date, "nothing is asked on this day");
    }
    *organisation = survey.organisation;
    *head = (struct box_head){
        .epoch = { date },
        .question = question->id,
        .question_version = question->version,
        .is_anchor = day.is_anchor,
    };
    organisation_window(&survey.organisation, house->zone, date, &head->open_s, &head->close_s);
    if (clock_wall_s(&house->clock) >= head->close_s) {
        return refuse(problem, DP_CLOSED, date, "the time for answers is over");
    }
    return DP_SUCCESS;
}

static dp_err make_keys(const struct house *house, struct epoch_id epoch, struct box_head *head,
                        struct dp_problem *problem)
{
    BALLOT_KEYS_AUTO struct ballot_keys *keys = ballot_keys_new();
    if (keys == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct keyfile_moment made = keyfile_now(&house->clock);
    DP_TRY(keyfile_make_pair(house->folder, epoch, &made, keys, problem));
    house_reach(house, HOUSE_PAIR_MADE);
    DP_TRY(keyfile_make_day(house->folder, epoch, problem));
    house_reach(house, HOUSE_DAYKEY_MADE);
    memcpy(head->public_key, keys->public_key, sizeof head->public_key);
    return DP_SUCCESS;
}

/* The units that are in force, without those that are closed. */
static size_t open_units(const struct partition *partition, struct unit *out)
{
    size_t count = 0;
    for (size_t i = 0; i < partition->units_count; i++) {
        if (!partition->units[i].is_closed) {
            out[count] = partition->units[i];
            count++;
        }
    }
    return count;
}

static int compare_ids(const void *id, const void *unit)
{
    uint32_t wanted = ((const struct unit_id *)id)->value;
    uint32_t here = ((const struct unit *)unit)->id.value;
    return (wanted > here) - (wanted < here);
}

/* Headcounts are those of the people in this plan, so that flush can hold ballots against them. */
static void recount(const struct week *week, struct unit *units, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        units[i].headcount = 0;
    }
    for (size_t i = 0; i < week->people_count; i++) {
        struct unit *unit = bsearch(&week->people[i].unit, units, count, sizeof *units,
                                    compare_ids);
        struct unit *pool = unit == NULL ? NULL
                                         : bsearch(&unit->pool, units, count, sizeof *units,
                                                   compare_ids);
        if (unit != NULL) {
            unit->headcount++;
        }
        if (pool != NULL) {
            pool->headcount++;
        }
    }
}

static dp_err build(const struct house *house, struct box_head *head, const struct week *week,
                    struct dp_problem *problem)
{
    MEM_AUTO struct unit *units = mem_new(week->partition.units_count + 1, sizeof *units);
    if (units == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    head->min_people = week->state.min_people;
    struct box_plan plan = {
        .units = units,
        .units_count = open_units(&week->partition, units),
        .people = week->people,
        .people_count = week->people_count,
    };
    recount(week, units, plan.units_count);
    DP_TRY(make_keys(house, head->epoch, head, problem));
    plan.head = *head;
    DP_TRY(box_build(house->folder->box, &plan, problem));
    house_reach(house, HOUSE_BOX_MADE);
    return DP_SUCCESS;
}

static dp_err explain_week(dp_err err, struct date date, struct dp_problem *problem)
{
    if (err_is(err, DP_NOT_FOUND)) {
        return refuse(problem, DP_NOT_FOUND, date, "there is nobody in the roster to be asked");
    }
    if (err_is(err, DP_CONFLICT)) {
        return refuse(problem, DP_CONFLICT, date, "the units of a later week are in force");
    }
    if (err_is(err, DP_INVALID)) {
        return refuse(problem, DP_INVALID, date, "the teams don't form a tree");
    }
    return err;
}

dp_err epoch_make(const struct house *house, struct epoch_id epoch, struct dp_problem *problem)
{
    HOUSE_LOCK_AUTO int lock_fd = -1;
    DP_TRY(house_lock(house, &lock_fd, problem));
    bool is_flushed = false;
    DP_TRY(house_is_flushed(house, epoch, &is_flushed));
    if (is_flushed || has_box(house, epoch.date)) {
        return refuse(problem, DP_EXISTS, epoch.date, "this day has its box, or had it");
    }
    struct box_head head;
    struct organisation organisation;
    DP_TRY(plan_day(house, epoch.date, &head, &organisation, problem));
    DP_TRY(box_sweep(house->folder->box));
    DP_TRY(keyfile_sweep(house->folder));
    WEEK_AUTO struct week week = { 0 };
    DP_TRY(explain_week(week_prepare(house, &organisation, epoch.date, &week), epoch.date,
                        problem));
    return build(house, &head, &week, problem);
}
