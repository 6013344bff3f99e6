/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reasons of missing values. Each different reason gets a letter; the letter stands in the gap, and a
 * list under the chart says what it means and how often it occurs.
 */

#include "web/html/charts/chart.h"

struct gaps {
    struct str reasons[CHART_REASONS_MAX];
    size_t counts[CHART_REASONS_MAX];
    size_t count;
};

/** The index of a reason's letter; a new reason is added. Reasons beyond CHART_REASONS_MAX share the
 * last letter. */
size_t gaps_index(struct gaps *gaps, struct str reason);

/** The letter of an index, as text. */
struct str gaps_letter(size_t index);

/** The list under the chart; nothing when there is no gap. */
void gaps_list(struct html *html, const struct gaps *gaps);
