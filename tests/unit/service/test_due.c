/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/service/schedule/due.h"
#include "tests/support/support.h"

static struct zone berlin;

static int setup(void **state)
{
    (void)state;
    return err_is_ok(zone_load(STR("Europe/Berlin"), &berlin, NULL)) ? 0 : -1;
}

static int64_t at(int year, int month, int day, int minute)
{
    struct date date;
    assert_ok(date_from_parts(year, month, day, &date));
    return zone_to_unix(&berlin, date, minute * 60);
}

/* Times that are no times are refused. */
static void test_due_parse_time_bad_text_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "2:00", "24:00", "02:60", "02-00", "0200", "02:0x" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int minute = -1;
        assert_false(err_is_ok(due_parse_time(str_of(bad[i]), &minute)));
        assert_int_equal(minute, -1);
    }
}

/* The first and the last minute of a day are read. */
static void test_due_parse_time_edges_are_read(void **state)
{
    (void)state;
    int minute = -1;
    assert_ok(due_parse_time(STR("00:00"), &minute));
    assert_int_equal(minute, 0);
    assert_ok(due_parse_time(STR("23:59"), &minute));
    assert_int_equal(minute, 1439);
}

/* Exactly at the due moment the next one is tomorrow's, and the last one is now. */
static void test_due_next_at_the_moment_is_tomorrow(void **state)
{
    (void)state;
    struct due due = { .kind = DUE_DAILY, .minute = 120 };
    int64_t now = at(2026, 5, 4, 120);
    assert_int_equal(due_next(&due, &berlin, now), at(2026, 5, 5, 120));
    assert_int_equal(due_next(&due, &berlin, now - 1), now);
    assert_int_equal(due_last(&due, &berlin, now), now);
    assert_int_equal(due_last(&due, &berlin, now - 1), at(2026, 5, 3, 120));
}

/* 02:30 is left out on 29 March 2026 and comes twice on 25 October: once a day all the same. */
static void test_due_next_in_the_odd_nights_is_once_a_day(void **state)
{
    (void)state;
    struct due due = { .kind = DUE_DAILY, .minute = 150 };
    int64_t moment = at(2026, 3, 20, 0);
    for (int day = 20; day <= 31; day++) {
        moment = due_next(&due, &berlin, moment);
        struct zone_local local = zone_to_local(&berlin, moment);
        assert_int_equal(date_parts_of(local.date).day, day);
        assert_int_equal(local.second_of_day, day == 29 ? 3 * 3600 : 9000);
    }
    moment = at(2026, 10, 24, 1000);
    int64_t first = due_next(&due, &berlin, moment);
    int64_t second = due_next(&due, &berlin, first);
    assert_int_equal(date_parts_of(zone_to_local(&berlin, first).date).day, 25);
    assert_int_equal(date_parts_of(zone_to_local(&berlin, second).date).day, 26);
}

/* Weekly keeps its weekday; monthly on the 31st takes a short month's last day. */
static void test_due_next_weekly_and_monthly_keep_their_day(void **state)
{
    (void)state;
    struct due weekly = { .kind = DUE_WEEKLY, .weekday = 1, .minute = 0 };
    assert_int_equal(due_next(&weekly, &berlin, at(2026, 5, 4, 0)), at(2026, 5, 11, 0));
    struct due monthly = { .kind = DUE_MONTHLY, .month_day = 31, .minute = 60 };
    int64_t moment = at(2026, 1, 31, 60);
    assert_int_equal(due_next(&monthly, &berlin, moment), at(2026, 2, 28, 60));
    assert_int_equal(due_next(&monthly, &berlin, at(2026, 2, 28, 60)), at(2026, 3, 31, 60));
    assert_int_equal(due_last(&monthly, &berlin, at(2026, 2, 28, 59)), moment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due_parse_time_bad_text_is_refused),
        cmocka_unit_test(test_due_parse_time_edges_are_read),
        cmocka_unit_test(test_due_next_at_the_moment_is_tomorrow),
        cmocka_unit_test(test_due_next_in_the_odd_nights_is_once_a_day),
        cmocka_unit_test(test_due_next_weekly_and_monthly_keep_their_day),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
