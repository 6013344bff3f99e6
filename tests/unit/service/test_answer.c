/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "app/service/schedule/evening.h"
#include "tests/support/support.h"
#include "tests/unit/service/firm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, HOTLINE_PEOPLE = 24 };

static const struct question_id anchor = { 1 };
static const struct question_id straight = { 2 };
static const struct question_id reversed = { 6 };

/* Hotline: people 0..23. Sales: 24..35, weekly. */
static const struct firm_team teams[] = { { "Service/Hotline", HOTLINE_PEOPLE },
                                          { "Sales", 12 } };

static int setup_real(void **state)
{
    *state = calloc(1, sizeof(struct firm));
    assert_non_null(*state);
    firm_start(*state, false, teams, COUNT(teams));
    return 0;
}

static int setup_demo(void **state)
{
    *state = calloc(1, sizeof(struct firm));
    assert_non_null(*state);
    firm_start(*state, true, teams, COUNT(teams));
    return 0;
}

static int teardown(void **state)
{
    firm_end(*state);
    free(*state);
    return 0;
}

static struct epoch_id epoch(int day)
{
    return (struct epoch_id){ firm_day(day) };
}

static struct answer_sheet look(struct firm *firm, int person)
{
    struct answer_sheet sheet;
    assert_ok(answer_look(&firm->desk, firm_token(firm, person), &sheet));
    return sheet;
}

/* The Hotline's day cell of a question. */
static struct cell hotline(struct firm *firm, int day, struct question_id question)
{
    struct cell cell = { 0 };
    struct cell_place place = { firm_unit(firm, "Hotline"), PERIOD_DAY, firm_day(day),
                                question };
    assert_true(firm_cell(firm, &place, &cell));
    return cell;
}

/* ---- Refused ---- */

/* A link that was never issued, one that is no link at all, and one that was issued anew. */
static void test_answer_unknown_link_is_not_found(void **state)
{
    static const char *const links[] = { "0000000000000000", "", "?", "000000000000000",
                                         "00000000000000000" };
    struct firm *firm = *state;
    struct answer_sheet sheet;
    char old[ANSWER_TOKEN_TEXT];
    firm_make(firm, firm_day(TUESDAY));
    for (size_t i = 0; i < COUNT(links); i++) {
        assert_err(answer_look(&firm->desk, str_of(links[i]), &sheet), DP_NOT_FOUND);
        assert_err(answer_put(&firm->desk, str_of(links[i]), epoch(TUESDAY), 5), DP_NOT_FOUND);
    }
    assert_true(str_copy(firm_token(firm, 3), old, sizeof old));
    assert_ok(answer_look(&firm->desk, str_of(old), &sheet));
    (void)firm_token(firm, 3);
    assert_err(answer_look(&firm->desk, str_of(old), &sheet), DP_NOT_FOUND);
    assert_err(answer_put(&firm->desk, str_of(old), epoch(TUESDAY), 5), DP_NOT_FOUND);
}

/* Below 0 and above 5 nothing is stored; 0 and 5 are answers. */
static void test_answer_put_out_of_range_stores_nothing(void **state)
{
    static const int wrong[] = { -1, 6, INT32_MIN, INT32_MAX };
    struct firm *firm = *state;
    firm_make(firm, firm_day(TUESDAY));
    for (int person = 0; person < 5; person++) {
        for (size_t i = 0; i < COUNT(wrong); i++) {
            assert_err(
                answer_put(&firm->desk, firm_token(firm, person), epoch(TUESDAY), wrong[i]),
                DP_OUT_OF_RANGE);
        }
    }
    firm_answers(firm, firm_day(TUESDAY), 5, "055555");
    firm_close(firm, firm_day(TUESDAY));
    assert_int_equal(hotline(firm, TUESDAY, anchor).n, 5);
}

/* A form of yesterday and one of tomorrow, while today's box is open. */
static void test_answer_put_other_days_form_is_a_conflict(void **state)
{
    struct firm *firm = *state;
    firm_make(firm, firm_day(MONDAY));
    firm_make(firm, firm_day(TUESDAY));
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(MONDAY), 4), DP_CONFLICT);
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(WEDNESDAY), 4), DP_CONFLICT);
    assert_ok(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4));
}

/* Before 11:30 the sheet says so and nothing is taken; from 20:00 on it has closed, also while the
 * box is still there. */
static void test_answer_before_and_after_the_window_is_refused(void **state)
{
    struct firm *firm = *state;
    firm_make(firm, firm_day(TUESDAY));
    firm_at(firm, firm_day(TUESDAY), 11 * 60 + 29);
    struct answer_sheet sheet = look(firm, 0);
    assert_int_equal(sheet.state, ANSWER_EARLY);
    assert_int_equal(sheet.open_minute, 11 * 60 + 30);
    assert_int_equal(sheet.close_minute, 20 * 60);
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4), DP_CONFLICT);
    firm_at(firm, firm_day(TUESDAY), 11 * 60 + 30);
    assert_int_equal(look(firm, 0).state, ANSWER_OPEN);
    firm_at(firm, firm_day(TUESDAY), 20 * 60);
    assert_int_equal(look(firm, 0).state, ANSWER_CLOSED);
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4), DP_CLOSED);
    firm_at(firm, firm_day(TUESDAY), 20 * 60 - 1);
    assert_ok(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4));
}

