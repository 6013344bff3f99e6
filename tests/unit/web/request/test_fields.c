/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/fields.h"

enum { ARENA_MAX = 1 << 16 };

static const char *const colours[] = { "red", "green", NULL };

static const struct field_rule number = {
    .name = "x", .type = FIELD_INT, .min = -5, .max = 10
};
static const struct field_rule date = { .name = "x", .type = FIELD_DATE };
static const struct field_rule choice = { .name = "x",
                                          .type = FIELD_CHOICE,
                                          .choices = colours };
static const struct field_rule token = { .name = "x", .type = FIELD_TOKEN, .min = 2, .max = 4 };
static const struct field_rule line = { .name = "x", .type = FIELD_LINE, .min = 1, .max = 5 };
static const struct field_rule text = { .name = "x", .type = FIELD_TEXT, .min = 1, .max = 7 };
static const struct field_rule secret = {
    .name = "x", .type = FIELD_SECRET, .min = 3, .max = 6
};
static const struct field_rule flag = { .name = "x", .type = FIELD_FLAG };

struct bad {
    const struct field_rule *rule;
    const char *text;
    enum dp_code code;
};

static void test_fields_check_one_invalid_values_are_refused(void **state)
{
    (void)state;
    static const struct bad cases[] = {
        { &number, "", DP_INVALID },
        { &number, "1x", DP_INVALID },
        { &number, " 1", DP_INVALID },
        { &number, "0x1", DP_INVALID },
        { &number, "-6", DP_OUT_OF_RANGE },
        { &number, "11", DP_OUT_OF_RANGE },
        { &number, "99999999999999999999", DP_OUT_OF_RANGE },
        { &date, "2026-02-30", DP_INVALID },
        { &date, "10.03.2026", DP_INVALID },
        { &choice, "blue", DP_INVALID },
        { &choice, "Red", DP_INVALID },
        { &choice, "", DP_INVALID },
        { &token, "a", DP_INVALID },
        { &token, "abcde", DP_TOO_LONG },
        { &token, "a/b", DP_INVALID },
        { &token, "a.b", DP_INVALID },
        { &token, "\xc3\xa4", DP_INVALID },
        { &line, "   ", DP_INVALID },
        { &line, "a\nb", DP_INVALID },
        { &line, "a\x1b[", DP_INVALID },
        { &line, "a\xc2\x9b[", DP_INVALID },
        { &line, "a\x7f", DP_INVALID },
        { &line, "abcdef", DP_TOO_LONG },
        { &line, "a\xff", DP_NOT_UTF8 },
        { &text, "a\x08", DP_INVALID },
        { &text, "a\rb", DP_INVALID },
        { &text, "abcdefgh", DP_TOO_LONG },
        { &secret, "ab", DP_INVALID },
        { &secret, "abcdefg", DP_TOO_LONG },
        { &secret, "abc\n", DP_INVALID },
        { &flag, "0", DP_INVALID },
        { &flag, "true", DP_INVALID },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
        struct field field;
        dp_err err = fields_check_one(cases[i].rule, str_of(cases[i].text), &arena, &field);
        if (!err_is(err, cases[i].code)) {
            fail_msg("\"%s\" gave %s", cases[i].text, err_name(err.code));
        }
        assert_int_equal(field.state, FIELD_INVALID);
        assert_int_equal(field.problem, cases[i].code);
        assert_true(str_equal(field.text, str_of(cases[i].text)));
    }
}

static struct field good(const struct field_rule *rule, const char *given, struct arena *arena)
{
    struct field field;
    assert_ok(fields_check_one(rule, str_of(given), arena, &field));
    assert_int_equal(field.state, FIELD_VALID);
    return field;
}

static void test_fields_check_one_valid_values_are_typed(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    char shown[DATE_TEXT_MAX];
    assert_int_equal(good(&number, "-5", &arena).number, -5);
    assert_int_equal(good(&number, "10", &arena).number, 10);
    date_text(good(&date, "2024-02-29", &arena).date, shown);
    assert_string_equal(shown, "2024-02-29");
    assert_int_equal(good(&choice, "green", &arena).choice, 1);
    assert_true(str_equal(good(&token, "A-_9", &arena).text, STR("A-_9")));
    assert_true(str_equal(good(&line, "  \xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f! ", &arena).text,
                          STR("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f!")));
    assert_true(str_equal(good(&text, "a\r\n\r\nb\tc\r\n", &arena).text, STR("a\n\nb\tc")));
    assert_true(str_equal(good(&secret, " pass ", &arena).text, STR(" pass ")));
    assert_int_equal(good(&flag, "on", &arena).number, 1);
    assert_int_equal(good(&flag, "1", &arena).number, 1);
}

