/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Things that happened, on a time line: a numbered vertical marker in the chart, its words beside it
 * where there is room, and always in a list below.
 */

#include "web/html/charts/chart.h"

enum chart_mark_kind {
    CHART_MARK_CORRECTION,
    CHART_MARK_REORGANISATION,
    CHART_MARK_HOLIDAY,
    CHART_MARK_ALERT,
};

struct chart_mark {
    enum chart_mark_kind kind;
    size_t first; /* slot */
    size_t last;  /* same as first for a moment, later for a stretch */
    struct str when;
    struct str label;
};

/** The place that marks are drawn in. */
struct marks_place {
    size_t slot_count;
    double bottom_px;
};

/** Room above the plot that the numbers take. */
enum { MARKS_TOP_PX = 24 };

void marks_draw(struct html *html, const struct chart_mark *marks, size_t count,
                const struct marks_place *place);

/** The numbered list under the chart; nothing without marks. */
void marks_list(struct html *html, const struct chart_mark *marks, size_t count);
