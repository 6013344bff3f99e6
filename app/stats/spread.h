/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Do the means of several groups lie further apart than chance alone puts them? Teams: is it
 * good everywhere? Days: is it good every day?
 *
 * Each group's true mean is taken for a draw with standard deviation tau, what is seen for that
 * plus the group's own sampling noise. tau by Paule & Mandel (1982, J Res NBS 87:377), its
 * interval by the Q profile (Viechtbauer 2007, Stat Med 26:37): both solve Q(tau^2) = quantile,
 * so estimate, interval and verdict agree. As metafor::rma(method = "PM") and its confint().
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/stats/interval.h"

enum { SPREAD_GROUPS_MIN = 3 };

struct spread {
    size_t groups;    /* with a known mean and an se above 0 */
    double seen;      /* standard deviation of the means as they are */
    double by_chance; /* what sampling noise alone would give: root mean square of the se's */
    struct interval beyond; /* tau with its 95 % interval; lo and hi may be 0 */
    bool is_beyond_chance;  /* the interval excludes 0 */
};

/** Takes: `means` and `ses` of `count` groups, NUMBER_NONE where missing. Gives: numbers that
 * are NUMBER_NONE below SPREAD_GROUPS_MIN groups. */
struct spread spread_between(const double *means, const double *ses, size_t count);
