/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What pages may ask, and small helpers that all of them share. One `struct services` lives as long
 * as the web process; the dispatcher hands it to each page as page->services.
 */

#include "app/service/account/account.h"
#include "app/service/answer/answer.h"
#include "app/text/text.h"
#include "web/html/layout.h"
#include "web/html/parts.h"
#include "web/page.h"

struct services {
    const struct appliance *appliance;
    struct answer_desk desk;
    struct limiter limiter;
};

struct services *services_of(const struct page_context *page);

/** The reader's language. */
enum language services_language(const struct page_context *page);

/** A sentence without values, and one with. */
struct str services_say(const struct page_context *page, enum text text);
struct str services_say_with(const struct page_context *page, enum text text,
                             struct text_values values);

/** A date in the reader's language. */
struct str services_day(const struct page_context *page, struct date date);

/** The top of the tree that the logged-in account may see. */
struct team_id services_scope(const struct page_context *page);

enum { SERVICES_WIDE_BYTES_MAX = 32 << 20 };

/** Writes a page that needs more memory than a request's arena has: `write` gets an arena of its own of
 * up to SERVICES_WIDE_BYTES_MAX, gone when this returns, so it must neither redirect nor set cookies.
 * Fails: as `write` does; DP_NO_MEMORY. */
dp_err services_wide(const struct page_context *page, page_function *write,
                     struct response *response);

/** Opens an HR page: heading frame, navigation with `path` current, demo banner. */
void services_open(const struct page_context *page, struct html *html, struct str title,
                   struct str path);
void services_close(const struct page_context *page, struct html *html);

/** Opens a page for somebody who is not logged in: one narrow column. */
void services_open_narrow(const struct page_context *page, struct html *html, struct str title);

/** Opens a phone page in the given language; end it with layout_phone_close(). */
void services_phone_open(const struct page_context *page, struct html *html,
                         enum language language, struct str title);

/** Fills in the interface that finds sessions by cookie. Takes: `services` lives as long. */
struct session_source services_sessions(struct services *services);
