/* SPDX-License-Identifier: MIT */
#pragma once

/* A look's memory as the JSON of its verdict_record, and back. Private to this folder. */

#include "app/service/link/look.h"

/** Fails: DP_TOO_LONG, DP_NO_MEMORY. */
dp_err look_json_write(const struct look_memory *memory, char *out, size_t out_size);

/** Fails: DP_INVALID and the like for anything that look_json_write() would not write. Memories of
 * older versions, which hold `last` and `fingerprint` alone, are read without a scan. */
dp_err look_json_read(const char *text, struct look_memory *out);

/** What is kept of a scan that gave no verdict while an older verdict is kept, too: the refusal and
 * its counts. */
struct lagscan_result look_refusal(const struct lagscan_result *scan);
