/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/survey/calendar.h"
#include "tests/support/support.h"

enum { QUESTIONS = 31, CYCLE_WEEKS = 10, CYCLE_DAYS = CYCLE_WEEKS * 7 };

static struct organisation office_week(void)
{
    struct organisation organisation;
    organisation_defaults(&organisation, STR("Example"), STR("Europe/Berlin"));
    return organisation;
}

static struct date day(const char *text)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

static struct calendar_day plan(const struct organisation *organisation, struct date date)
{
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    return calendar_plan(organisation, date, questions, count, NULL);
}

/* Nobody is asked at the weekend of a Monday-to-Friday week. */
static void test_calendar_plan_weekend_is_not_a_workday(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    for (int d = 7; d <= 8; d++) {
        struct calendar_day sat = plan(&organisation,
                                       date_make(day("2026-03-07").days + d - 7));
        assert_int_equal(sat.kind, CALENDAR_NOT_A_WORKDAY);
        assert_int_equal(sat.question.value, 0);
        assert_false(sat.is_anchor);
    }
}

/* A holiday and a pause ask nothing and keep their label. */
static void test_calendar_plan_holiday_and_pause_ask_nothing(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    static const enum calendar_kind kinds[] = { CALENDAR_HOLIDAY, CALENDAR_PAUSED };
    for (size_t i = 0; i < 2; i++) {
        struct calendar_exception exception = { .date = day("2026-12-25"),
                                                .kind = kinds[i],
                                                .label = "Christmas" };
        struct calendar_day got = calendar_plan(&organisation, exception.date, questions, count,
                                                &exception);
        assert_int_equal(got.kind, kinds[i]);
        assert_int_equal(got.question.value, 0);
        assert_false(got.is_anchor);
        assert_string_equal(got.label, "Christmas");
    }
}

/* A holiday on a Sunday stays a day that is no workday. */
static void test_calendar_plan_holiday_on_weekend_is_not_a_workday(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    struct calendar_exception exception = { .date = day("2026-03-08"),
                                            .kind = CALENDAR_HOLIDAY };
    assert_int_equal(
        calendar_plan(&organisation, exception.date, questions, count, &exception).kind,
        CALENDAR_NOT_A_WORKDAY);
}

/* Another question for a day takes the place of the planned one, on a Tuesday too, and HR may ask on
 * a Saturday; a question that does not exist leaves the plan as it is. */
static void test_calendar_plan_replacement_is_asked(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    struct calendar_exception exception = { .date = day("2026-03-10"),
                                            .kind = CALENDAR_ASK,
                                            .question = { 17 } };
    struct calendar_day got = calendar_plan(&organisation, exception.date, questions, count,
                                            &exception);
    assert_int_equal(got.kind, CALENDAR_ASK);
    assert_int_equal(got.question.value, 17);
    assert_false(got.is_anchor);

    exception.date = day("2026-03-14");
    exception.question.value = 1;
    got = calendar_plan(&organisation, exception.date, questions, count, &exception);
    assert_int_equal(got.kind, CALENDAR_ASK);
    assert_int_equal(got.question.value, 1);
    assert_true(got.is_anchor);

    exception.date = day("2026-03-10");
    exception.question.value = 999;
    got = calendar_plan(&organisation, exception.date, questions, count, &exception);
    assert_int_equal(got.question.value, 1);
    assert_true(got.is_anchor);
}

/* The anchor, and nothing else, on every Tuesday and Thursday. */
static void test_calendar_plan_tuesday_and_thursday_ask_the_anchor(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    struct date monday = day("2026-03-09");
    for (int32_t i = 0; i < CYCLE_DAYS; i++) {
        struct date date = date_add(monday, i);
        int weekday = date_weekday(date);
        bool is_anchor_day = weekday == 2 || weekday == 4;
        assert_int_equal(calendar_is_anchor_weekday(date), is_anchor_day);
        if (weekday <= 5) {
            assert_int_equal(plan(&organisation, date).is_anchor, is_anchor_day);
        }
    }
}

/* Ten weeks from any Monday, also across the turn of a year: every theme question exactly once. */
static void test_calendar_plan_ten_weeks_ask_each_question_once(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    static const char *const starts[] = { "1970-01-05", "2026-03-09", "2026-03-16",
                                          "2026-12-07", "2031-07-21" };
    for (size_t s = 0; s < sizeof starts / sizeof starts[0]; s++) {
        int asked[QUESTIONS + 1] = { 0 };
        for (int32_t i = 0; i < CYCLE_DAYS; i++) {
            struct calendar_day got = plan(&organisation, date_add(day(starts[s]), i));
            if (got.kind == CALENDAR_ASK) {
                asked[got.question.value]++;
            }
        }
        assert_int_equal(asked[1], 2 * CYCLE_WEEKS);
        for (size_t q = 2; q <= QUESTIONS; q++) {
            assert_int_equal(asked[q], 1);
        }
    }
}

/* Each fortnight, counted from where the plan counts, brings all six themes once. */
static void test_calendar_plan_fortnight_asks_each_theme_once(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    for (int32_t start = 4; start < 4 + 26 * 14; start += 14) {
        int of_theme[THEME_COUNT] = { 0 };
        for (int32_t i = 0; i < 14; i++) {
            struct calendar_day got = plan(&organisation, date_make(start + i));
            if (got.kind == CALENDAR_ASK) {
                of_theme[questions[got.question.value - 1].theme]++;
            }
        }
        assert_int_equal(of_theme[THEME_ANCHOR], 4);
        for (int t = THEME_PURPOSE; t < THEME_COUNT; t++) {
            assert_int_equal(of_theme[t], 1);
        }
    }
}

