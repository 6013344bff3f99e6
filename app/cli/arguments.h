/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The words behind a command's name, checked against its row: positional arguments, the row's flags
 * as "--name value", "--name=value" or "--switch", the settings that the row takes, --json where it
 * has it, --help everywhere. Everything behind "--" is positional, and "-" alone is a name (standard
 * input). A flag may be given once.
 */

#include "app/cli/command.h"

/** Fills in the call. Gives: EXIT_OK, or EXIT_USAGE after saying what is wrong and how it is used.
 * With --help the rest is not checked, and `wants_help` is set. */
int arguments_take(struct command_call *call, int count, char **words);

/** How many positional arguments a row takes: "FILE" one, "[NAME]" up to one, "import|export FILE"
 * two. */
void arguments_positional(const struct command *command, size_t *min, size_t *max);
