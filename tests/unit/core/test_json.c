/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/core/json.h"
#include "tests/support/support.h"

enum { LIMIT = 100000 };

static dp_err parse(struct str text, struct dp_problem *problem)
{
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    dp_err err = json_parse(text, LIMIT, &doc, problem);
    assert_true((doc != NULL) == err_is_ok(err));
    return err;
}

/* ---- Reading ---------------------------------------------------------------------------------------- */

/* What is not strictly JSON is refused, with the place. */
static void test_json_parse_bad_text_names_the_place(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        size_t line;
        size_t column;
    } bad[] = {
        { STR_INIT(""), 1, 1 },
        { STR_INIT("{"), 1, 1 },
        { STR_INIT("{\"a\": 1,}"), 1, 9 },
        { STR_INIT("[1 2]"), 1, 4 },
        { STR_INIT("[01]"), 1, 2 },
        { STR_INIT("[+1]"), 1, 2 },
        { STR_INIT("[.5]"), 1, 2 },
        { STR_INIT("[1.]"), 1, 3 },
        { STR_INIT("[nan]"), 1, 4 },
        { STR_INIT("{'a': 1}"), 1, 2 },
        { STR_INIT("{a: 1}"), 1, 2 },
        { STR_INIT("[\"\\x\"]"), 1, 4 },
        { STR_INIT("[\"\\ud800\"]"), 1, 9 },
        { STR_INIT("[\"\\u0000\"]"), 1, 9 },
        { STR_INIT("[\"a\nb\"]"), 1, 3 },
        { STR_INIT("[1] x"), 1, 5 },
        { STR_INIT("[1][2]"), 1, 4 },
        { STR_INIT("1"), 1, 1 },
        { STR_INIT("\"a\""), 1, 3 },
        { STR_INIT("[1]\0"), 1, 4 },
        { STR_INIT("// no\n[1]"), 1, 1 },
        { STR_INIT("{\"a\": 1, \"a\": 2}"), 1, 12 },
        { STR_INIT("[\n\"\xc3\xa4\xc3\xb6\", x]"), 2, 7 },
        { STR_INIT("[99999999999999999999]"), 1, 21 },
        { STR_INIT("[1e999]"), 1, 6 },
        { STR_INIT("\xef\xbb\xbf[1]"), 1, 1 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        assert_err(parse(bad[i].text, &problem), DP_INVALID);
        if (problem.line != bad[i].line || problem.column != bad[i].column) {
            fail_msg("%.*s: %zu:%zu, wanted %zu:%zu: %s", STR_ARG(bad[i].text), problem.line,
                     problem.column, bad[i].line, bad[i].column, problem.sentence);
        }
    }
    assert_err(parse(STR("["), NULL), DP_INVALID);
}

/* Bytes that are not UTF-8 have their own code and place. */
static void test_json_parse_bad_utf8_names_the_place(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    assert_err(parse(STR("[\n \"\xc3\xa4\xff\"]"), &problem), DP_NOT_UTF8);
    assert_int_equal(problem.line, 2);
    assert_int_equal(problem.column, 4);
}

/* Long pieces of the text in the sentence are not cut inside of a character. */
static void test_json_parse_long_text_in_the_sentence_stays_utf8(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct buf text BUF_AUTO = buf_new(1000);
        struct dp_problem problem = { 0 };
        buf_add(&text, str_slice(STR("[\"xxxx"), 0, 2 + shift));
        for (int i = 0; i < 100; i++) {
            buf_add_text(&text, "\xf0\x9f\x98\x80");
        }
        buf_add_text(&text, "\" \"\"]");
        assert_err(parse(buf_str(&text), &problem), DP_INVALID);
        assert_true(str_is_utf8(str_of(problem.sentence)));
    }
}

/* A byte more than the limit is refused before it is looked at. */
static void test_json_parse_over_the_limit_is_too_long(void **state)
{
    (void)state;
    struct json_doc *doc = NULL;
    assert_err(json_parse(STR("[12]"), 3, &doc, NULL), DP_TOO_LONG);
    assert_null(doc);
    assert_ok(json_parse(STR("[12]"), 4, &doc, NULL));
    json_doc_free(doc);
    json_doc_free(NULL);
}

