/* SPDX-License-Identifier: MIT */
#pragma once

/* What is named by a date and comes and goes: boxes, week tallies, key files. For box.c, tally.c and
 * app/privacy. */

#include "app/core/date.h"
#include "app/core/file.h"

/** "folder/PREFIX2026-03-09". Fails: DP_TOO_LONG. */
dp_err dated_path(char out[FILE_PATH_MAX], const char *folder, const char *prefix,
                  struct date date);

/** Removes "folder/2026-03-09" with all in it, so that it is gone at once and for all: renamed to
 * "folder/GONE2026-03-09" first. A missing one is fine. Fails: DP_IO, DP_TOO_LONG. */
dp_err dated_remove(const char *folder, const char *gone, struct date date);

/** All dates that are names in a folder, ascending. Fails: DP_IO, DP_FULL (more than `max`). */
dp_err dated_list(const char *folder, struct date *out, size_t max, size_t *count);

/** Removes everything whose name begins with a prefix. Fails: DP_IO. */
dp_err dated_sweep(const char *folder, const char *prefix);
