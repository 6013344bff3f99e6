/* SPDX-License-Identifier: MIT */
#include "app/stats/scratch.h"

#include <string.h>

#include "app/core/err.h"

enum { SCRATCH_ALIGN = 16 };

struct scratch scratch_of(void *bytes, size_t size_bytes)
{
    return (struct scratch){ .bytes = bytes, .size_bytes = size_bytes, .used_bytes = 0 };
}

size_t scratch_need(size_t count, size_t size_bytes)
{
    size_t wanted = count * size_bytes;
    return (wanted + SCRATCH_ALIGN - 1) / SCRATCH_ALIGN * SCRATCH_ALIGN;
}

static void *take(struct scratch *scratch, size_t count, size_t size_bytes)
{
    size_t wanted = scratch_need(count, size_bytes);
    DP_CHECK(wanted <= scratch->size_bytes - scratch->used_bytes);
    void *start = scratch->bytes + scratch->used_bytes;
    scratch->used_bytes += wanted;
    memset(start, 0, wanted);
    return start;
}

double *scratch_doubles(struct scratch *scratch, size_t count)
{
    return take(scratch, count, sizeof(double));
}

uint32_t *scratch_indices(struct scratch *scratch, size_t count)
{
    return take(scratch, count, sizeof(uint32_t));
}
