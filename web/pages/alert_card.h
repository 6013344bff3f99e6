/* SPDX-License-Identifier: MIT */
#pragma once

/* One alert in words and as a card with its control chart, for the page of alerts. */

#include "app/service/alert/alert.h"
#include "web/pages/services.h"

/** How the team is called: its path, or the whole organisation. */
struct str alert_card_team(const struct page_context *page, const struct alert_row *row);

/** "lower than usual", for tables. */
struct str alert_card_kind(const struct page_context *page, const struct alert_row *row);

/** "3.10 to 3.32", a dash when there is none. */
struct str alert_card_interval(const struct page_context *page, const struct alert *alert);

/** What an open alert's card holds beside the alert itself. */
struct alert_card {
    const struct alert_row *row;
    struct str also; /* other open weeks of the same team; may be empty */
    bool may_take;   /* the reader may acknowledge it */
};

/** The card: sentence, chart, and the form to acknowledge. Fails: as alert_chart_of() and
 * marks_of(). */
dp_err alert_card_write(struct page_context *page, struct html *html,
                        const struct alert_card *card);
