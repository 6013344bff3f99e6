/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/code.h"
#include "app/core/mem.h"
#include "app/core/num.h"
#include "app/service/export/export.h"
#include "app/service/schedule/runs.h"

enum { RUNS_SHOWN = 20, NEXT_SHOWN = 5, KEEP_MAX = 3650 };

/* ---- run ------------------------------------------------------------------------------------------ */

/* What a schedule says of its runs; without a name a run by hand. */
static dp_err find_wanted(const struct command_call *call, const struct appliance *appliance,
                          struct schedule *schedule, struct export_wanted *wanted,
                          struct dp_problem *problem)
{
    const char *name = call->positional_count == 0 ? NULL : call->positional[0];
    if (name == NULL) {
        return DP_SUCCESS;
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err found = schedule_record_get(txn, str_of(name), schedule);
    if (err_is(found, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "there is no schedule '%s'", name));
    }
    DP_TRY(found);
    wanted->out_dir = schedule->out_dir;
    wanted->keep = schedule->keep;
    return DP_SUCCESS;
}

static dp_err run(const struct command_call *call, struct export_done *done,
                  struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    struct export_wanted wanted = { .out_dir = "", .schedule = "" };
    struct schedule schedule;
    const char *out_dir = command_flag(call, "out");
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    DP_TRY(find_wanted(call, &appliance, &schedule, &wanted, problem));
    wanted.out_dir = out_dir == NULL ? wanted.out_dir : out_dir;
    return export_run(&appliance, &wanted, done, problem);
}

static int print_done_json(const struct command_call *call, const struct export_done *done)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    char hash[CODE_HEX_LEN(SECRET_HASH_BYTES) + 1];
    code_hex(bytes_of(done->hash.bytes, sizeof done->hash.bytes), hash, sizeof hash);
    json_open_object(&json);
    json_put_text(&json, "folder", done->folder);
    json_put_count(&json, "rows", done->rows);
    json_put_count(&json, "bytes", done->bytes);
    json_put_text(&json, "sha256", hash);
    json_put_num(&json, "elapsed_ms", done->elapsed_ms);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

int cmd_export_run(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    MEM_AUTO struct export_done *done = mem_new(1, sizeof *done);
    if (done == NULL) {
        return command_fail(call, err_make(DP_NO_MEMORY), NULL);
    }
    dp_err result = run(call, done, &problem);
    if (!err_is_ok(result)) {
        return command_fail(call, result, &problem);
    }
    if (call->is_json) {
        return print_done_json(call, done);
    }
    say(call->talk, "%llu rows, %llu bytes in %.0f ms\n", (unsigned long long)done->rows,
        (unsigned long long)done->bytes, done->elapsed_ms);
    say(call->out, "%s\n", done->folder);
    return EXIT_OK;
}

/* ---- schedule ------------------------------------------------------------------------------------- */

static dp_err read_out_dir(const struct command_call *call, struct schedule *schedule,
                           struct dp_problem *problem)
{
    const char *out_dir = command_flag(call, "out");
    if (out_dir == NULL) {
        return DP_SUCCESS; /* the data folder's exports/ */
    }
    if (out_dir[0] != '/') {
        return command_usage(problem,
                             "--out takes a path that starts with /, because the export "
                             "part runs in another folder");
    }
    if (!str_copy(str_of(out_dir), schedule->out_dir, sizeof schedule->out_dir)) {
        return command_usage(problem, "--out takes a path of at most %d bytes",
                             FILE_PATH_MAX - 1);
    }
    return DP_SUCCESS;
}

static dp_err read_schedule(const struct command_call *call, struct schedule *schedule,
                            struct dp_problem *problem)
{
    const char *at = command_flag(call, "daily");
    const char *keep = command_flag(call, "keep");
    int minute = 0;
    uint64_t kept = EXPORT_KEEP;
    *schedule = (struct schedule){ .name = RUNS_SCHEDULE, .kind = SCHEDULE_DAILY };
    if (command_flag(call, "off") != NULL) {
        return at == NULL && keep == NULL && command_flag(call, "out") == NULL
                   ? DP_SUCCESS
                   : command_usage(problem, "--off goes with no other flag");
    }
    if (at == NULL || !err_is_ok(due_parse_time(str_of(at), &minute))) {
        return command_usage(problem, "--daily takes a time such as 02:00");
    }
    if (keep != NULL && !err_is_ok(num_uint(str_of(keep), 1, KEEP_MAX, &kept))) {
        return command_usage(problem, "--keep takes a number from 1 to %d", KEEP_MAX);
    }
    schedule->minute = (uint16_t)minute;
    schedule->keep = (uint16_t)kept;
    schedule->is_enabled = true;
    return read_out_dir(call, schedule, problem);
}

