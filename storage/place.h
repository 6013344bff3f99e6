/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether a folder lies where data can be kept. For store.c and folder.c. */

#include "app/core/err.h"

/** Takes: a folder that exists.
 * Fails: DP_UNSUPPORTED on a network file system, where locks and memory maps can't be trusted;
 * DP_NOT_FOUND, DP_FORBIDDEN, DP_IO; each with a sentence. */
dp_err place_check(const char *path, struct dp_problem *problem);
