/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The memory of one request: a capped bump allocator. Nothing is freed one by one; everything goes
 * when the request is done. Running out sticks: allocation then gives NULL for ever, and the
 * request ends as an error page, never as a crash.
 */

#include <stdbool.h>

#include "app/core/err.h"
#include "app/core/str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; owned */
    size_t used_bytes;
    size_t max_bytes;
    bool has_overflowed;
};

/** An empty arena that may hand out up to `max_bytes`. Allocates nothing yet. */
struct arena arena_new(size_t max_bytes);

/** Frees all; the arena is empty and usable again. */
void arena_free(struct arena *arena);

/** Overwrites all that was handed out, so that nothing of a form stays in freed memory. */
void arena_wipe(struct arena *arena);

/** `count` zeroed elements of `size`, aligned for any type, or NULL once overflowed. */
void *arena_take(struct arena *arena, size_t count, size_t size);

/** A copy with a closing NUL behind it; the empty view once overflowed. */
struct str arena_copy(struct arena *arena, struct str s);

/** A formatted text with a closing NUL behind it; the empty view once overflowed. */
struct str arena_fmt(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Fails: DP_NO_MEMORY once an allocation did not fit. */
dp_err arena_finish(const struct arena *arena);

#define ARENA_AUTO __attribute__((cleanup(arena_free)))