struct storing {
    const struct command_call *call;
    struct schedule schedule;
};

static dp_err store_schedule(struct store_txn *txn, void *context)
{
    const struct storing *storing = context;
    struct schedule wanted = storing->schedule;
    if (!wanted.is_enabled) {
        struct schedule old;
        dp_err found = schedule_record_get(txn, STR(RUNS_SCHEDULE), &old);
        if (err_is(found, DP_NOT_FOUND)) {
            return DP_SUCCESS;
        }
        DP_TRY(found);
        wanted = old;
        wanted.is_enabled = false;
    }
    DP_TRY(schedule_record_put(txn, &wanted));
    return appliance_audit(txn, &storing->call->clock, "cli", "export.schedule",
                           "%s, daily at %02d:%02d into %s", wanted.is_enabled ? "on" : "off",
                           wanted.minute / 60, wanted.minute % 60,
                           wanted.out_dir[0] == '\0' ? "exports/" : wanted.out_dir);
}

int cmd_export_schedule(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    struct storing storing = { .call = call };
    dp_err done = read_schedule(call, &storing.schedule, &problem);
    if (err_is_ok(done)) {
        done = appliance_open(call->dir, call->clock, &problem, &appliance);
    }
    if (err_is_ok(done)) {
        done = store_write(appliance.office, store_schedule, &storing);
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    if (!storing.schedule.is_enabled) {
        say(call->talk, "There are no scheduled exports any more.\n");
        return EXIT_OK;
    }
    say(call->talk,
        "Exports daily at %02d:%02d (%s) into %s; a new schedule runs once within "
        "a minute\nwhile daypulse up or daypulse export runs.\n",
        storing.schedule.minute / 60, storing.schedule.minute % 60, appliance.organisation.zone,
        storing.schedule.out_dir[0] == '\0' ? appliance.folder.exports
                                            : storing.schedule.out_dir);
    return EXIT_OK;
}

/* ---- status --------------------------------------------------------------------------------------- */

struct status {
    struct appliance appliance;
    bool has_schedule;
    struct schedule schedule;
    struct run runs[RUNS_SHOWN]; /* the newest, a ring */
    size_t count;                /* of all */
};

static bool keep_run(const struct run *run, void *context)
{
    struct status *status = context;
    status->runs[status->count++ % RUNS_SHOWN] = *run;
    return true;
}

static dp_err read_status(const struct command_call *call, struct status *status,
                          struct dp_problem *problem)
{
    DP_TRY(appliance_open(call->dir, call->clock, problem, &status->appliance));
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(status->appliance.office, &txn));
    dp_err found = schedule_record_get(txn, STR(RUNS_SCHEDULE), &status->schedule);
    status->has_schedule = err_is_ok(found) && status->schedule.is_enabled;
    if (!err_is(found, DP_NOT_FOUND)) {
        DP_TRY(found);
    }
    return run_record_each(txn, keep_run, status);
}

/* The i-th newest. */
static const struct run *newest(const struct status *status, size_t i)
{
    return &status->runs[(status->count - 1 - i) % RUNS_SHOWN];
}

static size_t shown_count(const struct status *status)
{
    return status->count < RUNS_SHOWN ? status->count : RUNS_SHOWN;
}

static void json_run(struct json_writer *json, const struct run *run)
{
    json_open_object(json);
    json_put_text(json, "schedule", run->schedule);
    exchange_json_moment(json, "due", run->due_s);
    exchange_json_moment(json, "started", run->started_s);
    exchange_json_moment(json, "ended", run->ended_s);
    json_put_bool(json, "ok", run->error[0] == '\0' && run->ended_s != 0);
    json_put_count(json, "rows", run->rows);
    json_put_count(json, "bytes", run->bytes);
    json_put_text(json, "error", run->error);
    json_close_object(json);
}

