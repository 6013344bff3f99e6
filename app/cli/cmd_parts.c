/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "app/cli/say.h"
#include "app/cli/supervisor.h"
#include "app/core/log.h"
#include "app/service/account/account.h"
#include "app/service/schedule/evening.h"
#include "app/service/schedule/process.h"
#include "app/service/schedule/runs.h"

enum { LOOK_EVERY_S = 60 };

/* ---- up ------------------------------------------------------------------------------------------- */

/* How many words at the front of a row of settings say the folder. */
static size_t dir_words(const char *word)
{
    if (strcmp(word, "--dir") == 0) {
        return 2;
    }
    return strncmp(word, "--dir=", 6) == 0 ? 1 : 0;
}

/* The parts get the flags that `up` got; the folder in full, because a part may start elsewhere. */
static void fill_part(const struct command_call *call, const char *name,
                      struct supervisor_part *part)
{
    size_t count = 0;
    *part = (struct supervisor_part){ .name = name };
    part->arguments[count++] = "daypulse";
    part->arguments[count++] = name;
    for (size_t i = 0; i < call->settings_count; i++) {
        size_t skipped = dir_words(call->settings[i]);
        if (skipped > 0) {
            i += skipped - 1;
            continue;
        }
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
    say(call->talk, "Daypulse serves %s at %.*s\n", appliance.organisation.name,
        STR_ARG(buf_str(&address)));
    if (is_unclaimed) {
        say(call->talk,
            "Nobody has claimed it yet: open %.*s/setup and enter the code that "
            "daypulse init printed,\nor make an account with: daypulse user add "
            "LOGIN --role admin --dir %s\n",
            STR_ARG(buf_str(&address)), call->dir);
    }
    say_now(call->talk);
    return DP_SUCCESS;
}

/* One `up` a folder: the lock lasts as long as this process and is not handed to the parts. */
static dp_err be_the_only_one(const char *dir, int *fd, struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    DP_TRY(file_join(path, sizeof path, dir, "up.lock"));
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0) {
        return file_fail("could not open", path, errno, problem);
    }
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0) {
        return DP_SUCCESS;
    }
    err_ignore(problem_set(problem, 0, 0, "%s is already being run by another daypulse up", dir));
    return err_make(DP_BUSY);
}

int cmd_up(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct supervisor_part parts[3];
    FILE_FD_AUTO int only = -1;
    dp_err greeted = be_the_only_one(call->dir, &only, &problem);
    if (err_is_ok(greeted) || err_is(greeted, DP_NOT_FOUND)) {
        greeted = greet(call, &problem); /* which knows better words for a missing folder */
    }
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
typedef dp_err part_step(const struct appliance *appliance, int64_t *wake_s,
                         struct dp_problem *problem);

/* A failure that lasts is said once, not every minute. */
static void say_failure(dp_err failed, const struct dp_problem *problem,
                        char last[PROBLEM_SENTENCE_MAX])
{
    bool has_sentence = problem->sentence[0] != '\0';
    const char *sentence = err_is_ok(failed) ? ""
                           : has_sentence    ? problem->sentence
                                             : err_sentence(failed.code);
    if (strcmp(sentence, last) != 0 && sentence[0] != '\0') {
        log_error("%s", sentence);
    }
    (void)snprintf(last, PROBLEM_SENTENCE_MAX, "%s", sentence);
}

/* Sleeps until something is due, at most a minute, so that a clock that was set or a machine that
 * slept is noticed. A look that fails is tried again a minute later. */
static void loop(struct appliance *appliance, part_step *step)
{
    char last[PROBLEM_SENTENCE_MAX] = "";
    enum process_wake woken = PROCESS_TIME;
    while (woken != PROCESS_STOP) {
        struct dp_problem problem = { 0 };
        int64_t wake_s = 0;
        dp_err done = step(appliance, &wake_s, &problem);
        say_failure(done, &problem, last);
        int64_t left_s = wake_s - clock_wall_s(&appliance->clock);
        bool is_soon = err_is_ok(done) && left_s < LOOK_EVERY_S;
        woken = process_wait(!is_soon ? LOOK_EVERY_S : left_s > 1 ? left_s : 1);
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

static dp_err step_flush(const struct appliance *appliance, int64_t *wake_s,
                         struct dp_problem *problem)
{
    struct evening_done done;
    dp_err looked = evening_step(appliance, wake_s, &done, problem);
    if (done.boxes > 0) {
        log_info("boxes made: %u", (unsigned)done.boxes);
    }
    if (done.flushed.epochs > 0) {
        log_info("days closed: %u", (unsigned)done.flushed.epochs);
    }
    return looked;
}

int cmd_flush(const struct command_call *call)
{
    return run_part(call, "flush", step_flush);
}

static dp_err step_export(const struct appliance *appliance, int64_t *wake_s,
                          struct dp_problem *problem)
{
    (void)problem; /* a run that failed is in the history and in the log */
    return runs_step(appliance, wake_s, NULL);
}

int cmd_export(const struct command_call *call)
{
    return run_part(call, "export", step_export);
}
