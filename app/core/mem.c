/* SPDX-License-Identifier: MIT */
#include "app/core/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *mem_new(size_t count, size_t size)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total) || total > PTRDIFF_MAX) {
        return NULL;
    }
    return calloc(1, total == 0 ? 1 : total);
}

void *mem_resize(void *old, size_t count, size_t size)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total) || total > PTRDIFF_MAX) {
        return NULL;
    }
    return realloc(old, total == 0 ? 1 : total);
}

void mem_free(void *ptr)
{
    free(ptr);
}

char *mem_copy_text(const char *ptr, size_t len)
{
    if (len == SIZE_MAX) {
        return NULL;
    }
    char *copy = mem_new(len + 1, 1);
    if (copy != NULL && len > 0) {
        memcpy(copy, ptr, len);
    }
    return copy;
}

void mem_free_at(void *pointer_to_pointer)
{
    void *ptr = NULL;
    memcpy(&ptr, pointer_to_pointer, sizeof ptr);
    free(ptr);
}
