/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The only way in which a page makes HTML (and SVG inside it). What a person typed can't become
 * markup, because nothing but names from our own lists and escaped text ever goes out.
 *
 *     struct html html = html_new(&response->body);
 *     html_open(&html, TAG_P);
 *     html_class(&html, "note");
 *     html_text(&html, team_name);
 *     html_close(&html, TAG_P);
 *     return html_finish(&html);
 *
 * Attributes follow html_open() until something else is written. Elements still open are closed by
 * the end of their parent, and all of them by html_finish(), so the output is balanced whatever
 * happens. The first failure sticks (memory, depth, a call in the wrong place); later calls do
 * nothing and html_finish() tells.
 *
 * Text: & < > " ' are escaped in text and attributes alike; control characters and bytes that are not
 * UTF-8 become U+FFFD. Addresses (href, src, action) must begin with "/" (but not "//" or "/\"),
 * "#", "?", "mailto:", "https://" or be "data:," - so never "javascript:".
 */

#include "app/core/buf.h"
#include "web/html/names.h"

enum { HTML_DEPTH_MAX = 48, HTML_NUMBER_MAX = 24 };

struct html {
    struct buf *out;
    enum html_tag stack[HTML_DEPTH_MAX];
    size_t depth;
    bool is_start_open;                        /* the last start tag still takes attributes */
    bool is_void;                              /* and belongs to an element without content */
    enum html_tag current;                     /* that element */
    uint64_t has_attr[(ATTR_COUNT + 63) / 64]; /* attributes it has already */
    enum dp_code failed;
};

/** A writer that appends to `out`, which must outlive it. */
struct html html_new(struct buf *out);

/** The first line of every page. */
void html_doctype(struct html *html);

/** Begins an element. Fails (sticky): DP_FULL beyond HTML_DEPTH_MAX, DP_BUG inside <style> or
 * <script>. */
void html_open(struct html *html, enum html_tag tag);

/** Ends the nearest open `tag` and whatever is still open in it.
 * Fails (sticky): DP_BUG when it is not open. */
void html_close(struct html *html, enum html_tag tag);

/** Adds an attribute to the element just begun.
 * Fails (sticky): DP_BUG outside a start tag or for the same name twice, DP_INVALID for an address
 * that is not allowed. */
void html_attr(struct html *html, enum html_attr name, struct str value);
void html_attr_int(struct html *html, enum html_attr name, int64_t value);

/** A number for SVG with at most two decimals ("12.5", "-0.25"), without printf, which is what a chart
 * would spend its time on. What is not finite or beyond a milliard becomes 0. */
void html_number(double value, char out[HTML_NUMBER_MAX]);
/** As html_number(), and with a '%' behind it. */
void html_attr_num(struct html *html, enum html_attr name, double value);
void html_attr_pct(struct html *html, enum html_attr name, double value);
void html_attr_fmt(struct html *html, enum html_attr name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void html_class(struct html *html, const char *classes);
/** An attribute without value: checked, required, open. */
void html_flag(struct html *html, enum html_attr name);

/** Text, escaped. Fails (sticky): DP_BUG inside an element that may hold none. */
void html_text(struct html *html, struct str text);
void html_text_of(struct html *html, const char *text);
void html_fmt(struct html *html, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Begins an element, writes its text and ends it. `classes` may be NULL. */
void html_leaf(struct html *html, enum html_tag tag, const char *classes, struct str text);

/** Markup as it is, from a string literal only. It must be balanced in itself. */
#define html_raw(html, literal) html_raw_literal((html), STR(literal))
void html_raw_literal(struct html *html, struct str literal);

/** <style> with the phone pages' constant text, whose hash their content policy allows. */
void html_phone_style(struct html *html);

/** Closes all that is open.
 * Fails: what stuck, in the writer or in its buffer: DP_FULL, DP_NO_MEMORY, DP_BUG, DP_INVALID. */
dp_err html_finish(struct html *html);
