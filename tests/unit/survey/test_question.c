/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/survey/question.h"
#include "tests/support/support.h"

/* A theme's code must be spelled exactly. */
static void test_theme_parse_unknown_code_is_refused(void **state)
{
    (void)state;
    enum theme theme = THEME_TEAM;
    static const char *const bad[] = { "", "Purpose", "purpose ", "purposes", "theme" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_err(theme_parse(str_of(bad[i]), &theme), DP_INVALID);
    }
    assert_int_equal(theme, THEME_TEAM);
}

/* Every theme's code reads back as the theme, and every theme has a name in every language. */
static void test_theme_parse_each_code_round_trips(void **state)
{
    (void)state;
    for (int i = 0; i < THEME_COUNT; i++) {
        enum theme theme = THEME_COUNT;
        assert_ok(theme_parse(str_of(theme_code((enum theme)i)), &theme));
        assert_int_equal(theme, i);
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            assert_true(strlen(theme_name((enum theme)i, (enum language)l)) > 3);
        }
    }
}

/* A reverse-keyed answer is flipped around 3; "prefer not to say" never is. */
static void test_question_keyed_reversed_is_flipped(void **state)
{
    (void)state;
    struct question straight = { .is_reversed = false };
    struct question reversed = { .is_reversed = true };
    assert_int_equal(question_keyed(&reversed, ANSWER_SKIPPED), ANSWER_SKIPPED);
    assert_int_equal(question_keyed(&reversed, ANSWER_MIN), 5);
    assert_int_equal(question_keyed(&reversed, (enum answer)3), 3);
    assert_int_equal(question_keyed(&reversed, ANSWER_MAX), 1);
    for (int a = ANSWER_SKIPPED; a <= ANSWER_MAX; a++) {
        assert_int_equal(question_keyed(&straight, (enum answer)a), a);
    }
}

/* The anchor in the words of the design, then 6 themes of 5, ids 1 to 31 in order, codes unique. */
static void test_question_defaults_are_anchor_and_thirty(void **state)
{
    (void)state;
    size_t count = 0;
    const struct question *all = question_defaults(&count);
    size_t of_theme[THEME_COUNT] = { 0 };
    size_t reversed[THEME_COUNT] = { 0 };
    assert_int_equal(count, 31);
    assert_string_equal(all[0].text[LANGUAGE_EN], "How was work today?");
    assert_string_equal(all[0].text[LANGUAGE_DE], "Wie war die Arbeit heute?");
    assert_int_equal(all[0].scale, SCALE_DAY);
    assert_string_equal(all[0].code, "anchor");
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(all[i].id.value, i + 1);
        assert_int_equal(all[i].version, 1);
        assert_true(all[i].is_active);
        of_theme[all[i].theme]++;
        reversed[all[i].theme] += all[i].is_reversed ? 1 : 0;
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(all[i].code, all[j].code);
            assert_string_not_equal(all[i].text[0], all[j].text[0]);
            assert_string_not_equal(all[i].text[1], all[j].text[1]);
        }
    }
    assert_int_equal(of_theme[THEME_ANCHOR], 1);
    assert_int_equal(reversed[THEME_ANCHOR], 0);
    for (int t = THEME_PURPOSE; t < THEME_COUNT; t++) {
        assert_int_equal(of_theme[t], QUESTION_PER_THEME);
        assert_true(reversed[t] <= 1);
    }
}

/* A question must fit a phone's screen beside its five labels: short, one sentence, well-formed. */
static void test_question_defaults_are_short_sentences(void **state)
{
    (void)state;
    size_t count = 0;
    const struct question *all = question_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            struct str text = str_of(all[i].text[l]);
            assert_true(str_is_utf8(text));
            assert_in_range(str_code_points(text), 15, 85);
            char last = text.ptr[text.len - 1];
            assert_true(all[i].theme == THEME_ANCHOR ? last == '?' : last == '.');
        }
    }
}

/* Five labels and "prefer not to say" on both scales, all different within a scale. */
static void test_question_label_each_point_has_its_own(void **state)
{
    (void)state;
    for (int s = SCALE_DAY; s <= SCALE_AGREE; s++) {
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            for (int a = ANSWER_SKIPPED; a <= ANSWER_MAX; a++) {
                const char *label = question_label((enum question_scale)s, (enum answer)a,
                                                   (enum language)l);
                assert_true(strlen(label) >= 3);
                for (int b = ANSWER_SKIPPED; b < a; b++) {
                    assert_string_not_equal(label,
                                            question_label((enum question_scale)s,
                                                           (enum answer)b, (enum language)l));
                }
            }
        }
    }
    assert_string_equal(question_label(SCALE_DAY, ANSWER_SKIPPED, LANGUAGE_EN),
                        "Prefer not to say");
    assert_string_equal(question_label(SCALE_AGREE, ANSWER_SKIPPED, LANGUAGE_DE),
                        "Keine Angabe");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_theme_parse_unknown_code_is_refused),
        cmocka_unit_test(test_theme_parse_each_code_round_trips),
        cmocka_unit_test(test_question_keyed_reversed_is_flipped),
        cmocka_unit_test(test_question_defaults_are_anchor_and_thirty),
        cmocka_unit_test(test_question_defaults_are_short_sentences),
        cmocka_unit_test(test_question_label_each_point_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
