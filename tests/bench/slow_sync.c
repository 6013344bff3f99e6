/* SPDX-License-Identifier: MIT */
#include "tests/bench/slow_sync.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_llong extra_us;
static atomic_ullong syncs;

void slow_sync_set_us(int64_t delay_us)
{
    atomic_store(&extra_us, delay_us);
}

uint64_t slow_sync_count(void)
{
    return atomic_load(&syncs);
}

/* The C library's own parameter name is reserved.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

int fdatasync(int fd)
{
    int64_t delay_us = atomic_load(&extra_us);
    int result = (int)syscall(SYS_fdatasync, fd);
    atomic_fetch_add(&syncs, 1);
    if (delay_us > 0) {
        usleep((useconds_t)delay_us);
    }
    return result;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
