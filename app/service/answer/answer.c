/* SPDX-License-Identifier: MIT */
#include "app/service/answer/answer.h"

#include <stdio.h>

#include "app/core/mem.h"
#include "app/core/secret.h"
#include "app/privacy/house.h"
#include "app/service/roster/roster.h"
#include "app/survey/calendar.h"
#include "storage/calendar_exception_record.h"
#include "storage/person_record.h"
#include "storage/question_record.h"

enum { LOOK_AHEAD_DAYS = 42, QUESTIONS_MAX = 1024, SECONDS_PER_MINUTE = 60 };

/* Who a link belongs to. A link that can't be read is as unknown as one that was never issued. */
static dp_err find_person(struct store_txn *txn, struct str token, struct person *person)
{
    uint8_t bytes[LINK_TOKEN_BYTES];
    struct person_id id = { 0 };
    if (!err_is_ok(roster_token_read(token, bytes))) {
        return err_make(DP_NOT_FOUND);
    }
    DP_TRY(link_record_get(txn, bytes, &id));
    DP_TRY(person_record_get(txn, id, person));
    return err_make(person->is_gone ? DP_NOT_FOUND : DP_OK);
}

static int minute_of(const struct appliance *appliance, int64_t moment_s, struct date day)
{
    struct zone_local local = zone_to_local(&appliance->zone, moment_s);
    int32_t days = local.date.days - day.days;
    return days * 24 * 60 + local.second_of_day / SECONDS_PER_MINUTE;
}

/* ---- Which day comes next ------------------------------------------------------------------------ */

struct question_list {
    struct question *questions;
    size_t count;
};

static bool add_question(const struct question *question, void *context)
{
    struct question_list *list = context;
    list->questions[list->count++] = *question;
    return list->count < QUESTIONS_MAX;
}

static dp_err plan_day(const struct appliance *appliance, struct store_txn *txn,
                       const struct question_list *list, struct date date,
                       struct calendar_day *day)
{
    struct calendar_exception exception;
    dp_err found = calendar_exception_record_get(txn, date, &exception);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    *day = calendar_plan(&appliance->organisation, date, list->questions, list->count,
                         err_is_ok(found) ? &exception : NULL);
    return DP_SUCCESS;
}

