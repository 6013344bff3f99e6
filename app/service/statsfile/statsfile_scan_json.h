/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A lag scan as JSON with the fields of the reference cases.
 */

#include "app/core/json.h"
#include "app/stats/lagscan.h"

/** What a scan's JSON says beside the result itself. */
struct statsfile_scan_context {
    const char *unit;                   /* "week", "fortnight", "month" */
    size_t links_examined;              /* with this one */
    bool is_panel;                      /* correlations are pooled_r, and `teams` follows */
    const struct panelscan_team *teams; /* NULL: leave p_x and p_y of the teams out */
    size_t team_count;
};

/** Writes the members of a scan into an object that the caller has opened. A refusal has `refused`
 * true, `reason` and `needs_more`, and no numbers. */
void statsfile_scan_json(struct json_writer *json, const struct lagscan_result *result,
                         const struct statsfile_scan_context *context);
