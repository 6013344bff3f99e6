/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/text/correction_text.h"
#include "tests/support/support.h"

static struct correction_subject about(const char *metric)
{
    return (struct correction_subject){ .target = CORRECTION_ON_OUTCOME,
                                        .metric = metric_find(str_of(metric)) };
}

static const struct correction_subject INDEX = { .target = CORRECTION_ON_INDEX };
static const struct correction_subject VOICE = { .target = CORRECTION_ON_THEME,
                                                 .theme = THEME_VOICE };

static struct correction_words changed(void)
{
    struct date start = { 0 };
    assert_ok(date_parse(STR("2026-03-09"), &start));
    return (struct correction_words){ .subject = about("one_call_resolution"),
                                      .start = start,
                                      .has_comparison = true,
                                      .verdict = EFFECT_CHANGED,
                                      .grade = GRADE_STRONG,
                                      .estimate = 6.04,
                                      .lo = 4.57,
                                      .hi = 7.46,
                                      .mde = 1.8,
                                      .comparison_teams = 6,
                                      .is_expected = true,
                                      .is_as_expected = true };
}

typedef void adding(struct buf *out, enum language language,
                    const struct correction_words *words);

static const char *said(adding *add, enum language language,
                        const struct correction_words *words)
{
    static char copy[2048];
    BUF_AUTO struct buf out = buf_new(sizeof copy - 1);
    add(&out, language, words);
    assert_ok(buf_finish(&out));
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(buf_str(&out)));
    return copy;
}

/* Every refusal has its sentence, without a figure of the effect. */
static void test_correction_text_sentence_refused_says_why(void **state)
{
    (void)state;
    for (int r = REFUSAL_NONE + 1; r < REFUSAL_COUNT; r++) {
        struct correction_words words = changed();
        words.verdict = EFFECT_REFUSED;
        words.refusal = (enum refusal)r;
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            const char *sentence = said(correction_text_sentence, (enum language)l, &words);
            assert_true(strlen(sentence) > 20);
            assert_null(strstr(sentence, "6"));
        }
    }
}

/* Too early names the time; figures of other groups only are a reason of their own. */
static void test_correction_text_sentence_too_early_says_how_long(void **state)
{
    (void)state;
    struct correction_words words = changed();
    words.verdict = EFFECT_REFUSED;
    words.refusal = REFUSAL_WINDOW_TOO_SHORT;
    words.needs_more = 3;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "Too early: needs about 3 more weeks.");
    words.unit = LAG_UNIT_MONTH;
    words.needs_more = 1;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "Too early: needs about 1 more month.");
    words.needs_more = 0;
    words.refusal = REFUSAL_NO_CONTROLS;
    words.has_no_figures = true;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_DE, &words),
                        "Für die Teams mit Kurskorrektur allein gibt es keine Zahlen.");
}

/* Only a comparison with other teams may say "changed by". */
static void test_correction_text_sentence_changed_against_teams(void **state)
{
    (void)state;
    struct correction_words words = changed();
    assert_string_equal(
        said(correction_text_sentence, LANGUAGE_EN, &words),
        "One-call resolution changed by +6.0 (+4.6 to +7.5) more in the corrected "
        "teams than in the 6 comparison teams. Strong evidence. That is what was "
        "expected.");
    words.is_as_expected = false;
    words.subject = VOICE;
    words.grade = GRADE_MODERATE;
    assert_string_equal(
        said(correction_text_sentence, LANGUAGE_EN, &words),
        "Voice and trust changed by +6.04 (+4.57 to +7.46) more in the corrected "
        "teams than in the 6 comparison teams. Moderate evidence. The opposite was "
        "expected.");
    assert_string_equal(said(correction_text_gap, LANGUAGE_EN, &words), "");
    words.is_expected = false;
    words.subject = INDEX;
    assert_string_equal(
        said(correction_text_sentence, LANGUAGE_DE, &words),
        "„Engagement-Index“ veränderte sich in den Teams mit Kurskorrektur um "
        "+6,04 (+4,57 bis +7,46) mehr als in den 6 Vergleichsteams. Mäßiger Beleg.");
}

/* Without comparison teams it says "stepped", how far strong goes, and what the earlier trend
 * was. */
