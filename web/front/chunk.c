/* SPDX-License-Identifier: MIT */
#include "web/front/chunk.h"

enum { DIGITS_MAX = 8 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_size(struct chunk *chunk, char c)
{
    int value = hex_value(c);
    if (value >= 0 && chunk->digits < DIGITS_MAX) {
        chunk->left_bytes = chunk->left_bytes * 16 + (uint64_t)value;
        chunk->digits++;
        return true;
    }
    if (c == '\r' && chunk->digits > 0) {
        chunk->state = CHUNK_SIZE_LF;
        return true;
    }
    return false;
}

static bool move_on(struct chunk *chunk, bool is_wanted, enum chunk_state next)
{
    chunk->state = next;
    return is_wanted;
}

/* One byte of the coding itself. */
static bool read_frame(struct chunk *chunk, char c)
{
    switch (chunk->state) {
    case CHUNK_SIZE:
        return read_size(chunk, c);
    case CHUNK_SIZE_LF:
        return move_on(chunk, c == '\n', chunk->left_bytes > 0 ? CHUNK_DATA : CHUNK_END_CR);
    case CHUNK_DATA_CR:
        return move_on(chunk, c == '\r', CHUNK_DATA_LF);
    case CHUNK_DATA_LF:
        chunk->digits = 0;
        return move_on(chunk, c == '\n', CHUNK_SIZE);
    case CHUNK_END_CR:
        return move_on(chunk, c == '\r', CHUNK_END_LF);
    case CHUNK_END_LF:
        return move_on(chunk, c == '\n', CHUNK_DONE);
    case CHUNK_DATA:
    case CHUNK_DONE:
        break;
    }
    return false;
}

dp_err chunk_read(struct chunk *chunk, struct str in, struct buf *out, size_t *used)
{
    size_t at = 0;
    *used = 0;
    while (at < in.len && chunk->state != CHUNK_DONE) {
        if (chunk->state != CHUNK_DATA) {
            if (!read_frame(chunk, in.ptr[at])) {
                return err_make(DP_INVALID);
            }
            at++;
            continue;
        }
        struct str data = str_slice(in, at, (size_t)chunk->left_bytes);
        buf_add(out, data);
        at += data.len;
        chunk->left_bytes -= data.len;
        if (chunk->left_bytes == 0) {
            chunk->state = CHUNK_DATA_CR;
        }
    }
    *used = at;
    return buf_finish(out);
}

bool chunk_is_done(const struct chunk *chunk)
{
    return chunk->state == CHUNK_DONE;
}
