/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Who asks, as far as the web layer needs to know. Sessions are made, hashed, stored and ended in
 * app/service/account; the web layer only hands over the request and gets this view back.
 */

#include "web/request/request.h"

/** Kinds of visitors; a route's row names the set that may use it. */
enum role {
    ROLE_PUBLIC = 1 << 0,   /* anybody, logged in or not */
    ROLE_EMPLOYEE = 1 << 1, /* a personal link or an employee's cookie */
    ROLE_MANAGER = 1 << 2,  /* sees the own subtree */
    ROLE_HR = 1 << 3,
    ROLE_ADMIN = 1 << 4,
    ROLE_TOKEN = 1 << 5, /* a program with a scoped bearer token */
};

/** Views live as long as the request. role 0: nobody is logged in. */
struct session_view {
    unsigned role;           /* one bit of enum role, or 0 */
    struct str name;         /* shown in the header */
    struct str language;     /* the account's choice, or empty */
    struct str csrf_subject; /* a secret of this session, for its forms' token; never shown */
    const void *detail;      /* the service's own record, for pages that ask it more */
};

/** The interface that the service room fills in. */
struct session_source {
    /* Looks at cookie, bearer token or link; fills `view` (role 0 when there is no session). An error
     * becomes an error page: it means that the store failed, never that nobody is logged in. */
    dp_err (*find)(void *context, const struct request *request, struct session_view *view);
    void *context;
};
