/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The settings' file, by libconfuse:
 *     # a comment
 *     port = 443
 *     public_name = {pulse.example.org, 192.0.2.7}
 *     dir = "/srv/day pulse"          in "..." ${NAME} is taken from the environment, in '...' not
 */

#include "app/config/config.h"

/** Reads the text of a file into the values, whose origin and place it sets.
 * Takes: `path` is for places and problems only; `text` is refused when it holds a NUL or is not
 * UTF-8. Fails: DP_INVALID, DP_NOT_UTF8, DP_NO_MEMORY; the problem has file and line.
 * Threads: one at a time, because libconfuse's scanner is a single one. */
dp_err config_file_read(struct str text, const char *path, struct config *config,
                        struct dp_problem *problem);
