/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/marks.h"

static const struct marks_place place = { .slot_count = 52, .bottom_px = 224 };

/* Every mark has its number, line and kind; a stretch is shaded; words only where they fit. */
static void test_marks_draw_numbers_lines_and_words(void **state)
{
    (void)state;
    static const struct chart_mark marks[] = {
        { CHART_MARK_CORRECTION, 0, 0, TEXT("1 May"), TEXT("New rota") },
        { CHART_MARK_REORGANISATION, 20, 20, TEXT("1 Jun"),
          TEXT("A label that is far too long") },
        { CHART_MARK_HOLIDAY, 25, 27, TEXT("1 Jul"), TEXT("Holiday") },
        { CHART_MARK_ALERT, 51, 51, TEXT("1 Aug"), TEXT("Alert") },
    };
    struct sheet sheet;
    sheet_start(&sheet);
    marks_draw(&sheet.html, marks, 4, &place);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"moment\""), 4);
    assert_int_equal(sheet_count(&sheet, "class=\"number\""), 4);
    assert_int_equal(sheet_count(&sheet, "class=\"stretch\""), 1);
    assert_true(sheet_has(&sheet, "mark mark-correction"));
    assert_true(sheet_has(&sheet, "mark mark-alert"));
    assert_true(sheet_has(&sheet, ">New rota</text>"));
    assert_true(sheet_has(&sheet, ">Holiday</text>"));
    assert_false(sheet_has(&sheet, "far too long"));
    assert_false(sheet_has(&sheet, ">Alert</text>"));
    sheet_free(&sheet);
}

/* Marks of one slot stand side by side on their one line, or their numbers would hide each other. */
static void test_marks_draw_same_slot_side_by_side(void **state)
{
    (void)state;
    static const struct chart_mark marks[] = {
        { CHART_MARK_CORRECTION, 5, 5, TEXT("1 May"), TEXT("One") },
        { CHART_MARK_REORGANISATION, 5, 5, TEXT("1 May"), TEXT("Two") },
        { CHART_MARK_ALERT, 5, 5, TEXT("1 May"), TEXT("Three") },
        { CHART_MARK_ALERT, 30, 30, TEXT("1 Aug"), TEXT("Four") },
    };
    struct sheet sheet;
    sheet_start(&sheet);
    marks_draw(&sheet.html, marks, 4, &place);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "translate(19 0)"), 1);
    assert_int_equal(sheet_count(&sheet, "translate(38 0)"), 1);
    assert_int_equal(sheet_count(&sheet, "translate("), 2);
    assert_false(sheet_has(&sheet, ">One</text>"));
    assert_true(sheet_has(&sheet, ">Three</text>"));
    sheet_free(&sheet);
}

/* On a phone a number gives way to the one before it, as far as it must; app.css moves it. */
static void test_marks_draw_near_ones_give_way_on_a_phone(void **state)
{
    (void)state;
    static const struct chart_mark marks[] = {
        { CHART_MARK_CORRECTION, 5, 5, TEXT("1 May"), TEXT("One") },
        { CHART_MARK_ALERT, 6, 6, TEXT("8 May"), TEXT("Two") },
        { CHART_MARK_ALERT, 20, 20, TEXT("1 Jun"), TEXT("Three") },
        { CHART_MARK_ALERT, 23, 23, TEXT("22 Jun"), TEXT("Four") },
        { CHART_MARK_ALERT, 40, 40, TEXT("1 Dec"), TEXT("Five") },
    };
    struct sheet sheet;
    sheet_start(&sheet);
    marks_draw(&sheet.html, marks, 5, &place);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"nudge-19\""), 1); /* 5 px behind the first */
    assert_int_equal(sheet_count(&sheet, "class=\"nudge-10\""), 1); /* 16 px behind the third */
    sheet_free(&sheet);
}

/* The list has all of them in words. */
static void test_marks_list_has_every_mark(void **state)
{
    (void)state;
    static const struct chart_mark marks[] = {
        { CHART_MARK_CORRECTION, 0, 0, TEXT("1 May"), TEXT("<b>") },
        { CHART_MARK_ALERT, 51, 51, TEXT("1 Aug"), TEXT("Alert") },
    };
    struct sheet sheet;
    sheet_start(&sheet);
    marks_list(&sheet.html, marks, 0);
    assert_int_equal(sheet.out.len, 0);
    marks_list(&sheet.html, marks, 2);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<li class=\"mark-correction\"><b>1 May</b> &lt;b&gt;</li>"));
    assert_int_equal(sheet_count(&sheet, "<li"), 2);
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_draw_numbers_lines_and_words),
        cmocka_unit_test(test_marks_draw_same_slot_side_by_side),
        cmocka_unit_test(test_marks_draw_near_ones_give_way_on_a_phone),
        cmocka_unit_test(test_marks_list_has_every_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
