/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The pages that the front writes itself, because the backend never saw the request or has not
 * answered: small, without style or script, with every security header. A person sees them rarely,
 * so they say in two languages what to do, and nothing about the machine.
 */

#include "app/core/buf.h"

enum { REFUSAL_MAX_BYTES = 4096 };

/** Writes a whole reply that ends the connection.
 * Takes: `has_body` false for an answer to HEAD. Fails: DP_FULL, DP_NO_MEMORY. */
dp_err refusal_write(int status, bool has_body, struct buf *out);
