/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The two special numbers of this room, typed as double.
 *
 * NUMBER_NONE stands for a missing observation in every input array and for "not defined" in
 * every result; a page or a JSON writer turns it into a word or a null, never into 0. Test with
 * number_is_known(); an infinity counts as missing, too.
 */

#include <math.h>
#include <stdbool.h>

#define NUMBER_NONE     ((double)NAN)
#define NUMBER_INFINITE ((double)INFINITY)

static inline bool number_is_known(double value)
{
    return isfinite(value) != 0;
}
