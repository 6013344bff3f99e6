/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who is compared with whom in a panel, and when: the part of each row, the windows before
 * and after, and the two curves. Private to this folder.
 */

#include "app/service/correction/measure.h"

enum part { PART_NONE, PART_CORRECTED, PART_COMPARISON };

/** Periods from..past, without the last. */
struct stretch {
    size_t from;
    size_t past;
};

/** A row's part in it. Periods outside keep_from..keep_past belong to another correction of its
 * own: the ones named here, NULL if there is none. */
struct row_use {
    enum part part;
    bool has_figures; /* at any time */
    bool is_usable;   /* known often enough on both sides */
    int32_t keep_from;
    int32_t keep_past;
    const struct correction *before_it;
    const struct correction *after_it;
};

struct compared {
    const struct panel *panel;
    int32_t first;     /* the period of the first start; may lie before or behind the panel */
    size_t transition; /* periods from there on that are left out */
    size_t dropped;    /* before it, after an alert */
    struct stretch before;
    struct stretch after;
    struct row_use *uses;
    bool is_by_teams;  /* enough rows for a comparison; else against the own course */
    double *corrected; /* curves over all periods, of what is measured and of nothing else */
    double *comparison;
    size_t corrected_rows; /* with any value */
    size_t usable_corrected;
    size_t usable_comparison;
    size_t before_known; /* periods known of any corrected row, at any time before */
    size_t after_known;  /* at any time after */
    size_t to_come;      /* periods before a start that lies ahead, as far as they count */
    size_t may_follow;   /* periods after it that are not over yet, as far as they count */
    int32_t after_over;  /* periods after the transition that are over; below 0 ahead of it */
};

/** Fails: DP_NO_MEMORY. */
dp_err compared_make(const struct ground *ground, const struct panel *panel,
                     const struct assessment *assessment, struct compared *out);
void compared_free(struct compared *compared);
#define COMPARED_AUTO __attribute__((cleanup(compared_free)))

/** A period brought into the panel: 0 to its count. */
size_t compared_place(const struct compared *compared, int32_t period);

/** How many of a curve's values are known. */
size_t compared_known(const double *curve, struct stretch stretch);

/** Whether a row is of a part and measured. */
bool compared_is_used(const struct compared *compared, size_t row, enum part part);

/** A row's value; missing under another correction. */
double compared_value(const struct compared *compared, size_t row, size_t period);

/** The other correction that leaves too few periods before or after this one, where without it
 * there would be, or could still be, enough; else NULL. */
const struct correction *compared_in_the_way(const struct compared *compared);
