/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Local time of a named zone, read from the system's TZif files (RFC 8536, versions 1 to 4).
 *
 * The C library knows one zone a process, so that a server for an organisation in Berlin would
 * depend on the TZ of its machine. Here a zone is plain data: the table of moments at which the
 * offset from UTC changes, and the rule for the years behind the table. A struct zone owns nothing,
 * may be copied, and may be read by many threads at once.
 *
 * Turning local time into a moment has two odd nights a year, and both have one answer:
 *   spring, 02:30 does not exist -> the first second that does (03:00)
 *   autumn, 02:30 comes twice    -> the first of the two
 * So a job due at 02:30 runs once on each day of the year.
 */

#include "app/core/date.h"
#include "app/core/err.h"
#include "app/core/str.h"

enum {
    ZONE_NAME_MAX = 64, /* with the closing NUL */
    ZONE_CHANGES_MAX = 1024,
    ZONE_FILE_BYTES_MAX = 65536,
    ZONE_DAY_SECONDS = 86400,
};

/** Where zone_load() looks, in this order. */
#define ZONE_FOLDER          "/usr/share/zoneinfo"
#define ZONE_FOLDER_FALLBACK "/usr/share/daypulse/zoneinfo"

/** From when to when in a year summer time rules, as a POSIX TZ string says it. */
struct zone_switch {
    enum zone_switch_kind {
        ZONE_SWITCH_MONTH_WEEKDAY, /* M3.5.0: the last Sunday of March */
        ZONE_SWITCH_DAY_NO_LEAP,   /* J60: always the 1st of March */
        ZONE_SWITCH_DAY_FROM_ZERO, /* 59: the 29th of February where there is one */
    } kind;
    int month;   /* 1..12 */
    int week;    /* 1..5, 5 is the last */
    int weekday; /* 0 Sunday .. 6 */
    int day;
    int32_t second_of_day; /* local time before the switch; may be negative or above one day */
};

/** The rule behind the end of the table. */
struct zone_rule {
    bool is_known;
    bool has_summer;
    int32_t offset_s;
    int32_t summer_offset_s;
    struct zone_switch to_summer;
    struct zone_switch to_standard;
};

struct zone {
    char name[ZONE_NAME_MAX];
    int32_t first_offset_s; /* before the first change */
    size_t changes_count;
    int64_t change_s[ZONE_CHANGES_MAX];        /* Unix seconds, ascending */
    int32_t change_offset_s[ZONE_CHANGES_MAX]; /* from then on, east of Greenwich is positive */
    struct zone_rule rule;
};

struct zone_local {
    struct date date;
    int32_t second_of_day; /* 0..86399 */
    int32_t offset_s;      /* local minus UTC */
};

/** Universal time, without any file. */
void zone_utc(struct zone *out);

/** Reads a zone such as "Europe/Berlin". "UTC" works on a machine without zone files too.
 * Fails: DP_INVALID (not a zone's name), DP_NOT_FOUND (no such file), DP_CORRUPT (not a TZif file),
 * DP_UNSUPPORTED (a file that counts leap seconds), and file_read()'s codes; the problem says what
 * to do. */
dp_err zone_load(struct str name, struct zone *out, struct dp_problem *problem);

/** Reads the content of a TZif file; leaves the name empty.
 * Fails: DP_CORRUPT, DP_UNSUPPORTED (leap seconds, more than ZONE_CHANGES_MAX changes). */
dp_err zone_parse(struct bytes file, struct zone *out);

/** True for a name made of plain parts ("America/Argentina/Ushuaia", "Etc/GMT-3"): no dots, no
 * empty part, at most 63 bytes. */
bool zone_name_is_valid(struct str name);

/** Local date and time at a moment. Takes: unix_s; outside of the years 1900 to 9999 the nearest
 * moment inside of them is meant. */
struct zone_local zone_to_local(const struct zone *zone, int64_t unix_s);

/** The moment of a local date and time; for the odd nights see the top of this file.
 * Takes: second_of_day 0..86400. */
int64_t zone_to_unix(const struct zone *zone, struct date date, int32_t second_of_day);
