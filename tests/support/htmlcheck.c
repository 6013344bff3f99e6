/* SPDX-License-Identifier: MIT */
#include "tests/support/htmlcheck.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 64, IDS_MAX = 512, NEAR = 40, NEAR_BOTH = 80 };

struct reader {
    struct str html;
    size_t at;
    struct str stack[DEPTH_MAX];
    size_t depth;
    struct str ids[IDS_MAX];
    size_t id_count;
    struct str wanted[IDS_MAX];
    size_t wanted_count;
    char *why;
};

static bool fail(struct reader *reader, const char *sentence)
{
    size_t from = reader->at > NEAR ? reader->at - NEAR : 0;
    struct str near = str_slice(reader->html, from, NEAR_BOTH);
    (void)snprintf(reader->why, HTMLCHECK_WHY_MAX, "%s near: %.*s", sentence, STR_ARG(near));
    return false;
}

static bool sees(const struct reader *reader, struct str text)
{
    return str_starts_with(str_slice(reader->html, reader->at, reader->html.len), text);
}

static struct str take_name(struct reader *reader)
{
    size_t from = reader->at;
    while (reader->at < reader->html.len &&
           (isalnum((unsigned char)reader->html.ptr[reader->at]) != 0 ||
            reader->html.ptr[reader->at] == '-')) {
        reader->at++;
    }
    return str_slice(reader->html, from, reader->at - from);
}

static bool is_void(struct str name)
{
    static const char *const names[] = { "br", "col", "hr", "img", "input", "link", "meta" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_equal(name, str_of(names[i]))) {
            return true;
        }
    }
    return false;
}

/* A '&' must begin one of the five escapes. */
static bool check_escape(struct reader *reader)
{
    static const char *const escapes[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (sees(reader, str_of(escapes[i]))) {
            reader->at += strlen(escapes[i]);
            return true;
        }
    }
    return fail(reader, "an & that is not escaped");
}

static bool want_ids(struct reader *reader, struct str value)
{
    struct str id;
    while (str_next(&value, ' ', &id)) {
        if (reader->wanted_count == IDS_MAX) {
            return fail(reader, "too many references");
        }
        reader->wanted[reader->wanted_count] = id;
        reader->wanted_count++;
    }
    return true;
}

static bool note_attr(struct reader *reader, struct str name, struct str value)
{
    if (str_equal_nocase(name, STR("style")) || str_starts_with(name, STR("on"))) {
        return fail(reader, "a style or event attribute");
    }
    if (str_equal(name, STR("for")) || str_equal(name, STR("aria-labelledby")) ||
        str_equal(name, STR("aria-describedby"))) {
        return want_ids(reader, value);
    }
    if (str_equal(name, STR("href")) && str_starts_with(value, STR("#"))) {
        return want_ids(reader, str_slice(value, 1, value.len));
    }
    if (!str_equal(name, STR("id"))) {
        return true;
    }
    for (size_t i = 0; i < reader->id_count; i++) {
        if (str_equal(reader->ids[i], value)) {
            return fail(reader, "an id twice");
        }
    }
    if (reader->id_count == IDS_MAX) {
        return fail(reader, "too many ids");
    }
    reader->ids[reader->id_count] = value;
    reader->id_count++;
    return true;
}

static bool read_value(struct reader *reader, struct str *value)
{
    reader->at++;
    size_t from = reader->at;
    while (reader->at < reader->html.len && reader->html.ptr[reader->at] != '"') {
        char c = reader->html.ptr[reader->at];
        if (c == '<' || c == '>' || c == '\'') {
            return fail(reader, "a bare < > or ' in an attribute");
        }
        if (c == '&') {
            if (!check_escape(reader)) {
                return false;
            }
            continue;
        }
        reader->at++;
    }
    *value = str_slice(reader->html, from, reader->at - from);
    reader->at++;
    return reader->at <= reader->html.len || fail(reader, "an attribute without end");
}

