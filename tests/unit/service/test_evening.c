/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/roster/roster.h"
#include "app/service/schedule/evening.h"
#include "storage/calendar_exception_record.h"
#include "storage/flushed_record.h"
#include "tests/support/support.h"

enum { OPEN = 11 * 60 + 30, CLOSE = 20 * 60, PEOPLE = 8 };

struct fixture {
    const char *dir;
    int64_t now_s;
    struct appliance appliance;
};

static struct fixture fixture;

/* Tuesday 5 May 2026 is an anchor day. */
static int64_t at(int day, int minute)
{
    struct date date;
    assert_ok(date_from_parts(2026, 5, day, &date));
    return zone_to_unix(&fixture.appliance.zone, date, minute * 60);
}

static struct epoch_id epoch_of(int day)
{
    struct epoch_id epoch;
    assert_ok(date_from_parts(2026, 5, day, &epoch.date));
    return epoch;
}

static void create(bool is_demo)
{
    struct dp_problem problem = { 0 };
    struct date monday;
    assert_ok(date_from_parts(2026, 5, 4, &monday));
    fixture.now_s = ((int64_t)monday.days + 1) * ZONE_DAY_SECONDS;
    struct appliance_start start = { .path = support_path(fixture.dir, "data"),
                                     .name = "Example",
                                     .zone = "Europe/Berlin",
                                     .base_url = "",
                                     .programme_start = monday,
                                     .is_demo = is_demo };
    assert_ok(
        appliance_create(&start, clock_fixed(&fixture.now_s), &problem, &fixture.appliance));
}

static void import_people(void)
{
    char text[1024] = "person_id,team\n";
    size_t len = strlen(text);
    for (int i = 0; i < PEOPLE; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "p%d,Hotline\n", i);
    }
    struct roster_report *report = mem_new(1, sizeof *report);
    struct import_file file = { .bytes = { text, len },
                                .name = "roster.csv",
                                .actor = "test",
                                .today = appliance_today(&fixture.appliance) };
    assert_ok(
        roster_import(fixture.appliance.office, &fixture.appliance.clock, &file, report, NULL));
    mem_free(report);
}

static int setup(void **state)
{
    (void)state;
    fixture = (struct fixture){ .dir = support_tempdir() };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    appliance_close(&fixture.appliance);
    support_remove_tree(fixture.dir);
    return 0;
}

static struct evening_done look(int64_t now_s, int64_t *wake_s)
{
    struct evening_done done;
    struct dp_problem problem = { 0 };
    int64_t ignored = 0;
    fixture.now_s = now_s;
    assert_ok(
        evening_step(&fixture.appliance, wake_s == NULL ? &ignored : wake_s, &done, &problem));
    return done;
}

static size_t boxes_count(void)
{
    struct evening_box boxes[EVENING_BOXES_MAX];
    size_t count = 0;
    assert_ok(evening_boxes(&fixture.appliance, boxes, &count));
    return count;
}

static bool is_flushed(int day)
{
    bool is_flushed = false;
    struct house house = evening_house(&fixture.appliance);
    assert_ok(house_is_flushed(&house, epoch_of(day), &is_flushed));
    return is_flushed;
}

/* With nobody in the roster a look makes nothing and is no failure. */
static void test_evening_step_without_people_does_nothing(void **state)
{
    (void)state;
    int64_t wake_s = 0;
    create(false);
    struct evening_done done = look(at(5, 540), &wake_s);
    assert_int_equal(done.boxes, 0);
    assert_int_equal(boxes_count(), 0);
    assert_true(wake_s > fixture.now_s);
}

/* The day's box is made in the morning, once, with its window. */
static void test_evening_step_makes_todays_box_once(void **state)
{
    (void)state;
    struct evening_box boxes[EVENING_BOXES_MAX];
    size_t count = 0;
    create(false);
    import_people();
    assert_int_equal(look(at(5, 540), NULL).boxes, 1);
    assert_int_equal(look(at(5, 541), NULL).boxes, 0);
    assert_ok(evening_boxes(&fixture.appliance, boxes, &count));
    assert_int_equal(count, 1);
    assert_true(date_equal(boxes[0].epoch.date, epoch_of(5).date));
    assert_int_equal(boxes[0].open_s, at(5, OPEN));
    assert_int_equal(boxes[0].close_s, at(5, CLOSE));
    assert_false(boxes[0].is_closed);
}

