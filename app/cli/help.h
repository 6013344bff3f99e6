/* SPDX-License-Identifier: MIT */
#pragma once

/* What the command table says of itself: overview, one command, Markdown, shell completion. */

#include "app/cli/command.h"

/** "usage: daypulse roster import FILE [--dry-run] ...", one line. */
void help_usage(const struct command *command, FILE *out);

/** One command in full. */
void help_command(const struct command *command, FILE *out);

/** Every command in one line each, by noun. */
void help_all(FILE *out);

/** The table as Markdown, for the documentation and its test. */
void help_markdown(FILE *out);

/** A completion script for bash. */
void help_completion(FILE *out);