/* So many lists and objects in turn, each in the other; brackets in keys do not count. */
static void write_nested(struct buf *out, size_t depth)
{
    for (size_t i = 0; i < depth; i++) {
        buf_add_text(out, i % 2 == 0 ? "[" : "{\"[\\\"{\":");
    }
    buf_add_text(out, depth % 2 == 0 ? "0" : "");
    for (size_t i = depth; i > 0; i--) {
        buf_add_text(out, i % 2 == 1 ? "]" : "}");
    }
}

/* One level more than the most is refused where it begins; brackets in texts do not count. */
static void test_json_parse_too_deep_is_refused(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(1000);
    struct dp_problem problem = { 0 };
    write_nested(&text, JSON_DEPTH_MAX);
    assert_ok(parse(buf_str(&text), NULL));
    buf_clear(&text);
    write_nested(&text, JSON_DEPTH_MAX + 1);
    assert_err(parse(buf_str(&text), &problem), DP_TOO_LONG);
    assert_int_equal(problem.column, 1 + JSON_DEPTH_MAX / 2 * (1 + 8));
    buf_clear(&text);
    buf_add_text(&text, "[\"\\\"");
    for (size_t i = 0; i < JSON_DEPTH_MAX + 5; i++) {
        buf_add_char(&text, '[');
    }
    buf_add_text(&text, "\"]");
    assert_ok(parse(buf_str(&text), NULL));
}

/* A closing bracket too many is wrong, not deep. */
static void test_json_parse_closing_first_is_invalid(void **state)
{
    (void)state;
    assert_err(parse(STR("]]]]["), NULL), DP_INVALID);
}

/* Asking a value for what it is not is an error and leaves the output alone. */
static void test_json_read_other_kind_is_invalid(void **state)
{
    (void)state;
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    assert_ok(json_parse(STR("{\"n\": 1.5, \"s\": \"x\", \"b\": true, \"z\": null, \"l\": []}"),
                         LIMIT, &doc, NULL));
    struct json_value root = json_root(doc);
    struct str text = STR("kept");
    bool truth = true;
    double number = 7;
    int64_t whole = 7;
    assert_err(json_read_text(json_get(root, "n"), &text), DP_INVALID);
    assert_err(json_read_text(json_get(root, "z"), &text), DP_INVALID);
    assert_err(json_read_bool(json_get(root, "s"), &truth), DP_INVALID);
    assert_err(json_read_double(json_get(root, "s"), &number), DP_INVALID);
    assert_err(json_read_double(json_get(root, "b"), &number), DP_INVALID);
    assert_err(json_read_int(json_get(root, "n"), 0, 9, &whole), DP_INVALID);
    assert_err(json_read_int(json_get(root, "l"), 0, 9, &whole), DP_INVALID);
    assert_err(json_read_text(root, &text), DP_INVALID);
    assert_err(json_read_text(json_get(root, "absent"), &text), DP_NOT_FOUND);
    assert_err(json_read_int(json_at(json_get(root, "l"), 0), 0, 9, &whole), DP_NOT_FOUND);
    assert_err(json_read_bool(json_get(json_get(root, "absent"), "deeper"), &truth),
               DP_NOT_FOUND);
    assert_true(str_equal(text, STR("kept")) && truth && whole == 7);
}

