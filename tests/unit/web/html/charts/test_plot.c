/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/plot.h"

/* Any range gets round ends that hold it and four to eight lines. */
static void test_plot_y_make_holds_any_range(void **state)
{
    (void)state;
    static const double lows[] = { -1e6, -3.3, -1, 0, 0.001, 2.49, 71.3, 12345 };
    static const double spans[] = { 1e-4, 0.003, 0.11, 1, 1.2, 2.5, 4, 6.9, 10, 99, 1e5 };
    for (size_t i = 0; i < sizeof lows / sizeof lows[0]; i++) {
        for (size_t j = 0; j < sizeof spans / sizeof spans[0]; j++) {
            double low = lows[i];
            double high = low + spans[j];
            struct plot_y axis = plot_y_make(low, high);
            double lines = (axis.max - axis.min) / axis.step + 1;
            assert_true(axis.min <= low + axis.step * 1e-6);
            assert_true(axis.max >= high - axis.step * 1e-6);
            assert_true(lines > 3.5 && lines < 8.5);
        }
    }
}

/* A range without extent gets one, around the value. */
static void test_plot_y_make_single_value_gets_room(void **state)
{
    (void)state;
    struct plot_y zero = plot_y_make(0, 0);
    assert_true(zero.min < 0 && zero.max > 0);
    struct plot_y value = plot_y_make(3.7, 3.7);
    assert_true(value.min < 3.7 && value.max > 3.7);
}

/* The scale of the questions keeps its whole numbers. */
static void test_plot_y_make_question_scale(void **state)
{
    (void)state;
    struct plot_y axis = plot_y_make(1, 5);
    assert_true(fabs(axis.min - 1) < 1e-9 && fabs(axis.max - 5) < 1e-9);
    assert_true(fabs(axis.step - 1) < 1e-9);
}

/* Values map linearly and stay inside. */
static void test_plot_y_of_is_clamped(void **state)
{
    (void)state;
    struct plot_y axis = { .min = 1, .max = 5, .step = 1, .top_px = 20, .bottom_px = 220 };
    assert_true(fabs(plot_y_of(&axis, 1) - 220) < 1e-9);
    assert_true(fabs(plot_y_of(&axis, 3) - 120) < 1e-9);
    assert_true(fabs(plot_y_of(&axis, 5) - 20) < 1e-9);
    assert_true(fabs(plot_y_of(&axis, 9) - 20) < 1e-9);
    assert_true(fabs(plot_y_of(&axis, -9) - 220) < 1e-9);
}

static void test_plot_x_of_is_the_middle_of_the_slot(void **state)
{
    (void)state;
    assert_true(fabs(plot_x_of(0, 1) - 50) < 1e-9);
    assert_true(fabs(plot_x_of(0, 4) - 12.5) < 1e-9);
    assert_true(fabs(plot_x_of(3, 4) - 87.5) < 1e-9);
}

/* The stronger line is zero where there is a zero, else the lowest; numbers as the language has. */
static void test_plot_grid_marks_the_base(void **state)
{
    (void)state;
    struct sheet sheet;
    struct chart_numbers numbers = { ',', 1 };
    struct plot_y axis = {
        .min = -0.5, .max = 0.5, .step = 0.25, .top_px = 0, .bottom_px = 100
    };
    sheet_start(&sheet);
    plot_grid(&sheet.html, &axis, &numbers);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"grid\""), 4);
    assert_true(sheet_has(&sheet, "<line class=\"base\" x2=\"100%\" y1=\"50\" y2=\"50\"/>"));
    assert_true(sheet_has(&sheet, ">-0,25</text>"));
    assert_true(sheet_has(&sheet, ">0,00</text>"));
    sheet_free(&sheet);
    axis = (struct plot_y){ .min = 2, .max = 4, .step = 1, .top_px = 0, .bottom_px = 100 };
    sheet_start(&sheet);
    plot_grid(&sheet.html, &axis, &numbers);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<line class=\"base\" x2=\"100%\" y1=\"100\" y2=\"100\"/>"));
    assert_int_equal(sheet_count(&sheet, "<text"), 3);
    sheet_free(&sheet);
}

/* At most twelve labels, and at most four of them on a narrow screen. */
static void test_plot_labels_never_crowd(void **state)
{
    (void)state;
    static struct str labels[CHART_PERIODS_MAX];
    for (size_t i = 0; i < CHART_PERIODS_MAX; i++) {
        labels[i] = STR("L");
    }
    for (size_t count = 1; count <= CHART_PERIODS_MAX; count += count < 150 ? 1 : 97) {
        struct sheet sheet;
        sheet_start(&sheet);
        plot_labels(&sheet.html, labels, count, 10);
        sheet_finish(&sheet);
        size_t all = sheet_count(&sheet, "<text");
        size_t wide = sheet_count(&sheet, "tick wide");
        assert_in_range(all, 1, 12);
        assert_in_range(all - wide, 1, 4);
        sheet_free(&sheet);
    }
}

/* Five different dashes, the first a full line. */
static void test_plot_dash_differs(void **state)
{
    (void)state;
    assert_null(plot_dash(0));
    for (size_t a = 1; a < CHART_SERIES_MAX; a++) {
        for (size_t b = 1; b < a; b++) {
            assert_string_not_equal(plot_dash(a), plot_dash(b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plot_y_make_holds_any_range),
        cmocka_unit_test(test_plot_y_make_single_value_gets_room),
        cmocka_unit_test(test_plot_y_make_question_scale),
        cmocka_unit_test(test_plot_y_of_is_clamped),
        cmocka_unit_test(test_plot_x_of_is_the_middle_of_the_slot),
        cmocka_unit_test(test_plot_grid_marks_the_base),
        cmocka_unit_test(test_plot_labels_never_crowd),
        cmocka_unit_test(test_plot_dash_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
