/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One HTTP request as the rest of the program sees it: no type of any HTTP library, only views.
 *
 * web/server fills it and calls one handler. Everything in it, and everything taken from its arena,
 * lives until the response has been sent. The front has parsed the head strictly already; here only
 * what the pages use is left. The body is read on demand with request_read_body(), after the row's
 * role has been checked, so that a stranger can't make us hold a large upload.
 *
 * Paths hold only letters, digits and "-._~/": all our addresses are of these, so nothing is ever
 * decoded and two spellings of one path don't exist. Any other path is simply not found.
 */

#include <sys/types.h>

#include "app/core/arena.h"
#include "app/core/buf.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_DELETE,
    METHOD_OTHER, /* known to HTTP, never answered by a page */
};

enum {
    REQUEST_BODY_BYTES = 64 * 1024, /* the most that a form may hold */
    REQUEST_PATH_BYTES = 1024,
};

/** Where the body comes from. */
struct request_source {
    /* Gives up to `len` bytes; 0 at the end, negative when the connection failed. */
    ssize_t (*read)(void *context, void *out, size_t len);
    void *context;
};

struct request {
    enum method method;
    struct str path;  /* begins with '/' */
    struct str query; /* behind '?', still encoded; may be empty */

    /* Headers that somebody needs; empty when they were not sent. */
    struct str host;
    struct str origin;
    struct str sec_fetch_site;
    struct str cookie;
    struct str authorization;
    struct str content_type;
    struct str accept_language;
    struct str if_none_match;
    struct str peer; /* the client's address as the front saw it; never stored, never logged */

    struct str body;     /* what request_read_body() has read */
    size_t body_bytes;   /* Content-Length */
    struct buf *storage; /* memory of the body; owned by the server */
    struct request_source source;

    struct arena *arena;
};

/** "GET" and so on; METHOD_OTHER gives "OTHER". */
struct str request_method_name(enum method method);

/** METHOD_OTHER for what is not in the list. */
enum method request_method_of(struct str name);

/** True if the path begins with '/', has only letters, digits and "-._~/", no empty, "." or ".."
 * segment (one '/' at the end is fine) and at most REQUEST_PATH_BYTES bytes. */
bool request_path_is_plain(struct str path);

/** Reads the whole body into request->body; a second call does nothing.
 * Fails: DP_TOO_LONG (more than max_bytes), DP_IO (the connection ended early), DP_NO_MEMORY. */
dp_err request_read_body(struct request *request, size_t max_bytes);

/** True for "application/x-www-form-urlencoded", with or without parameters. */
bool request_is_form(const struct request *request);
