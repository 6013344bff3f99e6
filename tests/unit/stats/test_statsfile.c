/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/json.h"
#include "app/service/statsfile/statsfile.h"
#include "app/service/statsfile/statsfile_scan_json.h"
#include "tests/support/support.h"

static struct dp_problem problem;

static dp_err run(const char *text, const char *csv, struct buf *out)
{
    memset(&problem, 0, sizeof(problem));
    buf_clear(out);
    return statsfile_run(str_of(text), str_of(csv), out, &problem);
}

static dp_err scan(enum statsfile_set set, const char *csv, const char *dates, struct buf *out)
{
    memset(&problem, 0, sizeof(problem));
    buf_clear(out);
    struct statsfile_scan_options options = { .dates_csv = str_of(dates), .permutations = 99 };
    return statsfile_scan(set, str_of(csv), &options, out, &problem);
}

static bool has(const struct buf *out, const char *text)
{
    return memmem(out->data, out->len, text, strlen(text)) != NULL;
}

/* ---- cases ---- */

/* What is not a case, or of a kind that nobody knows, is refused with a sentence. */
static void test_statsfile_run_bad_cases_are_invalid(void **state)
{
    (void)state;
    static const char *const BAD[] = { "",
                                       "{",
                                       "[]",
                                       "{\"input\":\"a.csv\"}",
                                       "{\"kind\":7,\"input\":\"a.csv\"}",
                                       "{\"kind\":\"horoscope\",\"input\":\"a.csv\"}" };
    struct buf out BUF_AUTO = buf_new(1 << 20);
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_err(run(BAD[i], "x,y\n1,2\n", &out), DP_INVALID);
        assert_true(strlen(problem.sentence) > 0);
        assert_int_equal(out.len, 0);
    }
}

/* A missing column, a cell that is no number, parameters that make no sense, an empty file. */
static void test_statsfile_run_bad_input_is_invalid(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *csv;
        const char *says;
    } BAD[] = {
        { "{\"kind\":\"correlation\",\"input\":\"a.csv\"}", "x,z\n1,2\n",
          "column y is missing" },
        { "{\"kind\":\"correlation\",\"input\":\"a.csv\"}", "x,y\n1,two\n", "not a number" },
        { "{\"kind\":\"correlation\",\"input\":\"a.csv\"}", "x,y\n", "no rows" },
        { "{\"kind\":\"lag_scan\",\"params\":{\"K\":\"8\"}}", "t,x,y\n1,2,3\n",
          "\"K\" must be" },
        { "{\"kind\":\"lag_scan\",\"params\":{\"K\":13}}", "t,x,y\n1,2,3\n", "to 12" },
        { "{\"kind\":\"lag_scan\",\"params\":{\"K\":1.5}}", "t,x,y\n1,2,3\n", "whole number" },
        { "{\"kind\":\"lag_scan\",\"params\":{\"B\":5}}", "t,x,y\n1,2,3\n", "permutations" },
        { "{\"kind\":\"lag_scan\"}", "t,x,y\n1,2,3\n1,2,3\n", "there twice" },
        { "{\"kind\":\"lag_scan\"}", "t,x,y\n1.5,2,3\n", "whole number" },
        { "{\"kind\":\"lag_scan\"}", "t,x,y\n,2,3\n", "whole number" },
        { "{\"kind\":\"panel_lag_scan\"}", "team,t,x,y\n,1,2,3\n", "is missing" },
        { "{\"kind\":\"interrupted_time_series\"}", "t,y\n1,2\n2,3\n", "first_treated_index" },
        { "{\"kind\":\"interrupted_time_series\",\"params\":{\"first_treated_index\":2,"
          "\"model\":\"x\"}}",
          "t,y\n1,2\n2,3\n", "model must be" },
        { "{\"kind\":\"difference_in_differences\"}",
          "team,t,y,treated,post\n1,1,2,1,1\n1,2,3,1,0\n", "from one period on" },
        { "{\"kind\":\"local_level_smoother\"}", "t,y,v\n1,2,\n", "variance" },
        { "{\"kind\":\"item_adjustment\"}", "week,item,score\n1,1,3\n", "too few answers" },
    };
    struct buf out BUF_AUTO = buf_new(1 << 20);
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_err(run(BAD[i].text, BAD[i].csv, &out), DP_INVALID);
        if (strstr(problem.sentence, BAD[i].says) == NULL) {
            fail_msg("case %zu says: %s", i, problem.sentence);
        }
        assert_int_equal(out.len, 0);
    }
}

