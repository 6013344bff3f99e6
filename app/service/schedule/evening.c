/* SPDX-License-Identifier: MIT */
#include "app/service/schedule/evening.h"

#include "app/core/log.h"
#include "app/privacy/ballotbox.h"
#include "app/service/roster/roster.h"
#include "app/service/schedule/nightly.h"
#include "storage/calendar_exception_record.h"

struct house evening_house(const struct appliance *appliance)
{
    return (struct house){ .folder = &appliance->folder,
                           .office = appliance->office,
                           .results = appliance->results,
                           .zone = &appliance->zone,
                           .clock = appliance->clock };
}

static dp_err look_at_box(struct ballotboxes *boxes, struct epoch_id epoch,
                          struct evening_box *out)
{
    struct ballotbox_plan plan;
    struct person_id nobody = { 0 };
    dp_err found = ballotbox_plan_of(boxes, epoch, nobody, &plan);
    if (err_is(found, DP_CLOSED)) {
        *out = (struct evening_box){ .epoch = epoch, .is_closed = true };
        return DP_SUCCESS;
    }
    DP_TRY(found);
    *out = (struct evening_box){ .epoch = epoch,
                                 .open_s = plan.open_s,
                                 .close_s = plan.close_s,
                                 .is_closed = plan.state == BALLOTBOX_CLOSED,
                                 .question = plan.question };
    return DP_SUCCESS;
}

dp_err evening_boxes(const struct appliance *appliance,
                     struct evening_box out[EVENING_BOXES_MAX], size_t *count)
{
    struct epoch_id epochs[KEYFILE_EPOCHS_MAX];
    struct ballotboxes *boxes = NULL;
    size_t epochs_count = 0;
    *count = 0;
    DP_TRY(keyfile_list(&appliance->folder, epochs, &epochs_count));
    DP_TRY(ballotboxes_open(&appliance->folder, &appliance->clock, &boxes));
    dp_err looked = DP_SUCCESS;
    for (size_t i = 0; i < epochs_count && err_is_ok(looked); i++) {
        looked = look_at_box(boxes, epochs[i], &out[*count]);
        bool is_gone = err_is(looked,
                              DP_NOT_FOUND); /* keys whose box is not made yet, or gone */
        *count += err_is_ok(looked) ? 1 : 0;
        looked = is_gone ? DP_SUCCESS : looked;
    }
    ballotboxes_close(boxes);
    return looked;
}

/* ---- Demos ---------------------------------------------------------------------------------------- */

/* Some theme question, another one each day; 0 when there is none. */
static struct question_id theme_question(const struct house_survey *survey, struct date date)
{
    struct question_id none = { 0 };
    size_t count = 0;
    for (size_t i = 0; i < survey->questions_count; i++) {
        const struct question *question = &survey->questions[i];
        count += question->is_active && question->theme != THEME_ANCHOR ? 1 : 0;
    }
    if (count == 0) {
        return none;
    }
    size_t wanted = (size_t)date.days % count;
    for (size_t i = 0; i < survey->questions_count; i++) {
        const struct question *question = &survey->questions[i];
        if (question->is_active && question->theme != THEME_ANCHOR && wanted-- == 0) {
            return question->id;
        }
    }
    return none;
}

struct asking {
    struct date date;
    bool is_done;
};

static dp_err ask_job(struct store_txn *txn, void *context)
{
    struct asking *asking = context;
    struct calendar_day day;
    HOUSE_SURVEY_AUTO struct house_survey survey = { 0 };
    asking->is_done = false;
    DP_TRY(house_survey_read(txn, &survey));
    DP_TRY(house_day(txn, &survey, asking->date, &day));
    if (day.kind == CALENDAR_ASK) {
        return DP_SUCCESS;
    }
    struct calendar_exception exception = { .date = asking->date,
                                            .kind = CALENDAR_ASK,
                                            .question = theme_question(&survey, asking->date) };
    asking->is_done = exception.question.value != 0;
    return asking->is_done ? calendar_exception_record_put(txn, &exception) : DP_SUCCESS;
}

