/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/core/buf.h"
#include "app/core/file.h"
#include "app/core/zone.h"
#include "tests/support/support.h"

enum { FILE_BYTES = 70000 };

/* ---- Files made by hand -------------------------------------------------------------------------- */

/* A TZif file of version 2 with one offset, changes to it, and a footer. */
struct made {
    int version;
    uint32_t leaps;
    uint32_t types;
    size_t changes_count;
    int64_t changes[4];
    uint8_t type_of_changes;
    int32_t offset_s;
    const char *footer;
};

static void add_number(struct buf *out, uint64_t value, size_t width)
{
    for (size_t i = width; i > 0; i--) {
        buf_add_char(out, (char)(i > sizeof value ? 0 : value >> (i - 1) * 8));
    }
}

static void add_block(struct buf *out, const struct made *made, size_t width)
{
    buf_add(out, STR("TZif"));
    buf_add_char(out, (char)(made->version == 1 ? 0 : '0' + made->version));
    add_number(out, 0, 8);
    add_number(out, 0, 7);
    add_number(out, 0, 4);
    add_number(out, 0, 4);
    add_number(out, made->leaps, 4);
    add_number(out, made->changes_count, 4);
    add_number(out, made->types, 4);
    add_number(out, 4, 4);
    for (size_t i = 0; i < made->changes_count; i++) {
        add_number(out, (uint64_t)made->changes[i], width);
    }
    for (size_t i = 0; i < made->changes_count; i++) {
        add_number(out, made->type_of_changes, 1);
    }
    for (size_t i = 0; i < made->types; i++) {
        add_number(out, (uint32_t)made->offset_s, 4);
        add_number(out, 0, 2);
    }
    buf_add(out, STR("ABC\0"));
    for (size_t i = 0; i < made->leaps; i++) {
        add_number(out, 1, width + 4);
    }
}

static dp_err parse_made(const struct made *made, struct zone *zone)
{
    struct buf file BUF_AUTO = buf_new(FILE_BYTES);
    add_block(&file, made, 4);
    if (made->version > 1) {
        add_block(&file, made, 8);
        buf_fmt(&file, "\n%s\n", made->footer);
    }
    assert_ok(buf_finish(&file));
    return zone_parse(buf_bytes(&file), zone);
}

static struct made plain(const char *footer)
{
    return (struct made){ .version = 2, .types = 1, .offset_s = 3600, .footer = footer };
}

/* ---- Names ---------------------------------------------------------------------------------------- */

/* No name leads out of the folder of zones, or to anything but a plain file. */
static void test_zone_load_bad_name_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "/",
        "/etc/passwd",
        "../zoneinfo/UTC",
        "Europe/../UTC",
        "Europe/",
        "/UTC",
        "Europe//Rome",
        ".",
        "Europe/Ber lin",
        "Europe\\Rome",
        "UTC\n",
        "zone.tab",
        "Europe/K\xc3\xb6ln",
        "A234567890123456789012345678901234567890123456789012345678901234",
    };
    static struct zone zone;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        assert_false(zone_name_is_valid(str_of(bad[i])));
        assert_err(zone_load(str_of(bad[i]), &zone, &problem), DP_INVALID);
        assert_non_null(strstr(problem.sentence, "Europe/Berlin"));
        assert_string_equal(zone.name, "UTC");
    }
    assert_false(zone_name_is_valid(STR("UTC\0x")));
    assert_true(zone_name_is_valid(STR("America/Argentina/Ushuaia")));
    assert_true(zone_name_is_valid(STR("Etc/GMT+12")));
    assert_true(zone_name_is_valid(
        STR("A23456789012345678901234567890123456789012345678901234567890123")));
}

/* Zones that are not there are not found, and the sentence says where it was looked for. */
static void test_zone_load_unknown_zone_is_not_found(void **state)
{
    (void)state;
    static struct zone zone;
    struct dp_problem problem = { 0 };
    assert_err(zone_load(STR("Europe/Nowhere"), &zone, &problem), DP_NOT_FOUND);
    assert_non_null(strstr(problem.sentence, ZONE_FOLDER));
    assert_non_null(strstr(problem.sentence, "Europe/Nowhere"));
    assert_err(zone_load(STR("Europe/Nowhere"), &zone, NULL), DP_NOT_FOUND);
}

