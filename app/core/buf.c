/* SPDX-License-Identifier: MIT */
#include "app/core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"

enum { FIRST_CAPACITY = 256 };

struct buf buf_new(size_t max)
{
    /* No size in C is larger than PTRDIFF_MAX, so sums of sizes below can't wrap around. */
    return (struct buf){ .max = max < PTRDIFF_MAX - 1 ? max : PTRDIFF_MAX - 1 };
}

void buf_free(struct buf *buf)
{
    mem_free(buf->data);
    *buf = buf_new(buf->max);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = DP_OK;
}

/* Makes room for `more` bytes plus one, so that formatting may write its NUL. */
static bool make_room(struct buf *buf, size_t more)
{
    if (buf->failed != DP_OK) {
        return false;
    }
    if (more > buf->max - buf->len) {
        buf->failed = DP_FULL;
        return false;
    }
    size_t wanted = buf->len + more + 1;
    if (wanted <= buf->capacity) {
        return true;
    }
    size_t capacity = buf->capacity == 0 ? FIRST_CAPACITY : buf->capacity;
    while (capacity < wanted) {
        capacity *= 2;
    }
    if (capacity > buf->max + 1) {
        capacity = buf->max + 1;
    }
    char *data = mem_resize(buf->data, capacity, 1);
    if (data == NULL) {
        buf->failed = DP_NO_MEMORY;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void buf_add_bytes(struct buf *buf, const void *ptr, size_t len)
{
    if (len == 0 || !make_room(buf, len)) {
        return;
    }
    memcpy(buf->data + buf->len, ptr, len);
    buf->len += len;
}

void buf_add(struct buf *buf, struct str s)
{
    buf_add_bytes(buf, s.ptr, s.len);
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add_bytes(buf, &c, 1);
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, str_of(text));
}

void buf_fmt(struct buf *buf, const char *format, ...)
{
    if (buf->failed != DP_OK) {
        return;
    }
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    DP_CHECK(needed >= 0);
    if (make_room(buf, (size_t)needed)) {
        (void)vsnprintf(buf->data + buf->len, (size_t)needed + 1, format, again);
        buf->len += (size_t)needed;
    }
    va_end(again);
}

char *buf_reserve(struct buf *buf, size_t len)
{
    return make_room(buf, len) ? buf->data + buf->len : NULL;
}

void buf_grow_by(struct buf *buf, size_t len)
{
    DP_CHECK(buf->len + len < buf->capacity || len == 0);
    buf->len += len;
}

void buf_drop_front(struct buf *buf, size_t count)
{
    DP_CHECK(count <= buf->len);
    if (count == 0) {
        return;
    }
    memmove(buf->data, buf->data + count, buf->len - count);
    buf->len -= count;
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->data == NULL ? "" : buf->data, buf->len };
}

struct bytes buf_bytes(const struct buf *buf)
{
    return bytes_of(buf->data == NULL ? "" : buf->data, buf->len);
}

dp_err buf_finish(const struct buf *buf)
{
    return err_make(buf->failed);
}
