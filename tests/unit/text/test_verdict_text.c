/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/text/verdict_text.h"
#include "tests/support/support.h"

static struct verdict_subject about(const char *metric)
{
    struct date next = { 0 };
    assert_ok(date_parse(STR("2026-05-04"), &next));
    return (struct verdict_subject){ .metric = metric_find(str_of(metric)),
                                     .unit = LAG_UNIT_WEEK,
                                     .links_examined = 24,
                                     .next_look = next };
}

/* A strong finding: two weeks ahead, between one and three. */
static struct lagscan_result found(void)
{
    return (struct lagscan_result){ .verdict = VERDICT_LEADS,
                                    .grade = GRADE_STRONG,
                                    .n = 78,
                                    .n_complete = 78,
                                    .teams = 1,
                                    .best_lag = 2,
                                    .best_r = 0.412,
                                    .ci_lo = 0.208,
                                    .ci_hi = 0.58,
                                    .lag_lo = 1,
                                    .lag_hi = 3 };
}

static const char *said(enum language language, const struct lagscan_result *result,
                        const struct verdict_subject *subject)
{
    static char copy[2048];
    struct buf out = buf_new(sizeof copy - 1);
    verdict_text(&out, language, result, subject);
    assert_ok(buf_finish(&out));
    struct str s = buf_str(&out);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    buf_free(&out);
    return copy;
}

/* Every refusal has its sentence, and none holds a number. */
static void test_verdict_text_refused_says_why(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    for (int r = REFUSAL_NONE + 1; r < REFUSAL_COUNT; r++) {
        struct lagscan_result result = { .verdict = VERDICT_REFUSED,
                                         .refusal = (enum refusal)r,
                                         .best_r = (double)NAN };
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            assert_true(strlen(said((enum language)l, &result, &subject)) > 20);
            assert_null(strstr(said((enum language)l, &result, &subject), "r ="));
        }
        enum text notes[VERDICT_TEXT_NOTES_MAX];
        assert_int_equal(verdict_text_notes(&result, notes), 1);
        assert_int_equal(notes[0], TEXT_NOTE_STANDING);
    }
}

/* Too little data asks for more and names no r. */
static void test_verdict_text_not_enough_asks_for_more(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    struct lagscan_result result = { .verdict = VERDICT_NOT_ENOUGH_DATA,
                                     .needs_more = 43,
                                     .refusal = REFUSAL_TOO_FEW_PERIODS };
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "Not enough data: needs about 43 more weeks.");
    assert_string_equal(said(LANGUAGE_DE, &result, &subject),
                        "Nicht genug Daten: Es fehlen noch etwa 43 Wochen.");
    result.verdict = VERDICT_CHART_ONLY;
    result.n_complete = 15;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "Not enough data for a figure: the chart shows 15 weeks; needs about 43 more "
        "weeks.");
    result.verdict = VERDICT_CANNOT_TELL;
    result.refusal = REFUSAL_NONE;
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "Not enough data: needs about 43 more weeks.");
}

/* A hint names neither lag nor r, a null says what would have shown. */
static void test_verdict_text_hint_and_null_name_no_lag(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    struct lagscan_result result = found();
    result.verdict = VERDICT_HINT;
    result.grade = GRADE_HINT;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "An early hint only. It may be chance; the next look is on 4 May 2026.");
    result.verdict = VERDICT_NO_LINK;
    result.grade = GRADE_NONE;
    result.mde_rho = 0.437;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "No link found in 78 weeks. A link of r = 0.44 or stronger would probably "
        "have shown.");
    assert_string_equal(
        said(LANGUAGE_DE, &result, &subject),
        "In 78 Wochen wurde kein Zusammenhang gefunden. Ein Zusammenhang von r = 0,44 "
        "oder stärker hätte sich wahrscheinlich gezeigt.");
}

/* The sentence of a finding, whole, in both languages. */
static void test_verdict_text_leads_names_lag_range_and_evidence(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    struct lagscan_result result = found();
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "Engagement comes before CSAT (mean) by about 2 weeks (between 1 and 3). "
        "r = 0.41, 95% interval 0.21 to 0.58. Strong evidence from 78 weeks, 24 links "
        "examined.");
    assert_string_equal(
        said(LANGUAGE_DE, &result, &subject),
        "Das Engagement geht „CSAT (Mittelwert)“ um etwa 2 Wochen voraus (zwischen 1 "
        "und 3). r = 0,41, 95-%-Intervall 0,21 bis 0,58. Starker Beleg aus 78 Wochen; "
        "24 Zusammenhänge untersucht.");
    result.is_lag_hi_open = true;
    result.lag_hi = 8;
    result.grade = GRADE_MODERATE;
    subject.links_examined = 1;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "Engagement comes before CSAT (mean) by about 2 weeks (between 1 and 8, or "
        "longer). r = 0.41, 95% interval 0.21 to 0.58. Moderate evidence from 78 "
        "weeks, 1 link examined.");
}

/* One lag alone, of one month, in four teams. */
static void test_verdict_text_single_lag_has_no_range(void **state)
{
    (void)state;
    struct verdict_subject subject = about("one_call_resolution");
    subject.unit = LAG_UNIT_MONTH;
    struct lagscan_result result = found();
    result.best_lag = 1;
    result.lag_lo = 1;
    result.lag_hi = 1;
    result.teams = 4;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "Engagement comes before one-call resolution by about 1 month. r = 0.41, 95% "
        "interval 0.21 to 0.58. Strong evidence from 78 months, 24 links examined. "
        "Compared within 4 teams.");
}

