/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/demo/company.h"
#include "tests/support/support.h"

enum { CSV_MAX = 1 << 22, DAYS = DEMO_WEEKS * 7 };

static struct date monday(void)
{
    struct date date = { 0 };
    assert_ok(date_from_parts(2025, 3, 3, &date));
    return date;
}

static struct demo_company *make(void)
{
    struct demo_company *company = mem_new(1, sizeof *company);
    assert_non_null(company);
    demo_company_make(company, monday());
    return company;
}

/* Everybody sits in a team as large as it says, with an id of their own; ten move. */
static void test_demo_company_make_seats_everybody_once(void **state)
{
    (void)state;
    size_t count = 0;
    int seated[DEMO_TEAMS_MAX] = { 0 };
    int moved = 0;
    int people = 0;
    struct demo_company *company = make();
    const struct demo_team *teams = demo_teams(&count);
    for (int i = 0; i < DEMO_PEOPLE; i++) {
        const struct demo_person *person = &company->people[i];
        assert_in_range(person->team, 0, count - 1);
        assert_in_range(person->team_after, 0, count - 1);
        seated[person->team]++;
        moved += person->team != person->team_after ? 1 : 0;
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(person->external_id, company->people[k].external_id);
        }
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(seated[i], teams[i].people);
        people += teams[i].people;
    }
    assert_int_equal(people, DEMO_PEOPLE);
    assert_int_equal(moved, DEMO_MOVED_PEOPLE);
    mem_free(company);
}

/* Two of the same: the same rosters, the same answers in the same order; all are answers. */
static void test_demo_company_make_is_the_same_each_time(void **state)
{
    (void)state;
    struct demo_company *one = make();
    struct demo_company *two = make();
    int counts[7] = { 0 };
    for (int day = 0; day < DAYS; day += 50) {
        for (int i = 0; i < DEMO_PEOPLE; i++) {
            int answer = demo_company_answer(one, i, date_add(monday(), day), 0.1);
            assert_in_range(answer + 1, 0, 6);
            assert_int_equal(answer, demo_company_answer(two, i, date_add(monday(), day), 0.1));
            counts[answer + 1]++;
        }
    }
    for (int i = 0; i < 7; i++) {
        assert_true(counts[i] > 0);
    }
    for (int is_after = 0; is_after <= 1; is_after++) {
        BUF_AUTO struct buf first = buf_new(CSV_MAX);
        BUF_AUTO struct buf second = buf_new(CSV_MAX);
        demo_company_roster(one, is_after == 1, &first);
        demo_company_roster(two, is_after == 1, &second);
        assert_ok(buf_finish(&first));
        assert_true(str_equal(buf_str(&first), buf_str(&second)));
    }
    mem_free(one);
    mem_free(two);
}

/* The outcomes until an earlier date are the beginning of those until a later one, and stop before
 * the week of the date. */
static void test_demo_company_outcomes_stop_before_the_week(void **state)
{
    (void)state;
    char week[WEEK_TEXT_MAX];
    struct demo_company *company = make();
    BUF_AUTO struct buf nothing = buf_new(CSV_MAX);
    BUF_AUTO struct buf early = buf_new(CSV_MAX);
    BUF_AUTO struct buf late = buf_new(CSV_MAX);
    demo_company_outcomes(company, date_add(monday(), 6), &nothing);
    demo_company_outcomes(company, date_add(monday(), 7 * 9 + 4), &early);
    demo_company_outcomes(company, date_add(monday(), DAYS), &late);
    assert_true(str_equal(buf_str(&nothing), STR("period,team,metric,value,n,source\r\n")));
    assert_true(early.len > nothing.len);
    assert_true(late.len > early.len);
    assert_true(str_starts_with(buf_str(&late), buf_str(&early)));
    date_week_text(date_add(monday(), 7 * 8), week);
    assert_non_null(memmem(early.data, early.len, week, strlen(week)));
    date_week_text(date_add(monday(), 7 * 9), week);
    assert_null(memmem(early.data, early.len, week, strlen(week)));
    mem_free(company);
}

/* Mean of a team's values of a metric over the weeks from..to. */
static double mean_of(const char *csv, const char *team, const char *metric, int from, int to)
{
    double sum = 0;
    int count = 0;
    for (int w = from; w < to; w++) {
        char week[WEEK_TEXT_MAX];
        char start[128];
        double value = 0;
        date_week_text(date_add(monday(), 7 * w), week);
        snprintf(start, sizeof start, "\n%s,%s,%s,", week, team, metric);
        const char *row = strstr(csv, start);
        assert_non_null(row);
        assert_int_equal(sscanf(row + strlen(start), "%lf", &value), 1);
        sum += value;
        count++;
    }
    return sum / count;
}

/* From the correction on its three teams solve more in one call; the others stay as they were. */
static void test_demo_company_outcomes_hold_the_correction(void **state)
{
    (void)state;
    size_t count = 0;
    int corrected = 0;
    struct demo_company *company = make();
    BUF_AUTO struct buf csv = buf_new(CSV_MAX);
    demo_company_outcomes(company, date_add(monday(), DAYS), &csv);
    buf_add_char(&csv, '\0');
    assert_ok(buf_finish(&csv));
    const char *text = csv.data;
    const struct demo_team *teams = demo_teams(&count);
    for (size_t i = 0; i < count; i++) {
        if (!teams[i].has_customers) {
            assert_null(strstr(text, teams[i].path));
            continue;
        }
        double change = mean_of(text, teams[i].path, "one_call_resolution",
                                DEMO_CORRECTION_WEEK, DEMO_WEEKS) -
                        mean_of(text, teams[i].path, "one_call_resolution", 0,
                                DEMO_CORRECTION_WEEK);
        double wanted = teams[i].is_corrected ? DEMO_CORRECTION_CALLS : 0.0;
        assert_true(change > wanted - 2.0 && change < wanted + 2.0);
        corrected += teams[i].is_corrected ? 1 : 0;
    }
    assert_int_equal(corrected, 3);
    mem_free(company);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo_company_make_seats_everybody_once),
        cmocka_unit_test(test_demo_company_make_is_the_same_each_time),
        cmocka_unit_test(test_demo_company_outcomes_stop_before_the_week),
        cmocka_unit_test(test_demo_company_outcomes_hold_the_correction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
