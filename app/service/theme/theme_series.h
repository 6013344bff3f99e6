/* SPDX-License-Identifier: MIT */
#pragma once

/* From the board's sums to points with intervals. Private to this folder. */

#include "app/service/theme/board.h"

/** All fortnights of one place into `points`, which has room for them; without a reader every
 * point says that there is never a figure. Fails: DP_NO_MEMORY. */
dp_err theme_series_points(const struct theme_board *board, const struct board_place *place,
                           bool has_reader, struct theme_point *points);