/* Integers are read exactly, within the caller's limits. */
static void test_json_read_int_keeps_limits(void **state)
{
    (void)state;
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    assert_ok(
        json_parse(STR("[9223372036854775807, -9223372036854775808, 5]"), LIMIT, &doc, NULL));
    struct json_value list = json_root(doc);
    int64_t value = 0;
    assert_ok(json_read_int(json_at(list, 0), INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MAX);
    assert_ok(json_read_int(json_at(list, 1), INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MIN);
    assert_err(json_read_int(json_at(list, 2), 6, 9, &value), DP_OUT_OF_RANGE);
    assert_err(json_read_int(json_at(list, 2), 0, 4, &value), DP_OUT_OF_RANGE);
    assert_ok(json_read_int(json_at(list, 2), 5, 5, &value));
    assert_true(value == 5);
}

/* Values of each kind, lists by place, objects by name and in their order. */
static void test_json_values_are_found(void **state)
{
    (void)state;
    static const char *const keys[] = { "z", "a", "m" };
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    assert_ok(json_parse(
        STR("{\"z\": [true, false, null], \"a\": \"\\u20ac\", \"m\": {\"x\": -2.5e1}}"), LIMIT,
        &doc, NULL));
    struct json_value root = json_root(doc);
    assert_int_equal(json_kind_of(root), JSON_KIND_OBJECT);
    assert_int_equal(json_count(root), 3);
    struct json_value list = json_get(root, "z");
    assert_int_equal(json_kind_of(list), JSON_KIND_LIST);
    assert_int_equal(json_count(list), 3);
    bool truth = false;
    assert_ok(json_read_bool(json_at(list, 0), &truth));
    assert_true(truth);
    assert_ok(json_read_bool(json_at(list, 1), &truth));
    assert_false(truth);
    assert_int_equal(json_kind_of(json_at(list, 2)), JSON_KIND_NULL);
    assert_int_equal(json_kind_of(json_at(list, 3)), JSON_KIND_ABSENT);
    assert_int_equal(json_kind_of(json_at(root, 0)), JSON_KIND_ABSENT);
    assert_int_equal(json_count(json_at(list, 0)), 0);
    struct str text = STR("");
    assert_ok(json_read_text(json_get(root, "a"), &text));
    assert_int_equal(json_kind_of(json_get(root, "a")), JSON_KIND_TEXT);
    assert_true(str_equal(text, STR("\xe2\x82\xac")));
    double number = 0;
    assert_ok(json_read_double(json_get(json_get(root, "m"), "x"), &number));
    assert_true(number < -24.9 && number > -25.1);
    const void *at = NULL;
    struct json_member member = { .key = STR("") };
    size_t count = 0;
    for (; json_next(root, &at, &member); count++) {
        const char *key = count < 3 ? keys[count] : "";
        assert_true(str_equal(member.key, str_of(key)));
        assert_int_equal(json_kind_of(member.value), json_kind_of(json_get(root, key)));
    }
    assert_int_equal(count, 3);
    at = NULL;
    assert_false(json_next(list, &at, &member));
}

/* ---- Writing ---------------------------------------------------------------------------------------- */

static void key_in_list(struct json_writer *json)
{
    json_open_list(json);
    json_key(json, "a");
}

static void value_without_key(struct json_writer *json)
{
    json_open_object(json);
    json_int(json, 1);
}

static void two_keys(struct json_writer *json)
{
    json_open_object(json);
    json_key(json, "a");
    json_key(json, "b");
}

static void wrong_bracket(struct json_writer *json)
{
    json_open_object(json);
    json_close_list(json);
}

static void key_without_value(struct json_writer *json)
{
    json_open_object(json);
    json_key(json, "a");
    json_close_object(json);
}

static void bracket_left_open(struct json_writer *json)
{
    json_open_list(json);
    err_ignore(json_finish(json));
}

static void too_deep(struct json_writer *json)
{
    for (int i = 0; i <= JSON_DEPTH_MAX; i++) {
        json_open_list(json);
    }
}

/* Mistakes of the program stop it. */
static void test_json_writer_misuse_aborts(void **state)
{
    (void)state;
    static void (*const mistakes[])(struct json_writer *) = {
        key_in_list,       value_without_key, two_keys, wrong_bracket,
        key_without_value, bracket_left_open, too_deep,
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct buf out = buf_new(1000);
            struct json_writer json = json_writer_new(&out, JSON_COMPACT);
            (void)close(STDERR_FILENO);
            (void)signal(SIGABRT, SIG_DFL);
            mistakes[i](&json);
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

/* A buffer that is full is told at the end. */
static void test_json_finish_full_buffer_fails(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(3);
    struct json_writer json = json_writer_new(&out, JSON_COMPACT);
    json_open_list(&json);
    json_text(&json, "abc");
    json_close_list(&json);
    assert_err(json_finish(&json), DP_FULL);
}

static void write_sample(struct json_writer *json)
{
    json_open_object(json);
    json_key(json, "empty");
    json_open_object(json);
    json_close_object(json);
    json_key(json, "list");
    json_open_list(json);
    json_int(json, -7);
    json_num(json, 0.1);
    json_num(json, (double)NAN);
    json_num(json, -(double)INFINITY);
    json_bool(json, true);
    json_bool(json, false);
    json_none(json);
    json_open_list(json);
    json_close_list(json);
    json_close_list(json);
    json_key_str(json, STR("k\"ey"));
    json_str(json, STR("v"));
    json_close_object(json);
}

/* The compact form has no white space, the pretty one two spaces a level. */
static void test_json_writer_forms(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(1000);
    struct json_writer json = json_writer_new(&out, JSON_COMPACT);
    write_sample(&json);
    assert_ok(json_finish(&json));
    assert_true(str_equal(buf_str(&out),
                          STR("{\"empty\":{},\"list\":[-7,0.1,null,null,true,false,null,[]],"
                              "\"k\\\"ey\":\"v\"}")));
    buf_clear(&out);
    json = json_writer_new(&out, JSON_PRETTY);
    write_sample(&json);
    assert_ok(json_finish(&json));
    assert_true(str_equal(buf_str(&out), STR("{\n"
                                             "  \"empty\": {},\n"
                                             "  \"list\": [\n"
                                             "    -7,\n"
                                             "    0.1,\n"
                                             "    null,\n"
                                             "    null,\n"
                                             "    true,\n"
                                             "    false,\n"
                                             "    null,\n"
                                             "    []\n"
                                             "  ],\n"
                                             "  \"k\\\"ey\": \"v\"\n"
                                             "}\n")));
}

/* What JSON can't hold is escaped, and bytes that are no text become one sign each. */
static void test_json_str_escapes(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(1000);
    struct json_writer json = json_writer_new(&out, JSON_COMPACT);
    json_str(&json, STR("a\"\\\n\r\t\x01\x1f\x7f/\0\xc3\xa4\xff"
                        "b\xc3"));
    assert_ok(json_finish(&json));
    assert_true(
        str_equal(buf_str(&out), STR("\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f\\u007f/\\u0000\xc3\xa4"
                                     "\xef\xbf\xbd"
                                     "b\xef\xbf\xbd\"")));
}

/* Each kind of member is its key and its value, and what is not there is null. */
static void test_json_put_writes_key_and_value(void **state)
{
    (void)state;
    static const double NUMBERS[] = { 1.5, -2.0, (double)NAN };
    BUF_AUTO struct buf out = buf_new(1000);
    struct json_writer json = json_writer_new(&out, JSON_COMPACT);
    json_open_object(&json);
    json_put_text(&json, "text", "a\"b");
    json_put_text_or_none(&json, "some", "c");
    json_put_text_or_none(&json, "nothing", NULL);
    json_put_num(&json, "num", 0.25);
    json_put_num(&json, "no_num", (double)NAN);
    json_put_int(&json, "least", INT64_MIN);
    json_put_count(&json, "most", INT64_MAX);
    json_put_bool(&json, "yes", true);
    json_put_bool(&json, "no", false);
    json_put_nums(&json, "none", NUMBERS, 0);
    json_put_nums(&json, "nums", NUMBERS, 3);
    json_put_range(&json, "range", -0.5, (double)INFINITY);
    json_put_date(&json, "first_day", date_make(0));
    json_put_date_or_none(&json, "no_day", date_make(0));
    json_put_date_or_none(&json, "day", date_make(1));
    json_close_object(&json);
    assert_ok(json_finish(&json));
    assert_true(str_equal(
        buf_str(&out),
        STR("{\"text\":\"a\\\"b\",\"some\":\"c\",\"nothing\":null,\"num\":0.25,\"no_num\":null,"
            "\"least\":-9223372036854775808,\"most\":9223372036854775807,\"yes\":true,"
            "\"no\":false,\"none\":[],\"nums\":[1.5,-2,null],\"range\":[-0.5,null],"
            "\"first_day\":\"1970-01-01\",\"no_day\":null,\"day\":\"1970-01-02\"}")));
}

static void write_random(struct json_writer *json, uint64_t *seed, int depth)
{
    char text[20];
    size_t len = support_random(seed) % sizeof text;
    switch (support_random(seed) % (depth < 5 ? 7 : 5)) {
    case 0:
        json_int(json, (int64_t)support_random(seed));
        return;
    case 1:
        json_num(json, (double)support_random(seed) / 3e7);
        return;
    case 2:
        json_bool(json, support_random(seed) % 2 == 0);
        return;
    case 3:
        json_none(json);
        return;
    case 4:
        for (size_t i = 0; i < len; i++) {
            text[i] = (char)(1 + support_random(seed) % 0x7f);
        }
        json_str(json, (struct str){ text, len });
        return;
    case 5:
        json_open_list(json);
        for (uint64_t i = support_random(seed) % 5; i > 0; i--) {
            write_random(json, seed, depth + 1);
        }
        json_close_list(json);
        return;
    default:
        json_open_object(json);
        for (uint64_t i = support_random(seed) % 5; i > 0; i--) {
            char key[3] = { (char)('a' + i), (char)(' ' + support_random(seed) % 60), '\0' };
            json_key(json, key);
            write_random(json, seed, depth + 1);
        }
        json_close_object(json);
        return;
    }
}

static void write_value(struct json_writer *json, struct json_value value)
{
    struct str text = STR("");
    struct json_member member;
    const void *at = NULL;
    bool truth = false;
    double number = 0;
    int64_t whole = 0;
    switch (json_kind_of(value)) {
    case JSON_KIND_OBJECT:
        json_open_object(json);
        while (json_next(value, &at, &member)) {
            json_key_str(json, member.key);
            write_value(json, member.value);
        }
        json_close_object(json);
        return;
    case JSON_KIND_LIST:
        json_open_list(json);
        for (size_t i = 0; i < json_count(value); i++) {
            write_value(json, json_at(value, i));
        }
        json_close_list(json);
        return;
    case JSON_KIND_TEXT:
        assert_ok(json_read_text(value, &text));
        json_str(json, text);
        return;
    case JSON_KIND_NUMBER:
        if (err_is_ok(json_read_int(value, INT64_MIN, INT64_MAX, &whole))) {
            json_int(json, whole);
            return;
        }
        assert_ok(json_read_double(value, &number));
        json_num(json, number);
        return;
    case JSON_KIND_BOOL:
        assert_ok(json_read_bool(value, &truth));
        json_bool(json, truth);
        return;
    case JSON_KIND_NULL:
        json_none(json);
        return;
    case JSON_KIND_ABSENT:
        fail();
    }
}

/* Random documents read back, and what is read writes the same text, in both forms. */
static void test_json_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 31;
    for (int i = 0; i < 2000; i++) {
        enum json_style style = i % 2 == 0 ? JSON_COMPACT : JSON_PRETTY;
        struct buf first BUF_AUTO = buf_new(LIMIT);
        struct buf second BUF_AUTO = buf_new(LIMIT);
        struct json_doc *doc JSON_DOC_AUTO = NULL;
        struct json_writer json = json_writer_new(&first, style);
        json_open_list(&json);
        write_random(&json, &seed, 0);
        json_close_list(&json);
        assert_ok(json_finish(&json));
        assert_ok(json_parse(buf_str(&first), LIMIT, &doc, NULL));
        json = json_writer_new(&second, style);
        write_value(&json, json_root(doc));
        assert_ok(json_finish(&json));
        assert_true(str_equal(buf_str(&first), buf_str(&second)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_parse_bad_text_names_the_place),
        cmocka_unit_test(test_json_parse_bad_utf8_names_the_place),
        cmocka_unit_test(test_json_parse_long_text_in_the_sentence_stays_utf8),
        cmocka_unit_test(test_json_parse_over_the_limit_is_too_long),
        cmocka_unit_test(test_json_parse_too_deep_is_refused),
        cmocka_unit_test(test_json_parse_closing_first_is_invalid),
        cmocka_unit_test(test_json_read_other_kind_is_invalid),
        cmocka_unit_test(test_json_read_int_keeps_limits),
        cmocka_unit_test(test_json_values_are_found),
        cmocka_unit_test(test_json_writer_misuse_aborts),
        cmocka_unit_test(test_json_finish_full_buffer_fails),
        cmocka_unit_test(test_json_writer_forms),
        cmocka_unit_test(test_json_str_escapes),
        cmocka_unit_test(test_json_put_writes_key_and_value),
        cmocka_unit_test(test_json_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
