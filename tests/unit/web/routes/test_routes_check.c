/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/routes.h"

static dp_err nothing(struct page_context *page, struct response *response)
{
    (void)page;
    (void)response;
    return DP_SUCCESS;
}

static struct route good_view(void)
{
    return (struct route){ .method = METHOD_GET,
                           .pattern = "/a",
                           .page = nothing,
                           .roles = ROLE_PUBLIC,
                           .help = "Help." };
}

static struct route good_change(void)
{
    struct route row = good_view();
    row.method = METHOD_POST;
    row.csrf = CSRF_FORM;
    return row;
}

static void expect_fault(struct route row, const char *part)
{
    struct dp_problem problem = { 0 };
    assert_err(routes_check(&row, 1, &problem), DP_INVALID);
    if (strstr(problem.sentence, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", problem.sentence, part);
    }
}

/* Each rule of the table, broken alone. */
static void test_routes_check_each_fault_is_named(void **state)
{
    (void)state;
    struct route row = good_view();
    row.pattern = "a";
    expect_fault(row, "pattern");
    row.pattern = NULL;
    expect_fault(row, "pattern");
    row = good_view();
    row.page = NULL;
    expect_fault(row, "no page");
    row = good_view();
    row.help = "";
    expect_fault(row, "no help");
    row.help = NULL;
    expect_fault(row, "no help");
    row = good_view();
    row.roles = 0;
    expect_fault(row, "nobody");
    row = good_view();
    row.method = METHOD_HEAD;
    expect_fault(row, "method");
    row.method = METHOD_OTHER;
    expect_fault(row, "method");
    row = good_view();
    row.csrf = CSRF_SESSION;
    expect_fault(row, "changes nothing");
    row = good_change();
    row.csrf = CSRF_NONE;
    expect_fault(row, "without a CSRF policy");
    row.csrf = CSRF_BEARER;
    expect_fault(row, "others than programs");
    row.csrf = CSRF_SESSION;
    expect_fault(row, "without one");
}

/* Faults of the fields. */
static void test_routes_check_field_faults_are_named(void **state)
{
    (void)state;
    struct field_rule rules[] = {
        { .name = "x", .source = FIELD_FROM_FORM, .type = FIELD_INT, .min = 0, .max = 1 },
        { .name = "x", .source = FIELD_FROM_FORM, .type = FIELD_INT, .min = 0, .max = 1 },
    };
    struct route row = good_change();
    row.fields = rules;
    row.field_count = 2;
    expect_fault(row, "twice");
    row = good_view();
    row.fields = rules;
    row.field_count = 1;
    expect_fault(row, "form with GET");
    rules[0].source = FIELD_FROM_PATH;
    expect_fault(row, "does not hold");
    row.pattern = "/a/{x}/{y}";
    expect_fault(row, "unchecked");
    row.pattern = "/a/{x}";
    rules[0].min = 2;
    expect_fault(row, "smallest");
    rules[0].type = FIELD_CHOICE;
    expect_fault(row, "without choices");
}

/* The same address twice would make the second row dead. */
static void test_routes_check_double_row_is_a_fault(void **state)
{
    (void)state;
    struct route rows[] = { good_view(), good_change(), good_view() };
    struct dp_problem problem = { 0 };
    assert_err(routes_check(rows, 3, &problem), DP_INVALID);
    assert_non_null(strstr(problem.sentence, "GET /a stands in the table twice"));
    assert_ok(routes_check(rows, 2, &problem));
}

static void test_routes_check_good_rows_pass(void **state)
{
    (void)state;
    static const struct field_rule rules[] = {
        { .name = "x", .source = FIELD_FROM_PATH, .type = FIELD_TOKEN, .min = 1, .max = 9 },
        { .name = "x", .source = FIELD_FROM_QUERY, .type = FIELD_FLAG },
    };
    struct route view = good_view();
    view.pattern = "/a/{x}/b";
    view.fields = rules;
    view.field_count = 2;
    struct route bearer = good_change();
    bearer.csrf = CSRF_BEARER;
    bearer.roles = ROLE_TOKEN;
    struct route session = good_change();
    session.pattern = "/b";
    session.csrf = CSRF_SESSION;
    session.roles = ROLE_HR | ROLE_ADMIN;
    struct route rows[] = { view, bearer, session };
    struct dp_problem problem = { 0 };
    assert_ok(routes_check(rows, 3, &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_check_each_fault_is_named),
        cmocka_unit_test(test_routes_check_field_faults_are_named),
        cmocka_unit_test(test_routes_check_double_row_is_a_fault),
        cmocka_unit_test(test_routes_check_good_rows_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
