/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/say.h"
#include "app/core/mem.h"
#include "app/service/appliance/appliance.h"
#include "app/service/roster/roster.h"

static int print_report_json(const struct command_call *call,
                             const struct roster_report *report)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_bool(&json, "ok", report->problems.total == 0);
    json_put_bool(&json, "dry_run", report->is_dry_run);
    json_put_bool(&json, "same", report->is_same);
    json_put_count(&json, "people", report->people);
    json_put_count(&json, "new", report->people_new);
    json_put_count(&json, "moved", report->people_moved);
    json_put_count(&json, "gone", report->people_gone);
    json_put_count(&json, "changed", report->people_changed);
    json_put_count(&json, "teams", report->teams);
    json_put_count(&json, "teams_new", report->teams_new);
    json_put_date_or_none(&json, "effective", report->effective);
    json_key(&json, "notes");
    json_open_list(&json);
    for (size_t i = 0; i < report->notes_count; i++) {
        json_text(&json, report->notes[i]);
    }
    json_close_list(&json);
    exchange_json_problems(&json, call->positional[0], &report->problems);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static void print_report(const struct command_call *call, const struct roster_report *report)
{
    char day[DATE_TEXT_MAX];
    for (size_t i = 0; i < report->notes_count; i++) {
        say(call->talk, "note: %s\n", report->notes[i]);
    }
    say(call->out,
        "%zu people in %zu teams: %zu new, %zu moved, %zu gone, %zu changed, "
        "%zu as before\n",
        report->people, report->teams, report->people_new, report->people_moved,
        report->people_gone, report->people_changed, report->people_same);
    if (report->is_same) {
        say(call->talk, "Nothing differs; nothing was changed.\n");
        return;
    }
    if (report->is_dry_run) {
        say(call->talk, "A dry run: nothing was changed.\n");
    }
    if (report->is_first) {
        say(call->talk, "The first roster acts at once.\n");
        return;
    }
    date_text(report->effective, day);
    say(call->talk, "Who joins, moves or leaves does so on %s.\n", day);
}

static dp_err import_roster(const struct command_call *call, struct appliance *appliance,
                            struct roster_report *report, struct dp_problem *problem)
{
    BUF_AUTO struct buf bytes = buf_new(EXCHANGE_FILE_BYTES_MAX);
    DP_TRY(appliance_open(call->dir, call->clock, problem, appliance));
    DP_TRY(exchange_read(call->positional[0], &bytes, problem));
    struct import_file file = { .bytes = buf_str(&bytes),
                                .name = call->positional[0],
                                .actor = "cli",
                                .today = appliance_today(appliance),
                                .is_dry_run = command_flag(call, "dry-run") != NULL };
    return roster_import(appliance->office, &call->clock, &file, report, problem);
}

int cmd_roster_import(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    MEM_AUTO struct roster_report *report = mem_new(1, sizeof *report);
    if (report == NULL) {
        return command_fail(call, err_make(DP_NO_MEMORY), NULL);
    }
    dp_err done = import_roster(call, &appliance, report, &problem);
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

/* ---- Links ---------------------------------------------------------------------------------------- */

static dp_err drain_to_file(void *context, struct bytes data)
{
    FILE *out = context;
    return err_make(fwrite(data.ptr, 1, data.len, out) == data.len ? DP_OK : DP_IO);
}

/* What links start with: the organisation's own address, else what the settings make of it. */
static dp_err links_start(const struct command_call *call, const struct appliance *appliance,
                          struct buf *out)
{
    if (appliance->organisation.base_url[0] != '\0' &&
        config_text(call->config, CONFIG_BASE_URL)[0] == '\0') {
        buf_add_text(out, appliance->organisation.base_url);
    } else {
        config_links_start(call->config, config_int(call->config, CONFIG_PORT), out);
    }
    return buf_finish(out);
}

static dp_err list_links(const struct command_call *call, struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    BUF_AUTO struct buf start = buf_new(OPTIONS_VALUE_MAX);
    MEM_AUTO struct sink *sink = mem_new(1, sizeof *sink);
    if (sink == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    DP_TRY(links_start(call, &appliance, &start));
    sink_start(sink, drain_to_file, call->out);
    struct roster_link_list list = { .base_url = buf_str(&start), .actor = "cli" };
    DP_TRY(roster_list_links(appliance.office, &call->clock, &list, sink));
    return sink_flush(sink);
}

int cmd_roster_links(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    dp_err done = list_links(call, &problem);
    return err_is_ok(done) ? EXIT_OK : command_fail(call, done, &problem);
}
