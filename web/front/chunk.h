/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Takes the chunked coding off a reply of the backend, piece by piece as it arrives. Strict: sizes of
 * 1 to 8 hexadecimal digits, no extensions, no trailers. (Requests never come chunked: head.h.)
 */

#include "app/core/buf.h"

enum chunk_state {
    CHUNK_SIZE,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    CHUNK_END_CR,
    CHUNK_END_LF,
    CHUNK_DONE
};

/** Where in the coding the reader stands; all zero at the start. */
struct chunk {
    enum chunk_state state;
    unsigned digits;
    uint64_t left_bytes; /* of the chunk that is being read */
};

/** Reads some of `in` and adds the content to `out`.
 * Gives: in `used`, how much of `in` was read: all, unless the end of the coding lies before it.
 * Fails: DP_INVALID (not chunked as above), DP_FULL, DP_NO_MEMORY. */
dp_err chunk_read(struct chunk *chunk, struct str in, struct buf *out, size_t *used);

bool chunk_is_done(const struct chunk *chunk);