/* The next day's box is there before today's closes; today's is then opened and gone. */
static void test_evening_step_makes_the_next_box_before_closing(void **state)
{
    (void)state;
    int64_t wake_s = 0;
    create(false);
    import_people();
    (void)look(at(5, 540), NULL);
    assert_int_equal(look(at(5, CLOSE - 59), &wake_s).boxes, 1);
    assert_true(wake_s <= at(5, CLOSE));
    struct evening_done done = look(at(5, CLOSE - 1), NULL);
    assert_int_equal(done.flushed.epochs, 0);
    assert_false(is_flushed(5));
    done = look(at(5, CLOSE), NULL);
    assert_int_equal(done.flushed.epochs, 1);
    assert_true(is_flushed(5));
    assert_int_equal(boxes_count(), 1);
}

/* Off for two weeks: one look closes what was left and makes today's box. */
static void test_evening_step_after_a_long_sleep_catches_up(void **state)
{
    (void)state;
    create(false);
    import_people();
    (void)look(at(5, 540), NULL);
    struct evening_done done = look(at(19, 540), NULL);
    assert_int_equal(done.flushed.epochs, 1);
    assert_int_equal(done.boxes, 1);
    assert_true(is_flushed(5));
    assert_false(is_flushed(19));
}

/* A clock that is set back closes nothing twice and makes no day anew. */
static void test_evening_step_clock_set_back_changes_nothing(void **state)
{
    (void)state;
    create(false);
    import_people();
    (void)look(at(5, 540), NULL);
    (void)look(at(5, CLOSE - 59), NULL);
    (void)look(at(5, CLOSE), NULL);
    struct evening_done done = look(at(5, 600), NULL);
    assert_int_equal(done.flushed.epochs, 0);
    assert_int_equal(done.boxes, 0);
}

/* On Friday evening Monday's box is made; nothing is asked on the weekend. */
static void test_evening_step_weekend_is_passed_over(void **state)
{
    (void)state;
    create(false);
    import_people();
    assert_int_equal(look(at(8, 540), NULL).boxes, 1);
    assert_int_equal(look(at(8, CLOSE - 30), NULL).boxes, 1);
    assert_int_equal(look(at(8, CLOSE), NULL).flushed.epochs, 1);
    assert_int_equal(look(at(9, 720), NULL).boxes, 0);
    struct evening_box boxes[EVENING_BOXES_MAX];
    size_t count = 0;
    assert_ok(evening_boxes(&fixture.appliance, boxes, &count));
    assert_int_equal(count, 1);
    assert_true(date_equal(boxes[0].epoch.date, epoch_of(11).date));
}

/* In a demo a Sunday has a question, too, open all day. */
static void test_evening_step_demo_asks_every_day(void **state)
{
    (void)state;
    create(true);
    import_people();
    assert_int_equal(look(at(10, 1), NULL).boxes, 1);
    struct evening_box boxes[EVENING_BOXES_MAX];
    size_t count = 0;
    assert_ok(evening_boxes(&fixture.appliance, boxes, &count));
    assert_int_equal(count, 1);
    assert_true(date_equal(boxes[0].epoch.date, epoch_of(10).date));
    assert_int_equal(boxes[0].open_s, at(10, 0));
    assert_int_equal(boxes[0].close_s, at(11, 0));
}

/* What HR has set stays; outside of a demo nothing is added. */
static void test_evening_ask_in_demo_real_folder_is_left_alone(void **state)
{
    (void)state;
    create(false);
    assert_ok(evening_ask_in_demo(&fixture.appliance, epoch_of(10).date));
    struct calendar_exception exception;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(fixture.appliance.office, &txn));
    assert_err(calendar_exception_record_get(txn, epoch_of(10).date, &exception), DP_NOT_FOUND);
}

/* The same box is not made a second time. */
static void test_evening_make_box_again_exists(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    size_t moves = 0;
    create(false);
    import_people();
    fixture.now_s = at(5, 540);
    assert_ok(evening_make_box(&fixture.appliance, epoch_of(5), &moves, &problem));
    assert_err(evening_make_box(&fixture.appliance, epoch_of(5), &moves, &problem), DP_EXISTS);
    assert_err(evening_make_box(&fixture.appliance, epoch_of(4), &moves, &problem), DP_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_evening_step_without_people_does_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_evening_step_makes_todays_box_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_evening_step_makes_the_next_box_before_closing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_evening_step_after_a_long_sleep_catches_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_evening_step_clock_set_back_changes_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_evening_step_weekend_is_passed_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_evening_step_demo_asks_every_day, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evening_ask_in_demo_real_folder_is_left_alone,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_evening_make_box_again_exists, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
