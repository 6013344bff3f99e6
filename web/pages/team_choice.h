/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The list of teams above a page that shows one of them. It offers the teams that the viewer may see
 * and that still exist, by their path; whoever asks for another one by hand is refused by the service.
 */

#include "web/pages/services.h"

/** The team that the page was asked for, else the top of what the viewer may see.
 * Takes: the checked field of a FIELD_INT. */
struct team_id team_choice_asked(const struct page_context *page, const struct field *field);

/** Writes the form: it asks `path` again with ?team=ID. Nothing is written while there is no choice.
 * It has room for 1000 teams and says below how many more there are.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT, DP_BUSY. */
dp_err team_choice(const struct page_context *page, struct html *html, struct str path,
                   struct team_id team);