/* What today is, if it has no box, and on which day the next question comes. */
static dp_err look_ahead(const struct appliance *appliance, struct store_txn *txn,
                         struct answer_sheet *sheet)
{
    MEM_AUTO struct question *questions = mem_new(QUESTIONS_MAX, sizeof *questions);
    struct question_list list = { questions, 0 };
    struct calendar_day day;
    if (questions == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(question_record_each_latest(txn, add_question, &list));
    DP_TRY(plan_day(appliance, txn, &list, sheet->today, &day));
    snprintf(sheet->label, sizeof sheet->label, "%s", day.label);
    for (int32_t ahead = 1; ahead <= LOOK_AHEAD_DAYS; ahead++) {
        DP_TRY(plan_day(appliance, txn, &list, date_add(sheet->today, ahead), &day));
        if (day.kind == CALENDAR_ASK) {
            sheet->has_next = true;
            sheet->next_date = day.date;
            return DP_SUCCESS;
        }
    }
    return DP_SUCCESS;
}

/* ---- The sheet ----------------------------------------------------------------------------------- */

static enum answer_state state_of(const struct ballotbox_plan *plan)
{
    if (!plan->is_in_plan) {
        return ANSWER_NOT_IN_PLAN;
    }
    switch (plan->state) {
    case BALLOTBOX_OPEN:
        return ANSWER_OPEN;
    case BALLOTBOX_EARLY:
        return ANSWER_EARLY;
    case BALLOTBOX_CLOSED:
        break;
    }
    return ANSWER_CLOSED;
}

static dp_err fill_from_plan(const struct appliance *appliance, struct store_txn *txn,
                             const struct ballotbox_plan *plan, struct answer_sheet *sheet)
{
    sheet->state = state_of(plan);
    sheet->epoch = plan->epoch;
    sheet->open_minute = minute_of(appliance, plan->open_s, sheet->today);
    sheet->close_minute = minute_of(appliance, plan->close_s, sheet->today);
    sheet->is_ever_shown = plan->is_ever_shown;
    sheet->is_weekly = plan->is_weekly;
    sheet->is_shown_today = plan->is_shown_today;
    sheet->headcount = plan->is_shown_today ? plan->place_headcount : plan->headcount;
    sheet->min_people = plan->min_people;
    snprintf(sheet->unit_name, sizeof sheet->unit_name, "%s",
             plan->is_shown_today ? plan->place_name : plan->unit_name);
    return question_record_get(txn, plan->question, plan->question_version, &sheet->question);
}

/* DP_CLOSED when today's box is gone because its answers are counted; DP_CONFLICT when the day has
 * no box, or isn't today. */
static dp_err why_no_box(const struct appliance *appliance, struct epoch_id epoch)
{
    struct house house = { .results = appliance->results };
    bool is_flushed = false;
    DP_TRY(house_is_flushed(&house, epoch, &is_flushed));
    bool is_today = date_equal(epoch.date, appliance_today(appliance));
    return err_make(is_flushed && is_today ? DP_CLOSED : DP_CONFLICT);
}

dp_err answer_look(const struct answer_desk *desk, struct str token, struct answer_sheet *sheet)
{
    const struct appliance *appliance = desk->appliance;
    struct person person;
    struct ballotbox_plan plan = { 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    *sheet = (struct answer_sheet){ .today = appliance_today(appliance),
                                    .open_minute = appliance->organisation.open_minute,
                                    .close_minute = appliance->organisation.close_minute,
                                    .min_people = appliance->organisation.min_people };
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(find_person(txn, token, &person));
    sheet->language = person.language;
    dp_err planned =
        ballotbox_plan_of(desk->boxes, (struct epoch_id){ sheet->today }, person.id, &plan);
    if (err_is(planned, DP_NOT_FOUND)) {
        planned = why_no_box(appliance, (struct epoch_id){ sheet->today });
    }
    if (err_is_ok(planned)) {
        DP_TRY(fill_from_plan(appliance, txn, &plan, sheet));
    } else if (err_is(planned, DP_CLOSED) || err_is(planned, DP_CONFLICT)) {
        sheet->state = err_is(planned, DP_CLOSED) ? ANSWER_CLOSED : ANSWER_NO_QUESTION;
    } else {
        return planned;
    }
    return sheet->state == ANSWER_OPEN ? DP_SUCCESS : look_ahead(appliance, txn, sheet);
}

/* ---- The answer ---------------------------------------------------------------------------------- */

/* Reads what the answer needs and ends its snapshot before the box is written. */
static dp_err prepare(const struct answer_desk *desk, struct str token, struct epoch_id epoch,
                      struct person_id *id, struct question *question)
{
    struct person person;
    struct ballotbox_plan plan;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(desk->appliance->office, &txn));
    DP_TRY(find_person(txn, token, &person));
    *id = person.id;
    dp_err planned = ballotbox_plan_of(desk->boxes, epoch, person.id, &plan);
    if (err_is(planned, DP_NOT_FOUND)) {
        return why_no_box(desk->appliance, epoch);
    }
    DP_TRY(planned);
    if (!plan.is_in_plan) {
        return err_make(DP_FORBIDDEN);
    }
    return question_record_get(txn, plan.question, plan.question_version, question);
}

dp_err answer_put(const struct answer_desk *desk, struct str token, struct epoch_id epoch,
                  int answer)
{
    struct person_id person = { 0 };
    struct question question;
    struct epoch_id today = { appliance_today(desk->appliance) };
    if (answer < ANSWER_SKIPPED || answer > ANSWER_MAX) {
        return err_make(DP_OUT_OF_RANGE);
    }
    DP_TRY(prepare(desk, token, epoch, &person, &question));
    if (!date_equal(epoch.date, today.date)) {
        return err_make(DP_CONFLICT);
    }
    enum answer keyed = question_keyed(&question, (enum answer)answer);
    dp_err put = ballotbox_submit(desk->boxes, epoch, person, keyed);
    secret_wipe(&keyed, sizeof keyed);
    return err_is(put, DP_NOT_FOUND) ? err_make(DP_FORBIDDEN) : put;
}