/* A file there that is no zone is damaged, a folder is no zone, and leap seconds are not counted. */
static void test_zone_load_other_files_are_refused(void **state)
{
    (void)state;
    static struct zone zone;
    struct dp_problem problem = { 0 };
    assert_err(zone_load(STR("leapseconds"), &zone, &problem), DP_CORRUPT);
    assert_non_null(strstr(problem.sentence, "leapseconds"));
    assert_err(zone_load(STR("Europe"), &zone, &problem), DP_IO);
    assert_err(zone_load(STR("right/Europe/Berlin"), &zone, &problem), DP_UNSUPPORTED);
    assert_string_equal(zone.name, "UTC");
}

/* ---- Damaged files --------------------------------------------------------------------------------- */

/* Each field that is out of its range makes the whole file unusable. */
static void test_zone_parse_bad_fields_are_refused(void **state)
{
    (void)state;
    static struct zone zone;
    struct made made = plain("");
    assert_ok(parse_made(&made, &zone));
    made.leaps = 1;
    assert_err(parse_made(&made, &zone), DP_UNSUPPORTED);
    made = plain("");
    made.types = 0;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    made.types = 257;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    made = plain("");
    made.offset_s = 26 * 3600;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    made.offset_s = -26 * 3600;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    made.offset_s = 26 * 3600 - 1;
    assert_ok(parse_made(&made, &zone));
    made = plain("");
    made.changes_count = 2;
    made.changes[0] = 5;
    made.changes[1] = 5;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    made.changes[1] = 6;
    assert_ok(parse_made(&made, &zone));
    made.type_of_changes = 1;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    made = plain("");
    made.version = 10;
    assert_err(parse_made(&made, &zone), DP_CORRUPT);
    assert_err(zone_parse(bytes_of("", 0), &zone), DP_CORRUPT);
    assert_err(zone_parse(bytes_of("TZif", 4), &zone), DP_CORRUPT);
}

/* More changes than there is room for are refused before anything is written. */
static void test_zone_parse_too_many_changes_are_unsupported(void **state)
{
    (void)state;
    static struct zone zone;
    struct buf file BUF_AUTO = buf_new(FILE_BYTES);
    struct made made = plain("");
    made.version = 1;
    add_block(&file, &made, 4);
    file.data[34] = (char)((ZONE_CHANGES_MAX + 1) >> 8); /* the count of changes */
    file.data[35] = (char)((ZONE_CHANGES_MAX + 1) & 0xff);
    assert_err(zone_parse(buf_bytes(&file), &zone), DP_UNSUPPORTED);
    file.data[34] = (char)(ZONE_CHANGES_MAX >> 8); /* fits, but the bytes are not there */
    file.data[35] = (char)(ZONE_CHANGES_MAX & 0xff);
    assert_err(zone_parse(buf_bytes(&file), &zone), DP_CORRUPT);
}

/* A rule that is not wholly one is refused; so is summer time of which nobody says when. */
static void test_zone_parse_bad_rules_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "CE-1",
        "CET",
        "CET-25",
        "CET-1:60",
        "CET-1:00:60",
        "<CET-1",
        "<C>-1",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0x",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J366,J1",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0/,M10.5.0",
        "CET-1CEST,M3.5,M10.5.0",
        "CET-1CEST-99,M3.5.0,M10.5.0",
        "CET-1 ",
        "-1",
    };
    static struct zone zone;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct made made = plain(bad[i]);
        assert_err(parse_made(&made, &zone), DP_CORRUPT);
    }
}

static void read_zone(const char *name, struct buf *out)
{
    char path[FILE_PATH_MAX];
    assert_ok(file_join(path, sizeof path, ZONE_FOLDER, name));
    assert_ok(file_read(path, out, NULL));
}

