/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The local certificate authority, for an appliance without a public name. It is made once, at the
 * first start, in the data folder's certs/: ca.key (0600, never leaves the machine) and ca.pem
 * (0644, what phones and browsers are told to trust). P-256, ten years, and it can sign leaves
 * only, no other authority (pathlen 0).
 *
 * A missing key beside a certificate is not mended silently: a new authority means that every phone
 * has to trust a new one, which a person must decide.
 */

#include "app/core/clock.h"
#include "app/core/err.h"

/** Makes the folder and the authority unless they are there.
 * Takes: `folder`, the data folder's certs/; its parent exists.
 * Fails: DP_CONFLICT (one of the two files is missing, or they don't belong together),
 * DP_OUT_OF_RANGE (expired), DP_FORBIDDEN, DP_FULL, DP_INVALID, DP_TOO_LONG, DP_IO, DP_CRYPTO,
 * DP_NO_MEMORY. */
dp_err ca_ensure(const char *folder, const struct clock *clock, struct dp_problem *problem);