/* The evening has counted the box: the day has closed, and the next question is named. */
static void test_answer_after_the_flush_has_closed(void **state)
{
    struct firm *firm = *state;
    firm_make(firm, firm_day(TUESDAY));
    firm_answers(firm, firm_day(TUESDAY), 0, "5");
    firm_close(firm, firm_day(TUESDAY));
    struct answer_sheet sheet = look(firm, 0);
    assert_int_equal(sheet.state, ANSWER_CLOSED);
    assert_true(sheet.has_next);
    assert_true(date_equal(sheet.next_date, firm_day(WEDNESDAY)));
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4), DP_CLOSED);
    firm_at(firm, firm_day(WEDNESDAY), 12 * 60);
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4), DP_CONFLICT);
}

/* A holiday has a name and a day after it. */
static void test_answer_look_holiday_has_no_question(void **state)
{
    struct firm *firm = *state;
    firm_ask(firm, firm_day(TUESDAY), (struct question_id){ 0 });
    firm_at(firm, firm_day(TUESDAY), 12 * 60);
    struct answer_sheet sheet = look(firm, 0);
    assert_int_equal(sheet.state, ANSWER_NO_QUESTION);
    assert_string_equal(sheet.label, "Carnival");
    assert_true(sheet.has_next);
    assert_true(date_equal(sheet.next_date, firm_day(WEDNESDAY)));
    assert_err(answer_put(&firm->desk, firm_token(firm, 0), epoch(TUESDAY), 4), DP_CONFLICT);
}

/* Who joins on Monday is unknown before, and from Friday evening on, when Monday's box is made, not
 * in Friday's plan. */
static void test_answer_of_who_is_not_in_the_plan_is_forbidden(void **state)
{
    static const struct firm_team more[] = { { "Service/Hotline", HOTLINE_PEOPLE },
                                             { "Sales", 13 } };
    enum { FRIDAY = 4, NEXT_MONDAY = 7, NEW = 36 };
    struct firm *firm = *state;
    struct answer_sheet sheet;
    firm_make(firm, firm_day(FRIDAY));
    firm_roster(firm, more, COUNT(more));
    assert_err(answer_look(&firm->desk, firm_token(firm, NEW), &sheet), DP_NOT_FOUND);
    struct dp_problem problem = { 0 };
    size_t moves = 0;
    assert_ok(evening_make_box(&firm->appliance, epoch(NEXT_MONDAY), &moves, &problem));
    assert_int_equal(moves, 1);
    assert_int_equal(look(firm, NEW).state, ANSWER_NOT_IN_PLAN);
    assert_err(answer_put(&firm->desk, firm_token(firm, NEW), epoch(FRIDAY), 4), DP_FORBIDDEN);
    assert_int_equal(look(firm, NEW - 1).state, ANSWER_OPEN);
    firm_at(firm, firm_day(NEXT_MONDAY), 12 * 60);
    assert_int_equal(look(firm, NEW).state, ANSWER_OPEN);
    assert_ok(answer_put(&firm->desk, firm_token(firm, NEW), epoch(NEXT_MONDAY), 4));
}

/* ---- The sheet and the answer ---- */

/* An open sheet names the unit, how many sit in it, and the question of the day. */
static void test_answer_look_open_sheet_says_unit_and_question(void **state)
{
    struct firm *firm = *state;
    firm_make(firm, firm_day(TUESDAY));
    struct answer_sheet sheet = look(firm, 7);
    assert_int_equal(sheet.state, ANSWER_OPEN);
    assert_true(date_equal(sheet.today, firm_day(TUESDAY)));
    assert_true(date_equal(sheet.epoch.date, firm_day(TUESDAY)));
    assert_int_equal(sheet.question.id.value, anchor.value);
    assert_true(strlen(sheet.question.text[LANGUAGE_EN]) > 10);
    assert_string_equal(sheet.unit_name, "Hotline");
    assert_int_equal(sheet.headcount, HOTLINE_PEOPLE);
    assert_int_equal(sheet.min_people, ORGANISATION_MIN_PEOPLE_FLOOR);
    assert_true(sheet.is_ever_shown);
    assert_false(sheet.is_weekly);
    sheet = look(firm, HOTLINE_PEOPLE);
    assert_string_equal(sheet.unit_name, "Sales");
    assert_int_equal(sheet.headcount, 12);
    assert_true(sheet.is_weekly);
    firm_close(firm, firm_day(TUESDAY));
    firm_make(firm, firm_day(WEDNESDAY));
    assert_true(look(firm, 7).question.theme != THEME_ANCHOR);
    assert_string_equal(look(firm, 7).unit_name, "Hotline");
    firm_close(firm, firm_day(WEDNESDAY));
    firm_make(firm, firm_day(THURSDAY));
    assert_int_equal(look(firm, 7).question.id.value, anchor.value);
}

