/* SPDX-License-Identifier: MIT */
#include "app/service/demo/demo.h"

#include <pthread.h>
#include <stdio.h>

#include "app/core/mem.h"
#include "app/privacy/ballotbox.h"
#include "app/privacy/epoch.h"
#include "app/privacy/flush.h"
#include "app/service/account/account.h"
#include "app/service/correction/correction.h"
#include "app/service/demo/company.h"
#include "app/service/link/primary.h"
#include "app/service/outcomes/outcomes.h"
#include "app/service/roster/roster.h"
#include "app/service/schedule/nightly.h"
#include "storage/calendar_exception_record.h"
#include "storage/person_record.h"
#include "storage/team_record.h"

enum {
    WRITERS = 32,
    CSV_MAX = 4 << 20,
    BREAK_FIRST_DAY = 24, /* of December */
    BREAK_LAST_DAY = 6,   /* of January */
};

#define DEMO_NAME "Brightwater Services"
#define DEMO_ZONE "Europe/Berlin"

/* The demo on its way. `now_s` is the moment that the appliance believes in. */
struct making {
    struct appliance appliance;
    struct demo_company company;
    struct ballotboxes *boxes;
    int64_t now_s;
    struct clock clock;
    struct date today; /* the real one: what is lived ends on the evening before */
    struct person_id people[DEMO_PEOPLE];
    int answers[DEMO_PEOPLE];
    const struct demo_wanted *wanted;
    struct demo_made *made;
};

/* ---- Files on the way in ------------------------------------------------------------------------- */

static dp_err import_roster(struct making *making, bool is_after, struct dp_problem *problem)
{
    BUF_AUTO struct buf csv = buf_new(CSV_MAX);
    MEM_AUTO struct roster_report *report = mem_new(1, sizeof *report);
    demo_company_roster(&making->company, is_after, &csv);
    DP_TRY(buf_finish(&csv));
    if (report == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct import_file file = { .bytes = buf_str(&csv),
                                .name = is_after ? "roster-reorganised.csv" : "roster.csv",
                                .actor = "demo",
                                .today = appliance_today(&making->appliance) };
    return roster_import(making->appliance.office, &making->clock, &file, report, problem);
}

static dp_err import_outcomes(struct making *making, struct dp_problem *problem)
{
    BUF_AUTO struct buf csv = buf_new(CSV_MAX);
    MEM_AUTO struct outcomes_report *report = mem_new(1, sizeof *report);
    struct date today = appliance_today(&making->appliance);
    demo_company_outcomes(&making->company, today, &csv);
    DP_TRY(buf_finish(&csv));
    if (report == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct outcomes_request request = { .file = { .bytes = buf_str(&csv),
                                                  .name = "outcomes.csv",
                                                  .actor = "demo",
                                                  .today = today } };
    return outcomes_import(making->appliance.office, &making->clock, &request, report, problem);
}

static dp_err find_people(struct making *making)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(making->appliance.office, &txn));
    for (int i = 0; i < DEMO_PEOPLE; i++) {
        struct person person;
        struct str id = str_of(making->company.people[i].external_id);
        DP_TRY(person_record_by_external_id(txn, id, &person));
        making->people[i] = person.id;
    }
    return DP_SUCCESS;
}

/* ---- Holidays ------------------------------------------------------------------------------------ */

static bool is_winter_break(struct date date)
{
    struct date_parts parts = date_parts_of(date);
    return (parts.month == 12 && parts.day >= BREAK_FIRST_DAY) ||
           (parts.month == 1 && parts.day <= BREAK_LAST_DAY);
}

static dp_err put_breaks(struct store_txn *txn, void *context)
{
    const struct making *making = context;
    for (int32_t day = 0; day < DEMO_WEEKS * 7; day++) {
        struct calendar_exception exception = {
            .date = date_add(making->company.first_monday, day),
            .kind = CALENDAR_HOLIDAY,
            .label = "Winter break",
        };
        if (is_winter_break(exception.date)) {
            DP_TRY(calendar_exception_record_put(txn, &exception));
        }
    }
    return DP_SUCCESS;
}

/* ---- The course correction ----------------------------------------------------------------------- */

static dp_err seat_correction(struct making *making, struct correction *correction)
{
    size_t count = 0;
    const struct demo_team *teams = demo_teams(&count);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(making->appliance.office, &txn));
    for (size_t i = 0; i < count; i++) {
        struct team team;
        if (teams[i].is_corrected) {
            DP_TRY(team_record_by_code(txn, str_of(teams[i].path), &team));
            correction->teams[correction->team_count++] = team.id;
        }
    }
    return DP_SUCCESS;
}

