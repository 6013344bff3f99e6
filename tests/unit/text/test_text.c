/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <strings.h>

#include "app/survey/metric.h"
#include "app/survey/question.h"
#include "app/text/text.h"
#include "tests/support/support.h"

/* One value of each kind, as a signature asks for it. */
static struct text_value sample(char kind)
{
    switch (kind) {
    case 'i':
        return text_int(12345);
    case 'f':
        return text_number(0.25, 2);
    case 'p':
        return text_pct(48.0, 0);
    case 's':
        return text_word(STR("service desk"));
    case 'd':
        return text_date(date_make(20521));
    case 'w':
        return text_week(date_make(20521));
    case 't':
        return text_time(690);
    case 'u':
        return text_span(3, TEXT_MONTHS);
    default:
        fail_msg("unknown kind '%c'", kind);
        return text_int(0);
    }
}

static size_t samples_for(enum text text, struct text_value values[TEXT_VALUES_MAX])
{
    const char *signature = text_signature(text);
    size_t count = strlen(signature);
    assert_true(count <= TEXT_VALUES_MAX);
    for (size_t i = 0; i < count; i++) {
        values[i] = sample(signature[i]);
    }
    return count;
}

/* Whether the words use the value with this number. */
static bool uses(const char *words, size_t number)
{
    for (const char *open = strchr(words, '{'); open != NULL; open = strchr(open + 1, '{')) {
        if ((size_t)(open[1] - '0') == number) {
            return true;
        }
    }
    return false;
}

/* More than one word, places apart: "{0} ({1})" says the same in every language. */
static bool is_sentence(const char *words)
{
    size_t spaces = 0;
    size_t letters = 0;
    for (const char *at = words; *at != '\0'; at++) {
        if (*at == '{') {
            at = strchr(at, '}');
            assert_non_null(at);
        }
        letters += (*at >= 'a' && *at <= 'z') ? 1 : 0;
        spaces += *at == ' ' ? 1 : 0;
    }
    return spaces > 0 && letters > 0;
}

/* No sentence is missing, in any language, and none is untranslated by mistake. */
static void test_text_words_are_there_in_every_language(void **state)
{
    (void)state;
    for (int t = 0; t < TEXT_COUNT; t++) {
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            const char *words = text_words((enum language)l, (enum text)t);
            if (words == NULL || words[0] == '\0') {
                fail_msg("%s has no words in language %d", text_name((enum text)t), l);
            }
            assert_true(str_is_utf8(str_of(words)));
        }
        const char *en = text_words(LANGUAGE_EN, (enum text)t);
        if (is_sentence(en) && strcmp(en, text_words(LANGUAGE_DE, (enum text)t)) == 0) {
            fail_msg("%s is the same in both languages", text_name((enum text)t));
        }
    }
}

/* Every value of a signature is used in every language, and nothing else is. Rendering goes through
 * the checks of text_add(), which stop the program on a wrong place. */
static void test_text_add_every_row_fits_its_signature(void **state)
{
    (void)state;
    for (int t = 0; t < TEXT_COUNT; t++) {
        struct text_value values[TEXT_VALUES_MAX];
        size_t count = samples_for((enum text)t, values);
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            struct buf out = buf_new(4096);
            text_add(&out, (enum language)l, (enum text)t,
                     (struct text_values){ values, count });
            assert_ok(buf_finish(&out));
            struct str made = buf_str(&out);
            assert_true(str_is_utf8(made));
            assert_int_equal(str_find_char(made, '{'), made.len);
            assert_int_equal(str_find_char(made, '}'), made.len);
            buf_free(&out);
            for (size_t i = 0; i < count; i++) {
                if (!uses(text_words((enum language)l, (enum text)t), i)) {
                    fail_msg("%s does not use value %zu in language %d",
                             text_name((enum text)t), i, l);
                }
            }
        }
    }
}

/* True if the word stands in the text at a word's beginning, without regard to case. */
static bool holds(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool is_start = i == 0 || strchr(" .,;:(\"'-\u201c\u201e", text[i - 1]) != NULL;
        if (is_start && strncasecmp(text + i, word, len) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const claims[] = {
    "significant", "insignificant",   "causes",     "causing",     "drives",     "driver",
    "proves",      "proven",          "impact",     "roi",         "100 % an",   "100% an",
    "impossible",  "nobody can ever", "anonymous",  "signifikant", "bewirkt",    "bewirken",
    "beweist",     "bewiesen",        "verursacht", "unmöglich",   "auswirkung", "anonym",
    "treiber",     "niemand kann je",
};

static void assert_claims_nothing(const char *where, const char *text)
{
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        if (holds(text, claims[i])) {
            fail_msg("%s says \"%s\": %s", where, claims[i], text);
        }
    }
}

/* The search itself finds what it is meant to find. */
static void test_holds_finds_words_by_their_beginning(void **state)
{
    (void)state;
    assert_true(holds("It is Significant.", "significant"));
    assert_true(holds("so (impact) it is", "impact"));
    assert_true(holds("100 % anonymous", "100 % an"));
    assert_false(holds("no proof of cause", "causes"));
    assert_false(holds("compact", "impact"));
}

/* Nothing that a person reads claims more than was measured or promises more than is true. */
static void test_text_words_claim_nothing_too_strong(void **state)
{
    (void)state;
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        for (int t = 0; t < TEXT_COUNT; t++) {
            assert_claims_nothing(text_name((enum text)t),
                                  text_words((enum language)l, (enum text)t));
        }
        size_t count = 0;
        const struct question *questions = question_defaults(&count);
        for (size_t i = 0; i < count; i++) {
            assert_claims_nothing(questions[i].code, questions[i].text[l]);
        }
        const struct metric *metrics = metric_defaults(&count);
        for (size_t i = 0; i < count; i++) {
            assert_claims_nothing(metrics[i].code, metrics[i].name[l]);
        }
        for (int i = 0; i < THEME_COUNT; i++) {
            assert_claims_nothing(theme_code((enum theme)i),
                                  theme_name((enum theme)i, (enum language)l));
        }
    }
}

