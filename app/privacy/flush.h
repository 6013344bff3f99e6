/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Closing an epoch. It runs in its own process, without network:
 *
 *   1  write `closed` into the box: from here on no ballot gets in
 *   2  open all ballots in locked memory and check them against the plan (counting.h)
 *   3  form the cells (forming.h); what weekly units answered to the anchor goes to the week's
 *      tallies, keyed by epoch, so that a second run writes the same
 *   4  ONE transaction in the results: the cells, and that the epoch is flushed; with the last
 *      survey day of a week also that week's cells, and that the week is released
 *   5  destroy: overwrite, sync and unlink the secret key and K_day, remove the box, sync the folders;
 *      then the tallies of a released week
 *
 * A run that was killed anywhere is simply run again: before 4 nothing has left and the same cells
 * come out; after 4 the epoch is found flushed and only 5 is done. So no ballot can count twice,
 * and there is no state in which it could be lost, short of losing the key.
 *
 * It does not begin before the window is over. Two clocks must say so: the wall clock, and the time
 * that has passed on the boot clock (which nobody can set) since the keys were made; while they
 * disagree it waits. Only in a demo folder an epoch may be closed early, by hand.
 *
 * Not shown is not counted exactly: the number of answers in hidden cells is kept in whole tens (2k)
 * only, so that a single hidden cell always reads 0, whether 0 or 4 people answered.
 */

#include "app/privacy/house.h"

/** What a run did. */
struct flush_report {
    uint32_t epochs; /* closed, or finished off */
    uint32_t cells_shown;
    uint32_t cells_hidden;
    uint32_t weeks;   /* released */
    uint32_t refused; /* ballots that did not fit the plan: somebody tampered with the box */
    uint32_t waiting; /* epochs whose window is over by one clock only */
};

/** Closes one epoch and destroys its keys and its box. Again is fine.
 * Takes: is_by_hand, which lets a demo's epoch be closed before its time. `report` (may be NULL) is
 * added to.
 * Fails: DP_NOT_FOUND (there is no such epoch, or its secret key is lost), DP_BUSY (its window is
 * not over; the clocks disagree; another process is at it), DP_CORRUPT, DP_FULL, DP_IO; each with a
 * sentence. */
dp_err flush_close(const struct house *house, struct epoch_id epoch, bool is_by_hand,
                   struct flush_report *report, struct dp_problem *problem);

/** All that is due: closes the epochs whose time is over, oldest first, finishes what was begun,
 * releases weeks that were left over, destroys keys that never had a box. One epoch that can't be
 * closed doesn't hold up the others. Fails: the first error of any of them, after all were tried. */
dp_err flush_run(const struct house *house, struct flush_report *report,
                 struct dp_problem *problem);

/** When flush_run() or epoch_make() will next have something to do, at the latest in an hour, in Unix
 * seconds. Fails: DP_IO, DP_CORRUPT. */
dp_err flush_next_due(const struct house *house, int64_t *due_s);