/* Registered on the Friday before, when nobody could know what would come of it. */
static dp_err register_correction(struct making *making, struct dp_problem *problem)
{
    struct correction correction = {
        .title = "Solve it without asking back",
        .what = "Whoever has the customer on the line may solve the problem, up to 200 euros, without "
                "asking a supervisor. Asking back cost customers a second call and staff their "
                "standing.",
        .category = CORRECTION_RULE_DROPPED,
        .start = date_add(making->company.first_monday, 7 * DEMO_CORRECTION_WEEK),
        .target = CORRECTION_ON_OUTCOME,
        .expected = "one_call_resolution",
        .direction = CORRECTION_UP,
    };
    DP_TRY(seat_correction(making, &correction));
    return correction_add(&making->appliance, &correction, "demo", problem);
}

/* ---- One day ------------------------------------------------------------------------------------- */

struct writer {
    struct making *making;
    struct epoch_id epoch;
    int first;
    dp_err failed;
    uint64_t answers;
};

static void *write_answers(void *context)
{
    struct writer *writer = context;
    struct making *making = writer->making;
    for (int i = writer->first; i < DEMO_PEOPLE && err_is_ok(writer->failed); i += WRITERS) {
        if (making->answers[i] >= 0) {
            writer->failed = ballotbox_submit(making->boxes, writer->epoch, making->people[i],
                                              (enum answer)making->answers[i]);
            writer->answers++;
        }
    }
    return NULL;
}

static dp_err answer_all(struct making *making, struct epoch_id epoch)
{
    struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    bool is_running[WRITERS];
    dp_err failed = DP_SUCCESS;
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){ .making = making, .epoch = epoch, .first = i };
        is_running[i] = pthread_create(&threads[i], NULL, write_answers, &writers[i]) == 0;
        if (!is_running[i]) {
            write_answers(&writers[i]);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        if (is_running[i]) {
            pthread_join(threads[i], NULL);
        }
        making->made->answers += writers[i].answers;
        failed = err_is_ok(failed) ? writers[i].failed : failed;
    }
    return failed;
}

/* Each question is a little easier or harder to agree with than the others. */
static double difficulty_of(struct question_id question)
{
    return (double)(question.value * 37 % 11) * 0.05 - 0.25;
}

static struct house house_of(const struct making *making)
{
    return (struct house){ .folder = &making->appliance.folder,
                           .office = making->appliance.office,
                           .results = making->appliance.results,
                           .zone = &making->appliance.zone,
                           .clock = making->clock };
}

