/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>
#include <unistd.h>

#include "app/cli/progress.h"
#include "app/cli/say.h"
#include "app/core/json.h"
#include "app/core/qr.h"
#include "app/core/secret.h"
#include "app/service/demo/demo.h"

enum { QR_TEXT_BYTES = 65536, SUMMARY_BYTES = 4096 };

/* A demo on its way to the screen. */
struct demo_run {
    struct command_call call; /* with the demo's own folder */
    char dir[FILE_PATH_MAX];
    char address[OPTIONS_VALUE_MAX];       /* for a browser on this machine */
    char phone_address[OPTIONS_VALUE_MAX]; /* by which others reach it */
    struct demo_made made;
    bool is_kept; /* the folder was there already */
};

/* Without --dir the demo lives in a folder of its own beside other temporary files, so that it is
 * found again the next time and never in the way of a real one. */
static dp_err choose_folder(const struct command_call *call, struct demo_run *run,
                            struct dp_problem *problem)
{
    const struct config_value *dir = &call->config->values[CONFIG_DIR];
    const char *base = command_variable(call, "TMPDIR");
    int length = dir->origin != CONFIG_FROM_DEFAULT
                     ? snprintf(run->dir, sizeof run->dir, "%s", dir->text)
                     : snprintf(run->dir, sizeof run->dir, "%s/daypulse-demo-%u",
                                base == NULL || base[0] != '/' ? "/tmp" : base,
                                (unsigned)geteuid());
    run->call = *call;
    run->call.dir = run->dir;
    if (length < 0 || (size_t)length >= sizeof run->dir) {
        return problem_set(problem, 0, 0, "the path of the demo folder is too long");
    }
    return DP_SUCCESS;
}

static dp_err make(struct demo_run *run, struct dp_problem *problem)
{
    struct progress bar = progress_start(run->call.talk, "Living 18 months of 300 people",
                                         run->call.clock);
    struct demo_wanted wanted = { .path = run->dir,
                                  .base_url = run->phone_address,
                                  .progress = progress_show,
                                  .progress_context = &bar };
    dp_err made = demo_make(&wanted, run->call.clock, &run->made, problem);
    progress_end(&bar);
    return made;
}

static dp_err make_or_keep(struct demo_run *run, struct dp_problem *problem)
{
    BUF_AUTO struct buf address = buf_new(OPTIONS_VALUE_MAX - 1);
    config_links_start(run->call.config, config_int(run->call.config, CONFIG_PORT), &address);
    DP_TRY(buf_finish(&address));
    if (!str_copy(buf_str(&address), run->phone_address, sizeof run->phone_address)) {
        return err_make(DP_TOO_LONG);
    }
    const struct config_value *values = run->call.config->values;
    bool is_named = values[CONFIG_PUBLIC_NAME].origin != CONFIG_FROM_DEFAULT ||
                    values[CONFIG_BASE_URL].origin != CONFIG_FROM_DEFAULT;
    if (is_named) {
        (void)snprintf(run->address, sizeof run->address, "%s", run->phone_address);
    } else {
        (void)snprintf(run->address, sizeof run->address, "https://localhost:%lld",
                       (long long)config_int(run->call.config, CONFIG_PORT));
    }
    run->is_kept = file_exists(run->dir);
    return run->is_kept ? demo_open(run->dir, run->call.clock, &run->made, problem)
                        : make(run, problem);
}

static dp_err print_json(const struct demo_run *run)
{
    BUF_AUTO struct buf text = buf_new(SUMMARY_BYTES);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_key(&json, "dir");
    json_text(&json, run->dir);
    json_key(&json, "address");
    json_text(&json, run->address);
    json_key(&json, "login");
    json_text(&json, run->made.login);
    json_key(&json, "password");
    json_text(&json, run->made.password);
    json_key(&json, "link");
    json_text(&json, run->made.link);
    json_key(&json, "answers");
    json_int(&json, (int64_t)run->made.answers);
    json_key(&json, "epochs");
    json_int(&json, run->made.epochs);
    json_close_object(&json);
    DP_TRY(json_finish(&json));
    say(run->call.out, "%.*s\n", STR_ARG(buf_str(&text)));
    return DP_SUCCESS;
}

static dp_err print_words(const struct demo_run *run)
{
    FILE *out = run->call.out;
    say(out, "The demo company lives in %s%s.\n\n", run->dir,
        run->is_kept ? ", from an earlier time" : "");
    say(out, "  HR           %s/\n", run->address);
    say(out, "  log in as    %s, password %s\n", run->made.login, run->made.password);
    say(out, "  an employee  %s%s\n\n", run->address, run->made.link);
    if (!isatty(fileno(out))) {
        return DP_SUCCESS;
    }
    struct qr_code code;
    char link[OPTIONS_VALUE_MAX + sizeof run->made.link];
    BUF_AUTO struct buf drawn = buf_new(QR_TEXT_BYTES);
    say(out, "For a phone in the same network: %s%s\n", run->phone_address, run->made.link);
    (void)snprintf(link, sizeof link, "%s%s", run->phone_address, run->made.link);
    DP_TRY(qr_encode(str_of(link), &code));
    qr_draw_terminal(&code, QR_TERMINAL_DARK, &drawn);
    DP_TRY(buf_finish(&drawn));
    say(out, "%.*s\n", STR_ARG(buf_str(&drawn)));
    return DP_SUCCESS;
}

int cmd_demo(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    struct demo_run run = { 0 };
    dp_err done = choose_folder(call, &run, &problem);
    if (err_is_ok(done)) {
        done = make_or_keep(&run, &problem);
    }
    if (err_is_ok(done)) {
        done = call->is_json ? print_json(&run) : print_words(&run);
    }
    secret_wipe(run.made.password, sizeof run.made.password);
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    say_now(call->out);
    return command_flag(call, "no-serve") != NULL ? EXIT_OK : cmd_up(&run.call);
}
