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
        assert_int_equal(verdict_text_badge(&result), TEXT_GRADE_REFUSED);
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

/* The context line stands beside a null as well; the reading of r only where an r stands. */
static void test_verdict_text_notes_of_a_null_give_the_context(void **state)
{
    (void)state;
    struct lagscan_result result = { .verdict = VERDICT_NO_LINK, .grade = GRADE_NONE };
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    assert_int_equal(verdict_text_notes(&result, notes), 2);
    assert_int_equal(notes[0], TEXT_NOTE_STANDING);
    assert_int_equal(notes[1], TEXT_NOTE_CONTEXT);
}

/* ---- Badges and directions ---- */

/* A grade is a grade; without one the badge says why there is none. */
static void test_verdict_text_badge_without_a_grade_says_why(void **state)
{
    (void)state;
    struct lagscan_result result = found();
    assert_int_equal(verdict_text_badge(&result), TEXT_GRADE_STRONG);
    result.grade = GRADE_NONE;
    result.verdict = VERDICT_NO_LINK;
    assert_int_equal(verdict_text_badge(&result), TEXT_GRADE_NO_LINK);
    static const enum verdict early[] = { VERDICT_CANNOT_TELL, VERDICT_CHART_ONLY,
                                          VERDICT_NOT_ENOUGH_DATA };
    for (size_t i = 0; i < sizeof early / sizeof early[0]; i++) {
        result.verdict = early[i];
        assert_int_equal(verdict_text_badge(&result), TEXT_GRADE_TOO_EARLY);
    }
}

static const char *side(const struct lagscan_result *result, enum verdict_side which)
{
    static char copy[2][1024];
    struct verdict_subject subject = about("csat_mean");
    struct buf out = buf_new(sizeof copy[0] - 1);
    verdict_text_side(&out, LANGUAGE_EN, result, &subject, which);
    assert_ok(buf_finish(&out));
    struct str s = buf_str(&out);
    snprintf(copy[which], sizeof copy[0], "%.*s", STR_ARG(s));
    buf_free(&out);
    return copy[which];
}

/* Correlations at all lags under a band of 0.3, for what stands out. */
static void add_lags(struct lagscan_result *result, int lag, double r)
{
    result->lag_max = 8;
    result->lag_count = 17;
    result->crit95 = 3.0 * atanh(0.3);
    for (int i = 0; i < 17; i++) {
        result->lags[i] = i - 8;
        result->weight[i] = 9.0;
        result->r[i] = i - 8 == lag ? r : 0.1;
    }
}

/* Without a finding both directions say the same, word for word, and neither names a lag or an r. */
static void test_verdict_text_side_without_a_finding_is_equal(void **state)
{
    (void)state;
    struct lagscan_result result = found();
    add_lags(&result, 2, 0.412);
    static const struct {
        enum verdict verdict;
        enum grade grade;
        const char *said;
    } cases[] = {
        { VERDICT_NO_LINK, GRADE_NONE, "In this direction nothing stood out beyond chance." },
        { VERDICT_HINT, GRADE_HINT, "Too early to name a direction." },
        { VERDICT_CANNOT_TELL, GRADE_NONE, "Too early to say: needs about 9 more weeks." },
    };
    result.needs_more = 9;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        result.verdict = cases[i].verdict;
        result.grade = cases[i].grade;
        assert_string_equal(side(&result, SIDE_ENGAGEMENT_FIRST), cases[i].said);
        assert_string_equal(side(&result, SIDE_CUSTOMERS_FIRST), cases[i].said);
        assert_false(verdict_text_side_is_found(&result, SIDE_ENGAGEMENT_FIRST));
        assert_false(verdict_text_side_is_found(&result, SIDE_CUSTOMERS_FIRST));
    }
}

/* A lead and its mirror image read alike, each in its own direction. */
static void test_verdict_text_side_found_mirrors(void **state)
{
    (void)state;
    struct lagscan_result lead = found();
    struct lagscan_result follow = found();
    add_lags(&lead, 2, 0.412);
    add_lags(&follow, -2, 0.412);
    follow.verdict = VERDICT_FOLLOWS;
    follow.best_lag = -2;
    follow.lag_lo = -3;
    follow.lag_hi = -1;
    assert_string_equal(side(&lead, SIDE_ENGAGEMENT_FIRST),
                        "By about 2 weeks (between 1 and 3).");
    assert_string_equal(side(&lead, SIDE_CUSTOMERS_FIRST),
                        "In this direction nothing stood out beyond chance.");
    assert_string_equal(side(&follow, SIDE_CUSTOMERS_FIRST),
                        "By about 2 weeks (between 1 and 3).");
    assert_string_equal(side(&follow, SIDE_ENGAGEMENT_FIRST),
                        "In this direction nothing stood out beyond chance.");
    assert_true(verdict_text_side_is_found(&lead, SIDE_ENGAGEMENT_FIRST));
    assert_false(verdict_text_side_is_found(&lead, SIDE_CUSTOMERS_FIRST));
    assert_true(verdict_text_side_is_found(&follow, SIDE_CUSTOMERS_FIRST));
    follow.lag_lo = -8;
    follow.is_lag_lo_open = true;
    assert_string_equal(side(&follow, SIDE_CUSTOMERS_FIRST),
                        "By about 2 weeks (between 1 and 8, or longer).");
    lead.lag_lo = 2;
    lead.lag_hi = 2;
    lead.is_against = true;
    assert_string_equal(side(&lead, SIDE_ENGAGEMENT_FIRST),
                        "By about 2 weeks. Better engagement goes with the worse figure here. "
                        "Check the data first.");
    lead.r[0] = -0.35; /* eight weeks the other way */
    assert_string_equal(
        side(&lead, SIDE_CUSTOMERS_FIRST),
        "Something stood out beyond chance in this direction, too, but the other "
        "direction fits better.");
}

