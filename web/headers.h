/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The security headers that every response carries, errors of the front and of the server included.
 * They are written in one place so that no path can forget one.
 *
 * No page has an inline script or `unsafe-inline`. The phone pages (answer, thanks, messages) carry
 * one constant <style>; its SHA-256 is worked out at build time and allowed in their policy alone.
 */

#include "app/core/buf.h"

enum headers_policy {
    HEADERS_PAGE, /* HR pages, assets, API, errors of the front: styles from our own files only */
    HEADERS_PHONE, /* phone pages: our own files and the one constant <style> */
};

/** Adds the lines, each with its closing CR LF: Content-Security-Policy, Strict-Transport-Security,
 * X-Content-Type-Options, Referrer-Policy, Cross-Origin-Opener-Policy,
 * Cross-Origin-Resource-Policy, Permissions-Policy. */
void headers_security(struct buf *out, enum headers_policy policy);
