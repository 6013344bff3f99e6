/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * "Unknown option prot; did you mean port?": the nearest known word to one that is not known. Every
 * place that refuses a name (settings, columns of a CSV file, commands) names the nearest.
 */

#include "app/core/str.h"

enum { SUGGEST_WORD_MAX = 64 };

/** How many letters must be put in, taken out, changed or swapped with their neighbour to make `a`
 * from `b`, without regard to case, '-' and '_' being the same; at most SUGGEST_WORD_MAX. */
size_t suggest_distance(struct str a, struct str b);

/** The nearest of the names if it is near enough to be meant (a third of the longer word's letters
 * at most), otherwise NULL. */
const char *suggest_nearest(struct str word, const char *const *names, size_t count);
