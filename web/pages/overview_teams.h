/* SPDX-License-Identifier: MIT */
#pragma once

/* The overview's list of teams: index, change, participation and a small line, in the order
 * of the tree. */

#include "app/service/trend/overview.h"
#include "web/pages/services.h"

void overview_teams(const struct page_context *page, struct html *html,
                    const struct overview *overview);
