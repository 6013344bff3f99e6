/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "app/privacy/forming.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

enum { K = 5 };

static struct forming_tally tally_of(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e)
{
    return (struct forming_tally){ { a, b, c, d, e } };
}

static struct cell figures(struct forming_tally tally)
{
    struct cell cell = { .unit = { 3 }, .question = { 1 }, .headcount = 20 };
    forming_fill(&cell, &tally, K, true);
    return cell;
}

/* Each kind of unit on each kind of day: one place, or none. */
static void test_forming_place_of_sends_each_ballot_to_one_cell(void **state)
{
    (void)state;
    struct unit daily = { .id = { 3 }, .cadence = UNIT_DAILY };
    struct unit weekly = { .id = { 4 }, .cadence = UNIT_WEEKLY, .pool = { 9 } };
    struct unit alone = { .id = { 5 }, .cadence = UNIT_WEEKLY };
    assert_int_equal(forming_place_of(&daily, true).unit.value, 3);
    assert_int_equal(forming_place_of(&daily, true).period_kind, PERIOD_DAY);
    assert_int_equal(forming_place_of(&daily, false).unit.value, 3);
    assert_int_equal(forming_place_of(&weekly, true).unit.value, 4);
    assert_int_equal(forming_place_of(&weekly, true).period_kind, PERIOD_WEEK);
    assert_int_equal(forming_place_of(&weekly, false).unit.value, 9);
    assert_int_equal(forming_place_of(&weekly, false).period_kind, PERIOD_DAY);
    assert_int_equal(forming_place_of(&alone, false).unit.value, 0);
    assert_int_equal(forming_place_of(NULL, true).unit.value, 0);
}

/* A day needs 5 answers. A week needs 5 on one of its days and 10 in all. */
static void test_forming_may_show_thresholds_are_exact(void **state)
{
    (void)state;
    struct forming_tally four = tally_of(1, 1, 1, 1, 0);
    struct forming_tally five = tally_of(1, 1, 1, 1, 1);
    assert_false(forming_may_show_day(&four, K));
    assert_true(forming_may_show_day(&five, K));
    assert_false(forming_may_show_day(&five, K + 1));
    const struct forming_tally three_fours[] = { four, four, four };
    assert_false(forming_may_show_week(three_fours, 3, K));
    const struct forming_tally five_four[] = { five, four };
    assert_false(forming_may_show_week(five_four, 2, K));
    const struct forming_tally five_five[] = { five, five };
    assert_true(forming_may_show_week(five_five, 2, K));
    const struct forming_tally four_six[] = { four, tally_of(6, 0, 0, 0, 0) };
    assert_true(forming_may_show_week(four_six, 2, K));
    const struct forming_tally ten = tally_of(0, 0, 0, 10, 0);
    assert_true(forming_may_show_week(&ten, 1, K));
    assert_false(forming_may_show_week(NULL, 0, K));
}

/* A hidden cell is the same whether nobody answered or four did. */
static void test_forming_fill_hidden_cell_says_nothing(void **state)
{
    (void)state;
    struct cell none = { .unit = { 3 }, .question = { 1 }, .headcount = 20 };
    struct cell four = none;
    struct forming_tally zero = tally_of(0, 0, 0, 0, 0);
    struct forming_tally some = tally_of(4, 0, 0, 0, 0);
    four.n = 77;
    four.has_bins = true;
    forming_fill(&none, &zero, K, false);
    forming_fill(&four, &some, K, false);
    town_assert_same_cells(&none, &four, 1);
    assert_int_equal(none.status, CELL_HIDDEN);
    assert_int_equal(none.headcount, 20);
    assert_int_equal(none.n, 0);
}

/* 5 answers: mean to 0.1, share to 5 %, no sd and no bins. 1+2+3+4+4 = 14 / 5 = 2.8; 2 of 5 = 40 %. */
static void test_forming_fill_few_answers_are_coarse(void **state)
{
    (void)state;
    struct cell cell = figures(tally_of(1, 1, 1, 2, 0));
    assert_int_equal(cell.status, CELL_OK);
    assert_int_equal(cell.n, 5);
    assert_int_equal(cell.mean_hundredths, 280);
    assert_int_equal(cell.favourable_pct, 40);
    assert_false(cell.has_sd);
    assert_false(cell.has_bins);
    assert_int_equal(cell.sd_tenths, 0);
    /* 3 of 7 = 42.86 % is nearer to 45 than to 40; mean 22 / 7 = 3.14. */
    cell = figures(tally_of(1, 0, 3, 3, 0));
    assert_int_equal(cell.mean_hundredths, 310);
    assert_int_equal(cell.favourable_pct, 45);
    /* Halves go up: 13 / 4 would be 3.25; with 8 answers 26 / 8. */
    cell = figures(tally_of(0, 2, 3, 2, 1));
    assert_int_equal(cell.mean_hundredths, 330);
    assert_int_equal(cell.favourable_pct, 40); /* 37.5 % */
}

