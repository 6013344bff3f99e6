/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "app/privacy/settled.h"
#include "storage/box.h"
#include "tests/support/support.h"

/* Counted from the Monday of the running week. */
static struct date day(int32_t number)
{
    return date_add(date_monday((struct date){ 20000 }), number);
}

static void put_box(const struct folder *folder, struct date date)
{
    char text[DATE_TEXT_MAX];
    char path[FILE_PATH_MAX];
    date_text(date, text);
    assert_in_range(snprintf(path, sizeof path, "%s/%s", folder->box, text), 1, sizeof path - 1);
    assert_int_equal(mkdir(path, 0700), 0);
}

static int32_t until(const struct folder *folder, int32_t today)
{
    struct date monday;
    assert_ok(settled_until(folder, day(today), &monday));
    return monday.days - day(0).days;
}

/* A folder that is none, and one with more boxes than there may be. */
static void test_settled_until_unreadable_folder_fails(void **state)
{
    (void)state;
    struct folder folder = { .box = "/nowhere/at/all" };
    struct date monday;
    assert_err(settled_until(&folder, day(0), &monday), DP_IO);
    snprintf(folder.box, sizeof folder.box, "%s", support_tempdir());
    for (int i = 0; i <= BOX_EPOCHS_MAX; i++) {
        put_box(&folder, day(-i));
    }
    assert_err(settled_until(&folder, day(0), &monday), DP_FULL);
}

/* Without boxes, or with those of the running week and of later days, all that is over is settled. */
static void test_settled_until_without_old_boxes_is_this_monday(void **state)
{
    (void)state;
    struct folder folder = { 0 };
    snprintf(folder.box, sizeof folder.box, "%s", support_tempdir());
    assert_int_equal(until(&folder, 0), 0);
    assert_int_equal(until(&folder, 6), 0);
    put_box(&folder, day(0));
    put_box(&folder, day(3));
    put_box(&folder, day(8));
    assert_int_equal(until(&folder, 3), 0);
    support_remove_tree(folder.box);
}

/* The oldest week with a box holds up itself and all behind it, and no longer than four weeks. */
static void test_settled_until_waits_for_old_boxes(void **state)
{
    (void)state;
    struct folder folder = { 0 };
    snprintf(folder.box, sizeof folder.box, "%s", support_tempdir());
    put_box(&folder, day(-3));
    assert_int_equal(until(&folder, 0), -7);
    put_box(&folder, day(-17));
    assert_int_equal(until(&folder, 0), -21);
    int32_t last = -15 + 7 * SETTLED_WAIT_WEEKS; /* the Sunday before it is given up */
    assert_int_equal(until(&folder, last), -21);
    assert_int_equal(until(&folder, last + 1), -7);
    assert_int_equal(until(&folder, last + 14), -7);
    assert_int_equal(until(&folder, last + 15), last + 15);
    support_remove_tree(folder.box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settled_until_unreadable_folder_fails),
        cmocka_unit_test(test_settled_until_without_old_boxes_is_this_monday),
        cmocka_unit_test(test_settled_until_waits_for_old_boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