/* A real file cut at any byte is refused. */
static void test_zone_parse_truncated_anywhere_is_corrupt(void **state)
{
    (void)state;
    static struct zone zone;
    struct buf file BUF_AUTO = buf_new(FILE_BYTES);
    read_zone("Europe/Berlin", &file);
    assert_ok(zone_parse(buf_bytes(&file), &zone));
    for (size_t len = 0; len < file.len; len++) {
        char *part = malloc(len + 1); /* so that the sanitizer sees a byte too many */
        memcpy(part, file.data, len);
        assert_err(zone_parse(bytes_of(part, len), &zone), DP_CORRUPT);
        free(part);
    }
}

/* A real file with bytes changed is refused or read; whatever is read can be asked for any time. */
static void test_zone_parse_random_damage_never_hangs(void **state)
{
    (void)state;
    static struct zone zone;
    struct buf file BUF_AUTO = buf_new(FILE_BYTES);
    uint64_t seed = 11;
    size_t read_count = 0;
    for (int i = 0; i < 20000; i++) {
        buf_clear(&file);
        read_zone("Australia/Lord_Howe", &file);
        size_t start = i % 2 == 0 ? 0 : file.len - 60;
        for (uint64_t flips = support_random(&seed) % 4 + 1; flips > 0; flips--) {
            file.data[start + support_random(&seed) % (file.len - start)] = (char)
                support_random(&seed);
        }
        if (!err_is_ok(zone_parse(buf_bytes(&file), &zone))) {
            continue;
        }
        read_count++;
        int64_t moment_s = (int64_t)(support_random(&seed) % 10000000000);
        struct zone_local local = zone_to_local(&zone, moment_s);
        (void)zone_to_unix(&zone, local.date, local.second_of_day);
    }
    assert_true(read_count > 1000);
}

/* ---- Local time ------------------------------------------------------------------------------------ */

static int64_t moment(const struct zone *zone, const char *day, int64_t second)
{
    struct date date;
    assert_ok(date_parse(str_of(day), &date));
    return zone_to_unix(zone, date, (int32_t)second);
}

static void assert_local(const struct zone *zone, int64_t unix_s, const char *day,
                         int64_t second)
{
    char text[DATE_TEXT_MAX];
    struct zone_local local = zone_to_local(zone, unix_s);
    date_text(local.date, text);
    assert_string_equal(text, day);
    assert_int_equal(local.second_of_day, second);
}

#define H INT64_C(3600)
#define M INT64_C(60)

/* The night in March on which 02:00 to 03:00 does not exist in Berlin: 2026-03-29, 01:00 UTC. */
static void test_zone_berlin_spring_gap_gives_first_second_after(void **state)
{
    (void)state;
    static struct zone zone;
    const int64_t change_s = 1774746000;
    assert_ok(zone_load(STR("Europe/Berlin"), &zone, NULL));
    assert_string_equal(zone.name, "Europe/Berlin");
    assert_local(&zone, change_s - 1, "2026-03-29", 2 * H - 1);
    assert_local(&zone, change_s, "2026-03-29", 3 * H);
    assert_int_equal(zone_to_local(&zone, change_s - 1).offset_s, 1 * H);
    assert_int_equal(zone_to_local(&zone, change_s).offset_s, 2 * H);
    assert_true(moment(&zone, "2026-03-29", 2 * H - 1) == change_s - 1);
    assert_true(moment(&zone, "2026-03-29", 2 * H) == change_s);
    assert_true(moment(&zone, "2026-03-29", 2 * H + 30 * M) == change_s);
    assert_true(moment(&zone, "2026-03-29", 3 * H - 1) == change_s);
    assert_true(moment(&zone, "2026-03-29", 3 * H) == change_s);
    assert_true(moment(&zone, "2026-03-29", 3 * H + 1) == change_s + 1);
}

