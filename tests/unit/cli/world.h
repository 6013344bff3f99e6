/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Runs the command line in this process, with what it prints kept as text. The environment names a
 * settings file of the test's own, so that none of the machine's is read.
 */

#include "app/cli/command.h"

struct world_said {
    int code;
    char *out; /* valid until the next run */
    char *talk;
};

/** Runs "daypulse" with the words up to a NULL. */
struct world_said world_run(const char *const *words);
#define WORLD(...) world_run((const char *const[]){ __VA_ARGS__, NULL })

/** The settings file that runs read from now on; NULL for an empty one. */
void world_use_config(const char *path);

/** Fails the test unless `part` is in `text`. */
void world_assert_has(const char *text, const char *part);

/** Frees what was kept. */
int world_end(void **state);
