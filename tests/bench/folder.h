/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Data folders to measure on: a demo, so that today's window is open all day, with a roster that came in
 * by its file and today's box. The zone is one in which it is about noon, so that no midnight comes
 * in between.
 */

#include "app/service/appliance/appliance.h"
#include "app/service/roster/roster.h"
#include "tests/bench/bench.h"

struct folder_wanted {
    const char *path;
    int teams;
    int people_each;
    int weeks; /* how long ago the programme began */
};

/** Makes one, with today's box. A failure ends the bench. Owns: the caller; appliance_close(). */
void folder_make(const struct folder_wanted *wanted, struct appliance *out);

/** All personal links: "/a/TOKEN". */
struct links {
    char (*paths)[ROSTER_TOKEN_TEXT + 4];
    size_t count;
};
void folder_links(const struct appliance *appliance, struct links *out);
void folder_links_free(struct links *links);

/** Fills the results with day cells, five a week for each daily unit, each of `answers` answers: as the
 * evenings of all past weeks would have. Gives how many cells. */
uint64_t folder_fill(const struct appliance *appliance, uint32_t answers);

/** Ends the bench when something failed. */
void folder_check(dp_err err, const struct dp_problem *problem, const char *what);