/* The night in October on which 02:00 to 03:00 comes twice in Berlin: 2026-10-25, 01:00 UTC. */
static void test_zone_berlin_autumn_overlap_gives_the_first(void **state)
{
    (void)state;
    static struct zone zone;
    const int64_t change_s = 1792890000;
    assert_ok(zone_load(STR("Europe/Berlin"), &zone, NULL));
    assert_local(&zone, change_s - 1, "2026-10-25", 3 * H - 1);
    assert_local(&zone, change_s, "2026-10-25", 2 * H);
    assert_true(moment(&zone, "2026-10-25", 2 * H) == change_s - H);
    assert_true(moment(&zone, "2026-10-25", 2 * H + 30 * M) == change_s - 30 * M);
    assert_true(moment(&zone, "2026-10-25", 3 * H - 1) == change_s - 1);
    assert_true(moment(&zone, "2026-10-25", 3 * H) == change_s + H);
    /* The day has 25 hours. */
    assert_true(moment(&zone, "2026-10-26", 0) - moment(&zone, "2026-10-25", 0) == 25 * H);
}

/* New York's nights: 2026-03-08 at 07:00 UTC and 2026-11-01 at 06:00 UTC. */
static void test_zone_new_york_both_nights(void **state)
{
    (void)state;
    static struct zone zone;
    const int64_t spring_s = 1772953200;
    const int64_t autumn_s = 1793512800;
    assert_ok(zone_load(STR("America/New_York"), &zone, NULL));
    assert_local(&zone, spring_s - 1, "2026-03-08", 2 * H - 1);
    assert_local(&zone, spring_s, "2026-03-08", 3 * H);
    assert_true(moment(&zone, "2026-03-08", 2 * H + 15 * M) == spring_s);
    assert_local(&zone, autumn_s - 1, "2026-11-01", 2 * H - 1);
    assert_local(&zone, autumn_s, "2026-11-01", 1 * H);
    assert_true(moment(&zone, "2026-11-01", 1 * H + 15 * M) == autumn_s - 45 * M);
    assert_true(moment(&zone, "2026-11-01", 2 * H) == autumn_s + H);
}

/* Lord Howe turns its clocks by half an hour, and has its summer at the turn of the year:
 * 2026-04-04 at 15:00 UTC and 2026-10-03 at 15:30 UTC. */
static void test_zone_lord_howe_half_hour_both_nights(void **state)
{
    (void)state;
    static struct zone zone;
    const int64_t autumn_s = 1775314800;
    const int64_t spring_s = 1791041400;
    assert_ok(zone_load(STR("Australia/Lord_Howe"), &zone, NULL));
    assert_local(&zone, autumn_s - 1, "2026-04-05", 2 * H - 1);
    assert_local(&zone, autumn_s, "2026-04-05", 1 * H + 30 * M);
    assert_true(moment(&zone, "2026-04-05", 1 * H + 45 * M) == autumn_s - 15 * M);
    assert_local(&zone, spring_s - 1, "2026-10-04", 2 * H - 1);
    assert_local(&zone, spring_s, "2026-10-04", 2 * H + 30 * M);
    assert_true(moment(&zone, "2026-10-04", 2 * H + 10 * M) == spring_s);
}

/* UTC is itself, from its file and without one. */
static void test_zone_utc_changes_nothing(void **state)
{
    (void)state;
    static struct zone zone;
    static struct zone built_in;
    assert_ok(zone_load(STR("UTC"), &zone, NULL));
    zone_utc(&built_in);
    assert_string_equal(built_in.name, "UTC");
    for (int64_t now_s = -259200; now_s < 5000000000; now_s += 8380703) {
        struct zone_local local = zone_to_local(&zone, now_s);
        assert_true((int64_t)local.date.days * 86400 + local.second_of_day == now_s);
        assert_int_equal(local.offset_s, 0);
        assert_true(zone_to_unix(&zone, local.date, local.second_of_day) == now_s);
        assert_true(date_equal(zone_to_local(&built_in, now_s).date, local.date));
    }
}

