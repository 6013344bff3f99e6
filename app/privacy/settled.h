/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Up to when all is counted. A week that is over by the calendar may still lack a day: the machine
 * stood still, the disk was full, the clocks disagreed. What judges a week once and for all waits
 * for its boxes, and so does all that comes after it. A box is there until its cells are stored, so
 * the folder of the boxes says what is still to come; a day that never had a box, or whose box is
 * gone, holds up nothing. A box that can't be opened any more, because its key is lost, would hold
 * up everything for ever: after SETTLED_WAIT_WEEKS it is given up.
 */

#include "app/core/date.h"
#include "storage/folder.h"

enum { SETTLED_WAIT_WEEKS = 4 /* for a box, from the end of its week on */ };

/** The Monday before which every week is over and holds all that it will ever hold. Look before
 * the figures are opened: a day that is counted in between is then waited for once more.
 * Takes: `today`, the local date. Fails: DP_IO, DP_FULL, as box_list(). */
dp_err settled_until(const struct folder *folder, struct date today, struct date *monday);
