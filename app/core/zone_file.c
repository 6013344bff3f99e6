/* SPDX-License-Identifier: MIT */
/* zone_parse(): a TZif file and the POSIX rule at its end, as bytes from anywhere. */
#include "app/core/zone.h"

#include <string.h>

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    TYPES_MAX = 256,
    OFFSET_LIMIT_S = 26 * 3600, /* RFC 8536, 3.2: no offset is as large as this */
    RULE_HOURS_MAX = 167,
    RULE_OFFSET_HOURS_MAX = 24,
};

/* ---- The file: a header of six counts, then arrays of the lengths they say --------------------- */

struct counts {
    uint32_t utc_marks;
    uint32_t standard_marks;
    uint32_t leaps;
    uint32_t changes;
    uint32_t types;
    uint32_t letters;
};

struct cursor {
    struct bytes left;
    bool is_short; /* sticky: more was asked for than there was */
};

static const uint8_t *take(struct cursor *cursor, size_t len)
{
    static const uint8_t nothing[HEADER_BYTES];
    if (cursor->left.len < len) {
        cursor->is_short = true;
        return nothing;
    }
    const uint8_t *taken = cursor->left.ptr;
    cursor->left.ptr += len;
    cursor->left.len -= len;
    return taken;
}

static void skip(struct cursor *cursor, uint64_t len)
{
    if (cursor->left.len < len) {
        cursor->is_short = true;
        return;
    }
    cursor->left.ptr += len;
    cursor->left.len -= (size_t)len;
}

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_time(struct cursor *cursor, size_t width)
{
    if (width == 4) {
        return (int32_t)read_u32(take(cursor, 4));
    }
    const uint8_t *at = take(cursor, 8);
    return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

static dp_err read_header(struct cursor *cursor, struct counts *counts, int *version)
{
    const uint8_t *at = take(cursor, HEADER_BYTES);
    if (cursor->is_short || memcmp(at, "TZif", 4) != 0) {
        return err_make(DP_CORRUPT);
    }
    *version = at[4] == 0 ? 1 : at[4] - '0';
    *counts = (struct counts){
        .utc_marks = read_u32(at + 20),
        .standard_marks = read_u32(at + 24),
        .leaps = read_u32(at + 28),
        .changes = read_u32(at + 32),
        .types = read_u32(at + 36),
        .letters = read_u32(at + 40),
    };
    bool is_sound = *version >= 1 && *version <= 9 && counts->types >= 1 &&
                    counts->types <= TYPES_MAX && counts->letters >= 1 &&
                    (counts->utc_marks == 0 || counts->utc_marks == counts->types) &&
                    (counts->standard_marks == 0 || counts->standard_marks == counts->types);
    return err_make(is_sound ? DP_OK : DP_CORRUPT);
}

static uint64_t body_bytes(const struct counts *counts, uint64_t width)
{
    return counts->changes * (width + 1) + (uint64_t)counts->types * TYPE_BYTES +
           counts->letters + counts->leaps * (width + 4) + counts->standard_marks +
           (uint64_t)counts->utc_marks;
}

static dp_err read_types(struct cursor *cursor, const struct counts *counts,
                         int32_t offsets[TYPES_MAX])
{
    for (size_t i = 0; i < counts->types; i++) {
        const uint8_t *at = take(cursor, TYPE_BYTES);
        offsets[i] = (int32_t)read_u32(at);
        bool is_sound = offsets[i] > -OFFSET_LIMIT_S && offsets[i] < OFFSET_LIMIT_S &&
                        at[4] <= 1 && at[5] < counts->letters;
        if (!is_sound) {
            return err_make(DP_CORRUPT);
        }
    }
    return DP_SUCCESS;
}

static dp_err read_body(struct cursor *cursor, const struct counts *counts, size_t width,
                        struct zone *out)
{
    if (counts->leaps != 0 || counts->changes > ZONE_CHANGES_MAX) {
        return err_make(DP_UNSUPPORTED);
    }
    if (cursor->left.len < body_bytes(counts, width)) {
        return err_make(DP_CORRUPT);
    }
    for (size_t i = 0; i < counts->changes; i++) {
        out->change_s[i] = read_time(cursor, width);
        if (i > 0 && out->change_s[i] <= out->change_s[i - 1]) {
            return err_make(DP_CORRUPT);
        }
    }
    const uint8_t *type_of = take(cursor, counts->changes);
    int32_t offsets[TYPES_MAX];
    DP_TRY(read_types(cursor, counts, offsets));
    for (size_t i = 0; i < counts->changes; i++) {
        if (type_of[i] >= counts->types) {
            return err_make(DP_CORRUPT);
        }
        out->change_offset_s[i] = offsets[type_of[i]];
    }
    out->changes_count = counts->changes;
    out->first_offset_s = offsets[0];
    skip(cursor, (uint64_t)counts->letters + counts->standard_marks + counts->utc_marks);
    return DP_SUCCESS;
}

/* ---- The rule: "CET-1CEST,M3.5.0,M10.5.0/3" ----------------------------------------------------- */

static bool next_is(struct str text, char c)
{
    return text.len > 0 && text.ptr[0] == c;
}

static bool take_char(struct str *text, char c)
{
    if (!next_is(*text, c)) {
        return false;
    }
    *text = str_slice(*text, 1, text->len);
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Three letters or more, or anything of letters, digits and signs in angle brackets. */
static bool take_name(struct str *text)
{
    size_t len = 0;
    if (take_char(text, '<')) {
        while (len < text->len && (is_letter(text->ptr[len]) || is_digit(text->ptr[len]) ||
                                   text->ptr[len] == '+' || text->ptr[len] == '-')) {
            len++;
        }
        *text = str_slice(*text, len, text->len);
        return len >= 3 && take_char(text, '>');
    }
    while (len < text->len && is_letter(text->ptr[len])) {
        len++;
    }
    *text = str_slice(*text, len, text->len);
    return len >= 3;
}

static bool take_number(struct str *text, int min, int max, int *out)
{
    int value = 0;
    size_t len = 0;
    while (len < text->len && len < 4 && is_digit(text->ptr[len])) {
        value = value * 10 + (text->ptr[len] - '0');
        len++;
    }
    *text = str_slice(*text, len, text->len);
    *out = value;
    return len > 0 && value >= min && value <= max;
}

/* [+|-]hh[:mm[:ss]] in seconds. */
static bool take_duration(struct str *text, int hours_max, int32_t *out)
{
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    bool is_negative = take_char(text, '-');
    if (!is_negative) {
        (void)take_char(text, '+');
    }
    if (!take_number(text, 0, hours_max, &hours)) {
        return false;
    }
    if (take_char(text, ':') && !take_number(text, 0, 59, &minutes)) {
        return false;
    }
    if (take_char(text, ':') && !take_number(text, 0, 59, &seconds)) {
        return false;
    }
    int32_t size = hours * 3600 + minutes * 60 + seconds;
    *out = is_negative ? -size : size;
    return true;
}

static bool take_switch_day(struct str *text, struct zone_switch *out)
{
    if (take_char(text, 'M')) {
        out->kind = ZONE_SWITCH_MONTH_WEEKDAY;
        return take_number(text, 1, 12, &out->month) && take_char(text, '.') &&
               take_number(text, 1, 5, &out->week) && take_char(text, '.') &&
               take_number(text, 0, 6, &out->weekday);
    }
    if (take_char(text, 'J')) {
        out->kind = ZONE_SWITCH_DAY_NO_LEAP;
        return take_number(text, 1, 365, &out->day);
    }
    out->kind = ZONE_SWITCH_DAY_FROM_ZERO;
    return take_number(text, 0, 365, &out->day);
}

static bool take_switch(struct str *text, struct zone_switch *out)
{
    if (!take_char(text, ',') || !take_switch_day(text, out)) {
        return false;
    }
    out->second_of_day = 2 * 3600;
    return !take_char(text, '/') || take_duration(text, RULE_HOURS_MAX, &out->second_of_day);
}

/* In POSIX west is positive; here east is. */
static bool parse_rule(struct str text, struct zone_rule *out)
{
    int32_t west_s = 0;
    *out = (struct zone_rule){ .is_known = true };
    if (!take_name(&text) || !take_duration(&text, RULE_OFFSET_HOURS_MAX, &west_s)) {
        return false;
    }
    out->offset_s = -west_s;
    if (text.len == 0) {
        return true;
    }
    out->has_summer = true;
    if (!take_name(&text)) {
        return false;
    }
    west_s -= 3600;
    if (!next_is(text, ',') && !take_duration(&text, RULE_OFFSET_HOURS_MAX, &west_s)) {
        return false;
    }
    out->summer_offset_s = -west_s;
    return take_switch(&text, &out->to_summer) && take_switch(&text, &out->to_standard) &&
           text.len == 0;
}

static dp_err read_footer(struct cursor *cursor, struct zone_rule *rule)
{
    struct str rest = { (const char *)cursor->left.ptr, cursor->left.len };
    if (!take_char(&rest, '\n') || str_find_char(rest, '\n') == rest.len) {
        return err_make(DP_CORRUPT);
    }
    struct str line = str_slice(rest, 0, str_find_char(rest, '\n'));
    if (line.len == 0) {
        return DP_SUCCESS;
    }
    return err_make(parse_rule(line, rule) ? DP_OK : DP_CORRUPT);
}

dp_err zone_parse(struct bytes file, struct zone *out)
{
    struct cursor cursor = { .left = file };
    struct counts counts;
    int version = 0;
    memset(out, 0, sizeof *out);
    DP_TRY(read_header(&cursor, &counts, &version));
    if (version == 1) {
        return read_body(&cursor, &counts, 4, out);
    }
    /* The same again with 64-bit times stands behind the 32-bit body. */
    skip(&cursor, body_bytes(&counts, 4));
    DP_TRY(read_header(&cursor, &counts, &version));
    DP_TRY(read_body(&cursor, &counts, 8, out));
    return read_footer(&cursor, &out->rule);
}