/* The input is a file beside the case; nothing else can be reached through it. */
static void test_statsfile_input_name_stays_beside_the_case(void **state)
{
    (void)state;
    char name[STATSFILE_NAME_MAX];
    static const char *const BAD[] = { "../a.csv", "/etc/passwd", "a/b.csv", ".hidden", "" };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        char text[200];
        (void)snprintf(text, sizeof(text), "{\"kind\":\"wilson\",\"input\":\"%s\"}", BAD[i]);
        assert_err(statsfile_input_name(str_of(text), name, &problem), DP_INVALID);
    }
    assert_err(statsfile_input_name(STR("{\"kind\":\"wilson\"}"), name, &problem), DP_INVALID);
    assert_ok(
        statsfile_input_name(STR("{\"kind\":\"wilson\",\"input\":\"w.csv\"}"), name, &problem));
    assert_string_equal(name, "w.csv");
    assert_ok(statsfile_input_name(STR("{\"kind\":\"ewma_limit_table\",\"input\":\"none\"}"),
                                   name, &problem));
    assert_string_equal(name, "");
    char text[STATSFILE_NAME_MAX + 100];
    (void)snprintf(text, sizeof(text), "{\"kind\":\"wilson\",\"input\":\"%0*d\"}",
                   STATSFILE_NAME_MAX, 0);
    assert_err(statsfile_input_name(str_of(text), name, &problem), DP_TOO_LONG);
}

/* Refusals are answers: the machine's reason, no numbers, and what would help. */
static void test_statsfile_run_refusal_is_an_answer(void **state)
{
    (void)state;
    struct buf csv BUF_AUTO = buf_new(1 << 16);
    struct buf out BUF_AUTO = buf_new(1 << 20);
    buf_add_text(&csv, "t,x,y\n");
    for (int t = 1; t <= 19; t++) {
        buf_fmt(&csv, "%d,%d,%d\n", t, t * t % 7, t * t % 5);
    }
    buf_add_char(&csv, '\0');
    assert_ok(run("{\"kind\":\"lag_scan\",\"input\":\"a.csv\"}", csv.data, &out));
    assert_true(has(&out, "\"refused\": true") || has(&out, "\"refused\":true"));
    assert_true(has(&out, "too_few_periods") && has(&out, "chart_only"));
    assert_false(has(&out, "best_r"));
}

/* Rows may stand in any order, and weeks without a row are missing. */
static void test_statsfile_run_unsorted_rows_are_put_in_order(void **state)
{
    (void)state;
    struct buf sorted BUF_AUTO = buf_new(1 << 16);
    struct buf mixed BUF_AUTO = buf_new(1 << 16);
    struct buf a BUF_AUTO = buf_new(1 << 20);
    struct buf b BUF_AUTO = buf_new(1 << 20);
    buf_add_text(&sorted, "t,x,y\n");
    buf_add_text(&mixed, "y,t,x\n");
    for (int i = 0; i < 60; i++) {
        int t = i + 1;
        int u = (i * 17) % 60 + 1;
        if (t != 30) {
            buf_fmt(&sorted, "%d,%d,%d\n", t, t * t * 31 % 97, t * t * 7 % 89);
        }
        if (u != 30) {
            buf_fmt(&mixed, "%d,%d,%d\n", u * u * 7 % 89, u, u * u * 31 % 97);
        }
    }
    buf_add_char(&sorted, '\0');
    buf_add_char(&mixed, '\0');
    assert_ok(run("{\"kind\":\"lag_scan\"}", sorted.data, &a));
    assert_ok(run("{\"kind\":\"lag_scan\"}", mixed.data, &b));
    assert_true(str_equal(buf_str(&a), buf_str(&b)));
    assert_true(has(&a, "\"n_complete\": 59") || has(&a, "\"n_complete\":59"));
}

/* ---- sets ---- */

static void test_statsfile_set_find_knows_four_kinds(void **state)
{
    (void)state;
    enum statsfile_set set = STATSFILE_DID;
    assert_ok(statsfile_set_find(STR("pairs"), &set));
    assert_int_equal(set, STATSFILE_PAIRS);
    assert_ok(statsfile_set_find(STR("did"), &set));
    assert_int_equal(set, STATSFILE_DID);
    assert_err(statsfile_set_find(STR("Pairs"), &set), DP_NOT_FOUND);
    assert_err(statsfile_set_find(STR(""), &set), DP_NOT_FOUND);
}