/* Years behind the table follow the rule: the table of Berlin's file ends in 2037. */
static void test_zone_berlin_year_2500_follows_the_rule(void **state)
{
    (void)state;
    static struct zone zone;
    assert_ok(zone_load(STR("Europe/Berlin"), &zone, NULL));
    assert_true(zone.rule.is_known && zone.rule.has_summer);
    /* The last Sunday of March 2500 is the 28th, that of October the 31st. */
    assert_int_equal(zone_to_local(&zone, moment(&zone, "2500-03-28", 1 * H)).offset_s, 1 * H);
    assert_int_equal(zone_to_local(&zone, moment(&zone, "2500-03-28", 4 * H)).offset_s, 2 * H);
    assert_int_equal(zone_to_local(&zone, moment(&zone, "2500-10-31", 1 * H)).offset_s, 2 * H);
    assert_int_equal(zone_to_local(&zone, moment(&zone, "2500-10-31", 4 * H)).offset_s, 1 * H);
    assert_true(moment(&zone, "2500-03-29", 0) - moment(&zone, "2500-03-28", 0) == 23 * H);
}

/* Rules of every kind, at the moments where they switch. */
static void test_zone_rule_kinds_switch_where_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *footer;
        const char *day; /* UTC */
        int64_t second;
        int64_t offset_before_s;
        int64_t offset_s;
    } cases[] = {
        { "AAA-1BBB,M3.2.1,M10.1.0", "2026-03-09", 1 * H, 1 * H, 2 * H },
        { "AAA-1BBB,M3.2.1,M10.1.0", "2026-10-04", 0, 2 * H, 1 * H },
        { "AAA0BBB,J60/0,J300", "2024-03-01", 0, 0, 1 * H },
        { "AAA0BBB,J60/0,J300", "2025-03-01", 0, 0, 1 * H },
        { "AAA0BBB,J59/0,J300", "2024-02-28", 0, 0, 1 * H },
        { "AAA0BBB,59/0,300", "2024-02-29", 0, 0, 1 * H },
        { "AAA0BBB,59/0,300", "2025-03-01", 0, 0, 1 * H },
        { "AAA0BBB-2,0/-1,J200", "2025-12-31", 23 * H, 0, 2 * H },
        { "AAA0BBB,M1.1.0/167,J200", "2026-01-10", 23 * H, 0, 1 * H },
        { "<+0330>-3:30<+0430>,M3.4.4/-24:15:30,J263", "2026-03-24", 20 * H + 14 * M + 30,
          3 * H + 30 * M, 4 * H + 30 * M },
        { "NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-04-04", 14 * H, 13 * H, 12 * H },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct zone zone;
        static struct zone utc;
        struct made made = plain(cases[i].footer);
        assert_ok(parse_made(&made, &zone));
        zone_utc(&utc);
        int64_t switch_s = moment(&utc, cases[i].day, cases[i].second);
        assert_int_equal(zone_to_local(&zone, switch_s - 1).offset_s, cases[i].offset_before_s);
        assert_int_equal(zone_to_local(&zone, switch_s).offset_s, cases[i].offset_s);
    }
}

/* Summer time all year, as RFC 8536 writes it, has no gap at the turn of the year. */
static void test_zone_rule_summer_all_year(void **state)
{
    (void)state;
    static struct zone zone;
    struct made made = plain("EST5EDT,0/0,J365/25");
    assert_ok(parse_made(&made, &zone));
    for (int64_t now_s = 1700000000; now_s < 1900000000; now_s += 3599) {
        assert_int_equal(zone_to_local(&zone, now_s).offset_s, -4 * H);
    }
    assert_int_equal(zone_to_local(&zone, 1767243600 - 1).offset_s,
                     -4 * H); /* 2026-01-01, 05:00 UTC */
    assert_int_equal(zone_to_local(&zone, 1767243600).offset_s, -4 * H);
}

