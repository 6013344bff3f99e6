/* SPDX-License-Identifier: MIT */
#pragma once

/* One line on other pages while alerts are open. */

#include "web/pages/services.h"

/** Writes the line with its link, or nothing when no alert is open. Fails: as
 * alert_count_open(). */
dp_err alerts_notice(const struct page_context *page, struct html *html);
