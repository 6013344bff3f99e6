/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/mem.h"
#include "app/core/num.h"
#include "app/service/appliance/appliance.h"
#include "app/service/outcomes/outcomes.h"
#include "app/service/schedule/nightly.h"

static void json_series(struct json_writer *json, const struct outcomes_report *report)
{
    json_key(json, "series");
    json_open_list(json);
    for (size_t i = 0; i < report->series_count; i++) {
        const struct outcomes_series *series = &report->series[i];
        json_open_object(json);
        json_put_text(json, "metric", series->metric);
        json_put_text(json, "source", series->source);
        json_put_count(json, "values", series->values);
        json_put_text(json, "first", series->first);
        json_put_text(json, "last", series->last);
        json_close_object(json);
    }
    json_close_list(json);
}

static int print_report_json(const struct command_call *call,
                             const struct outcomes_report *report)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_bool(&json, "ok", report->problems.total == 0);
    json_put_bool(&json, "dry_run", report->is_dry_run);
    json_put_bool(&json, "same_file", report->is_same_file);
    json_put_count(&json, "import", report->import.value);
    json_put_count(&json, "rows", report->rows);
    json_put_count(&json, "values", report->values);
    json_put_count(&json, "new", report->values_new);
    json_put_count(&json, "changed", report->values_changed);
    json_put_count(&json, "same", report->values_same);
    json_series(&json, report);
    exchange_json_problems(&json, call->positional[0], &report->problems);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static int print_series(const struct command_call *call, const struct outcomes_report *report)
{
    static const char *const headings[] = { "metric", "source", "values", "first", "last" };
    LISTING_AUTO struct listing listing = listing_new("llrll");
    listing_row(&listing, headings);
    for (size_t i = 0; i < report->series_count; i++) {
        listing_cell(&listing, report->series[i].metric);
        listing_cell(&listing, report->series[i].source);
        listing_cell_int(&listing, (int64_t)report->series[i].values);
        listing_cell(&listing, report->series[i].first);
        listing_cell(&listing, report->series[i].last);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static int print_report(const struct command_call *call, const struct outcomes_report *report)
{
    char day[DATE_TEXT_MAX];
    if (report->is_same_file) {
        date_text(report->same_date, day);
        say(call->talk, "This file was imported on %s already; nothing was changed.\n", day);
        return EXIT_OK;
    }
    say(call->talk, "%zu rows, %zu values: %zu new, %zu changed, %zu as before\n", report->rows,
        report->values, report->values_new, report->values_changed, report->values_same);
    if (report->is_dry_run) {
        say(call->talk, "A dry run: nothing was changed.\n");
    } else if (report->import.value != 0) {
        say(call->talk, "To take it back: daypulse outcomes undo %u\n", report->import.value);
    }
    return print_series(call, report);
}

/* What was imported stays, even if looking fails: the flush part looks again each evening. */
static void look_again(const struct command_call *call, const struct appliance *appliance)
{
    dp_err looked = nightly_refresh(appliance);
    if (!err_is_ok(looked)) {
        say(call->talk, "daypulse: the link with engagement could not be looked at: %s\n",
            err_sentence(looked.code));
    }
}

static dp_err import_outcomes(const struct command_call *call, struct appliance *appliance,
                              struct outcomes_report *report, struct dp_problem *problem)
{
    BUF_AUTO struct buf bytes = buf_new(EXCHANGE_FILE_BYTES_MAX);
    DP_TRY(appliance_open(call->dir, call->clock, problem, appliance));
    DP_TRY(exchange_read(call->positional[0], &bytes, problem));
    struct outcomes_request request = {
        .file = { .bytes = buf_str(&bytes),
                  .name = call->positional[0],
                  .actor = "cli",
                  .today = appliance_today(appliance),
                  .is_dry_run = command_flag(call, "dry-run") != NULL },
        .metric = command_flag(call, "metric"),
        .source = command_flag(call, "source"),
    };
    DP_TRY(outcomes_import(appliance->office, &call->clock, &request, report, problem));
    if (report->import.value != 0) {
        look_again(call, appliance);
    }
    return DP_SUCCESS;
}

int cmd_outcomes_import(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    MEM_AUTO struct outcomes_report *report = mem_new(1, sizeof *report);
    if (report == NULL) {
        return command_fail(call, err_make(DP_NO_MEMORY), NULL);
    }
    dp_err done = import_outcomes(call, &appliance, report, &problem);
    if (!err_is_ok(done) && report->problems.total == 0) {
        return command_fail(call, done, &problem);
    }
    if (call->is_json) {
        int printed = print_report_json(call, report);
        return err_is_ok(done) ? printed : command_exit_of(done.code);
    }
    if (!err_is_ok(done)) {
        exchange_print_problems(call, call->positional[0], &report->problems);
        say(call->talk, "daypulse: the file was refused whole; nothing was changed\n");
        return command_exit_of(done.code);
    }
    return print_report(call, report);
}

/* ---- List and undo -------------------------------------------------------------------------------- */

struct importing {
    struct listing *listing; /* NULL with --json */
    struct json_writer *json;
};

static bool add_import(const struct import *import, void *context)
{
    struct importing *to = context;
    char day[DATE_TEXT_MAX];
    if (import->kind != IMPORT_OUTCOMES) {
        return true;
    }
    date_text(import->date, day);
    if (to->listing != NULL) {
        listing_cell_int(to->listing, import->id.value);
        listing_cell(to->listing, day);
        listing_cell_int(to->listing, import->rows);
        listing_cell(to->listing, import->actor);
        listing_cell(to->listing, import->is_undone ? "undone" : "");
        listing_cell(to->listing, import->file_name);
        return true;
    }
    json_open_object(to->json);
    json_put_count(to->json, "import", import->id.value);
    json_put_text(to->json, "date", day);
    json_put_text(to->json, "file", import->file_name);
    json_put_count(to->json, "rows", import->rows);
    json_put_text(to->json, "actor", import->actor);
    json_put_bool(to->json, "undone", import->is_undone);
    json_close_object(to->json);
    return true;
}

static dp_err collect_imports(const struct command_call *call, struct importing *to,
                              struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance.office, &txn));
    return import_record_each(txn, add_import, to);
}

