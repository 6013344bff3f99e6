/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The one table from our error codes to HTTP. A new code does not compile until it has a row here.
 */

#include "app/core/err.h"

/** 200 for DP_OK, else the status of the error page. */
int status_of(enum dp_code code);

/** "Not Found" and so on; "Error" for a status that we never send. */
const char *status_reason(int status);
