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
 * own. */
struct row_use {
    enum part part;
    bool is_usable; /* known often enough on both sides */
    int32_t keep_from;
    int32_t keep_past;
};

struct compared {
    const struct panel *panel;
    int32_t first;     /* the period of the first start; may lie before or behind the panel */
    size_t transition; /* periods from there on that are left out */
    size_t dropped;    /* before it, after an alert */
    struct stretch before;
    struct stretch after;
    struct row_use *uses;
    double *corrected; /* curves over all periods */
    double *comparison;
    size_t corrected_rows; /* with any value */
    size_t usable_corrected;
    size_t usable_comparison;
    int32_t keep_from; /* where at least one corrected row is under no other correction */
    int32_t keep_past;
    size_t before_known; /* of the corrected curve, at any time before */
    size_t after_known;  /* at any time after */
    size_t to_come;      /* periods until a start that lies ahead */
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

/** A row's values in a stretch, those under another correction missing. */
void compared_copy(const struct compared *compared, size_t row, struct stretch stretch,
                   double *out);