/* Files without a rule keep the last offset; those of version 1 have 32-bit times only. */
static void test_zone_parse_without_rule_keeps_the_last_offset(void **state)
{
    (void)state;
    static struct zone zone;
    struct made made = plain("");
    made.changes_count = 1;
    made.changes[0] = 1000;
    assert_ok(parse_made(&made, &zone));
    assert_int_equal(zone_to_local(&zone, 200000000000).offset_s, 3600);
    made.version = 1;
    made.changes[0] = -5;
    assert_ok(parse_made(&made, &zone));
    assert_true(zone.change_s[0] == -5);
    assert_false(zone.rule.is_known);
    made = plain("XYZ-2");
    made.version = 4;
    assert_ok(parse_made(&made, &zone));
    assert_int_equal(zone_to_local(&zone, 0).offset_s, 2 * H);
}

/* A time that one change skips and the next brings back exists, and is not taken for a gap. */
static void test_zone_to_unix_gap_that_comes_back_is_exact(void **state)
{
    (void)state;
    static struct zone zone;
    zone_utc(&zone);
    zone.changes_count = 2;
    zone.change_s[0] = 86400; /* one hour forward, and 1000 seconds later back */
    zone.change_offset_s[0] = 3600;
    zone.change_s[1] = 87400;
    zone.change_offset_s[1] = 0;
    assert_true(moment(&zone, "1970-01-02", 500) == 86400);
    assert_true(moment(&zone, "1970-01-02", 1000) == 87400);
    assert_true(moment(&zone, "1970-01-02", 3599) == 89999);
    assert_true(moment(&zone, "1970-01-02", 3600) == 86400);
    assert_true(moment(&zone, "1970-01-02", 4599) == 87399);
    assert_true(moment(&zone, "1970-01-02", 4600) == 91000);
}

/* Times beyond all calendars are taken as the nearest there is. */
static void test_zone_to_local_extreme_times_are_clamped(void **state)
{
    (void)state;
    static struct zone zone;
    zone_utc(&zone);
    assert_local(&zone, INT64_MAX, "9999-12-31", 86399);
    assert_int_equal(date_parts_of(zone_to_local(&zone, INT64_MIN).date).year, 1900);
    assert_ok(zone_load(STR("Europe/Berlin"), &zone, NULL));
    (void)zone_to_local(&zone, INT64_MAX);
    (void)zone_to_local(&zone, INT64_MIN);
    assert_true(zone_to_unix(&zone, date_make(INT32_MAX), 86399) >= 253402214400);
    assert_true(zone_to_unix(&zone, date_make(INT32_MIN), 0) < -2208900000);
}

/* ---- Beside the C library, which reads the same files in its own way ------------------------------- */

static void compare_at(const struct zone *zone, int64_t now_s)
{
    time_t when = (time_t)now_s;
    struct tm theirs;
    assert_non_null(localtime_r(&when, &theirs));
    struct zone_local ours = zone_to_local(zone, now_s);
    struct date_parts parts = date_parts_of(ours.date);
    if (ours.offset_s != theirs.tm_gmtoff || parts.year != theirs.tm_year + 1900 ||
        parts.month != theirs.tm_mon + 1 || parts.day != theirs.tm_mday ||
        parts.weekday % 7 != theirs.tm_wday ||
        ours.second_of_day != theirs.tm_hour * 3600 + theirs.tm_min * 60 + theirs.tm_sec) {
        fail_msg("%s at %lld: ours %+d, theirs %+ld", zone->name, (long long)now_s,
                 ours.offset_s, theirs.tm_gmtoff);
    }
}

/* The way back: the same moment, or an earlier one with the same local time. */
static void check_way_back(const struct zone *zone, int64_t now_s)
{
    struct zone_local local = zone_to_local(zone, now_s);
    int64_t back_s = zone_to_unix(zone, local.date, local.second_of_day);
    struct zone_local again = zone_to_local(zone, back_s);
    assert_true(back_s <= now_s && now_s - back_s <= 26 * H);
    assert_true(date_equal(again.date, local.date));
    assert_int_equal(again.second_of_day, local.second_of_day);
    if (back_s < now_s) {
        assert_int_not_equal(again.offset_s, local.offset_s);
    }
}

