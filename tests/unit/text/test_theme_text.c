/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/text/theme_text.h"
#include "tests/support/support.h"

static struct theme_text_subject about(const char *metric, bool is_listed)
{
    struct date next = { 0 };
    assert_ok(date_parse(STR("2026-05-04"), &next));
    return (struct theme_text_subject){ .verdict = { .metric = metric_find(str_of(metric)),
                                                     .unit = LAG_UNIT_FORTNIGHT,
                                                     .links_examined = 18,
                                                     .next_look = next },
                                        .theme = THEME_VOICE,
                                        .is_listed = is_listed };
}

static struct lagscan_result found(enum verdict verdict, int lag, int lo, int hi)
{
    return (struct lagscan_result){ .verdict = verdict,
                                    .grade = GRADE_MODERATE,
                                    .n = 38,
                                    .n_complete = 38,
                                    .teams = 8,
                                    .best_lag = lag,
                                    .best_r = 0.412,
                                    .ci_lo = 0.208,
                                    .ci_hi = 0.58,
                                    .lag_lo = lo,
                                    .lag_hi = hi };
}

static const char *said(enum language language, const struct lagscan_result *result,
                        const struct theme_text_subject *subject)
{
    static char copy[2048];
    struct buf out = buf_new(sizeof copy - 1);
    theme_text_sentence(&out, language, result, subject);
    assert_ok(buf_finish(&out));
    struct str s = buf_str(&out);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    buf_free(&out);
    return copy;
}

static const char *evidence(const struct lagscan_result *result,
                            const struct theme_text_subject *subject)
{
    static char copy[2048];
    struct buf out = buf_new(sizeof copy - 1);
    theme_text_evidence(&out, LANGUAGE_EN, result, subject);
    assert_ok(buf_finish(&out));
    struct str s = buf_str(&out);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    buf_free(&out);
    return copy;
}

/* What does not stand out of all pairs has words alone: no lag, no r, whatever was found. */
static void test_theme_text_sentence_not_listed_names_no_figure(void **state)
{
    (void)state;
    static const enum verdict verdicts[] = { VERDICT_LEADS, VERDICT_LEADS_AGAINST,
                                             VERDICT_TOGETHER, VERDICT_FOLLOWS, VERDICT_HINT };
    struct theme_text_subject subject = about("csat_mean", false);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        struct lagscan_result result = found(verdicts[i], 2, 1, 3);
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            const char *words = said((enum language)l, &result, &subject);
            assert_true(strlen(words) > 20);
            assert_null(strpbrk(words, "0123456789"));
        }
        assert_string_equal(evidence(&result, &subject), "");
    }
}

/* A refusal says why, too little data asks for more, without a chart that is not there. */
static void test_theme_text_sentence_refused_says_why(void **state)
{
    (void)state;
    struct theme_text_subject subject = about("csat_mean", false);
    struct lagscan_result result = { .verdict = VERDICT_REFUSED,
                                     .refusal = REFUSAL_NO_CONTROLS,
                                     .best_r = (double)NAN };
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "There are too few teams to compare.");
    result = (struct lagscan_result){ .verdict = VERDICT_CHART_ONLY,
                                      .n_complete = 15,
                                      .needs_more = 12 };
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "Not enough data: needs about 12 more fortnights.");
    assert_string_equal(said(LANGUAGE_DE, &result, &subject),
                        "Nicht genug Daten: Es fehlen noch etwa 12 Doppelwochen.");
}

/* A null says what would have shown; a listed hint says no more than that. */
static void test_theme_text_sentence_null_and_hint(void **state)
{
    (void)state;
    struct theme_text_subject subject = about("csat_mean", false);
    struct lagscan_result result = found(VERDICT_NO_LINK, 2, 1, 3);
    result.mde_rho = 0.437;
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "No link found in 38 fortnights. A link of r = 0.44 or stronger would "
                        "probably have shown.");
    subject.is_listed = true;
    result = found(VERDICT_HINT, 2, 1, 3);
    result.grade = GRADE_HINT;
    assert_string_equal(
        said(LANGUAGE_EN, &result, &subject),
        "An early hint only. It may be chance; the next look is on 4 May 2026.");
    assert_string_equal(evidence(&result, &subject), "");
}

/* Before, after and together, with the range of lags in the theme's own unit. */
static void test_theme_text_sentence_says_which_comes_first(void **state)
{
    (void)state;
    struct theme_text_subject subject = about("one_call_resolution", true);
    struct lagscan_result result = found(VERDICT_LEADS, 1, 1, 1);
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "\u201cVoice and trust\u201d comes before one-call resolution by about 1 "
                        "fortnight.");
    result = found(VERDICT_LEADS, 2, 1, 3);
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "\u201cVoice and trust\u201d comes before one-call resolution by about 2 "
                        "fortnights (between 1 and 3).");
    result = found(VERDICT_LEADS, 3, 2, 4);
    result.is_lag_hi_open = true;
    assert_non_null(strstr(said(LANGUAGE_EN, &result, &subject), "(between 2 and 4, or longer)."));
    result = found(VERDICT_FOLLOWS, -2, -3, -1);
    assert_non_null(strstr(said(LANGUAGE_EN, &result, &subject),
                           "comes after one-call resolution by about 2 fortnights (between 1 and 3)"));
    result = found(VERDICT_TOGETHER, 0, 0, 0);
    assert_string_equal(said(LANGUAGE_EN, &result, &subject),
                        "\u201cVoice and trust\u201d and one-call resolution move together in the same "
                        "period.");
    result = found(VERDICT_TOGETHER, 1, -1, 2);
    assert_non_null(strstr(said(LANGUAGE_EN, &result, &subject),
                           "(from 2 fortnights before it to 1 fortnight after)."));
    assert_non_null(strstr(said(LANGUAGE_DE, &result, &subject),
                           "(von 2 Doppelwochen vorher bis 1 Doppelwoche nachher)."));
}

/* Where the theme goes with the worse outcome it is said, and where lower is better, too. */
static void test_theme_text_sentence_says_when_it_is_the_worse(void **state)
{
    (void)state;
    struct theme_text_subject subject = about("csat_mean", true);
    struct lagscan_result result = found(VERDICT_LEADS_AGAINST, 1, 1, 1);
    result.is_against = true;
    assert_non_null(strstr(said(LANGUAGE_EN, &result, &subject), "Check the data first."));
    subject = about("waiting_time", true);
    result = found(VERDICT_LEADS, 1, 1, 1);
    assert_non_null(strstr(said(LANGUAGE_EN, &result, &subject), "lower figures are the better"));
}

/* Behind a listed one stand r, interval, grade, periods, teams and how many were examined. */
static void test_theme_text_evidence_has_interval_and_count(void **state)
{
    (void)state;
    struct theme_text_subject subject = about("csat_mean", true);
    struct lagscan_result result = found(VERDICT_LEADS, 1, 1, 1);
    assert_string_equal(evidence(&result, &subject),
                        "r = 0.41, 95% interval 0.21 to 0.58. Moderate evidence from 38 fortnights, "
                        "18 links examined. Compared within 8 teams.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_theme_text_sentence_not_listed_names_no_figure),
        cmocka_unit_test(test_theme_text_sentence_refused_says_why),
        cmocka_unit_test(test_theme_text_sentence_null_and_hint),
        cmocka_unit_test(test_theme_text_sentence_says_which_comes_first),
        cmocka_unit_test(test_theme_text_sentence_says_when_it_is_the_worse),
        cmocka_unit_test(test_theme_text_evidence_has_interval_and_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
