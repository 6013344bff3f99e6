/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The head of the backend's reply: parsed strictly, then written afresh for the phone with our own
 * framing. Even a backend that is ours gets no trust here: a header value with a line break in it
 * would be somebody's second reply. A reply must say how long it is, by Content-Length or by the
 * chunked coding, because one that merely ends looks the same when the backend was killed half way.
 *
 * The security headers (web/headers.h) that a reply lacks, such as an error page that the HTTP
 * library made by itself, are added.
 */

#include "app/core/buf.h"

enum { REPLY_HEAD_MAX_BYTES = 16384, REPLY_FIELDS_MAX = 64 };

enum reply_framing {
    REPLY_EMPTY,  /* no body: 204, 304 or an answer to HEAD */
    REPLY_LENGTH, /* length_bytes */
    REPLY_CHUNKED,
};

struct reply_field {
    struct str name;
    struct str value;
};

/** A parsed head; the views point into the bytes that were parsed. */
struct reply {
    int status;
    struct str reason;
    struct reply_field fields[REPLY_FIELDS_MAX];
    size_t fields_count;
    enum reply_framing framing;
    bool has_length; /* for HEAD: the length that GET would have */
    uint64_t length_bytes;
};

/** How the body goes to the phone. */
struct reply_frame {
    bool is_chunked;
    bool has_length; /* false: neither; the end of the connection is the end (HTTP/1.0) */
    uint64_t length_bytes;
    bool may_stay; /* the connection stays open */
};

/** Looks for the end of a head; as head_find_end() with this file's limit.
 * Fails: DP_INVALID, DP_TOO_LONG. */
dp_err reply_find_end(struct str bytes, size_t *scanned, size_t *length);

/** Parses a whole head. Takes: `is_head`, whether the request was HEAD. Fails: DP_INVALID. */
dp_err reply_parse(struct str text, bool is_head, struct reply *out);

/** Writes the head for the phone. Fails: DP_FULL, DP_NO_MEMORY. */
dp_err reply_write(const struct reply *reply, const struct reply_frame *frame, struct buf *out);
