/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>

#include "app/cli/exchange.h"
#include "app/cli/say.h"
#include "app/core/mem.h"
#include "app/service/appliance/appliance.h"
#include "app/service/questions/questions.h"

static dp_err import_questions(const struct command_call *call, struct questions_report *report,
                               struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    BUF_AUTO struct buf bytes = buf_new(EXCHANGE_FILE_BYTES_MAX);
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    DP_TRY(exchange_read(call->positional[0], &bytes, problem));
    struct import_file file = { .bytes = buf_str(&bytes),
                                .name = call->positional[0],
                                .actor = "cli",
                                .today = appliance_today(&appliance),
                                .is_dry_run = command_flag(call, "dry-run") != NULL };
    return questions_import(appliance.office, &call->clock, &file, report, problem);
}

static int print_report_json(const struct command_call *call,
                             const struct questions_report *report)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_bool(&json, "ok", report->problems.total == 0);
    json_put_bool(&json, "dry_run", report->is_dry_run);
    json_put_count(&json, "rows", report->rows);
    json_put_count(&json, "new", report->questions_new);
    json_put_count(&json, "reworded", report->reworded);
    json_put_count(&json, "switched", report->switched);
    json_put_count(&json, "same", report->same);
    json_put_bool(&json, "anchor_reworded", report->is_anchor_reworded);
    exchange_json_problems(&json, call->positional[0], &report->problems);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static void print_report(const struct command_call *call, const struct questions_report *report)
{
    say(call->out,
        "%zu questions: %zu new, %zu reworded, %zu switched on or off, "
        "%zu as before\n",
        report->rows, report->questions_new, report->reworded, report->switched, report->same);
    if (report->is_anchor_reworded) {
        say(call->talk,
            "note: the daily question is reworded; from now on the engagement index "
            "compares two wordings\n");
    }
    if (report->is_same || report->is_dry_run) {
        say(call->talk, report->is_dry_run ? "A dry run: nothing was changed.\n"
                                           : "Nothing differs; nothing was changed.\n");
    }
}

int cmd_questions_import(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    MEM_AUTO struct questions_report *report = mem_new(1, sizeof *report);
    if (report == NULL) {
        return command_fail(call, err_make(DP_NO_MEMORY), NULL);
    }
    dp_err done = import_questions(call, report, &problem);
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
    print_report(call, report);
    return EXIT_OK;
}

/* ---- Export --------------------------------------------------------------------------------------- */

static dp_err export_questions(const struct command_call *call, struct buf *text,
                               struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    MEM_AUTO struct sink *sink = mem_new(1, sizeof *sink);
    if (sink == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    sink_start_buf(sink, text);
    DP_TRY(questions_export(appliance.office, sink));
    DP_TRY(sink_flush(sink));
    return buf_finish(text);
}

int cmd_questions_export(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf text = buf_new(EXCHANGE_FILE_BYTES_MAX);
    const char *path = call->positional[0];
    dp_err done = export_questions(call, &text, &problem);
    if (err_is_ok(done) && strcmp(path, "-") != 0) {
        done = file_write_atomic(path, buf_bytes(&text), 0640, &problem);
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    if (strcmp(path, "-") == 0) {
        say_all(call->out, buf_str(&text));
    } else {
        say(call->talk, "The questions are in %s.\n", path);
    }
    return EXIT_OK;
}
