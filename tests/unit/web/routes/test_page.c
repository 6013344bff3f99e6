/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/page.h"
#include "web/request/csrf.h"

enum { ARENA_MAX = 1 << 14 };

static const struct secret_key key = { { 9 } };
static const struct session_view session = { .role = ROLE_HR, .csrf_subject = { "secret", 6 } };

/* The hidden input carries the token that the dispatcher will want. */
static void test_page_csrf_input_carries_the_right_token(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct buf out BUF_AUTO = buf_new(ARENA_MAX);
    struct html html = html_new(&out);
    struct page_context page = { .session = &session, .arena = &arena, .csrf_key = &key };
    char why[HTMLCHECK_WHY_MAX];
    char wanted[CSRF_TEXT_MAX];
    page_csrf_input(&page, &html, CSRF_FORM, STR("/login"));
    assert_ok(html_finish(&html));
    assert_true(htmlcheck(buf_str(&out), why));
    csrf_token(&key, STR("form"), STR("/login"), wanted);
    assert_non_null(memmem(out.data, out.len, wanted, strlen(wanted)));
    csrf_token(&key, STR("session"), STR("secret"), wanted);
    assert_true(str_equal(page_csrf_token(&page, CSRF_SESSION, STR("")), str_of(wanted)));
    assert_int_equal(page_csrf_token(&page, CSRF_NONE, STR("")).len, 0);
}

/* Without memory there is no token, and so the form can't be sent by mistake. */
static void test_page_csrf_token_without_memory_is_empty(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(0);
    struct page_context page = { .session = &session, .arena = &arena, .csrf_key = &key };
    assert_int_equal(page_csrf_token(&page, CSRF_FORM, STR("/login")).len, 0);
    assert_err(arena_finish(&arena), DP_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_csrf_input_carries_the_right_token),
        cmocka_unit_test(test_page_csrf_token_without_memory_is_empty),
    };
    secret_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