/* Asks one day and closes it in the evening; a day without a question passes. */
static dp_err live_day(struct making *making, struct date date, struct dp_problem *problem)
{
    struct epoch_id epoch = { date };
    struct house house = house_of(making);
    struct ballotbox_plan plan;
    int64_t open_s = 0;
    int64_t close_s = 0;
    organisation_window(&making->appliance.organisation, &making->appliance.zone, date, &open_s,
                        &close_s);
    making->now_s = open_s;
    DP_TRY(roster_apply_due(making->appliance.office, &making->clock, date, NULL));
    dp_err made = epoch_make(&house, epoch, problem);
    if (err_is(made, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(made);
    DP_TRY(ballotbox_plan_of(making->boxes, epoch, making->people[0], &plan));
    for (int i = 0; i < DEMO_PEOPLE; i++) {
        making->answers[i] = demo_company_answer(
            &making->company, i, date, plan.is_anchor ? 0.0 : difficulty_of(plan.question));
    }
    DP_TRY(answer_all(making, epoch));
    making->now_s = close_s + 60;
    making->made->epochs++;
    return flush_close(&house, epoch, false, NULL, problem);
}

static dp_err live(struct making *making, struct dp_problem *problem)
{
    struct date first = making->company.first_monday;
    const int32_t days = making->today.days - first.days;
    for (int32_t day = 0; day < days; day++) {
        if (day == DEMO_REORGANISATION_WEEK * 7 - 3) {
            DP_TRY(import_roster(making, true, problem));
        }
        if (day == DEMO_CORRECTION_WEEK * 7 - 3) {
            DP_TRY(register_correction(making, problem));
        }
        DP_TRY(live_day(making, date_add(first, day), problem));
        ballotboxes_tick(making->boxes);
        if (making->wanted->progress != NULL) {
            making->wanted->progress(making->wanted->progress_context, (size_t)day + 1,
                                     (size_t)days);
        }
    }
    return DP_SUCCESS;
}

/* ---- The whole ----------------------------------------------------------------------------------- */

static dp_err add_accounts(struct making *making, struct dp_problem *problem)
{
    struct demo_made *made = making->made;
    snprintf(made->login, sizeof made->login, "hr");
    snprintf(made->admin_login, sizeof made->admin_login, "admin");
    account_make_password(made->password);
    account_make_password(made->admin_password);
    struct account_new hr = { .login = str_of(made->login),
                              .password = str_of(made->password),
                              .role = ACCOUNT_HR,
                              .actor = "demo" };
    struct account_new admin = { .login = str_of(made->admin_login),
                                 .password = str_of(made->admin_password),
                                 .role = ACCOUNT_ADMIN,
                                 .actor = "demo" };
    DP_TRY(account_add(&making->appliance, &admin, problem));
    return account_add(&making->appliance, &hr, problem);
}

static dp_err find_link(struct making *making)
{
    char token[ROSTER_TOKEN_TEXT];
    struct str first = str_of(making->company.people[0].external_id);
    DP_TRY(roster_reissue_link(making->appliance.office, &making->clock, first, "demo", token));
    snprintf(making->made->link, sizeof making->made->link, "/a/%s", token);
    return DP_SUCCESS;
}

/* Before the first evening, so that every week counts for it. */
static dp_err ask_in_advance(struct making *making, struct dp_problem *problem)
{
    struct primary_question question;
    struct primary_request request = { .metric = STR("csat_mean"),
                                       .source = STR("survey"),
                                       .lag = 2,
                                       .actor = "demo" };
    return primary_register(&making->appliance, &request, &question, problem);
}

static dp_err make_in(struct making *making, struct dp_problem *problem)
{
    DP_TRY(import_roster(making, false, problem));
    DP_TRY(find_people(making));
    DP_TRY(store_write(making->appliance.office, put_breaks, making));
    DP_TRY(ask_in_advance(making, problem));
    DP_TRY(ballotboxes_open(&making->appliance.folder, &making->clock, &making->boxes));
    DP_TRY(live(making, problem));
    DP_TRY(import_outcomes(making, problem));
    DP_TRY(add_accounts(making, problem));
    DP_TRY(find_link(making));
    return nightly_refresh(&making->appliance);
}

static dp_err make(struct making *making, struct clock clock, struct dp_problem *problem)
{
    struct zone zone;
    DP_TRY(zone_load(STR(DEMO_ZONE), &zone, problem));
    int64_t real_s = clock_wall_s(&clock);
    making->today = zone_to_local(&zone, real_s).date;
    struct date first = date_add(date_monday(making->today), -7 * DEMO_WEEKS);
    demo_company_make(&making->company, first);
    making->now_s = zone_to_unix(&zone, date_add(first, -3), 12 * 3600);
    making->clock = clock_fixed(&making->now_s);
    struct appliance_start start = { .path = making->wanted->path,
                                     .name = DEMO_NAME,
                                     .zone = DEMO_ZONE,
                                     .base_url = making->wanted->base_url,
                                     .programme_start = first,
                                     .is_demo = true };
    DP_TRY(appliance_create(&start, making->clock, problem, &making->appliance));
    dp_err made = make_in(making, problem);
    ballotboxes_close(making->boxes);
    appliance_close(&making->appliance);
    if (!err_is_ok(made)) {
        err_ignore(
            file_remove_tree(making->wanted->path)); /* the first failure is the one to tell */
    }
    return made;
}

dp_err demo_make(const struct demo_wanted *wanted, struct clock clock, struct demo_made *made,
                 struct dp_problem *problem)
{
    MEM_AUTO struct making *making = mem_new(1, sizeof *making);
    *made = (struct demo_made){ 0 };
    if (making == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    making->appliance.folder.lock_fd = -1;
    making->wanted = wanted;
    making->made = made;
    return make(making, clock, problem);
}

static dp_err renew(const struct appliance *appliance, struct demo_made *made,
                    struct dp_problem *problem)
{
    char token[ROSTER_TOKEN_TEXT];
    if (!appliance->folder.is_demo) {
        err_ignore(problem_set(problem, 0, 0, "%s is a data folder, but not a demo",
                               appliance->folder.path));
        return err_make(DP_CONFLICT);
    }
    snprintf(made->login, sizeof made->login, "hr");
    account_make_password(made->password);
    DP_TRY(account_set_password(appliance, str_of(made->login), str_of(made->password), "demo",
                                problem));
    DP_TRY(
        roster_reissue_link(appliance->office, &appliance->clock, STR("P0001"), "demo", token));
    snprintf(made->link, sizeof made->link, "/a/%s", token);
    return DP_SUCCESS;
}

dp_err demo_open(const char *path, struct clock clock, struct demo_made *made,
                 struct dp_problem *problem)
{
    struct appliance appliance;
    *made = (struct demo_made){ 0 };
    DP_TRY(appliance_open(path, clock, problem, &appliance));
    dp_err renewed = renew(&appliance, made, problem);
    appliance_close(&appliance);
    return renewed;
}
