/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The server's certificate from the local CA: leaf.key (0600) and leaf.pem (0644) in the data
 * folder's certs/. P-256, SHA-256, 90 days, for servers only, and for the names it is given, since
 * phones look at nothing else. It is made anew, with a new key, when 60 of its 90 days are over, so
 * that a machine that was off for a month still starts with a valid one; and when the names or the
 * authority changed, or one of its files is missing or broken.
 *
 * Whoever serves calls this at each start and once a day, and reloads when a new one was made.
 */

#include "app/core/clock.h"
#include "app/core/err.h"
#include "certs/names.h"

/** Sees to it that authority and leaf are there and good for a while.
 * Takes: `folder`, the data folder's certs/; at least one name. `is_new` may be NULL.
 * Gives: in `is_new`, whether a leaf was made.
 * Fails: DP_USAGE (no name), and as ca_ensure(). */
dp_err leaf_ensure(const char *folder, const struct names *names, const struct clock *clock,
                   bool *is_new, struct dp_problem *problem);

/** As leaf_ensure(), and makes a new leaf in any case. */
dp_err leaf_renew(const char *folder, const struct names *names, const struct clock *clock,
                  struct dp_problem *problem);
