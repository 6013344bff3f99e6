/* SPDX-License-Identifier: MIT */
#pragma once

/* Fills panels from released cells and imported outcomes. Private to this folder. */

#include "app/service/correction/ground.h"

/** The index by weeks and the six themes by fortnights, themes without their questions'
 * difficulty, in one walk over all cells. Takes: room for 1 + QUESTION_THEMES panels. Fails:
 * DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err panel_read_cells(const struct ground *ground, struct panel *panels);

/** An outcome. Teams that hold other teams with values stay missing, so that nobody counts
 * twice. Fails: as panel_read_cells(). */
dp_err panel_read_outcome(const struct ground *ground, const struct link_pair *pair,
                          struct panel *out);

void panel_free(struct panel *panel);