static void json_schedule(struct json_writer *json, const struct status *status)
{
    const struct schedule *schedule = &status->schedule;
    json_key(json, "schedule");
    if (!status->has_schedule) {
        json_none(json);
        return;
    }
    struct due due = runs_due_of(schedule);
    int64_t moment_s = clock_wall_s(&status->appliance.clock);
    char text[EXCHANGE_MOMENT_MAX];
    (void)snprintf(text, sizeof text, "%02d:%02d", schedule->minute / 60,
                   schedule->minute % 60);
    json_open_object(json);
    json_put_text(json, "daily", text);
    json_put_text(json, "zone", status->appliance.organisation.zone);
    json_put_text(json, "out",
                  schedule->out_dir[0] == '\0' ? status->appliance.folder.exports
                                               : schedule->out_dir);
    json_put_count(json, "keep", schedule->keep);
    json_key(json, "next");
    json_open_list(json);
    for (int i = 0; i < NEXT_SHOWN; i++) {
        moment_s = due_next(&due, &status->appliance.zone, moment_s);
        exchange_moment(moment_s, text);
        json_text(json, text);
    }
    json_close_list(json);
    json_close_object(json);
}

static int print_status_json(const struct command_call *call, const struct status *status)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_schedule(&json, status);
    json_key(&json, "runs");
    json_open_list(&json);
    for (size_t i = 0; i < shown_count(status); i++) {
        json_run(&json, newest(status, i));
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static void print_schedule(const struct command_call *call, const struct status *status)
{
    if (!status->has_schedule) {
        say(call->talk, "No exports are scheduled: daypulse export schedule --daily 02:00\n");
        return;
    }
    char day[DATE_TEXT_MAX];
    struct due due = runs_due_of(&status->schedule);
    int64_t moment_s = clock_wall_s(&status->appliance.clock);
    say(call->talk, "Next runs (%s):", status->appliance.organisation.zone);
    for (int i = 0; i < NEXT_SHOWN; i++) {
        moment_s = due_next(&due, &status->appliance.zone, moment_s);
        struct zone_local local = zone_to_local(&status->appliance.zone, moment_s);
        date_text(local.date, day);
        say(call->talk, "%s %s %02d:%02d", i == 0 ? "" : ",", day, local.second_of_day / 3600,
            local.second_of_day / 60 % 60);
    }
    say(call->talk, "\n");
}

static int print_status(const struct command_call *call, const struct status *status)
{
    static const char *const headings[] = { "started", "by", "s", "rows", "bytes", "result" };
    LISTING_AUTO struct listing listing = listing_new("llrrrl");
    print_schedule(call, status);
    if (status->count == 0) {
        say(call->talk, "No export has run yet.\n");
        return EXIT_OK;
    }
    listing_row(&listing, headings);
    for (size_t i = 0; i < shown_count(status); i++) {
        const struct run *run = newest(status, i);
        char started[EXCHANGE_MOMENT_MAX];
        exchange_moment(run->started_s, started);
        listing_cell(&listing, started);
        listing_cell(&listing, run->schedule[0] == '\0' ? "hand" : run->schedule);
        listing_cell_int(&listing, run->ended_s == 0 ? 0 : run->ended_s - run->started_s);
        listing_cell_int(&listing, (int64_t)run->rows);
        listing_cell_int(&listing, (int64_t)run->bytes);
        listing_cell(&listing, run->error[0] == '\0' ? "ok" : run->error);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

/* A newest run that failed is a finding, so that a cron job notices. */
int cmd_export_status(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    MEM_AUTO struct status *status = mem_new(1, sizeof *status);
    if (status == NULL) {
        return command_fail(call, err_make(DP_NO_MEMORY), NULL);
    }
    dp_err read = read_status(call, status, &problem);
    int code = EXIT_OK;
    if (!err_is_ok(read)) {
        code = command_fail(call, read, &problem);
    } else {
        code = call->is_json ? print_status_json(call, status) : print_status(call, status);
        bool is_failed = status->count > 0 && newest(status, 0)->error[0] != '\0';
        code = code == EXIT_OK && is_failed ? EXIT_FINDINGS : code;
    }
    appliance_close(&status->appliance);
    return code;
}
