/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A growing byte buffer that owns its memory and is born with a maximum.
 *
 * Writes never return an error: the first failure (maximum met, no memory) sticks, later writes do
 * nothing, and the caller asks once, with buf_finish(). So a page of writes reads straight down.
 */

#include <stdbool.h>

#include "app/core/err.h"
#include "app/core/str.h"

struct buf {
    char *data; /* owned; may be NULL while empty */
    size_t len;
    size_t capacity;
    size_t max; /* the most bytes it may ever hold */
    enum dp_code failed;
};

/** An empty buffer that may hold up to `max` bytes. Allocates nothing yet. */
struct buf buf_new(size_t max);

/** Gives the memory back and leaves an empty buffer with the same maximum. */
void buf_free(struct buf *buf);

/** Empties it, keeping the memory; forgets a failure. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, struct str s);
void buf_add_bytes(struct buf *buf, const void *ptr, size_t len);
void buf_add_char(struct buf *buf, char c);
void buf_add_text(struct buf *buf, const char *text);
void buf_fmt(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Room for `len` more bytes at the end, to be filled by the caller, then buf_grow_by(); NULL once
 * failed. Valid until the next write. */
char *buf_reserve(struct buf *buf, size_t len);
void buf_grow_by(struct buf *buf, size_t len);

/** Drops the first `count` bytes. */
void buf_drop_front(struct buf *buf, size_t count);

/** What has been written, valid until the next write. Text has no closing NUL. */
struct str buf_str(const struct buf *buf);
struct bytes buf_bytes(const struct buf *buf);

/** The sticky result. Fails: DP_FULL when the maximum was met, DP_NO_MEMORY. */
dp_err buf_finish(const struct buf *buf);

#define BUF_AUTO __attribute__((cleanup(buf_free)))
