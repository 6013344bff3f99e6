/* SPDX-License-Identifier: MIT */
#pragma once

/* From the board's sums to points with intervals. Private to this folder. */

#include "app/service/theme/board.h"

/** The fortnights of one place into `points`, which has room for all of the board; without a reader
 * every point says that there is never a figure. Takes: `from`, the first fortnight that is wanted; those
 * before it are read for their spread alone, and their points say nothing. Fails: DP_NO_MEMORY. */
dp_err theme_series_points(const struct theme_board *board, const struct board_place *place,
                           bool has_reader, size_t from, struct theme_point *points);