/* A range across 0 belongs to neither direction. */
static void test_verdict_text_side_across_zero_tells_no_order(void **state)
{
    (void)state;
    struct lagscan_result result = found();
    add_lags(&result, 0, 0.412);
    result.verdict = VERDICT_TOGETHER;
    result.best_lag = 0;
    result.lag_lo = 0;
    result.lag_hi = 0;
    assert_string_equal(side(&result, SIDE_ENGAGEMENT_FIRST),
                        side(&result, SIDE_CUSTOMERS_FIRST));
    assert_string_equal(side(&result, SIDE_CUSTOMERS_FIRST),
                        "What stood out lies at the same time, not in this direction.");
    result.lag_hi = 3;
    assert_string_equal(
        side(&result, SIDE_ENGAGEMENT_FIRST),
        "Lags up to 3 weeks in this direction fit about as well as the best; the "
        "order cannot be told.");
    assert_string_equal(side(&result, SIDE_CUSTOMERS_FIRST),
                        "In this direction nothing stood out beyond chance.");
    result.lag_lo = -8;
    result.is_lag_lo_open = true;
    assert_non_null(
        strstr(side(&result, SIDE_CUSTOMERS_FIRST), "up to 8 weeks or longer in this"));
    assert_false(verdict_text_side_is_found(&result, SIDE_ENGAGEMENT_FIRST));
    assert_false(verdict_text_side_is_found(&result, SIDE_CUSTOMERS_FIRST));
}

/* ---- Asked in advance ---- */

static const char *advance(const struct lagscan_result *result, int lag)
{
    static char copy[2048];
    struct verdict_subject subject = about("waiting_time");
    struct buf out = buf_new(sizeof copy - 1);
    if (result == NULL) {
        verdict_text_question(&out, LANGUAGE_EN, &subject, lag);
    } else {
        verdict_text_primary(&out, LANGUAGE_EN, result, &subject);
    }
    assert_ok(buf_finish(&out));
    struct str s = buf_str(&out);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    buf_free(&out);
    return copy;
}

/* The question by its lag's sign. */
static void test_verdict_text_question_by_direction(void **state)
{
    (void)state;
    assert_string_equal(advance(NULL, 2),
                        "Does engagement come before waiting time by 2 weeks?");
    assert_string_equal(advance(NULL, 0),
                        "Do engagement and waiting time move together at the same time?");
    assert_string_equal(advance(NULL, -1),
                        "Does waiting time come before engagement by 1 week?");
}

/* Its answer counts no links and no lags; at lag 0 the order was never asked for. */
static void test_verdict_text_primary_is_one_question(void **state)
{
    (void)state;
    struct lagscan_result result = found();
    result.lag_lo = 2;
    result.lag_hi = 2;
    result.is_primary = true;
    result.is_against = true;
    result.verdict = VERDICT_LEADS_AGAINST;
    assert_string_equal(advance(&result, 0),
                        "Better engagement was followed by higher waiting time. Check the data "
                        "first. r = 0.41, 95% interval 0.21 to 0.58. Strong evidence from 78 "
                        "weeks: one question, one lag.");
    result.best_lag = 0;
    result.verdict = VERDICT_TOGETHER;
    result.grade = GRADE_MODERATE;
    result.is_against = false;
    assert_string_equal(
        advance(&result, 0),
        "Engagement and waiting time move together at the same time. r = 0.41, "
        "95% interval 0.21 to 0.58. Moderate evidence from 78 weeks: one question, "
        "one lag.");
    result.is_against = true;
    assert_non_null(strstr(advance(&result, 0), "Check the data first."));
    result.verdict = VERDICT_NOT_ENOUGH_DATA;
    result.grade = GRADE_NONE;
    result.needs_more = 20;
    assert_string_equal(advance(&result, 0), "Not enough data: needs about 20 more weeks.");
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
        cmocka_unit_test(test_verdict_text_notes_of_a_null_give_the_context),
        cmocka_unit_test(test_verdict_text_badge_without_a_grade_says_why),
        cmocka_unit_test(test_verdict_text_side_without_a_finding_is_equal),
        cmocka_unit_test(test_verdict_text_side_found_mirrors),
        cmocka_unit_test(test_verdict_text_side_across_zero_tells_no_order),
        cmocka_unit_test(test_verdict_text_question_by_direction),
        cmocka_unit_test(test_verdict_text_primary_is_one_question),
        cmocka_unit_test(test_verdict_text_metric_name_inside_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
