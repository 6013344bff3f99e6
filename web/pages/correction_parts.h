/* SPDX-License-Identifier: MIT */
#pragma once

/* What the list of course corrections and the page of one of them say alike. Texts live in the
 * arena. */

#include "app/service/correction/correction.h"
#include "web/html/parts.h"
#include "web/pages/services.h"

/** The organisation's teams, by id. */
struct correction_teams {
    struct team *items;
    size_t count;
};

/** Copies them: there may be more than a request's arena holds.
 * Owns: the caller; end with correction_parts_teams_free(). Fails: DP_NO_MEMORY, DP_IO,
 * DP_CORRUPT, DP_BUSY. */
dp_err correction_parts_teams(const struct page_context *page, struct correction_teams *out);
void correction_parts_teams_free(struct correction_teams *teams);

/** "Hotline North, Complaints and 3 more": at most `named` names; or the whole organisation. */
struct str correction_parts_team_names(const struct page_context *page,
                                       const struct correction_teams *teams,
                                       const struct correction *correction, size_t named);

/** "One-call resolution: up". Fails: DP_IO, DP_CORRUPT. */
dp_err correction_parts_expected(const struct page_context *page,
                                 const struct correction *correction, struct str *out);

/** The name of an effect's series, standing alone. */
struct str correction_parts_series(const struct page_context *page,
                                   const struct correction_words *words);

/** What an effect says in a few words, as a badge. */
struct correction_tag {
    enum parts_tone tone;
    enum text text;
};
struct correction_tag correction_parts_tag(const struct correction_effect *effect);

/** Badges of an entry: the verdict today (not begun, too early, changed, ...), withdrawn,
 * entered afterwards. Takes: `report` may be NULL for viewers who may not see effects;
 * otherwise with the expected effect first. */
void correction_parts_badges(const struct page_context *page, struct html *html,
                             const struct correction *correction,
                             const struct correction_report *report);
