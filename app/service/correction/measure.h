/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The effect of one correction on one series: who is compared with whom, over which periods,
 * and app/stats' answer. Private to this folder.
 */

#include "app/service/correction/ground.h"

/** A correction with those that can't be told apart from it. */
struct assessment {
    const struct correction *correction;
    const struct correction **together; /* the others; room for every entry */
    size_t together_count;
    bool is_without_curves; /* for a list, which shows none */
    struct date first_start; /* of all of them */
    struct date last_start;
    bool is_alert_left_out;
};

/** Measures; the effect's points are in the arena, unless it is to have none. What it means beside other series is not
 * judged here. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err measure_effect(const struct ground *ground, const struct panel *panel,
                      const struct assessment *assessment, struct arena *arena,
                      struct correction_effect *out);

/** An effect without any figure, such as of a metric that was never imported. */
struct correction_effect measure_nothing(void);

/** The p that an effect's verdict rests on; NUMBER_NONE if nothing was tested. */
double measure_p(const struct correction_effect *effect);

/** Verdict and grade of what was tested under a cap on the grade. */
void measure_regrade(struct correction_effect *effect, enum grade grade_max);