int cmd_outcomes_list(const struct command_call *call)
{
    static const char *const headings[] = { "import", "date", "rows", "by", "", "file" };
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    LISTING_AUTO struct listing listing = listing_new("rlrlll");
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    struct importing to = { call->is_json ? NULL : &listing, &json };
    listing_row(&listing, headings);
    json_open_object(&json);
    json_key(&json, "imports");
    json_open_list(&json);
    dp_err done = collect_imports(call, &to, &problem);
    json_close_list(&json);
    json_close_object(&json);
    if (err_is_ok(done) && !call->is_json) {
        done = listing_print(&listing, call->out);
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    return call->is_json ? exchange_print_json(call, &json) : EXIT_OK;
}

static dp_err undo(const struct command_call *call, struct outcomes_undo *undone,
                   struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    uint64_t id = 0;
    if (!err_is_ok(num_uint(str_of(call->positional[0]), 1, UINT32_MAX, &id))) {
        return command_usage(problem, "'%s' is no import; see daypulse outcomes list",
                             call->positional[0]);
    }
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    struct import_id import = { (uint32_t)id };
    dp_err done = outcomes_undo(appliance.office, &call->clock, import, "cli", undone);
    if (err_is(done, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "there is no import %s of outcomes",
                               call->positional[0]));
    } else if (err_is(done, DP_CONFLICT)) {
        err_ignore(
            problem_set(problem, 0, 0, "import %s is undone already", call->positional[0]));
    }
    DP_TRY(done);
    look_again(call, &appliance);
    return DP_SUCCESS;
}

int cmd_outcomes_undo(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct outcomes_undo undone = { 0 };
    dp_err done = undo(call, &undone, &problem);
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    say(call->talk, "%zu values are gone, %zu are as they were before.\n", undone.removed,
        undone.restored);
    return EXIT_OK;
}