/* The promise stands word for word as it was agreed. */
static void test_text_promise_is_word_for_word(void **state)
{
    (void)state;
    char out[1024];
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_PROMISE, TEXT_VALUES(text_int(5)));
    assert_string_equal(out, "Your answer goes into a sealed box. It is opened in the evening, "
                             "together with the others. "
                             "Results are shown only for groups of at least 5 people who "
                             "answered. Then the key that could "
                             "tie an answer to a person is destroyed. Whether you answered is "
                             "kept only until then.");
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_PROMISE_UNIT,
              TEXT_VALUES(text_word(STR("Hotline")), text_int(7)));
    assert_string_equal(out, "Your answers count only in Hotline (7 people).");
}

/* Plural, capitals and forms of spans. */
static void test_text_add_forms_are_chosen_by_value(void **state)
{
    (void)state;
    char out[256];
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_ANSWERS_COUNT, TEXT_VALUES(text_int(1)));
    assert_string_equal(out, "1 answer");
    text_copy(out, sizeof out, LANGUAGE_DE, TEXT_ANSWERS_COUNT, TEXT_VALUES(text_int(0)));
    assert_string_equal(out, "0 Antworten");
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_LINK_NOT_ENOUGH,
              TEXT_VALUES(text_span(34, TEXT_WEEKS)));
    assert_string_equal(out, "Not enough data: needs about 34 more weeks.");
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_LINK_NOT_ENOUGH,
              TEXT_VALUES(text_span(1, TEXT_MONTHS)));
    assert_string_equal(out, "Not enough data: needs about 1 more month.");
    text_copy(out, sizeof out, LANGUAGE_DE, TEXT_LINK_NO_LINK,
              TEXT_VALUES(text_span(14, TEXT_MONTHS), text_number(0.4, 2)));
    assert_memory_equal(out, "In 14 Monaten wurde", 19);
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_DID_CHANGED,
              TEXT_VALUES(text_word(STR("waiting time")), text_number(-12.0, 0),
                          text_number(-20.0, 0), text_number(4.0, 0), text_int(1)));
    assert_string_equal(out,
                        "Waiting time changed by −12 (−20 to +4) more in the corrected teams "
                        "than in the 1 comparison team.");
}

/* What comes from people goes in as it is; braces in it are not places. */
static void test_text_add_words_of_people_are_not_templates(void **state)
{
    (void)state;
    char out[256];
    text_copy(out, sizeof out, LANGUAGE_EN, TEXT_OTHER_TEAMS,
              TEXT_VALUES(text_word(STR("{0} %s <b>"))));
    assert_string_equal(out, "Other teams of {0} %s <b>");
}

/* A small field is cut at a whole character. */
static void test_text_copy_cuts_at_a_whole_character(void **state)
{
    (void)state;
    char out[64];
    memset(out, 'x', sizeof out);
    text_copy(out, 6, LANGUAGE_DE, TEXT_BACK, (struct text_values){ 0 });
    assert_string_equal(out, "Zurü");
    text_copy(out, 5, LANGUAGE_DE, TEXT_BACK, (struct text_values){ 0 });
    assert_string_equal(out, "Zur");
    text_copy(out, 1, LANGUAGE_DE, TEXT_BACK, (struct text_values){ 0 });
    assert_string_equal(out, "");
}

/* In an arena the text ends in NUL; a full arena gives the empty view and remembers it. */
static void test_text_in_full_arena_overflows(void **state)
{
    (void)state;
    struct arena arena = arena_new(4096);
    struct str said = text_in(&arena, LANGUAGE_EN, TEXT_HIDDEN, TEXT_VALUES(text_int(5)));
    assert_true(str_equal(said, STR("fewer than 5")));
    assert_int_equal(said.ptr[said.len], '\0');
    assert_ok(arena_finish(&arena));
    arena_free(&arena);
    arena = arena_new(8);
    assert_int_equal(text_in(&arena, LANGUAGE_EN, TEXT_HIDDEN, TEXT_VALUES(text_int(5))).len,
                     0);
    assert_err(arena_finish(&arena), DP_NO_MEMORY);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_words_are_there_in_every_language),
        cmocka_unit_test(test_text_add_every_row_fits_its_signature),
        cmocka_unit_test(test_holds_finds_words_by_their_beginning),
        cmocka_unit_test(test_text_words_claim_nothing_too_strong),
        cmocka_unit_test(test_text_promise_is_word_for_word),
        cmocka_unit_test(test_text_add_forms_are_chosen_by_value),
        cmocka_unit_test(test_text_add_words_of_people_are_not_templates),
        cmocka_unit_test(test_text_copy_cuts_at_a_whole_character),
        cmocka_unit_test(test_text_in_full_arena_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