/* A text needs memory of its own; without it the field is invalid. */
static void test_fields_check_one_without_memory_says_so(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(0);
    struct field field;
    assert_err(fields_check_one(&text, STR("abc"), &arena, &field), DP_NO_MEMORY);
}

enum { F_ID, F_PERIOD, F_NAME, F_TEAMS, F_COUNT };

static const struct field_rule rules[F_COUNT] = {
    { .name = "id", .source = FIELD_FROM_PATH, .type = FIELD_INT, .min = 1, .max = 99 },
    { .name = "period", .source = FIELD_FROM_QUERY, .type = FIELD_CHOICE, .choices = colours },
    { .name = "name",
      .source = FIELD_FROM_FORM,
      .type = FIELD_LINE,
      .is_required = true,
      .min = 1,
      .max = 20 },
    { .name = "team",
      .source = FIELD_FROM_FORM,
      .type = FIELD_TOKEN,
      .is_repeated = true,
      .min = 1,
      .max = 9 },
};

struct
try {
    dp_err err;
    struct field fields[F_COUNT];
};

static struct try check(const char *id, const char *query, const char *form,
                        struct arena *arena)
{
    struct try result;
    struct path_params params = { { STR("id") }, { str_of(id) }, 1 };
    struct form parsed_query;
    struct form parsed_form;
    assert_ok(form_parse(str_of(query), arena, &parsed_query));
    assert_ok(form_parse(str_of(form), arena, &parsed_form));
    struct fields_input input = { &params, &parsed_query, &parsed_form };
    result.err = fields_check(rules, F_COUNT, &input, arena, result.fields);
    return result;
}

/* Missing, doubled or unknown names in a form are faults; the others are still filled. */
static void test_fields_check_faulty_forms_are_refused(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct try missing = check("7", "", "team=a", &arena);
    assert_err(missing.err, DP_INVALID);
    assert_int_equal(missing.fields[F_NAME].state, FIELD_INVALID);
    assert_int_equal(missing.fields[F_TEAMS].state, FIELD_VALID);
    assert_err(check("7", "", "name=", &arena).err, DP_INVALID);
    assert_err(check("7", "", "name=a&name=b", &arena).err, DP_INVALID);
    struct try unknown = check("7", "", "name=a&other=1", &arena);
    assert_err(unknown.err, DP_INVALID);
    assert_int_equal(unknown.fields[F_NAME].state, FIELD_VALID);
    assert_err(check("100", "", "name=a", &arena).err, DP_OUT_OF_RANGE);
    assert_err(check("7", "period=blue", "name=a", &arena).err, DP_INVALID);
    struct try repeated = check("7", "", "name=a&team=a&team=b%2F", &arena);
    assert_err(repeated.err, DP_INVALID);
    assert_int_equal(repeated.fields[F_TEAMS].state, FIELD_INVALID);
}

/* Unknown names in a query are what mail programs add; an empty optional field is absent. */
static void test_fields_check_good_input_is_filled(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct try result = check("7", "period=green&utm_source=mail",
                              "csrf=t&name=+Ann+&team=a&team=b&team=c", &arena);
    assert_ok(result.err);
    assert_int_equal(result.fields[F_ID].number, 7);
    assert_int_equal(result.fields[F_PERIOD].choice, 1);
    assert_true(str_equal(result.fields[F_NAME].text, STR("Ann")));
    const struct field *team = &result.fields[F_TEAMS];
    assert_true(str_equal(team->text, STR("a")));
    assert_true(str_equal(team->next->text, STR("b")));
    assert_true(str_equal(team->next->next->text, STR("c")));
    assert_null(team->next->next->next);
    result = check("7", "period=", "name=Bo", &arena);
    assert_ok(result.err);
    assert_int_equal(result.fields[F_PERIOD].state, FIELD_ABSENT);
    assert_int_equal(result.fields[F_TEAMS].state, FIELD_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_check_one_invalid_values_are_refused),
        cmocka_unit_test(test_fields_check_one_valid_values_are_typed),
        cmocka_unit_test(test_fields_check_one_without_memory_says_so),
        cmocka_unit_test(test_fields_check_faulty_forms_are_refused),
        cmocka_unit_test(test_fields_check_good_input_is_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
