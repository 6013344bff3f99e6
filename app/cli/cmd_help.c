/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/help.h"
#include "app/cli/say.h"

int cmd_help(const struct command_call *call)
{
    if (command_flag(call, "markdown") != NULL) {
        help_markdown(call->out, call->world->list_routes);
        return EXIT_OK;
    }
    help_all(call->out);
    return EXIT_OK;
}

int cmd_version(const struct command_call *call)
{
    say(call->out, call->is_json ? "{\"version\": \"%s\"}\n" : "daypulse %s\n", DP_VERSION);
    return EXIT_OK;
}

int cmd_completion(const struct command_call *call)
{
    help_completion(call->out);
    return EXIT_OK;
}
