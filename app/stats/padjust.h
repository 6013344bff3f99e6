/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Paying for many looks: adjusted p-values.
 *
 * Benjamini & Hochberg (1995, JRSS-B 57:289) bounds the share of false findings among those shown
 * and is used over pairs of theme and outcome, over teams and over course corrections; Holm (1979)
 * and Bonferroni bound the chance of any. Results stand in the order of the input.
 */

#include <stddef.h>

#include "app/stats/scratch.h"

enum padjust_method { PADJUST_BH = 0, PADJUST_HOLM, PADJUST_BONFERRONI };

/** Adjusts `count` p-values; missing ones stay missing and are not counted.
 * Takes: `out` may be `p`. */
void padjust(const double *p, size_t count, enum padjust_method method, struct scratch *scratch,
             double *out);

/** Bytes of work area for that. */
size_t padjust_scratch_bytes(size_t count);

/** Sidak's p of the smallest of `count` independent p-values. */
double padjust_sidak(double least, size_t count);
