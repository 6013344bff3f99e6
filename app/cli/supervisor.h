/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * `daypulse up`: starts the long-running parts as processes of their own and keeps them running.
 *
 * Fork and exec happen before any cryptography is set up in this process. A part that ends is
 * started again: at once if it had run for a second, else with a pause that doubles up to half a minute; a
 * part that can't start at all (exit code 2, 3 or 5: its arguments or its folder are wrong) is not
 * tried again and takes the others down. SIGTERM and SIGINT are passed on and end the supervisor
 * when all parts have ended; SIGHUP is passed on (certificates are read again).
 */

#include "app/core/err.h"

enum { SUPERVISOR_PARTS_MAX = 4, SUPERVISOR_ARGUMENTS_MAX = 56 };

struct supervisor_part {
    const char *name;
    const char
        *arguments[SUPERVISOR_ARGUMENTS_MAX + 1]; /* argv from the program on, ends with NULL */
};

/** Runs the parts until a signal ends them. Gives the exit code for the process.
 * Takes: `program` is what exec gets. Blocks. */
int supervisor_run(const char *program, const struct supervisor_part *parts, size_t count);