/* All the same at either end: 1.3 and 4.7, 5 % and 95 %, whatever n. */
static void test_forming_fill_extremes_are_clamped(void **state)
{
    (void)state;
    const uint32_t sizes[] = { 5, 9, 10, 199, 200, 100000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct cell low = figures(tally_of(sizes[i], 0, 0, 0, 0));
        struct cell high = figures(tally_of(0, 0, 0, 0, sizes[i]));
        assert_int_equal(low.mean_hundredths, 130);
        assert_int_equal(low.favourable_pct, 5);
        assert_int_equal(high.mean_hundredths, 470);
        assert_int_equal(high.favourable_pct, 95);
        assert_false(low.has_bins);
        assert_false(high.has_bins);
    }
}

/* sd from 10 answers on; bins from 10 on if none holds more than n - 2. */
static void test_forming_fill_ten_answers_keep_sd_and_bins(void **state)
{
    (void)state;
    struct cell nine = figures(tally_of(1, 2, 3, 2, 1));
    assert_false(nine.has_sd);
    assert_false(nine.has_bins);
    struct cell ten = figures(tally_of(1, 2, 3, 3, 1));
    assert_true(ten.has_sd);
    assert_int_equal(ten.sd_tenths,
                     12); /* (109 - 31 * 31 / 10) / 9 = 1.433; the root is 1.197 */
    assert_true(ten.has_bins);
    const uint32_t bins[] = { 1, 2, 3, 3, 1 };
    assert_memory_equal(ten.bins, bins, sizeof bins);
    struct cell eight = figures(tally_of(1, 0, 8, 1, 0));
    assert_true(eight.has_bins);
    struct cell one_other = figures(tally_of(0, 0, 9, 1, 0));
    assert_true(one_other.has_sd);
    assert_false(one_other.has_bins);
    for (size_t i = 0; i < CELL_BINS; i++) {
        assert_int_equal(one_other.bins[i], 0);
    }
}

/* From 200 answers on: mean to 0.01, share to 1 %. 199 answers are still coarse. */
static void test_forming_fill_two_hundred_answers_are_fine(void **state)
{
    (void)state;
    struct cell coarse = figures(tally_of(0, 0, 100, 99, 0));
    assert_int_equal(coarse.mean_hundredths, 350);
    assert_int_equal(coarse.favourable_pct, 50);
    struct cell fine = figures(tally_of(0, 0, 101, 99, 0));
    assert_int_equal(fine.mean_hundredths, 350); /* 3.495 rounds up */
    assert_int_equal(fine.favourable_pct, 50);   /* 49.5 rounds up */
    fine = figures(tally_of(0, 0, 103, 97, 0));
    assert_int_equal(fine.mean_hundredths, 349); /* 3.485 */
    assert_int_equal(fine.favourable_pct, 49);   /* 48.5 */
}

/* Against floating point, over every way in which 10 to 14 people can answer. */
static void test_forming_fill_sd_agrees_with_floating_point(void **state)
{
    (void)state;
    size_t tried = 0;
    for (uint32_t code = 0; code < 15 * 15 * 15 * 15 * 15; code += 7) {
        struct forming_tally tally = { 0 };
        double n = 0;
        double sum = 0;
        double squares = 0;
        uint32_t rest = code;
        for (size_t i = 0; i < CELL_BINS; i++) {
            tally.bins[i] = rest % 15;
            rest /= 15;
            n += tally.bins[i];
            sum += (double)(i + 1) * tally.bins[i];
            squares += (double)((i + 1) * (i + 1)) * tally.bins[i];
        }
        if (n < 10) {
            continue;
        }
        double sd = 10.0 * sqrt((squares - sum * sum / n) / (n - 1));
        struct cell cell = figures(tally);
        assert_true(fabs(sd - cell.sd_tenths) <= 0.5 + 1e-9);
        tried++;
    }
    assert_true(tried > 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forming_place_of_sends_each_ballot_to_one_cell),
        cmocka_unit_test(test_forming_may_show_thresholds_are_exact),
        cmocka_unit_test(test_forming_fill_hidden_cell_says_nothing),
        cmocka_unit_test(test_forming_fill_few_answers_are_coarse),
        cmocka_unit_test(test_forming_fill_extremes_are_clamped),
        cmocka_unit_test(test_forming_fill_ten_answers_keep_sd_and_bins),
        cmocka_unit_test(test_forming_fill_two_hundred_answers_are_fine),
        cmocka_unit_test(test_forming_fill_sd_agrees_with_floating_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
