/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * fdatasync() as the bench's own programs see it: it counts, and can be made to take longer, as on a
 * small box's disk. It stands in front of the C library's, also for the store beneath.
 */

#include <stdint.h>

/** How much longer each one takes from now on. */
void slow_sync_set_us(int64_t delay_us);

/** How many there were. */
uint64_t slow_sync_count(void);