static void test_correction_text_sentence_stepped_against_itself(void **state)
{
    (void)state;
    struct correction_words words = changed();
    words.has_comparison = false;
    words.is_expected = false;
    words.subject = INDEX;
    assert_string_equal(said(correction_text_gap, LANGUAGE_EN, &words), "");
    words.gap.is_known = true;
    words.gap.estimate = 0.512;
    words.gap.lo = -0.1;
    words.gap.hi = 1.12;
    words.gap.periods = 12;
    assert_string_equal(
        said(correction_text_sentence, LANGUAGE_EN, &words),
        "At 9 March 2026 the engagement index stepped by +6.04 (+4.57 to +7.46) "
        "against its own earlier trend. No comparison teams, so other events of "
        "that time cannot be ruled out. Strong for a before/after comparison "
        "without comparison teams.");
    assert_string_equal(
        said(correction_text_gap, LANGUAGE_EN, &words),
        "Against the earlier trend, had it gone on: +0.51 (\u22120.10 to +1.12) on "
        "average over the first 12 weeks.");
    words.grade = GRADE_MODERATE;
    assert_non_null(strstr(said(correction_text_sentence, LANGUAGE_EN, &words),
                           "ruled out. Moderate evidence."));
}

/* A hint names no number; a null names what would have shown. */
static void test_correction_text_sentence_null_says_what_would_have_shown(void **state)
{
    (void)state;
    struct correction_words words = changed();
    words.verdict = EFFECT_HINT;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "An early hint only. It may be chance.");
    words.verdict = EFFECT_NONE_SEEN;
    assert_string_equal(
        said(correction_text_sentence, LANGUAGE_EN, &words),
        "No difference from the comparison teams could be seen; a change under 1.8 "
        "would have gone unseen.");
    words.has_comparison = false;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "No step could be seen; a change smaller than 1.8 could not have been "
                        "seen.");
    words.verdict = EFFECT_CANNOT_ANSWER;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "This comparison cannot answer the question. A change smaller than 1.8 "
                        "could not have been seen.");
}

/* What does not stand beside the rest says so: neither a figure nor that nothing was there. */
static void test_correction_text_sentence_not_clear_says_beside_what(void **state)
{
    (void)state;
    struct correction_words words = changed();
    words.verdict = EFFECT_NOT_CLEAR;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "Not clear enough beside the other figures looked at.");
    assert_string_equal(said(correction_text_sentence, LANGUAGE_DE, &words),
                        "Neben den anderen betrachteten Größen nicht deutlich genug.");
    words.is_of_list = true;
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "Not clear enough beside the other corrections listed.");
}

/* Too short for good because of another one: it is named. */
static void test_correction_text_sentence_in_the_way_is_named(void **state)
{
    (void)state;
    struct correction_words words = changed();
    words.verdict = EFFECT_REFUSED;
    words.refusal = REFUSAL_WINDOW_TOO_SHORT;
    words.in_the_way = STR("New rota");
    assert_string_equal(said(correction_text_sentence, LANGUAGE_EN, &words),
                        "Cannot be measured: “New rota” in the same teams lies too close, so too "
                        "little time is left.");
    assert_string_equal(said(correction_text_sentence, LANGUAGE_DE, &words),
                        "Nicht messbar: „New rota“ in denselben Teams liegt zu nah, es bleibt zu "
                        "wenig Zeit.");
}

/* What happens without a correction, too, speaks against a change; of none it says nothing. */
static void test_correction_text_cautions_fit_the_verdict(void **state)
{
    (void)state;
    enum text notes[CORRECTION_TEXT_CAUTIONS_MAX];
    struct correction_words words = changed();
    assert_int_equal(correction_text_cautions(&words, notes), 0);
    words.is_placebo_failed = words.has_response_moved = words.is_drifting = true;
    assert_int_equal(correction_text_cautions(&words, notes), 3);
    assert_int_equal(notes[1], TEXT_CORRECTION_PLACEBO);
    assert_int_equal(notes[2], TEXT_CORRECTION_ANSWERS_MOVED);
    words.verdict = EFFECT_HINT;
    assert_int_equal(correction_text_cautions(&words, notes), 3);
    static const enum effect_verdict nulls[] = { EFFECT_NONE_SEEN, EFFECT_CANNOT_ANSWER,
                                                 EFFECT_NOT_CLEAR };
    for (int i = 0; i < 3; i++) {
        words.verdict = nulls[i];
        assert_int_equal(correction_text_cautions(&words, notes), 2);
        assert_int_equal(notes[1], TEXT_CORRECTION_ANSWERS_MOVED);
    }
    words.verdict = EFFECT_REFUSED;
    assert_int_equal(correction_text_cautions(&words, notes), 0);
}

