/* SPDX-License-Identifier: MIT */
#include "web/assets/minify.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Where white space on either side means nothing. ':' and '>' are not here: "a :hover" differs from
 * "a:hover", and a declaration's colon is handled by what comes before it. */
static bool is_separator(char c)
{
    return c != '\0' && strchr("{};,", c) != NULL;
}

/* The position after a comment that starts at `at`. */
static size_t skip_comment(struct str css, size_t at)
{
    at += 2;
    while (at + 1 < css.len && !(css.ptr[at] == '*' && css.ptr[at + 1] == '/')) {
        at++;
    }
    return at + 2 < css.len ? at + 2 : css.len;
}

static size_t copy_quoted(struct str css, size_t at, struct buf *out)
{
    char quote = css.ptr[at];
    buf_add_char(out, quote);
    at++;
    while (at < css.len) {
        char c = css.ptr[at];
        buf_add_char(out, c);
        at++;
        if (c == '\\' && at < css.len) {
            buf_add_char(out, css.ptr[at]);
            at++;
        }
        if (c == quote) {
            break;
        }
    }
    return at;
}

static char last_of(const struct buf *out, size_t start)
{
    return (char)(out->len > start ? out->data[out->len - 1] : '\0');
}

void minify_css(struct str css, struct buf *out)
{
    size_t start = out->len;
    bool is_space_due = false;
    size_t at = 0;
    while (at < css.len) {
        char c = css.ptr[at];
        if (c == '/' && at + 1 < css.len && css.ptr[at + 1] == '*') {
            at = skip_comment(css, at);
            is_space_due = true;
            continue;
        }
        if (is_space(c)) {
            is_space_due = true;
            at++;
            continue;
        }
        char before = last_of(out, start);
        if (c == '}' && before == ';') {
            out->len--;
        }
        if (is_space_due && before != '\0' && !is_separator(before) && before != ':' &&
            !is_separator(c)) {
            buf_add_char(out, ' ');
        }
        is_space_due = false;
        if (c == '"' || c == '\'') {
            at = copy_quoted(css, at, out);
            continue;
        }
        buf_add_char(out, c);
        at++;
    }
}