static dp_err is_asked(const struct appliance *appliance, struct date date, bool *is_asked)
{
    struct calendar_day day;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    HOUSE_SURVEY_AUTO struct house_survey survey = { 0 };
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(house_survey_read(txn, &survey));
    DP_TRY(house_day(txn, &survey, date, &day));
    *is_asked = day.kind == CALENDAR_ASK;
    return DP_SUCCESS;
}

dp_err evening_ask_in_demo(const struct appliance *appliance, struct date date)
{
    struct asking asking = { .date = date };
    bool has_question = false;
    if (!appliance->organisation.is_demo) {
        return DP_SUCCESS;
    }
    DP_TRY(is_asked(appliance, date, &has_question));
    return has_question ? DP_SUCCESS : store_write(appliance->office, ask_job, &asking);
}

/* ---- One look ------------------------------------------------------------------------------------- */

dp_err evening_make_box(const struct appliance *appliance, struct epoch_id epoch, size_t *moves,
                        struct dp_problem *problem)
{
    struct house house = evening_house(appliance);
    DP_TRY(roster_apply_due(appliance->office, &appliance->clock, epoch.date, moves));
    return epoch_make(&house, epoch, problem);
}

/* Nobody is in the roster yet, another process was quicker, or the window closed meanwhile. */
static bool is_no_failure(dp_err err)
{
    return err_is(err, DP_NOT_FOUND) || err_is(err, DP_EXISTS) || err_is(err, DP_BUSY) ||
           err_is(err, DP_CLOSED);
}

static dp_err make_boxes(const struct appliance *appliance, struct evening_done *done,
                         struct dp_problem *problem)
{
    struct house house = evening_house(appliance);
    struct epoch_id due[EPOCH_DUE_MAX];
    size_t count = 0;
    dp_err first = DP_SUCCESS;
    DP_TRY(epoch_due(&house, due, &count));
    for (size_t i = 0; i < count; i++) {
        struct dp_problem said = { 0 };
        size_t moves = 0;
        dp_err made = evening_make_box(appliance, due[i], &moves, &said);
        done->moves += moves;
        done->boxes += err_is_ok(made) ? 1 : 0;
        if (!err_is_ok(made) && !is_no_failure(made) && err_is_ok(first)) {
            first = made;
            *problem = said;
        }
    }
    return first;
}

static dp_err close_epochs(const struct appliance *appliance, struct evening_done *done,
                           struct dp_problem *problem)
{
    struct house house = evening_house(appliance);
    dp_err flushed = flush_run(&house, &done->flushed, problem);
    if (done->flushed.refused > 0) {
        log_error("%u ballots did not fit their plan: somebody has tampered with a box",
                  (unsigned)done->flushed.refused);
    }
    if (done->flushed.epochs > 0 || done->flushed.weeks > 0) {
        dp_err looked = nightly_refresh(appliance);
        flushed = err_is_ok(flushed) ? looked : flushed;
    }
    return err_is(flushed, DP_BUSY) ? DP_SUCCESS : flushed;
}

/* Keeps the first failure and its sentence. */
static void keep(dp_err *first, struct dp_problem *problem, dp_err err,
                 const struct dp_problem *said)
{
    if (err_is_ok(*first) && !err_is_ok(err)) {
        *first = err;
        *problem = *said;
    }
}

dp_err evening_step(const struct appliance *appliance, int64_t *wake_s,
                    struct evening_done *done, struct dp_problem *problem)
{
    struct evening_done own = { 0 };
    struct dp_problem said = { 0 };
    struct house house = evening_house(appliance);
    struct date today = appliance_today(appliance);
    dp_err first = DP_SUCCESS;
    done = done == NULL ? &own : done;
    *done = own;
    *problem = said;
    keep(&first, problem, evening_ask_in_demo(appliance, today), &said);
    keep(&first, problem, evening_ask_in_demo(appliance, date_add(today, 1)), &said);
    keep(&first, problem, make_boxes(appliance, done, &said), &said);
    said = (struct dp_problem){ 0 };
    keep(&first, problem, close_epochs(appliance, done, &said), &said);
    *wake_s = clock_wall_s(&appliance->clock);
    keep(&first, problem, flush_next_due(&house, wake_s), &(struct dp_problem){ 0 });
    return first;
}