/* Notes come when they apply, never more than there is room for; before a test only those of
 * the entry. */
static void test_correction_text_notes_are_those_that_apply(void **state)
{
    (void)state;
    enum text notes[CORRECTION_TEXT_NOTES_MAX];
    struct correction_words words = changed();
    assert_int_equal(correction_text_notes(&words, notes), 1);
    assert_int_equal(notes[0], TEXT_NOTE_PRIMARY);
    words.is_afterwards = words.is_together = words.is_alert_left_out = true;
    words.is_drifting = words.is_placebo_failed = words.is_single_team = true;
    words.has_response_moved = true;
    size_t count = correction_text_notes(&words, notes);
    assert_int_equal(count, 8);
    assert_int_equal(notes[0], TEXT_CORRECTION_AFTERWARDS);
    assert_int_equal(notes[3], TEXT_CORRECTION_MANY);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(text_signature(notes[i]), "");
    }
    words.verdict = EFFECT_REFUSED;
    assert_int_equal(correction_text_notes(&words, notes), 3);
    words = changed();
    words.is_expected = false;
    assert_int_equal(correction_text_notes(&words, notes), 1);
    assert_int_equal(notes[0], TEXT_CORRECTION_MANY);
}

/* Names: alone with their capital, in a sentence without; what HR named stays as it is. */
static void test_correction_text_series_reads_well_in_a_sentence(void **state)
{
    (void)state;
    char name[NAME_MAX_BYTES];
    struct metric own = { .name = { "First fix", "Gleich gelöst" }, .is_custom = true };
    struct correction_subject custom = { .target = CORRECTION_ON_OUTCOME, .metric = &own };
    struct correction_subject calls = about("one_call_resolution");
    correction_text_series(&calls, LANGUAGE_EN, name);
    assert_string_equal(name, "one-call resolution");
    correction_text_title(&calls, LANGUAGE_EN, name);
    assert_string_equal(name, "One-call resolution");
    correction_text_series(&custom, LANGUAGE_EN, name);
    assert_string_equal(name, "First fix");
    correction_text_series(&VOICE, LANGUAGE_EN, name);
    assert_string_equal(name, "voice and trust");
    correction_text_series(&INDEX, LANGUAGE_EN, name);
    assert_string_equal(name, "the engagement index");
    correction_text_title(&INDEX, LANGUAGE_EN, name);
    assert_string_equal(name, "Engagement index");
}

/* Expectations in both directions; decimals by what is measured; every category has a name. */
static void test_correction_text_entry_is_worded(void **state)
{
    (void)state;
    BUF_AUTO struct buf out = buf_new(256);
    struct correction_subject calls = about("one_call_resolution");
    struct correction_subject csat = about("csat_mean");
    correction_text_expected(&out, LANGUAGE_EN, &calls, CORRECTION_UP);
    correction_text_expected(&out, LANGUAGE_DE, &INDEX, CORRECTION_DOWN);
    assert_true(str_equal(buf_str(&out), STR("Expected: one-call resolution goes up."
                                             "Erwartet: „Engagement-Index“ sinkt.")));
    assert_int_equal(correction_text_decimals(&calls), 1);
    assert_int_equal(correction_text_decimals(&csat), 2);
    assert_int_equal(correction_text_decimals(&VOICE), 2);
    for (int a = 0; a < CORRECTION_CATEGORY_COUNT; a++) {
        for (int b = 0; b < a; b++) {
            assert_int_not_equal(correction_text_category((enum correction_category)a),
                                 correction_text_category((enum correction_category)b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_correction_text_sentence_refused_says_why),
        cmocka_unit_test(test_correction_text_sentence_too_early_says_how_long),
        cmocka_unit_test(test_correction_text_sentence_changed_against_teams),
        cmocka_unit_test(test_correction_text_sentence_stepped_against_itself),
        cmocka_unit_test(test_correction_text_sentence_null_says_what_would_have_shown),
        cmocka_unit_test(test_correction_text_sentence_not_clear_says_beside_what),
        cmocka_unit_test(test_correction_text_sentence_in_the_way_is_named),
        cmocka_unit_test(test_correction_text_cautions_fit_the_verdict),
        cmocka_unit_test(test_correction_text_notes_are_those_that_apply),
        cmocka_unit_test(test_correction_text_series_reads_well_in_a_sentence),
        cmocka_unit_test(test_correction_text_entry_is_worded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
