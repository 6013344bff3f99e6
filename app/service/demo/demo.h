/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes a demo folder: 18 months of the company of company.h, all on the real path. Every answer is
 * sealed and goes through a box, every evening is flushed into cells, the roster comes in by its file
 * and so do the outcomes. Only the clock is ours.
 *
 * A demo folder is marked as one for ever. What is lived ends on the evening before today; from
 * then on the days are live: the flush part makes their boxes.
 */

#include "app/service/appliance/appliance.h"

struct demo_made {
    char login[32];
    char password[32];
    char admin_login[32];
    char admin_password[32];
    char link[32];     /* "/a/..." of one employee */
    uint64_t answers;  /* that were sealed */
    uint32_t epochs;
};

/** Called now and then: `done` of `total` days. */
typedef void demo_progress(void *context, size_t done, size_t total);

struct demo_wanted {
    const char *path; /* of the new data folder */
    const char *base_url;
    demo_progress *progress; /* may be NULL */
    void *progress_context;
};

/** Takes: `clock`, the real one; what is made ends on its today.
 * Fails: as appliance_create() and the services it uses; a half-made folder is removed. */
dp_err demo_make(const struct demo_wanted *wanted, struct clock clock, struct demo_made *made,
                 struct dp_problem *problem);

/** Opens a demo that is there for another showing: a new password for HR, a new link.
 * Fails: DP_CONFLICT (a data folder, but not a demo), as appliance_open(). */
dp_err demo_open(const char *path, struct clock clock, struct demo_made *made,
                 struct dp_problem *problem);
