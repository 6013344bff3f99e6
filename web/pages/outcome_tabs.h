/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The row of outcomes above a page that shows one of them: a metric as one source measured it. The page's
 * address takes ?metric=..&source=..
 */

#include "app/service/link/link.h"
#include "web/pages/services.h"

/** The outcome's name in the reader's language. */
struct str outcome_name(const struct page_context *page, const struct link_pair *pair);

/** The address of a page about a pair: `path` with its metric and source. */
struct str outcome_path(const struct page_context *page, const char *path,
                        const struct link_pair *pair);

/** The pair that was asked for by two checked fields; the first one when none was, or NULL when there is
 * no such outcome. Takes: at least one pair. */
const struct link_pair *outcome_asked(const struct link_pair *pairs, size_t count,
                                      const struct field *metric, const struct field *source);

/** Writes the tabs; each leads to `path` with its metric and source. Fails: DP_NO_MEMORY. */
dp_err outcome_tabs(const struct page_context *page, struct html *html, const char *path,
                    const struct link_pair *pairs, size_t count, const struct link_pair *current);