/* The reverse direction is said with the same weight, its lags without a sign. */
static void test_verdict_text_follows_turns_the_range_round(void **state)
{
    (void)state;
    struct verdict_subject subject = about("one_call_resolution");
    struct lagscan_result result = found();
    result.verdict = VERDICT_FOLLOWS;
    result.best_lag = -3;
    result.lag_lo = -5;
    result.lag_hi = -2;
    const char *text = said(LANGUAGE_EN, &result, &subject);
    assert_memory_equal(
        text,
        "One-call resolution comes before engagement by about 3 weeks (between 2 and "
        "5): customers' experience may be shaping the staff's. r = 0.41",
        strlen("One-call resolution comes before engagement by about 3 weeks (between "
               "2 and 5): customers' experience may be shaping the staff's. r = 0.41"));
}

/* Which comes first can't be told: no lag is named, but r is. */
static void test_verdict_text_together_names_no_lag(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    struct lagscan_result result = found();
    result.verdict = VERDICT_TOGETHER;
    result.lag_lo = -1;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "Engagement and CSAT (mean) move together; which comes first cannot be told. "
        "r = 0.41, 95% interval 0.21 to 0.58. Strong evidence from 78 weeks, 24 links "
        "examined.");
}

/* The wrong sign sends the reader to the data; "wrong" turns with the metric's direction. */
static void test_verdict_text_against_says_check_the_data(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    struct lagscan_result result = found();
    result.verdict = VERDICT_LEADS_AGAINST;
    result.is_against = true;
    result.best_r = -0.4;
    assert_non_null(
        strstr(said(LANGUAGE_EN, &result, &subject),
               "Better engagement was followed by lower CSAT (mean). Check the data"));
    subject = about("waiting_time");
    assert_non_null(
        strstr(said(LANGUAGE_EN, &result, &subject),
               "Better engagement was followed by higher waiting time. Check the data"));
    result.verdict = VERDICT_TOGETHER;
    assert_non_null(
        strstr(said(LANGUAGE_EN, &result, &subject), "goes with the worse figure here"));
    result.is_against = false;
    assert_non_null(
        strstr(said(LANGUAGE_EN, &result, &subject), "lower figures are the better ones"));
}

/* Identical series have no interval. */
static void test_verdict_text_same_series_has_no_interval(void **state)
{
    (void)state;
    struct verdict_subject subject = about("csat_mean");
    struct lagscan_result result = found();
    result.is_same_series = true;
    result.best_r = 1.0;
    result.ci_lo = (double)NAN;
    result.ci_hi = (double)NAN;
    assert_non_null(
        strstr(said(LANGUAGE_EN, &result, &subject), "r = 1.00, without an interval."));
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    size_t count = verdict_text_notes(&result, notes);
    bool has_note = false;
    for (size_t i = 0; i < count; i++) {
        has_note = has_note || notes[i] == TEXT_NOTE_SAME_SERIES;
        assert_string_equal(text_signature(notes[i]), "");
    }
    assert_true(has_note);
}

/* With everything true at once the notes still fit. */
static void test_verdict_text_notes_all_fit(void **state)
{
    (void)state;
    struct lagscan_result result = found();
    result.is_primary = true;
    result.is_time_demeaned = true;
    result.is_season_open = true;
    result.is_season_removed = true;
    result.is_same_series = true;
    result.rests_on_one_period = true;
    result.is_shaped_by_few = true;
    result.do_teams_differ = true;
    result.is_larger_than_usual = true;
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    assert_int_equal(verdict_text_notes(&result, notes), 12);
}

/* A custom metric keeps its name as HR wrote it; a known one loses its capital in English only. */
static void test_verdict_text_metric_name_inside_a_sentence(void **state)
{
    (void)state;
    char name[NAME_MAX_BYTES];
    verdict_text_metric(metric_find(STR("waiting_time")), LANGUAGE_EN, name);
    assert_string_equal(name, "waiting time");
    verdict_text_metric(metric_find(STR("waiting_time")), LANGUAGE_DE, name);
    assert_string_equal(name, "Wartezeit");
    verdict_text_metric(metric_find(STR("nps")), LANGUAGE_EN, name);
    assert_string_equal(name, "NPS (recommendation score)");
    struct metric custom = { .name = { "Zebra score", "Zebrawert" }, .is_custom = true };
    verdict_text_metric(&custom, LANGUAGE_EN, name);
    assert_string_equal(name, "Zebra score");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_text_refused_says_why),
        cmocka_unit_test(test_verdict_text_not_enough_asks_for_more),
        cmocka_unit_test(test_verdict_text_hint_and_null_name_no_lag),
        cmocka_unit_test(test_verdict_text_leads_names_lag_range_and_evidence),
        cmocka_unit_test(test_verdict_text_single_lag_has_no_range),
        cmocka_unit_test(test_verdict_text_follows_turns_the_range_round),
        cmocka_unit_test(test_verdict_text_together_names_no_lag),
        cmocka_unit_test(test_verdict_text_against_says_check_the_data),
        cmocka_unit_test(test_verdict_text_same_series_has_no_interval),
        cmocka_unit_test(test_verdict_text_notes_all_fit),
        cmocka_unit_test(test_verdict_text_metric_name_inside_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
