/* SPDX-License-Identifier: MIT */
#include "app/core/zone.h"

#include <string.h>

#include "app/core/buf.h"
#include "app/core/file.h"

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    TYPES_MAX = 256,
    OFFSET_LIMIT_S = 26 * 3600, /* RFC 8536, 3.2: no offset is as large as this */
    RULE_HOURS_MAX = 167,
    RULE_OFFSET_HOURS_MAX = 24,
};

/* The moments that are looked at: the years 1900 to 9999, UTC. */
static const int64_t FIRST_S = -2208988800;
static const int64_t LAST_S = 253402300799;

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

/* ---- Loading ------------------------------------------------------------------------------------ */

void zone_utc(struct zone *out)
{
    memset(out, 0, sizeof *out);
    memcpy(out->name, "UTC", sizeof "UTC");
}

static bool is_name_char(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '+';
}

bool zone_name_is_valid(struct str name)
{
    if (name.len >= ZONE_NAME_MAX || name.len == 0) {
        return false;
    }
    bool is_part_open = false;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != '/' && !is_name_char(name.ptr[i])) {
            return false;
        }
        if (name.ptr[i] == '/' && !is_part_open) {
            return false;
        }
        is_part_open = name.ptr[i] != '/';
    }
    return is_part_open;
}

static dp_err read_zone_file(const char *name, struct buf *file, struct dp_problem *problem)
{
    static const char *const folders[] = { ZONE_FOLDER, ZONE_FOLDER_FALLBACK };
    char path[FILE_PATH_MAX];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        DP_TRY(file_join(path, sizeof path, folders[i], name));
        dp_err err = file_read(path, file, problem);
        if (!err_is(err, DP_NOT_FOUND)) {
            return err;
        }
    }
    err_ignore(
        problem_set(problem, 0, 0,
                    "There is no time zone \"%s\" in %s; names look like Europe/Berlin, and "
                    "the files come with the package tzdata",
                    name, ZONE_FOLDER));
    return err_make(DP_NOT_FOUND);
}

dp_err zone_load(struct str name, struct zone *out, struct dp_problem *problem)
{
    char text[ZONE_NAME_MAX];
    zone_utc(out);
    if (!zone_name_is_valid(name) || !str_copy(name, text, sizeof text)) {
        return problem_set(
            problem, 0, 0,
            "This is not the name of a time zone; names look like Europe/Berlin");
    }
    struct buf file BUF_AUTO = buf_new(ZONE_FILE_BYTES_MAX);
    dp_err err = read_zone_file(text, &file, problem);
    if (err_is(err, DP_NOT_FOUND) && str_equal(name, STR("UTC"))) {
        return DP_SUCCESS;
    }
    DP_TRY(err);
    err = zone_parse(buf_bytes(&file), out);
    if (!err_is_ok(err)) {
        zone_utc(out);
        err_ignore(problem_set(problem, 0, 0,
                               "The file of the time zone \"%s\" can't be used: %s", text,
                               err_sentence(err.code)));
        return err;
    }
    memcpy(out->name, text, sizeof text);
    return DP_SUCCESS;
}

/* ---- Local time --------------------------------------------------------------------------------- */

/* A stretch of time with one offset; it ends where the next begins. */
struct stretch {
    int32_t offset_s;
    int64_t end_s; /* INT64_MAX when it never ends */
};

static int leap_days_before(int year)
{
    int last = year - 1;
    return last / 4 - last / 100 + last / 400;
}

static int32_t year_start_days(int year)
{
    return (year - 1970) * 365 + leap_days_before(year) - leap_days_before(1970);
}

static bool is_leap_year(int year)
{
    return year_start_days(year + 1) - year_start_days(year) == 366;
}

static int32_t month_start_days(int year, int month)
{
    static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
    return year_start_days(year) + before[month - 1] +
           (month > 2 && is_leap_year(year) ? 1 : 0);
}

static int32_t switch_day(const struct zone_switch *rule, int year)
{
    if (rule->kind == ZONE_SWITCH_DAY_FROM_ZERO) {
        return year_start_days(year) + rule->day;
    }
    if (rule->kind == ZONE_SWITCH_DAY_NO_LEAP) {
        bool is_behind_leap_day = rule->day >= 60 && is_leap_year(year);
        return year_start_days(year) + rule->day - 1 + (is_behind_leap_day ? 1 : 0);
    }
    int32_t first = month_start_days(year, rule->month);
    int32_t next_month = rule->month == 12 ? year_start_days(year + 1)
                                           : month_start_days(year, rule->month + 1);
    int first_weekday = date_weekday(date_make(first)) % 7;
    int32_t day = first + (rule->weekday - first_weekday + 7) % 7 + (rule->week - 1) * 7;
    return day < next_month ? day : day - 7;
}

