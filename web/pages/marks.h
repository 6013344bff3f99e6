/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What is marked on every time line: course corrections that touch the team shown (registered
 * for it, for one above it or one beneath it), reorganisations, weeks in which nobody was
 * asked, and alerts. A page asks for the marks of its line and hands them to the chart:
 *
 *     struct marks marks;
 *     struct marks_wanted wanted = { .team = team, .first = monday, .slots = weeks };
 *     DP_TRY(marks_of(page, &wanted, &marks));
 *     ... .marks = marks.items, .mark_count = marks.count ...
 *     timeline_draw(html, &chart);
 *     marks_note(page, html, &marks);
 *
 * A chart has room for CHART_MARKS_MAX; of more the newest are kept, and the note says so.
 * Withdrawn corrections are not marked.
 */

#include "app/stats/lagscan.h"
#include "web/html/charts/marks.h"
#include "web/pages/services.h"

/** The line: whose, and which periods its slots are. */
struct marks_wanted {
    struct team_id team; /* within the viewer's scope: the caller has checked it */
    struct date first;   /* of the first slot: a Monday, or the first of a month */
    size_t slots;
    enum lag_unit unit;          /* all zero: weeks */
    bool is_without_corrections; /* the page marks those itself */
};

struct marks {
    const struct chart_mark *items; /* by slot, in the arena */
    size_t count;
    size_t left_out; /* older ones */
};

/** Finds the marks. Without slots there are none.
 * Fails: DP_NOT_FOUND (no such team), DP_NO_MEMORY, DP_IO, DP_CORRUPT, DP_BUSY. */
dp_err marks_of(const struct page_context *page, const struct marks_wanted *wanted,
                struct marks *out);

/** The slot that a date lies in; false if it lies outside. */
bool marks_slot(const struct marks_wanted *wanted, struct date date, size_t *slot);

/** Sorts marks by slot and keeps the newest CHART_MARKS_MAX. `items` is changed in place. */
void marks_keep(struct chart_mark *items, size_t count, struct marks *out);

/** Writes the sentence about those left out, if there are any. */
void marks_note(const struct page_context *page, struct html *html, const struct marks *marks);
