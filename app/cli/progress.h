/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A bar for long work, on the talk stream and only when that is a terminal; at most ten times a
 * second, and gone without a trace when the work is done. Its function has the form that services ask
 * for.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/core/clock.h"

struct progress {
    FILE *talk;
    const char *label;
    struct clock clock;
    int64_t shown_ms;
    bool is_shown;
    bool is_terminal;
};

/** Takes: label lives as long as the bar. */
struct progress progress_start(FILE *talk, const char *label, struct clock clock);

/** Takes: a struct progress. */
void progress_show(void *progress, size_t done, size_t total);

/** Wipes the bar away. */
void progress_end(struct progress *progress);