/* The time of day of a switch is local time before it, hence the offset that ends there. */
static int64_t switch_s(const struct zone_switch *rule, int year, int32_t offset_before_s)
{
    return (int64_t)switch_day(rule, year) * ZONE_DAY_SECONDS + rule->second_of_day -
           offset_before_s;
}

static int year_of(int64_t unix_s)
{
    int32_t days_since_1900 = (int32_t)((unix_s - FIRST_S) / ZONE_DAY_SECONDS);
    return date_parts_of(date_make(year_start_days(1900) + days_since_1900)).year;
}

/*
 * Looks at the switches of three years, in order, so that one that falls into the next year by its
 * offset is not missed. Of two at the same moment the later in order counts: that is how a rule
 * with summer time all year ("XXX3EDT4,0/0,J365/23") is written.
 */
static struct stretch rule_stretch(const struct zone_rule *rule, int64_t unix_s)
{
    struct stretch found = { rule->offset_s, INT64_MAX };
    if (!rule->has_summer) {
        return found;
    }
    int64_t begun_s = INT64_MIN;
    int year = year_of(unix_s);
    for (int i = 0; i < 6; i++) {
        bool is_to_summer = i % 2 == 0;
        int64_t at_s = is_to_summer
                           ? switch_s(&rule->to_summer, year - 1 + i / 2, rule->offset_s)
                           : switch_s(&rule->to_standard, year - 1 + i / 2,
                                      rule->summer_offset_s);
        if (at_s <= unix_s && at_s >= begun_s) {
            begun_s = at_s;
            found.offset_s = is_to_summer ? rule->summer_offset_s : rule->offset_s;
        }
        if (at_s > unix_s && at_s < found.end_s) {
            found.end_s = at_s;
        }
    }
    return found;
}

/* The count of changes at or before the moment. */
static size_t changes_before(const struct zone *zone, int64_t unix_s)
{
    size_t low = 0;
    size_t high = zone->changes_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->change_s[middle] <= unix_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct stretch stretch_at(const struct zone *zone, int64_t unix_s)
{
    size_t before = changes_before(zone, unix_s);
    if (before == zone->changes_count && zone->rule.is_known) {
        return rule_stretch(&zone->rule, unix_s);
    }
    return (struct stretch){
        .offset_s = before == 0 ? zone->first_offset_s : zone->change_offset_s[before - 1],
        .end_s = before == zone->changes_count ? INT64_MAX : zone->change_s[before],
    };
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

struct zone_local zone_to_local(const struct zone *zone, int64_t unix_s)
{
    int64_t moment_s = clamp(unix_s, FIRST_S, LAST_S);
    int32_t offset_s = stretch_at(zone, moment_s).offset_s;
    int64_t local_s = moment_s + offset_s;
    int64_t days = local_s / ZONE_DAY_SECONDS;
    int32_t second = (int32_t)(local_s % ZONE_DAY_SECONDS);
    if (second < 0) {
        second += ZONE_DAY_SECONDS;
        days--;
    }
    return (struct zone_local){ date_make((int32_t)days), second, offset_s };
}

/*
 * Walks over the stretches that any answer can lie in, from the earliest. The first that holds the
 * wanted local time gives the answer, so of two the first counts. When none does, it lies in a gap,
 * and the answer is the first moment that was found behind it.
 */
int64_t zone_to_unix(const struct zone *zone, struct date date, int32_t second_of_day)
{
    int64_t local_s = (int64_t)date.days * ZONE_DAY_SECONDS + second_of_day;
    int64_t wanted_s = clamp(local_s, FIRST_S, LAST_S);
    int64_t from_s = clamp(wanted_s - OFFSET_LIMIT_S, FIRST_S, LAST_S);
    int64_t behind_gap_s = INT64_MAX;
    while (from_s <= wanted_s + OFFSET_LIMIT_S) {
        struct stretch now = stretch_at(zone, from_s);
        int64_t answer_s = wanted_s - now.offset_s;
        if (answer_s >= from_s && answer_s < now.end_s) {
            return answer_s;
        }
        if (answer_s < from_s && from_s < behind_gap_s) {
            behind_gap_s = from_s;
        }
        from_s = now.end_s;
    }
    return behind_gap_s;
}
