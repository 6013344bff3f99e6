/* SPDX-License-Identifier: MIT */
#include "app/core/clock.h"

#include <stddef.h>
#include <time.h>

static struct timespec read_clock(clockid_t id)
{
    struct timespec now = { 0 };
    clock_gettime(id, &now);
    return now;
}

static int64_t system_wall_s(void *context)
{
    (void)context;
    return read_clock(CLOCK_REALTIME).tv_sec;
}

static int64_t system_monotonic_ms(void *context)
{
    (void)context;
    struct timespec now = read_clock(CLOCK_MONOTONIC);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_boot_s(void *context)
{
    (void)context;
    return read_clock(CLOCK_BOOTTIME).tv_sec;
}

struct clock clock_system(void)
{
    return (struct clock){ system_wall_s, system_monotonic_ms, system_boot_s, NULL };
}

static int64_t fixed_s(void *context)
{
    const int64_t *wall_s = context;
    return *wall_s;
}

static int64_t fixed_ms(void *context)
{
    return fixed_s(context) * 1000;
}

struct clock clock_fixed(int64_t *wall_s)
{
    return (struct clock){ fixed_s, fixed_ms, fixed_s, wall_s };
}

int64_t clock_wall_s(const struct clock *clock)
{
    return clock->wall_s(clock->context);
}

int64_t clock_monotonic_ms(const struct clock *clock)
{
    return clock->monotonic_ms(clock->context);
}

int64_t clock_boot_s(const struct clock *clock)
{
    return clock->boot_s(clock->context);
}
