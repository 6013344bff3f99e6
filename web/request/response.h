/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One HTTP response while a page builds it. A page sets what differs from the defaults (200, HTML,
 * never stored by a cache) and writes the body; response_write_head() turns it into bytes and adds
 * the security headers, always, errors included.
 *
 * No header value can break a line: whatever holds a control character makes the whole response a
 * plain 500, because only our own mistake can bring one here.
 */

#include <stdint.h>

#include "app/core/arena.h"
#include "app/core/buf.h"
#include "web/headers.h"

enum { RESPONSE_COOKIES = 4, RESPONSE_NEXT_BYTES = 100 };

enum response_cache {
    RESPONSE_NO_STORE,  /* pages and everything personal */
    RESPONSE_VALIDATE,  /* may be kept, but asks with its ETag each time */
    RESPONSE_IMMUTABLE, /* the address holds the content's hash: a year */
};

struct response {
    int status;
    enum headers_policy policy;
    enum response_cache cache;
    struct str type;         /* Content-Type; empty for no body */
    struct str location;     /* of a redirect */
    struct str allow;        /* of a 405 */
    struct str authenticate; /* of a 401 for programs */
    struct str etag;         /* with its quotes */
    struct str download;     /* file name of an attachment, plain ASCII */
    int retry_after_s;
    struct str cookies[RESPONSE_COOKIES]; /* made by cookie_make() */
    size_t cookie_count;

    struct buf body;
    int file_fd; /* a regular file to send in place of `body`, or -1; closed by response_free() */
    int64_t file_bytes;
};

/** 200, text/html, empty body of at most body_max bytes. */
struct response response_new(size_t body_max);

void response_free(struct response *response);

/** Back to what response_new() gave, for instance before an error page. Keeps the memory. */
void response_reset(struct response *response);

/** 303 to a path of our own ("/thanks", "/login?next=/trend").
 * Takes: a path that lives until the response is sent. */
void response_redirect(struct response *response, struct str path);

/** Adds a Set-Cookie line. More than RESPONSE_COOKIES is a programmer's error. */
void response_cookie(struct response *response, struct str line);

/** True if a `next=` parameter may be followed: [A-Za-z0-9/_-], begins with one '/'. */
bool response_next_is_safe(struct str path);

/** Sends an open regular file of `bytes` bytes as the body.
 * Owns: the response takes the descriptor. */
void response_file(struct response *response, int fd, int64_t bytes);

/** Status line and headers with the empty line at the end. A body goes with it unless the status
 * forbids one (204, 304).
 * Fails: DP_BUG when a value would break a line; `out` is then to be thrown away. */
dp_err response_write_head(const struct response *response, struct buf *out);
