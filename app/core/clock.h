/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where time comes from. Everything that needs "now" takes a `struct clock`, so that tests and the
 * demo can live at any moment. Wall time is Unix seconds UTC; monotonic time is for deadlines;
 * boot time goes on during suspend and can't be set, so that a wall clock that was turned shows.
 */

#include <stdint.h>

struct clock {
    int64_t (*wall_s)(void *context);
    int64_t (*monotonic_ms)(void *context);
    int64_t (*boot_s)(void *context);
    void *context;
};

/** The machine's own clocks. */
struct clock clock_system(void);

/** A clock that stands still at `*wall_s` until the caller changes that; all three agree.
 * Takes: `wall_s` must outlive the clock. */
struct clock clock_fixed(int64_t *wall_s);

int64_t clock_wall_s(const struct clock *clock);
int64_t clock_monotonic_ms(const struct clock *clock);
int64_t clock_boot_s(const struct clock *clock);
