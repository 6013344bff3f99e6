/* SPDX-License-Identifier: MIT */
#include "app/core/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"

enum { BLOCK_BYTES = 16384 };

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) char data[];
};

struct arena arena_new(size_t max_bytes)
{
    /* So that a block with its head is still a size. */
    const size_t most = PTRDIFF_MAX / 2;
    return (struct arena){ .max_bytes = max_bytes < most ? max_bytes : most };
}

void arena_free(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *next = arena->blocks->next;
        mem_free(arena->blocks);
        arena->blocks = next;
    }
    *arena = arena_new(arena->max_bytes);
}

void arena_wipe(struct arena *arena)
{
    for (struct arena_block *block = arena->blocks; block != NULL; block = block->next) {
        explicit_bzero(block->data, block->used);
    }
}

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct arena_block *block = mem_new(1, sizeof *block + size);
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    bool is_too_big = __builtin_mul_overflow(count, size, &bytes) || bytes > arena->max_bytes;
    size_t rounded = is_too_big
                         ? 0
                         : (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (is_too_big || arena->has_overflowed || rounded > arena->max_bytes - arena->used_bytes) {
        arena->has_overflowed = true;
        return NULL;
    }
    struct arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
    }
    if (block == NULL) {
        arena->has_overflowed = true;
        return NULL;
    }
    void *taken = block->data + block->used;
    block->used += rounded;
    arena->used_bytes += rounded;
    return taken;
}

struct str arena_copy(struct arena *arena, struct str s)
{
    char *copy = arena_take(arena, s.len + 1, 1);
    if (copy == NULL) {
        return STR("");
    }
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    return (struct str){ copy, s.len };
}

struct str arena_fmt(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    DP_CHECK(needed >= 0);
    char *text = arena_take(arena, (size_t)needed + 1, 1);
    struct str made = STR("");
    if (text != NULL) {
        (void)vsnprintf(text, (size_t)needed + 1, format, again);
        made = (struct str){ text, (size_t)needed };
    }
    va_end(again);
    return made;
}

dp_err arena_finish(const struct arena *arena)
{
    return err_make(arena->has_overflowed ? DP_NO_MEMORY : DP_OK);
}