static bool read_attrs(struct reader *reader)
{
    while (sees(reader, STR(" "))) {
        reader->at++;
        struct str name = take_name(reader);
        struct str value = STR("");
        if (name.len == 0) {
            return fail(reader, "an attribute without name");
        }
        if (sees(reader, STR("="))) {
            reader->at++;
            if (!sees(reader, STR("\""))) {
                return fail(reader, "an attribute without quotes");
            }
            if (!read_value(reader, &value)) {
                return false;
            }
        }
        if (!note_attr(reader, name, value)) {
            return false;
        }
    }
    return true;
}

static bool read_end(struct reader *reader)
{
    reader->at += 2;
    struct str name = take_name(reader);
    if (reader->depth == 0 || !str_equal(reader->stack[reader->depth - 1], name)) {
        return fail(reader, "an end tag out of order");
    }
    reader->depth--;
    if (!sees(reader, STR(">"))) {
        return fail(reader, "a broken end tag");
    }
    reader->at++;
    return true;
}

/* The content of <style> is no markup. */
static bool skip_style(struct reader *reader)
{
    while (reader->at < reader->html.len && !sees(reader, STR("</style>"))) {
        reader->at++;
    }
    return reader->at < reader->html.len || fail(reader, "a style without end");
}

static bool read_start(struct reader *reader)
{
    reader->at++;
    struct str name = take_name(reader);
    if (name.len == 0 || !read_attrs(reader)) {
        return name.len == 0 ? fail(reader, "a bare <") : false;
    }
    if (sees(reader, STR("/>"))) {
        reader->at += 2;
        return true;
    }
    if (!sees(reader, STR(">"))) {
        return fail(reader, "a broken start tag");
    }
    reader->at++;
    if (is_void(name)) {
        return true;
    }
    if (reader->depth == DEPTH_MAX) {
        return fail(reader, "too deep");
    }
    reader->stack[reader->depth] = name;
    reader->depth++;
    return !str_equal(name, STR("style")) || skip_style(reader);
}

static bool read_all(struct reader *reader)
{
    while (reader->at < reader->html.len) {
        char c = reader->html.ptr[reader->at];
        bool is_good = true;
        if (sees(reader, STR("</"))) {
            is_good = read_end(reader);
        } else if (c == '<') {
            is_good = read_start(reader);
        } else if (c == '&') {
            is_good = check_escape(reader);
        } else if (c == '>' || c == '"' || c == '\'') {
            is_good = fail(reader, "a bare > or quote in text");
        } else {
            reader->at++;
        }
        if (!is_good) {
            return false;
        }
    }
    return reader->depth == 0 || fail(reader, "an element without end");
}

static bool has_id(const struct reader *reader, struct str id)
{
    for (size_t i = 0; i < reader->id_count; i++) {
        if (str_equal(reader->ids[i], id)) {
            return true;
        }
    }
    return false;
}

bool htmlcheck(struct str html, char why[HTMLCHECK_WHY_MAX])
{
    static _Thread_local struct reader reader;
    reader = (struct reader){ .html = html, .why = why };
    why[0] = '\0';
    if (!str_is_utf8(html)) {
        return fail(&reader, "bytes that are not UTF-8");
    }
    for (size_t i = 0; i < html.len; i++) {
        unsigned char c = (unsigned char)html.ptr[i];
        if (c == 0x7f || (c < 0x20 && c != '\n' && c != '\t')) {
            reader.at = i;
            return fail(&reader, "a control character");
        }
    }
    struct str doctype = STR("<!doctype html>\n");
    if (str_starts_with(html, doctype)) {
        reader.at = doctype.len;
    }
    if (!read_all(&reader)) {
        return false;
    }
    for (size_t i = 0; i < reader.wanted_count; i++) {
        if (!has_id(&reader, reader.wanted[i])) {
            reader.at = (size_t)(reader.wanted[i].ptr - html.ptr);
            return fail(&reader, "a reference to nothing");
        }
    }
    return true;
}
