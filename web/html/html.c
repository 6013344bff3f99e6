/* SPDX-License-Identifier: MIT */
#include "web/html/html.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "web/assets/assets.h"

enum tag_kind { HTML_NORMAL, HTML_VOID, HTML_SHAPE, HTML_NO_TEXT };
enum attr_kind { HTML_PLAIN, HTML_URL };
enum { FORMATTED_MAX = 512, NUMBER_LIMIT = 1000000000 };

#define TABLE_ROW(id, text, kind) { { text, sizeof(text) - 1 }, kind },

static const struct {
    struct str name;
    enum tag_kind kind;
} tags[] = { HTML_TAGS(TABLE_ROW) };

static const struct {
    struct str name;
    enum attr_kind kind;
} attrs[] = { HTML_ATTRS(TABLE_ROW) };

static void fail(struct html *html, enum dp_code code)
{
    if (html->failed == DP_OK) {
        html->failed = code;
    }
}

struct html html_new(struct buf *out)
{
    return (struct html){ .out = out };
}

/* Ends the start tag that still takes attributes. */
static void end_start(struct html *html)
{
    if (html->is_start_open) {
        buf_add_char(html->out, '>');
        html->is_start_open = false;
    }
}

void html_doctype(struct html *html)
{
    if (html->depth != 0 || html->is_start_open) {
        fail(html, DP_BUG);
    }
    if (html->failed == DP_OK) {
        buf_add(html->out, STR("<!doctype html>\n"));
    }
}

void html_open(struct html *html, enum html_tag tag)
{
    DP_CHECK(tag < TAG_COUNT);
    if (html->failed != DP_OK) {
        return;
    }
    bool is_void = tags[tag].kind == HTML_VOID;
    if (!is_void && html->depth == HTML_DEPTH_MAX) {
        fail(html, DP_FULL);
        return;
    }
    if (html->depth > 0 && tags[html->stack[html->depth - 1]].kind == HTML_NO_TEXT) {
        fail(html,
             DP_BUG); /* a browser would take the element for text of the style or script */
        return;
    }
    end_start(html);
    buf_add_char(html->out, '<');
    buf_add(html->out, tags[tag].name);
    if (!is_void) {
        html->stack[html->depth] = tag;
        html->depth++;
    }
    html->is_start_open = true;
    html->is_void = is_void;
    html->current = tag;
    memset(html->has_attr, 0, sizeof html->has_attr);
}

/* Ends the innermost open element, even after a failure. */
static void close_last(struct html *html)
{
    html->depth--;
    enum html_tag tag = html->stack[html->depth];
    if (html->is_start_open && !html->is_void && tags[tag].kind == HTML_SHAPE) {
        buf_add(html->out, STR("/>"));
        html->is_start_open = false;
        return;
    }
    end_start(html);
    buf_add(html->out, STR("</"));
    buf_add(html->out, tags[tag].name);
    buf_add_char(html->out, '>');
}

void html_close(struct html *html, enum html_tag tag)
{
    DP_CHECK(tag < TAG_COUNT);
    size_t at = html->depth;
    while (at > 0 && html->stack[at - 1] != tag) {
        at--;
    }
    if (at == 0) {
        fail(html, DP_BUG);
    }
    while (html->failed == DP_OK && html->depth >= at) {
        close_last(html);
    }
}

/* The escape for an ASCII character, or the empty view when it may stand as it is. */
static struct str escape_of(unsigned char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    default:
        break;
    }
    bool is_control = c == 0x7f || (c < 0x20 && c != '\n' && c != '\t');
    return is_control ? STR("\xef\xbf\xbd") : STR("");
}

/* Bytes of the well-formed UTF-8 sequence at the start of s, or 0. */
static size_t sequence_length(struct str s)
{
    for (size_t len = 2; len <= 4 && len <= s.len; len++) {
        if (str_is_utf8(str_slice(s, 0, len))) {
            return len;
        }
    }
    return 0;
}

static void add_escaped(struct buf *out, struct str text)
{
    size_t start = 0;
    size_t at = 0;
    while (at < text.len) {
        unsigned char c = (unsigned char)text.ptr[at];
        size_t length = c < 0x80 ? 1 : sequence_length(str_slice(text, at, 4));
        struct str escape = STR("");
        if (c < 0x80) {
            escape = escape_of(c);
        } else if (length == 0) {
            escape = STR("\xef\xbf\xbd");
            length = 1;
        }
        if (escape.len > 0) {
            buf_add_bytes(out, text.ptr + start, at - start);
            buf_add(out, escape);
            start = at + length;
        }
        at += length;
    }
    if (text.len > start) {
        buf_add_bytes(out, text.ptr + start, text.len - start);
    }
}

static bool is_allowed_address(struct str value)
{
    if (value.len > 0 && value.ptr[0] == '/') {
        return value.len == 1 || (value.ptr[1] != '/' && value.ptr[1] != '\\');
    }
    return str_starts_with(value, STR("#")) || str_starts_with(value, STR("?")) ||
           str_starts_with(value, STR("https://")) || str_starts_with(value, STR("mailto:")) ||
           str_equal(value, STR("data:,"));
}

