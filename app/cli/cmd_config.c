/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/say.h"
#include "app/config/config_print.h"
#include "app/core/file.h"

static int print_text(const struct command_call *call, const struct buf *text)
{
    dp_err finished = buf_finish(text);
    if (!err_is_ok(finished)) {
        return command_fail(call, finished, NULL);
    }
    say(call->out, "%.*s", STR_ARG(buf_str(text)));
    return EXIT_OK;
}

int cmd_config_show(const struct command_call *call)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    if (!call->is_json) {
        config_print_values(call->config, command_flag(call, "origin") != NULL, &text);
        return print_text(call, &text);
    }
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    config_print_json(call->config, &json);
    return exchange_print_json(call, &json);
}

/* What is wrong has stopped the run before it came here. */
int cmd_config_check(const struct command_call *call)
{
    const char *file = call->config_file == NULL ? CONFIG_DEFAULT_FILE : call->config_file;
    bool is_read = call->config_file != NULL || file_exists(CONFIG_DEFAULT_FILE);
    say(call->talk,
        is_read ? "The settings of %s are fine.\n" : "There is no %s; the defaults hold.\n",
        file);
    return EXIT_OK;
}

int cmd_config_example(const struct command_call *call)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    config_print_example(&text);
    return print_text(call, &text);
}
