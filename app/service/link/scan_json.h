/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a scan found as members of an open JSON object, in the order of statistics.md 8: the same
 * for the index, for a theme and for a question asked in advance. What a refusal leaves undefined
 * is null, never 0.
 */

#include "app/core/json.h"
#include "app/stats/lagscan.h"

/** From `teams` to `needs_more`: filters, lags, the best lag, and the verdict. */
void scan_json_members(const struct lagscan_result *scan, struct json_writer *json);

/** `grade`, `verdict`, `refused` and `reason` alone. */
void scan_json_verdict(const struct lagscan_result *scan, struct json_writer *json);