/* Writes ` name` when the attribute may stand here. */
static bool begin_attr(struct html *html, enum html_attr name)
{
    DP_CHECK(name < ATTR_COUNT);
    uint64_t bit = (uint64_t)1 << (name % 64);
    if (!html->is_start_open || (html->has_attr[name / 64] & bit) != 0) {
        fail(html, DP_BUG);
    }
    if (html->failed != DP_OK) {
        return false;
    }
    html->has_attr[name / 64] |= bit;
    buf_add_char(html->out, ' ');
    buf_add(html->out, attrs[name].name);
    return true;
}

void html_attr(struct html *html, enum html_attr name, struct str value)
{
    DP_CHECK(name < ATTR_COUNT);
    if (attrs[name].kind == HTML_URL && !is_allowed_address(value)) {
        fail(html, DP_INVALID);
    }
    if (begin_attr(html, name)) {
        buf_add(html->out, STR("=\""));
        add_escaped(html->out, value);
        buf_add_char(html->out, '"');
    }
}

void html_attr_int(struct html *html, enum html_attr name, int64_t value)
{
    html_attr_fmt(html, name, "%lld", (long long)value);
}

/* Writes a whole number's digits; gives the place behind them. */
static size_t add_digits(char *out, size_t at, uint64_t number)
{
    char reversed[20];
    size_t count = 0;
    do {
        reversed[count] = (char)('0' + number % 10);
        count++;
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        count--;
        out[at] = reversed[count];
        at++;
    }
    return at;
}

void html_number(double value, char out[HTML_NUMBER_MAX])
{
    bool is_usable = isfinite(value) && fabs(value) < NUMBER_LIMIT;
    int64_t hundredths = is_usable ? llround(value * 100) : 0;
    uint64_t size = hundredths < 0 ? (uint64_t)-hundredths : (uint64_t)hundredths;
    size_t at = 0;
    if (hundredths < 0) {
        out[at] = '-';
        at++;
    }
    at = add_digits(out, at, size / 100);
    if (size % 100 != 0) {
        out[at] = '.';
        out[at + 1] = (char)('0' + size / 10 % 10);
        out[at + 2] = (char)('0' + size % 10);
        at += size % 10 != 0 ? 3 : 2;
    }
    out[at] = '\0';
}

void html_attr_num(struct html *html, enum html_attr name, double value)
{
    char text[HTML_NUMBER_MAX];
    html_number(value, text);
    html_attr(html, name, str_of(text));
}

void html_attr_pct(struct html *html, enum html_attr name, double value)
{
    char text[HTML_NUMBER_MAX + 1];
    html_number(value, text);
    size_t len = strlen(text);
    text[len] = '%';
    html_attr(html, name, (struct str){ text, len + 1 });
}

void html_attr_fmt(struct html *html, enum html_attr name, const char *format, ...)
{
    char text[FORMATTED_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || len >= FORMATTED_MAX) {
        fail(html, DP_TOO_LONG);
        return;
    }
    html_attr(html, name, (struct str){ text, (size_t)len });
}

void html_class(struct html *html, const char *classes)
{
    html_attr(html, ATTR_CLASS, str_of(classes));
}

void html_flag(struct html *html, enum html_attr name)
{
    (void)begin_attr(html, name);
}

/* True if content may be written here; ends a start tag that waits. */
static bool begin_content(struct html *html)
{
    bool is_in_void = html->is_start_open && html->is_void;
    if (html->depth > 0 && !is_in_void &&
        tags[html->stack[html->depth - 1]].kind == HTML_NO_TEXT) {
        fail(html, DP_BUG);
    }
    if (html->failed != DP_OK) {
        return false;
    }
    end_start(html);
    return true;
}

void html_text(struct html *html, struct str text)
{
    if (begin_content(html)) {
        add_escaped(html->out, text);
    }
}

void html_text_of(struct html *html, const char *text)
{
    html_text(html, str_of(text));
}

void html_fmt(struct html *html, const char *format, ...)
{
    char text[FORMATTED_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || len >= FORMATTED_MAX) {
        fail(html, DP_TOO_LONG);
        return;
    }
    html_text(html, (struct str){ text, (size_t)len });
}

void html_leaf(struct html *html, enum html_tag tag, const char *classes, struct str text)
{
    html_open(html, tag);
    if (classes != NULL) {
        html_class(html, classes);
    }
    if (text.len > 0) {
        html_text(html, text);
    }
    html_close(html, tag);
}

void html_raw_literal(struct html *html, struct str literal)
{
    if (begin_content(html)) {
        buf_add(html->out, literal);
    }
}

void html_phone_style(struct html *html)
{
    html_open(html, TAG_STYLE);
    if (html->failed == DP_OK) {
        end_start(html);
        buf_add(html->out, assets_phone_style());
    }
    html_close(html, TAG_STYLE);
}

dp_err html_finish(struct html *html)
{
    while (html->depth > 0) {
        close_last(html);
    }
    end_start(html);
    if (html->failed != DP_OK) {
        return err_make(html->failed);
    }
    return buf_finish(html->out);
}
