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

/** The commands of one noun. */
void help_noun(const char *noun, FILE *out);

/** True if a noun has verbs, so that it wants one behind it. */
bool help_has_verbs(const char *noun);

/** Commands, settings and addresses as Markdown: app/cli/reference.md is exactly this.
 * Takes: `list_routes` may be NULL. */
void help_markdown(FILE *out, void (*list_routes)(struct buf *out));

/** A completion script for bash. */
void help_completion(FILE *out);
