/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Making boxes ahead. Only the flush process does this, the next one before the current one closes:
 *
 *   1  the week's units are brought up to date and stored (week.h)
 *   2  the key pair is written, synced, read back and tried; K_day too
 *   3  the box is built with the day's plan under a temporary name, synced, renamed
 *
 * An epoch is named by the local date on which its window opens, and a date has at most one, ever:
 * once its cells are stored it is never made again. A crash in between leaves keys without a box,
 * which no ballot was ever sealed for; the next try destroys them and begins anew.
 *
 * Who calls this lets the roster's pending moves act first (roster_apply_due), so that a week
 * begins with Monday's roster.
 */

#include "app/privacy/house.h"

enum { EPOCH_DUE_MAX = 2 };

/** Which boxes should be made now: today's while its window is not over, and the next survey day's
 * from an hour before today's closes. Those that exist, or are flushed, are left out.
 * Fails: DP_NOT_FOUND (no organisation), DP_IO. */
dp_err epoch_due(const struct house *house, struct epoch_id out[EPOCH_DUE_MAX], size_t *count);

/** Makes the box of a date.
 * Fails: DP_EXISTS (it has its box, or had it), DP_NOT_FOUND (nothing is asked on that day, or
 * nobody is in the roster), DP_CLOSED (its window is over), DP_CONFLICT (a later week's units are
 * in force), DP_BUSY (another process is at it), DP_CRYPTO (the keys don't open what they seal),
 * DP_FULL, DP_IO; each with a sentence. */
dp_err epoch_make(const struct house *house, struct epoch_id epoch, struct dp_problem *problem);
