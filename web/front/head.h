/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The head of a request, parsed once and strictly, and written out afresh for the backend, so that
 * two parsers can't disagree about it. Pure functions over bytes: no socket, no clock.
 *
 * Accepted is what browsers and well-behaved programs send: GET, HEAD or POST, HTTP/1.1 or 1.0, an
 * absolute path (target.h), exactly one valid Host, at most one Content-Length and no
 * Transfer-Encoding, every line ended by CR LF, no folded lines, no control byte. All else gets the
 * status that says what was wrong, and the connection ends.
 *
 * What goes on is a list of headers that the pages need; everything else a client sends, hop-by-hop
 * headers and any copy of our own included, stays here:
 *
 *     POST /answer HTTP/1.1           the method and the target as they came
 *     Host: pulse.example.org         and the other known headers
 *     X-Daypulse-Peer: 10.1.2.3       the address that the listener saw
 *     Content-Length: 12
 *     Connection: close
 */

#include "app/core/buf.h"

enum {
    HEAD_MAX_BYTES = 16384,
    HEAD_LINES_MAX = 100,
    HEAD_TARGET_MAX = 2048,
    HEAD_KEPT_MAX = 32,
};

enum head_method { HEAD_GET, HEAD_HEAD, HEAD_POST };

/** A header that goes on to the backend, under the name we write it with. */
struct head_field {
    struct str name;
    struct str value;
};

/** A parsed head; the views point into the bytes that were parsed. */
struct head {
    enum head_method method;
    bool is_http10;
    struct str target;
    struct head_field kept[HEAD_KEPT_MAX];
    size_t kept_count;
    uint64_t body_bytes;
    bool wants_continue; /* Expect: 100-continue */
    bool wants_close;    /* Connection: close, or HTTP/1.0 */
    bool has_session;    /* a cookie whose name begins with __Host- */
};

/** Looks for the end of the head in what has arrived so far.
 * Takes: `scanned`, 0 at first, carries on between calls.
 * Gives: the length with its closing empty line, or 0 while it is not whole.
 * Fails: DP_INVALID (a bare LF or CR, a control byte), DP_TOO_LONG (above HEAD_MAX_BYTES). */
dp_err head_find_end(struct str bytes, size_t *scanned, size_t *length);

/** Parses a whole head, as found by head_find_end().
 * Gives: in `status`, the HTTP status for the refusal (400, 405, 411, 414, 415, 417, 431, 501, 505).
 * Fails: DP_INVALID. */
dp_err head_parse(struct str text, struct head *out, int *status);

/** Writes the canonical head. Takes: `peer`, the client's address as text.
 * Fails: DP_FULL, DP_NO_MEMORY. */
dp_err head_write(const struct head *head, struct str peer, struct buf *out);