/* A paused question is passed over within its theme; the others of the theme fill its turns. */
static void test_calendar_plan_inactive_question_is_passed_over(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *defaults = question_defaults(&count);
    struct question questions[QUESTIONS];
    memcpy(questions, defaults, sizeof questions);
    questions[2].is_active = false; /* purpose-2 */
    int asked[QUESTIONS + 1] = { 0 };
    for (int32_t i = 0; i < 4 * 14; i++) {
        struct calendar_day got = calendar_plan(&organisation, date_add(day("2026-03-09"), i),
                                                questions, count, NULL);
        asked[got.question.value]++;
    }
    assert_int_equal(asked[3], 0);
    assert_int_equal(asked[2] + asked[4] + asked[5] + asked[6], 4);
    assert_int_equal(asked[2], 1);
    assert_int_equal(asked[6], 1);
}

/* A theme without an active question lets the next theme speak; without any question the day is a
 * pause, never a question that does not exist. */
static void test_calendar_plan_nothing_active_is_a_pause(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *defaults = question_defaults(&count);
    struct question questions[QUESTIONS];
    memcpy(questions, defaults, sizeof questions);
    for (size_t i = 1; i < 26; i++) {
        questions[i].is_active = false; /* only the last theme is left */
    }
    struct calendar_day got = calendar_plan(&organisation, day("2026-03-09"), questions, count,
                                            NULL);
    assert_int_equal(got.kind, CALENDAR_ASK);
    assert_in_range(got.question.value, 27, 31);

    got = calendar_plan(&organisation, day("2026-03-09"), questions, 0, NULL);
    assert_int_equal(got.kind, CALENDAR_PAUSED);
    questions[0].is_active = false;
    got = calendar_plan(&organisation, day("2026-03-10"), questions, count, NULL);
    assert_int_equal(got.kind, CALENDAR_PAUSED);
    assert_int_equal(got.question.value, 0);
}

/* Who works all seven days is asked every day, never the same theme question twice within a week. */
static void test_calendar_plan_seven_day_week_asks_every_day(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    organisation.workdays = 0x7f;
    uint16_t last[7] = { 0 };
    for (int32_t i = 0; i < CYCLE_DAYS; i++) {
        struct calendar_day got = plan(&organisation, date_add(day("2026-03-09"), i));
        assert_int_equal(got.kind, CALENDAR_ASK);
        assert_true(got.question.value >= 1 && got.question.value <= QUESTIONS);
        for (size_t j = 0; j < 7 && !got.is_anchor; j++) {
            assert_int_not_equal(last[j], got.question.value);
        }
        last[i % 7] = got.question.value;
    }
}

/* With weekends, too, no theme comes twice within a week from Monday to Sunday. */
static void test_calendar_plan_seven_day_week_repeats_no_theme(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    size_t count = 0;
    const struct question *questions = question_defaults(&count);
    organisation.workdays = 0x7f;
    for (int32_t week = 0; week < CYCLE_WEEKS; week++) {
        bool is_seen[THEME_COUNT] = { false };
        for (int32_t d = 0; d < 7; d++) {
            struct date date = date_add(day("2026-03-09"), week * 7 + d);
            struct calendar_day got = plan(&organisation, date);
            enum theme theme = questions[got.question.value - 1].theme;
            assert_true(theme == THEME_ANCHOR || !is_seen[theme]);
            is_seen[theme] = true;
        }
    }
}

/* The first days that a date can name work as well. */
static void test_calendar_plan_first_days_of_time_are_sound(void **state)
{
    (void)state;
    struct organisation organisation = office_week();
    for (int32_t d = 0; d < 14; d++) {
        struct calendar_day got = plan(&organisation, date_make(d));
        assert_true(got.kind == CALENDAR_ASK || got.kind == CALENDAR_NOT_A_WORKDAY);
        assert_true(got.question.value <= QUESTIONS);
    }
    /* Friday, 2 January 1970, ends the fortnight before the first: the last question of all. */
    assert_int_equal(plan(&organisation, date_make(1)).question.value, QUESTIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar_plan_weekend_is_not_a_workday),
        cmocka_unit_test(test_calendar_plan_holiday_and_pause_ask_nothing),
        cmocka_unit_test(test_calendar_plan_holiday_on_weekend_is_not_a_workday),
        cmocka_unit_test(test_calendar_plan_replacement_is_asked),
        cmocka_unit_test(test_calendar_plan_tuesday_and_thursday_ask_the_anchor),
        cmocka_unit_test(test_calendar_plan_ten_weeks_ask_each_question_once),
        cmocka_unit_test(test_calendar_plan_fortnight_asks_each_theme_once),
        cmocka_unit_test(test_calendar_plan_inactive_question_is_passed_over),
        cmocka_unit_test(test_calendar_plan_nothing_active_is_a_pause),
        cmocka_unit_test(test_calendar_plan_seven_day_week_asks_every_day),
        cmocka_unit_test(test_calendar_plan_seven_day_week_repeats_no_theme),
        cmocka_unit_test(test_calendar_plan_first_days_of_time_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
