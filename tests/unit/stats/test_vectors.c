/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/json.h"
#include "app/core/num.h"
#include "app/csv/csv_reader.h"
#include "app/service/statsfile/statsfile.h"
#include "tests/support/support.h"

#define VECTORS DP_SOURCE_DIR "/tests/vectors/stats"

/* ---- comparing an answer with what the case expects ---- */

struct tolerance {
    double rel;
    double abs;
    struct json_value fields; /* overrides for single fields */
};

struct comparison {
    const char *name;
    struct tolerance tolerance;
    size_t compared;
    size_t wrong;
};

static double number_or(struct json_value value, double otherwise)
{
    double number = otherwise;
    err_ignore(json_read_double(value, &number));
    return number;
}

/* The allowed distance for a number; texts such as "abs difference <= 4*sqrt(p(1-p)/999)+0.002" are the
 * Monte Carlo error of a permutation p-value. */
static double allowed(const struct comparison *c, const char *field, double expected)
{
    struct json_value own = json_get(c->tolerance.fields, field);
    struct str text;
    if (json_kind_of(own) == JSON_KIND_NUMBER) {
        return number_or(own, 0.0);
    }
    if (err_is_ok(json_read_text(own, &text))) {
        double draws = strstr(text.ptr, "/999") != NULL ? 999.0 : 499.0;
        double floor = draws > 500.0 ? 0.002 : 0.003;
        return 4.0 * sqrt(expected * (1.0 - expected) / draws) + floor;
    }
    return fmax(c->tolerance.abs, c->tolerance.rel * fabs(expected));
}

static void complain(struct comparison *c, const char *path, const char *what)
{
    c->wrong++;
    print_error("%s: %s: %s\n", c->name, path, what);
}

static void compare_number(struct comparison *c, const char *path, const char *field,
                           struct json_value pair[2])
{
    double expected = number_or(pair[0], 0.0);
    if (json_kind_of(pair[1]) != JSON_KIND_NUMBER) {
        complain(c, path, "a number is missing");
        return;
    }
    double given = number_or(pair[1], 0.0);
    if (!(fabs(given - expected) <= allowed(c, field, expected))) {
        char what[128];
        (void)snprintf(what, sizeof(what), "expected %.15g, got %.15g", expected, given);
        complain(c, path, what);
    }
}

static void compare_value(struct comparison *c, const char *path, const char *field,
                          struct json_value pair[2]);

static void compare_list(struct comparison *c, const char *path, const char *field,
                         struct json_value pair[2])
{
    if (json_count(pair[0]) != json_count(pair[1])) {
        complain(c, path, "the lists differ in length");
        return;
    }
    for (size_t i = 0; i < json_count(pair[0]); i++) {
        char place[300];
        (void)snprintf(place, sizeof(place), "%s[%zu]", path, i);
        struct json_value inner[2] = { json_at(pair[0], i), json_at(pair[1], i) };
        compare_value(c, place, field, inner);
    }
}

static void compare_object(struct comparison *c, const char *path, struct json_value pair[2])
{
    const void *at = NULL;
    struct json_member member;
    while (json_next(pair[0], &at, &member)) {
        char key[100];
        char place[300];
        assert_true(str_copy(member.key, key, sizeof(key)));
        (void)snprintf(place, sizeof(place), "%.180s.%s", path, key);
        struct json_value inner[2] = { member.value, json_get(pair[1], key) };
        compare_value(c, place, key, inner);
    }
}

