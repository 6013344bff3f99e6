/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to certs/ and web/front: an mbedTLS result as an error and a sentence.
 */

#include "app/core/err.h"

/** Success for 0; otherwise fills the problem with "WHAT: the library's words".
 * Fails: DP_NO_MEMORY, DP_CRYPTO. */
dp_err fault_of(int result, const char *what, struct dp_problem *problem);
