/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The tree of teams as boxes to tick, in a form: an outline, with the branches folded where
 * there are many, open where something is ticked. Works without any script. Teams that are gone
 * are left out.
 */

#include "web/pages/services.h"

enum { TEAM_OUTLINE_MAX = 2000, TEAM_OUTLINE_OPEN_MAX = 40 };

struct team_outline {
    struct str name;          /* of the boxes; the value is the team's id */
    const struct team *teams; /* all, by id */
    size_t team_count;
    const struct team_id *ticked;
    size_t ticked_count;
};

/** Writes at most TEAM_OUTLINE_MAX boxes; up to TEAM_OUTLINE_OPEN_MAX teams nothing is folded.
 * Fails: DP_NO_MEMORY. */
dp_err team_outline(const struct page_context *page, struct html *html,
                    const struct team_outline *outline);
