/* SPDX-License-Identifier: MIT */
#include "web/request/form.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that "%XX" at `at` stands for, or -1; a NUL is refused like a broken one. */
static int escaped_byte(struct str text, size_t at)
{
    if (at + 2 >= text.len) {
        return -1;
    }
    int high = hex_digit(text.ptr[at + 1]);
    int low = hex_digit(text.ptr[at + 2]);
    int byte = high * 16 + low;
    return high < 0 || low < 0 || byte == 0 ? -1 : byte;
}

/* Decodes one name or value. The result is never longer than the text. */
static dp_err decode(struct str text, struct arena *arena, struct str *out)
{
    char *made = arena_take(arena, text.len + 1, 1);
    if (made == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t len = 0;
    for (size_t at = 0; at < text.len; at++) {
        int byte = (unsigned char)text.ptr[at];
        if (byte <= 0x20 || byte >= 0x7f) {
            return err_make(DP_INVALID);
        }
        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%') {
            byte = escaped_byte(text, at);
            at += 2;
        }
        if (byte < 0) {
            return err_make(DP_INVALID);
        }
        made[len] = (char)byte;
        len++;
    }
    *out = (struct str){ made, len };
    return str_is_utf8(*out) ? DP_SUCCESS : err_make(DP_NOT_UTF8);
}

static dp_err parse_pair(struct str piece, struct arena *arena, struct form_pair *out)
{
    size_t equals = str_find_char(piece, '=');
    struct str name = str_slice(piece, 0, equals);
    struct str value = str_slice(piece, equals + 1, piece.len);
    if (name.len == 0) {
        return err_make(DP_INVALID);
    }
    DP_TRY(decode(name, arena, &out->name));
    if (out->name.len > FORM_NAME_BYTES) {
        return err_make(DP_TOO_LONG);
    }
    return decode(value, arena, &out->value);
}

dp_err form_parse(struct str text, struct arena *arena, struct form *out)
{
    *out = (struct form){ 0 };
    if (text.len == 0) {
        return DP_SUCCESS;
    }
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == '&' ? 1 : 0;
    }
    if (count > FORM_PAIRS_MAX) {
        return err_make(DP_TOO_LONG);
    }
    struct form_pair *pairs = arena_take(arena, count, sizeof *pairs);
    if (pairs == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct str rest = text;
    for (size_t i = 0; i < count; i++) {
        size_t end = str_find_char(rest, '&');
        DP_TRY(parse_pair(str_slice(rest, 0, end), arena, &pairs[i]));
        rest = str_slice(rest, end + 1, rest.len);
    }
    *out = (struct form){ pairs, count };
    return DP_SUCCESS;
}

size_t form_find(const struct form *form, struct str name, struct str *first)
{
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        if (!str_equal(form->pairs[i].name, name)) {
            continue;
        }
        if (count == 0 && first != NULL) {
            *first = form->pairs[i].value;
        }
        count++;
    }
    return count;
}
