/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The two frames that every page stands in. A page opens one, writes what belongs into <main>, and
 * closes it; nobody else writes <head>.
 *
 * - layout_open(): pages for HR, managers and admins, with header, navigation, the external style
 *   sheet, footer; in a demo folder a banner on every page.
 * - layout_phone_open(): answer, thanks and message pages: one request, no other file, the constant
 *   style inside (so the response needs HEADERS_PHONE), under 14 KB in all.
 *
 * This room knows no sentences: all words come from the caller (app/text), in the reader's language.
 */

#include "web/html/html.h"

struct layout_link {
    struct str path;
    struct str label;
    bool is_current;
};

/** Words of the frame that are the same on every page of a language. */
struct layout_words {
    struct str skip;       /* "Skip to content" */
    struct str navigation; /* "Main navigation", for screen readers */
    struct str log_out;    /* "Log out" */
};

struct layout_page {
    struct str language;
    struct str title;        /* of the tab, followed by the organisation's name */
    struct str organisation; /* shown beside the product's name; may be empty */
    const struct layout_words *words;
    const struct layout_link *links; /* navigation; none before login */
    size_t link_count;
    const struct layout_link *languages; /* the other languages; may be none */
    size_t language_count;
    struct str account;     /* who is logged in; empty: no log-out button */
    struct str logout_path; /* takes a POST */
    struct str csrf;        /* token of the session, for the log-out form */
    struct str demo_banner; /* empty unless the folder is a demo */
    struct str footer;      /* one line, such as the version */
    const struct layout_link *footer_links;
    size_t footer_link_count;
    bool is_narrow; /* one narrow column: login, setup, messages */
};

void layout_open(struct html *html, const struct layout_page *page);
void layout_close(struct html *html, const struct layout_page *page);

struct layout_phone {
    struct str language;
    struct str title;
    struct str organisation; /* beside the mark at the top; may be empty */
    struct str demo_banner;
};

void layout_phone_open(struct html *html, const struct layout_phone *phone);
void layout_phone_close(struct html *html);
