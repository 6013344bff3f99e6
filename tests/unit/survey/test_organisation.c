/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/survey/organisation.h"
#include "tests/support/support.h"

static struct date day(const char *text)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

static struct organisation sound(void)
{
    struct organisation organisation;
    organisation_defaults(&organisation, STR("Example & Sons"), STR("Europe/Berlin"));
    organisation.programme_start = day("2026-03-09");
    return organisation;
}

static void refuse(const struct organisation *organisation)
{
    struct dp_problem problem = { 0 };
    assert_err(organisation_validate(organisation, &problem), DP_INVALID);
    assert_true(strlen(problem.sentence) > 20);
}

/* Each field beyond its range is refused with a sentence. */
static void test_organisation_validate_bad_field_is_refused(void **state)
{
    (void)state;
    struct organisation o = sound();
    o.name[0] = '\0';
    refuse(&o);
    o = sound();
    memcpy(o.name, "\xff", 2);
    refuse(&o);
    o = sound();
    memset(o.name, 'a', sizeof o.name);
    refuse(&o);
    o = sound();
    memcpy(o.zone, "../etc/passwd", 14);
    refuse(&o);
    o = sound();
    o.zone[0] = '\0';
    refuse(&o);
    o = sound();
    memcpy(o.base_url, "http://x", 9);
    refuse(&o);
    o = sound();
    memcpy(o.base_url, "https://x/", 11);
    refuse(&o);
    o = sound();
    o.language = LANGUAGE_COUNT;
    refuse(&o);
    o = sound();
    o.min_people = ORGANISATION_MIN_PEOPLE_FLOOR - 1;
    refuse(&o);
    o = sound();
    o.min_people = 1001;
    refuse(&o);
}

/* The week must have a day for the anchor, the window must be open, the start must be a Monday. */
static void test_organisation_validate_bad_week_is_refused(void **state)
{
    (void)state;
    struct organisation o = sound();
    o.workdays = 0;
    refuse(&o);
    o.workdays = 0x75; /* all but Tuesday and Thursday */
    refuse(&o);
    o.workdays = 0xff;
    refuse(&o);
    o = sound();
    o.close_minute = o.open_minute;
    refuse(&o);
    o = sound();
    o.close_minute = 1441;
    refuse(&o);
    o = sound();
    o.programme_start = date_add(o.programme_start, 1);
    refuse(&o);
    o.programme_start.days = -4;
    refuse(&o);
}

/* The defaults of the product, and the last value that is still allowed. */
static void test_organisation_defaults_are_sound(void **state)
{
    (void)state;
    struct organisation o = sound();
    assert_ok(organisation_validate(&o, NULL));
    assert_int_equal(o.open_minute, 690);
    assert_int_equal(o.close_minute, 1200);
    assert_int_equal(o.min_people, 5);
    assert_int_equal(o.workdays, 31);
    assert_false(o.is_demo);
    o.workdays = 0x02;
    o.open_minute = 0;
    o.close_minute = 1440;
    o.min_people = 1000;
    memcpy(o.base_url, "https://pulse.example.com", 26);
    assert_ok(organisation_validate(&o, NULL));
}

/* A name that does not fit is left empty, and so refused later. */
static void test_organisation_defaults_too_long_name_is_empty(void **state)
{
    (void)state;
    char name[NAME_MAX_BYTES + 1];
    memset(name, 'x', sizeof name);
    struct organisation o;
    organisation_defaults(&o, (struct str){ name, NAME_MAX_BYTES - 1 }, STR("UTC"));
    assert_int_equal(strlen(o.name), NAME_MAX_BYTES - 1);
    organisation_defaults(&o, (struct str){ name, NAME_MAX_BYTES }, STR("UTC"));
    assert_string_equal(o.name, "");
    refuse(&o);
}

static void load(const char *name, struct zone *zone)
{
    struct dp_problem problem = { 0 };
    assert_ok(zone_load(str_of(name), zone, &problem));
}

/* 11:30 to 20:00 in Berlin is an hour earlier in UTC in winter, two in summer. */
static void test_organisation_window_follows_the_zone(void **state)
{
    (void)state;
    static struct zone zone;
    load("Europe/Berlin", &zone);
    struct organisation o = sound();
    int64_t open_s = 0;
    int64_t close_s = 0;
    organisation_window(&o, &zone, day("2026-03-09"), &open_s, &close_s);
    assert_int_equal(open_s, (int64_t)day("2026-03-09").days * 86400 + (10 * 60 + 30) * 60);
    assert_int_equal(close_s - open_s, (8 * 60 + 30) * 60);
    organisation_window(&o, &zone, day("2026-07-09"), &open_s, &close_s);
    assert_int_equal(open_s, (int64_t)day("2026-07-09").days * 86400 + (9 * 60 + 30) * 60);
}

/* A demo is open all of the local day: 24 hours, and 23 or 25 when the clocks change. */
static void test_organisation_window_demo_is_the_whole_local_day(void **state)
{
    (void)state;
    static struct zone zone;
    load("Europe/Berlin", &zone);
    struct organisation o = sound();
    o.is_demo = true;
    static const struct {
        const char *date;
        int hours;
    } days[] = { { "2026-03-09", 24 }, { "2026-03-29", 23 }, { "2026-10-25", 25 } };
    for (size_t i = 0; i < 3; i++) {
        int64_t open_s = 0;
        int64_t close_s = 0;
        organisation_window(&o, &zone, day(days[i].date), &open_s, &close_s);
        assert_int_equal(close_s - open_s, (int64_t)days[i].hours * 3600);
        int64_t next_open_s = 0;
        int64_t next_close_s = 0;
        organisation_window(&o, &zone, date_add(day(days[i].date), 1), &next_open_s,
                            &next_close_s);
        assert_int_equal(next_open_s, close_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_organisation_validate_bad_field_is_refused),
        cmocka_unit_test(test_organisation_validate_bad_week_is_refused),
        cmocka_unit_test(test_organisation_defaults_are_sound),
        cmocka_unit_test(test_organisation_defaults_too_long_name_is_empty),
        cmocka_unit_test(test_organisation_window_follows_the_zone),
        cmocka_unit_test(test_organisation_window_demo_is_the_whole_local_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