/* Six people answer, three of them up to three times: six count, each with the last answer.
 * 5+4+4+3+2+1 = 19, /6 = 3.17; what stays is rounded to a tenth and above. */
static void test_answer_put_second_answer_replaces_the_first(void **state)
{
    struct firm *firm = *state;
    firm_make(firm, firm_day(TUESDAY));
    firm_answers(firm, firm_day(TUESDAY), 0, "111321");
    firm_answers(firm, firm_day(TUESDAY), 0, "222");
    firm_answers(firm, firm_day(TUESDAY), 0, "544");
    firm_close(firm, firm_day(TUESDAY));
    struct cell cell = hotline(firm, TUESDAY, anchor);
    assert_int_equal(cell.status, CELL_OK);
    assert_int_equal(cell.n, 6);
    assert_int_equal(cell.headcount, HOTLINE_PEOPLE);
    assert_in_range(cell.mean_hundredths, 310, 325);
    assert_int_equal(cell.favourable_pct, 50);
}

/* The same clicks on a reverse-keyed question give the mirrored cell: 5 is the good end in store. */
static void test_answer_put_reversed_question_is_flipped_in_the_cell(void **state)
{
    struct firm *firm = *state;
    firm_ask(firm, firm_day(MONDAY), straight);
    firm_ask(firm, firm_day(TUESDAY), reversed);
    firm_make(firm, firm_day(MONDAY));
    firm_answers(firm, firm_day(MONDAY), 0, "222140");
    firm_close(firm, firm_day(MONDAY));
    firm_make(firm, firm_day(TUESDAY));
    assert_true(look(firm, 9).question.is_reversed);
    firm_answers(firm, firm_day(TUESDAY), 0, "222140");
    firm_close(firm, firm_day(TUESDAY));
    struct cell as_clicked = hotline(firm, MONDAY, straight);
    struct cell flipped = hotline(firm, TUESDAY, reversed);
    assert_int_equal(as_clicked.n, 5); /* the skipped one is skipped in both */
    assert_int_equal(flipped.n, 5);
    assert_int_equal(as_clicked.mean_hundredths, 220); /* (2+2+2+1+4)/5 */
    assert_int_equal(flipped.mean_hundredths, 380);    /* 6 - 2.20 */
    assert_int_equal(as_clicked.favourable_pct, 20);
    assert_int_equal(flipped.favourable_pct, 80);
}

static bool count_shown(const struct cell *cell, void *context)
{
    size_t *shown = context;
    *shown += cell->status == CELL_OK ? 1 : 0;
    return true;
}

/* Four people in all: they are told that nothing is ever shown, and nothing is. */
static void test_answer_company_of_four_is_never_shown(void **state)
{
    static const struct firm_team four[] = { { "Everybody", 4 } };
    struct firm firm;
    size_t shown = 0;
    (void)state;
    firm_start(&firm, true, four, COUNT(four));
    for (int day = MONDAY; day <= WEDNESDAY; day++) {
        firm_make(&firm, firm_day(day));
        struct answer_sheet sheet = look(&firm, 0);
        assert_int_equal(sheet.state, ANSWER_OPEN);
        assert_false(sheet.is_ever_shown);
        firm_answers(&firm, firm_day(day), 0, "5421");
        firm_close(&firm, firm_day(day));
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(firm.appliance.results, &txn));
    assert_ok(cell_record_each(txn, count_shown, &shown));
    store_read_end(txn);
    txn = NULL;
    assert_int_equal(shown, 0);
    firm_end(&firm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answer_unknown_link_is_not_found, setup_demo,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_answer_put_out_of_range_stores_nothing, setup_demo,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_answer_put_other_days_form_is_a_conflict,
                                        setup_demo, teardown),
        cmocka_unit_test_setup_teardown(test_answer_before_and_after_the_window_is_refused,
                                        setup_real, teardown),
        cmocka_unit_test_setup_teardown(test_answer_after_the_flush_has_closed, setup_real,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_answer_look_holiday_has_no_question, setup_real,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_answer_of_who_is_not_in_the_plan_is_forbidden,
                                        setup_real, teardown),
        cmocka_unit_test_setup_teardown(test_answer_look_open_sheet_says_unit_and_question,
                                        setup_real, teardown),
        cmocka_unit_test_setup_teardown(test_answer_put_second_answer_replaces_the_first,
                                        setup_demo, teardown),
        cmocka_unit_test_setup_teardown(
            test_answer_put_reversed_question_is_flipped_in_the_cell, setup_demo, teardown),
        cmocka_unit_test(test_answer_company_of_four_is_never_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
