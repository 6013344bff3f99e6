/* SPDX-License-Identifier: MIT */
#include "app/core/str.h"

#include <string.h>

struct str str_of(const char *text)
{
    return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (char)(c - 'A' + 'a');
    }
    return c;
}

bool str_equal_nocase(struct str a, struct str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);
    if (order != 0 || a.len == b.len) {
        return order;
    }
    return a.len < b.len ? -1 : 1;
}

bool str_starts_with(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           str_equal(str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

struct str str_slice(struct str s, size_t from, size_t len)
{
    if (from >= s.len) {
        return (struct str){ s.ptr, 0 };
    }
    size_t left = s.len - from;
    return (struct str){ s.ptr + from, len < left ? len : left };
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

size_t str_find_char(struct str s, char c)
{
    const char *found = s.len == 0 ? NULL : memchr(s.ptr, c, s.len);
    return found == NULL ? s.len : (size_t)(found - s.ptr);
}

bool str_next(struct str *rest, char separator, struct str *field)
{
    if (rest->ptr == NULL) {
        return false;
    }
    size_t end = str_find_char(*rest, separator);
    *field = str_slice(*rest, 0, end);
    if (end == rest->len) {
        *rest = (struct str){ NULL, 0 };
        return true;
    }
    *rest = (struct str){ rest->ptr + end + 1, rest->len - end - 1 };
    return true;
}

static bool is_continuation(char c)
{
    return ((uint8_t)c & 0xc0) == 0x80;
}

/* After some first bytes not every continuation is allowed: they would be overlong, surrogates or
 * too large (table 3-7 of the Unicode standard). */
static bool may_follow(uint8_t first, uint8_t second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second <= 0x9f;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second <= 0x8f;
    default:
        return true;
    }
}

/* The length of the well-formed sequence at the start of s, or 0. */
static size_t sequence_length(struct str s)
{
    uint8_t first = (uint8_t)s.ptr[0];
    if (first < 0x80) {
        return 1;
    }
    size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    bool is_first = first >= 0xc2 && first <= 0xf4;
    if (!is_first || s.len < length || !is_continuation(s.ptr[1])) {
        return 0;
    }
    if (length == 2) {
        return 2;
    }
    bool is_rest = is_continuation(s.ptr[2]) && (length == 3 || is_continuation(s.ptr[3]));
    return is_rest && may_follow(first, (uint8_t)s.ptr[1]) ? length : 0;
}

/* Bytes of plain ASCII from `at`, looked at eight at a time; a short end is left to the caller. */
static size_t ascii_run(struct str s, size_t at)
{
    const uint64_t high_bits = 0x8080808080808080u;
    size_t start = at;
    while (s.len - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, s.ptr + at, sizeof word);
        if ((word & high_bits) != 0) {
            break;
        }
        at += sizeof word;
    }
    return at - start;
}

size_t str_utf8_prefix(struct str s)
{
    size_t at = ascii_run(s, 0);
    while (at < s.len) {
        size_t length = sequence_length((struct str){ s.ptr + at, s.len - at });
        if (length == 0) {
            return at;
        }
        at += length;
        if (length == 1) {
            at += ascii_run(s, at);
        }
    }
    return at;
}

struct str str_clip(struct str s, size_t max)
{
    struct str start = str_slice(s, 0, max);
    return str_slice(start, 0, str_utf8_prefix(start));
}

bool str_is_utf8(struct str s)
{
    return str_utf8_prefix(s) == s.len;
}

/* C1 is two bytes long: 0xc2 and the number itself. */
bool str_has_control(struct str s, const char *allowed)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t byte = (uint8_t)s.ptr[i];
        uint8_t next = i + 1 < s.len ? (uint8_t)s.ptr[i + 1] : 0;
        bool is_c1 = byte == 0xc2 && next >= 0x80 && next <= 0x9f;
        bool is_c0 = byte < 0x20 || byte == 0x7f;
        if (is_c1 || (is_c0 && str_find_char(str_of(allowed), s.ptr[i]) == strlen(allowed))) {
            return true;
        }
    }
    return false;
}

size_t str_code_points(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        count += ((uint8_t)s.ptr[i] & 0xc0) != 0x80;
    }
    return count;
}

bool str_copy(struct str s, char *out, size_t out_size)
{
    if (out_size > 0) {
        out[0] = '\0';
    }
    if (s.len >= out_size || str_find_char(s, '\0') != s.len) {
        return false;
    }
    if (s.len > 0) {
        memcpy(out, s.ptr, s.len);
    }
    out[s.len] = '\0';
    return true;
}

struct bytes bytes_of(const void *ptr, size_t len)
{
    return (struct bytes){ ptr, len };
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