/* One line for each case, in the order of their numbers, whatever the order of the rows. */
static void test_statsfile_scan_gives_a_line_a_case(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(1 << 20);
    assert_ok(scan(STATSFILE_PAIRS, "pair,t,x,y\n9,1,1,2\n3,1,5,5\n9,2,4,4\n", "", &out));
    struct str rest = buf_str(&out);
    struct str first;
    struct str second;
    assert_true(str_next(&rest, '\n', &first) && str_next(&rest, '\n', &second));
    assert_int_equal(rest.len, 0);
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    assert_ok(json_parse(first, 10000, &doc, &problem));
    double id = 0.0;
    assert_ok(json_read_double(json_get(json_root(doc), "case"), &id));
    assert_true(id > 2.5 && id < 3.5);
    static const char *const FIELDS[] = { "estimate", "lo",      "hi",      "p",      "lag",
                                          "grade",    "verdict", "refused", "reason", "n" };
    for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++) {
        assert_int_not_equal(json_kind_of(json_get(json_root(doc), FIELDS[i])),
                             JSON_KIND_ABSENT);
    }
    assert_true(has(&out, "\"reason\":\"too_few_periods\""));
}

/* Doubled periods are an error with the line of the second; a team is not doubled by another. */
static void test_statsfile_scan_doubled_periods_are_invalid(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(1 << 20);
    assert_err(scan(STATSFILE_PAIRS, "pair,t,x,y\n1,1,1,2\n1,2,3,4\n1,1,5,5\n", "", &out),
               DP_INVALID);
    assert_int_equal(problem.line, 4);
    assert_err(scan(STATSFILE_PANELS, "panel,team,t,x,y\n1,1,1,1,2\n1,1,1,5,5\n", "", &out),
               DP_INVALID);
    assert_ok(scan(STATSFILE_PANELS, "panel,team,t,x,y\n1,1,1,1,2\n1,2,1,5,5\n2,1,1,3,4\n", "",
                   &out));
    assert_true(has(&out, "no_controls"));
}

/* Its needs a date, from the file itself or from another one. */
static void test_statsfile_scan_its_takes_its_dates(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(1 << 20);
    static const char DATA[] = "series,t,y\n1,1,3\n1,2,4\n1,3,3\n";
    assert_err(scan(STATSFILE_ITS, DATA, "", &out), DP_INVALID);
    assert_non_null(strstr(problem.sentence, "first_treated_index"));
    assert_err(scan(STATSFILE_ITS, DATA, "series,first_treated_index\n2,2\n", &out),
               DP_INVALID);
    assert_ok(scan(STATSFILE_ITS, DATA, "series,first_treated_index\n1,2\n", &out));
    assert_true(has(&out, "window_too_short"));
    assert_ok(
        scan(STATSFILE_ITS, "series,t,y,first_treated_index\n1,1,3,2\n1,2,4,2\n", "", &out));
    assert_true(has(&out, "window_too_short"));
}

/* All treated: no comparison teams, which is an answer. */
static void test_statsfile_scan_did_without_controls_is_refused(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(1 << 20);
    assert_ok(scan(STATSFILE_DID,
                   "case,team,t,y,treated,post\n1,1,1,3,1,0\n1,1,2,4,1,1\n1,2,1,3,1,0\n", "",
                   &out));
    assert_true(has(&out, "\"reason\":\"no_controls\""));
    assert_true(has(&out, "\"estimate\":null"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statsfile_run_bad_cases_are_invalid),
        cmocka_unit_test(test_statsfile_run_bad_input_is_invalid),
        cmocka_unit_test(test_statsfile_input_name_stays_beside_the_case),
        cmocka_unit_test(test_statsfile_run_refusal_is_an_answer),
        cmocka_unit_test(test_statsfile_run_unsorted_rows_are_put_in_order),
        cmocka_unit_test(test_statsfile_set_find_knows_four_kinds),
        cmocka_unit_test(test_statsfile_scan_gives_a_line_a_case),
        cmocka_unit_test(test_statsfile_scan_doubled_periods_are_invalid),
        cmocka_unit_test(test_statsfile_scan_its_takes_its_dates),
        cmocka_unit_test(test_statsfile_scan_did_without_controls_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