/* Every change of the table, every half day to 2110 and random moments to the year 2900. */
static void test_zone_agrees_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Berlin",      "America/New_York", "Australia/Lord_Howe", "UTC",
        "Europe/London",      "Europe/Dublin",    "Africa/Casablanca",   "Asia/Tehran",
        "America/Sao_Paulo",  "Pacific/Apia",     "Asia/Kolkata",        "America/St_Johns",
        "Pacific/Kiritimati", "Asia/Gaza",        "Antarctica/Troll",    "America/Scoresbysund",
        "Pacific/Auckland",   "Asia/Pyongyang",   "America/Santiago",    "Etc/GMT+12",
    };
    uint64_t seed = 21;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        static struct zone zone;
        assert_ok(zone_load(str_of(names[i]), &zone, NULL));
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread */
        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        for (size_t j = 0; j < zone.changes_count; j++) {
            if (zone.change_s[j] > -2000000000) {
                compare_at(&zone, zone.change_s[j] - 1);
                compare_at(&zone, zone.change_s[j]);
                check_way_back(&zone, zone.change_s[j] - 1);
                check_way_back(&zone, zone.change_s[j]);
            }
        }
        for (int64_t now_s = 0; now_s < 4417977600; now_s += 43201) {
            compare_at(&zone, now_s);
        }
        for (int j = 0; j < 5000; j++) {
            int64_t now_s = (int64_t)(support_random(&seed) % 29348000000);
            compare_at(&zone, now_s);
            check_way_back(&zone, now_s);
        }
    }
    /* NOLINTNEXTLINE(concurrency-mt-unsafe) */
    assert_int_equal(unsetenv("TZ"), 0);
}

/* Samoa had no 30 December 2011 at all: any time of that day is the first second of the next. */
static void test_zone_to_unix_skipped_day_gives_the_next(void **state)
{
    (void)state;
    static struct zone zone;
    assert_ok(zone_load(STR("Pacific/Apia"), &zone, NULL));
    int64_t next_s = moment(&zone, "2011-12-31", 0);
    assert_true(moment(&zone, "2011-12-30", 0) == next_s);
    assert_true(moment(&zone, "2011-12-30", 12 * H) == next_s);
    assert_local(&zone, next_s - 1, "2011-12-29", 86399);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone_load_bad_name_is_refused),
        cmocka_unit_test(test_zone_load_unknown_zone_is_not_found),
        cmocka_unit_test(test_zone_load_other_files_are_refused),
        cmocka_unit_test(test_zone_parse_bad_fields_are_refused),
        cmocka_unit_test(test_zone_parse_too_many_changes_are_unsupported),
        cmocka_unit_test(test_zone_parse_bad_rules_are_refused),
        cmocka_unit_test(test_zone_parse_truncated_anywhere_is_corrupt),
        cmocka_unit_test(test_zone_parse_random_damage_never_hangs),
        cmocka_unit_test(test_zone_berlin_spring_gap_gives_first_second_after),
        cmocka_unit_test(test_zone_berlin_autumn_overlap_gives_the_first),
        cmocka_unit_test(test_zone_new_york_both_nights),
        cmocka_unit_test(test_zone_lord_howe_half_hour_both_nights),
        cmocka_unit_test(test_zone_utc_changes_nothing),
        cmocka_unit_test(test_zone_berlin_year_2500_follows_the_rule),
        cmocka_unit_test(test_zone_rule_kinds_switch_where_they_say),
        cmocka_unit_test(test_zone_rule_summer_all_year),
        cmocka_unit_test(test_zone_parse_without_rule_keeps_the_last_offset),
        cmocka_unit_test(test_zone_to_unix_gap_that_comes_back_is_exact),
        cmocka_unit_test(test_zone_to_local_extreme_times_are_clamped),
        cmocka_unit_test(test_zone_agrees_with_the_c_library),
        cmocka_unit_test(test_zone_to_unix_skipped_day_gives_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
