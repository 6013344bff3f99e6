/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a page gets and how one is declared. A page is one function in web/pages/page_<name>.c and
 * one row in the table of web/pages; the dispatcher (web/routes.h) has checked role, CSRF token and
 * fields before it is called. How to add one: web/README.md.
 *
 * Everything reachable from here lives until the response has been sent.
 */

#include "app/core/clock.h"
#include "app/core/secret.h"
#include "web/html/html.h"
#include "web/request/fields.h"
#include "web/request/response.h"
#include "web/request/session.h"

struct route;

/** How a form proves that it was ours (web/request/csrf.h). */
enum page_csrf {
    CSRF_NONE,    /* GET only */
    CSRF_FORM,    /* no session: the token belongs to the path that the form is sent to */
    CSRF_SESSION, /* the token belongs to the session */
    CSRF_BEARER,  /* an Authorization header, which no browser adds by itself */
};

struct page_context {
    const struct clock *clock;
    void *services;                     /* the service layer's own struct, opaque here */
    struct str language;                /* "en", "de": one of the languages given at start */
    const struct session_view *session; /* never NULL; role 0 when nobody is logged in */
    const struct request *request;
    const struct route *route;  /* NULL when no row matched (error pages) */
    const struct field *fields; /* checked values, in the order of the row's rules */
    dp_err fields_err;          /* for rows with may_be_invalid: what is wrong, or success */
    struct path_params params;  /* as matched; pages use their fields */
    struct arena *arena;
    const struct secret_key *csrf_key;
};

/** A page writes the response. What it returns other than success becomes an error page, and what it
 * had written is thrown away. */
typedef dp_err page_function(struct page_context *page, struct response *response);

/** The token for a form that is sent to `path` (CSRF_FORM) or that any page of the session sends
 * (CSRF_SESSION); memory of the arena, the empty view once that overflowed. */
struct str page_csrf_token(const struct page_context *page, enum page_csrf policy,
                           struct str path);

/** Writes the hidden input that carries the token. */
void page_csrf_input(const struct page_context *page, struct html *html, enum page_csrf policy,
                     struct str path);
