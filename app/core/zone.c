/* SPDX-License-Identifier: MIT */
#include "app/core/zone.h"

#include <string.h>

#include "app/core/buf.h"
#include "app/core/file.h"

enum { OFFSET_LIMIT_S = 26 * 3600 }; /* no offset is as large as this */

/* The moments that are looked at: the years 1900 to 9999, UTC. */
static const int64_t FIRST_S = -2208988800;
static const int64_t LAST_S = 253402300799;

/* ---- Loading ------------------------------------------------------------------------------------ */

void zone_utc(struct zone *out)
{
    memset(out, 0, sizeof *out);
    memcpy(out->name, "UTC", sizeof "UTC");
}

static bool is_name_char(char c)
{
    bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return is_letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
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
