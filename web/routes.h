/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The way from a request to a page: one row a page, and nothing outside the table is ever answered.
 *
 * routes_serve() does, in this order, and stops at the first that fails:
 *   1. path: no row has it -> 404; rows have it, but not with this method -> 405 with Allow
 *      (HEAD is answered as GET, without the body);
 *   2. role: the session is looked up once; not in the row's set -> 303 to the login page for a
 *      person who is not logged in, else 403;
 *   3. body, for POST and PUT: read up to the row's maximum (413), parsed strictly when it is a form;
 *   4. CSRF: Origin and Sec-Fetch-Site, then the token -> 403;
 *   5. fields: typed and checked -> 400, or left to the page that asked for it (may_be_invalid);
 *   6. the page. What it returns, a full buffer or an overflowed arena becomes an error page.
 *
 * The table is checked at start by routes_check(), and by a test: a row that changes something
 * without CSRF policy, without help or without role does not get into the house.
 */

#include "web/page.h"

enum { ROUTES_SEGMENTS_MAX = 8 };

struct route {
    const char *pattern; /* "/a/{token}": a name in braces takes one whole segment */
    page_function *page;
    const char *help;   /* one sentence for the admin's list of addresses */
    enum method method; /* METHOD_HEAD is never written: GET rows answer it */
    unsigned roles;     /* who may: bits of enum role */
    enum page_csrf csrf;
    enum headers_policy policy;      /* HEADERS_PHONE for pages that carry the constant style */
    const struct field_rule *fields; /* may be NULL */
    size_t field_count;
    size_t body_max_bytes; /* 0 means REQUEST_BODY_BYTES */
    bool may_be_invalid;   /* the page shows what is wrong with the fields itself */
};

/** Everything the dispatcher needs; lives as long as the server. */
struct routes {
    const struct route *rows;
    size_t row_count;
    struct clock clock;
    void *services;
    struct session_source sessions;
    struct secret_key csrf_key;
    const struct str *languages; /* the first is the default */
    size_t language_count;
    const char *login_path; /* NULL: never redirect, answer 401 */
    /* Writes an error page in the reader's language (status is set already); NULL, or a failure of
     * its own, gives a plain English one. */
    page_function *error_page;
};

/** What an error page shows: the code that routes_serve() or a page failed with. Valid only inside
 * routes.error_page, by page->fields_err. */
dp_err routes_error(const struct page_context *page);

/** Checks the table. Fails: DP_INVALID, naming the row in the problem's sentence. */
dp_err routes_check(const struct route *rows, size_t row_count, struct dp_problem *problem);

/** Answers one request. Never fails: whatever goes wrong is an error page.
 * Threads: any number at once; `routes` is only read. */
void routes_serve(const struct routes *routes, struct request *request,
                  struct response *response);
