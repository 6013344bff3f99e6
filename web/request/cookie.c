/* SPDX-License-Identifier: MIT */
#include "web/request/cookie.h"

static bool is_clean(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_mark = c == '-' || c == '.' || c == '_' || c == '~';
        if (!is_letter && !(c >= '0' && c <= '9') && !is_mark) {
            return false;
        }
    }
    return true;
}

bool cookie_find(struct str header, struct str name, struct str *value)
{
    size_t count = 0;
    struct str rest = header;
    struct str pair;
    while (str_next(&rest, ';', &pair)) {
        pair = str_trim(pair);
        size_t equals = str_find_char(pair, '=');
        if (equals == pair.len || !str_equal(str_slice(pair, 0, equals), name)) {
            continue;
        }
        *value = str_slice(pair, equals + 1, pair.len);
        count++;
    }
    return count == 1 && value->len > 0 && value->len <= COOKIE_VALUE_BYTES && is_clean(*value);
}

dp_err cookie_make(struct arena *arena, struct str name, struct str value, int64_t max_age_s,
                   struct str *line)
{
    DP_CHECK(str_starts_with(name, STR("__Host-")));
    if (!is_clean(value)) {
        return err_make(DP_INVALID);
    }
    if (value.len > COOKIE_VALUE_BYTES) {
        return err_make(DP_TOO_LONG);
    }
    struct str age = STR("");
    if (max_age_s != 0) {
        age = arena_fmt(arena, "; Max-Age=%lld", (long long)(max_age_s < 0 ? 0 : max_age_s));
    }
    *line = arena_fmt(arena, "%.*s=%.*s; Path=/%.*s; Secure; HttpOnly; SameSite=Lax",
                      STR_ARG(name), STR_ARG(value), STR_ARG(age));
    return arena_finish(arena);
}
