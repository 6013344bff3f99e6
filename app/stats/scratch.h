/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A caller's work area for the statistics.
 *
 * Nothing in this room allocates. A procedure that needs room for intermediate arrays takes a
 * `struct scratch`: bytes that the caller owns, and a mark of how many are in use. The size that
 * a procedure needs comes from its own *_scratch_bytes() function; too small an area is a
 * programmer's error and stops the program. Areas can be reused for any number of calls, each
 * procedure gives back what it took. Two threads need two areas.
 */

#include <stddef.h>
#include <stdint.h>

struct scratch {
    unsigned char *bytes; /* aligned for a double, as any allocator gives it */
    size_t size_bytes;
    size_t used_bytes;
};

/** Wraps the caller's bytes. */
struct scratch scratch_of(void *bytes, size_t size_bytes);

/** Bytes that an array of `count` values of `size_bytes` each takes out of a work area. */
size_t scratch_need(size_t count, size_t size_bytes);

/** Takes an array of doubles, set to zero. Owns: the work area, until used_bytes is set back. */
double *scratch_doubles(struct scratch *scratch, size_t count);

/** Takes an array of indices, set to zero. Owns: as scratch_doubles(). */
uint32_t *scratch_indices(struct scratch *scratch, size_t count);
