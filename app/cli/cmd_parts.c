/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>

#include "app/cli/supervisor.h"
#include "app/core/log.h"
#include "app/service/account/account.h"
#include "app/service/schedule/evening.h"
#include "app/service/schedule/process.h"
#include "app/service/schedule/runs.h"

enum { LOOK_EVERY_S = 60 };

/* ---- up ------------------------------------------------------------------------------------------- */

/* The parts get the flags that `up` got; the folder in full, because a part may start elsewhere. */
static void fill_part(const struct command_call *call, const char *name,
                      struct supervisor_part *part)
{
    size_t count = 0;
    *part = (struct supervisor_part){ .name = name };
    part->arguments[count++] = "daypulse";
    part->arguments[count++] = name;
    for (size_t i = 0; i < call->settings_count; i++) {
        part->arguments[count++] = call->settings[i];
    }
    part->arguments[count++] = "--dir";
    part->arguments[count++] = call->dir;
    if (call->config_file != NULL) {
        part->arguments[count++] = "--config";
        part->arguments[count++] = call->config_file;
    }
    DP_CHECK(count <= SUPERVISOR_ARGUMENTS_MAX);
}

/* Where it can be reached, and what to do while nobody has claimed it. Opened and closed again, so
 * that the supervisor holds nothing while it runs. */
static dp_err greet(const struct command_call *call, struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    BUF_AUTO struct buf address = buf_new(OPTIONS_VALUE_MAX);
    bool is_unclaimed = false;
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    DP_TRY(account_is_unclaimed(&appliance, &is_unclaimed));
    config_links_start(call->config, config_int(call->config, CONFIG_PORT), &address);
    DP_TRY(buf_finish(&address));
    fprintf(call->talk, "Daypulse serves %s at %.*s\n", appliance.organisation.name,
            STR_ARG(buf_str(&address)));
    if (is_unclaimed) {
        fprintf(call->talk,
                "Nobody has claimed it yet: open %.*s/setup and enter the code that "
                "daypulse init printed,\nor make an account with: daypulse user add "
                "LOGIN --role admin --dir %s\n",
                STR_ARG(buf_str(&address)), call->dir);
    }
    fflush(call->talk);
    return DP_SUCCESS;
}

int cmd_up(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct supervisor_part parts[3];
    dp_err greeted = greet(call, &problem);
    if (!err_is_ok(greeted)) {
        return command_fail(call, greeted, &problem);
    }
    fill_part(call, "web", &parts[0]);
    fill_part(call, "flush", &parts[1]);
    fill_part(call, "export", &parts[2]);
    log_set_part("up");
    return supervisor_run("/proc/self/exe", parts, 3);
}

/* ---- The three parts ------------------------------------------------------------------------------ */

int cmd_web(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    process_prepare("web");
    if (call->world->serve == NULL) {
        return command_fail(call, err_make(DP_UNSUPPORTED), NULL);
    }
    dp_err served = call->world->serve(call->config, call->clock, &problem);
    return err_is_ok(served) ? EXIT_OK : command_fail(call, served, &problem);
}

/* One look of a part; `*wake_s` gets when the next is due. */
typedef dp_err part_step(struct appliance *appliance, int64_t *wake_s);

/* Sleeps until something is due, at most a minute, so that a clock that was set or a machine that
 * slept is noticed. A look that fails is said and tried again. */
static void loop(struct appliance *appliance, part_step *step)
{
    enum process_wake woken = PROCESS_TIME;
    while (woken != PROCESS_STOP) {
        int64_t wake_s = 0;
        dp_err done = step(appliance, &wake_s);
        if (!err_is_ok(done)) {
            log_error("%s", err_sentence(done.code));
            wake_s = INT64_MAX;
        }
        int64_t left_s = wake_s - clock_wall_s(&appliance->clock);
        int64_t sleep_s = left_s < LOOK_EVERY_S ? left_s : LOOK_EVERY_S;
        woken = process_wait(sleep_s > 0 ? sleep_s : 0);
        store_clear_dead_readers(appliance->office);
        store_clear_dead_readers(appliance->results);
    }
}

static int run_part(const struct command_call *call, const char *name, part_step *step)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    process_prepare(name);
    dp_err opened = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (!err_is_ok(opened)) {
        return command_fail(call, opened, &problem);
    }
    loop(&appliance, step);
    return EXIT_OK;
}

static dp_err step_flush(struct appliance *appliance, int64_t *wake_s)
{
    return evening_step(appliance, wake_s);
}

int cmd_flush(const struct command_call *call)
{
    return run_part(call, "flush", step_flush);
}

static dp_err step_export(struct appliance *appliance, int64_t *wake_s)
{
    return runs_step(appliance, wake_s, NULL);
}

int cmd_export(const struct command_call *call)
{
    return run_part(call, "export", step_export);
}