static void compare_value(struct comparison *c, const char *path, const char *field,
                          struct json_value pair[2])
{
    enum json_kind kind = json_kind_of(pair[0]);
    c->compared++;
    if (kind == JSON_KIND_NUMBER) {
        compare_number(c, path, field, pair);
        return;
    }
    if (json_kind_of(pair[1]) != kind) {
        complain(c, path, "another kind of value");
    } else if (kind == JSON_KIND_LIST) {
        compare_list(c, path, field, pair);
    } else if (kind == JSON_KIND_OBJECT) {
        compare_object(c, path, pair);
    } else if (kind == JSON_KIND_BOOL) {
        bool flags[2] = { false, false };
        assert_ok(json_read_bool(pair[0], &flags[0]));
        assert_ok(json_read_bool(pair[1], &flags[1]));
        if (flags[0] != flags[1]) {
            complain(c, path, "the other truth value");
        }
    } else if (kind == JSON_KIND_TEXT) {
        struct str texts[2];
        assert_ok(json_read_text(pair[0], &texts[0]));
        assert_ok(json_read_text(pair[1], &texts[1]));
        if (!str_equal(texts[0], texts[1])) {
            complain(c, path, "another text");
        }
    }
}

/* ---- running a case ---- */

static struct str read_vector(const char *name)
{
    size_t length = 0;
    const char *text = support_read_file(support_path(VECTORS, name), &length);
    return (struct str){ text, length };
}

/* The expected values of a distributions case are the last column of its input. */
static void compare_distributions(struct comparison *c, struct str input,
                                  struct json_value answer)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    struct dp_problem problem = { 0 };
    assert_ok(csv_reader_open(&csv, input, &problem));
    size_t row = 0;
    for (bool has_row = true; has_row; row++) {
        assert_ok(csv_reader_next(&csv, &has_row, &problem));
        if (!has_row) {
            break;
        }
        double expected = 0.0;
        assert_ok(num_double(csv_reader_field(&csv, csv.columns_count - 1), &expected));
        double given = number_or(json_at(json_get(answer, "value"), row), (double)NAN);
        c->compared++;
        if (!(fabs(given - expected) <= c->tolerance.rel * fabs(expected))) {
            complain(c, "value", csv_reader_field(&csv, 0).ptr);
        }
    }
    assert_int_equal(row, json_count(json_get(answer, "value")));
}

static size_t run_case(const char *file)
{
    struct str text = read_vector(file);
    struct dp_problem problem = { 0 };
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    struct json_doc *answer JSON_DOC_AUTO = NULL;
    struct buf out BUF_AUTO = buf_new(STATSFILE_OUT_BYTES_MAX);
    char input_name[STATSFILE_NAME_MAX];
    assert_ok(json_parse(text, STATSFILE_CASE_BYTES_MAX, &doc, &problem));
    assert_ok(statsfile_input_name(text, input_name, &problem));
    struct str input = input_name[0] != '\0' ? read_vector(input_name) : STR("");
    dp_err err = statsfile_run(text, input, &out, &problem);
    if (!err_is_ok(err)) {
        print_error("%s: %s\n", file, problem.sentence);
    }
    assert_ok(err);
    assert_ok(json_parse(buf_str(&out), STATSFILE_OUT_BYTES_MAX, &answer, &problem));
    struct json_value root = json_root(doc);
    struct json_value tolerance = json_get(root, "tolerance");
    struct comparison c = { .name = file,
                            .tolerance = { .rel = number_or(json_get(tolerance, "rel"), 0.0),
                                           .abs = number_or(json_get(tolerance, "abs"), 0.0),
                                           .fields = tolerance } };
    struct json_value pair[2] = { json_get(root, "expected"), json_root(answer) };
    struct str kind;
    assert_ok(json_read_text(json_get(root, "kind"), &kind));
    if (str_equal(kind, STR("distributions"))) {
        compare_distributions(&c, input, pair[1]);
    } else {
        compare_value(&c, "expected", "", pair);
    }
    assert_true(c.compared > 1);
    return c.wrong;
}

/* Every reference case in tests/vectors/stats, as it is shipped, within its own tolerance. */
static void test_statsfile_run_reference_cases_agree(void **state)
{
    (void)state;
    DIR *folder = opendir(VECTORS);
    assert_non_null(folder);
    size_t cases = 0;
    size_t wrong = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);
        if (length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0) {
            wrong += run_case(entry->d_name);
            cases++;
        }
    }
    (void)closedir(folder);
    assert_true(cases >= 54);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statsfile_run_reference_cases_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
