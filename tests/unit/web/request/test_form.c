/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/form.h"

enum { ARENA_MAX = 1 << 20 };

static struct form parse(const char *text, struct arena *arena)
{
    struct form form;
    assert_ok(form_parse(str_of(text), arena, &form));
    return form;
}

/* What no browser sends is refused whole. */
static void test_form_parse_malformed_is_invalid(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "=b",     "&",     "a=1&",  "&a=1",     "a=1&&b=2", "a=%",
        "a=%4",   "a=%4g", "a=%g4", "a=%00",    "a=b c",    "a=\xc3\xa4",
        "a=\x7f", "a=\n",  "%=1",   "a=%u0041", "=",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
        struct form form;
        assert_err(form_parse(str_of(texts[i]), &arena, &form), DP_INVALID);
        assert_int_equal(form.count, 0);
    }
}

/* Decoded bytes must be UTF-8, in names and in values. */
static void test_form_parse_bad_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "a=%ff", "%c0%af=1", "a=%ed%a0%80", "a=%c3" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
        struct form form;
        assert_err(form_parse(str_of(texts[i]), &arena, &form), DP_NOT_UTF8);
    }
}

/* As many pairs as allowed, and one more; a name as long as allowed, and one byte more. */
static void test_form_parse_limits_hold(void **state)
{
    (void)state;
    char text[4 * FORM_PAIRS_MAX + 8];
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct form form;
    for (size_t i = 0; i <= FORM_PAIRS_MAX; i++) {
        for (size_t j = 0; j < 4; j++) {
            text[4 * i + j] = "a=1&"[j];
        }
    }
    assert_ok(form_parse((struct str){ text, 4 * FORM_PAIRS_MAX - 1 }, &arena, &form));
    assert_int_equal(form.count, FORM_PAIRS_MAX);
    assert_err(form_parse((struct str){ text, 4 * FORM_PAIRS_MAX + 3 }, &arena, &form),
               DP_TOO_LONG);
    char name[FORM_NAME_BYTES + 2];
    memset(name, 'n', sizeof name);
    assert_ok(form_parse((struct str){ name, FORM_NAME_BYTES }, &arena, &form));
    assert_err(form_parse((struct str){ name, FORM_NAME_BYTES + 1 }, &arena, &form),
               DP_TOO_LONG);
}

/* An arena that is too small gives an error at every size, never half a form. */
static void test_form_parse_small_arena_has_no_memory(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < 128; cap += 16) {
        struct arena arena ARENA_AUTO = arena_new(cap);
        struct form form;
        dp_err err = form_parse(STR("name=value&other=thing"), &arena, &form);
        assert_true(err_is(err, DP_NO_MEMORY) || (err_is_ok(err) && form.count == 2));
        assert_true(cap >= 64 || err_is(err, DP_NO_MEMORY));
    }
}

static void test_form_parse_decodes_what_browsers_send(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct form form = parse("a=1+2%20%2B&b%5B%5D=%C3%a4%0D%0a&empty=&bare&a=again", &arena);
    struct str value;
    assert_int_equal(form.count, 5);
    assert_int_equal(form_find(&form, STR("a"), &value), 2);
    assert_true(str_equal(value, STR("1 2 +")));
    assert_int_equal(form_find(&form, STR("b[]"), &value), 1);
    assert_true(str_equal(value, STR("\xc3\xa4\r\n")));
    assert_int_equal(form_find(&form, STR("empty"), &value), 1);
    assert_int_equal(value.len, 0);
    assert_int_equal(form_find(&form, STR("bare"), NULL), 1);
    assert_int_equal(form_find(&form, STR("missing"), &value), 0);
}

static void test_form_parse_empty_text_is_no_pair(void **state)
{
    (void)state;
    struct arena arena ARENA_AUTO = arena_new(0);
    struct form form = parse("", &arena);
    assert_int_equal(form.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form_parse_malformed_is_invalid),
        cmocka_unit_test(test_form_parse_bad_utf8_is_refused),
        cmocka_unit_test(test_form_parse_limits_hold),
        cmocka_unit_test(test_form_parse_small_arena_has_no_memory),
        cmocka_unit_test(test_form_parse_decodes_what_browsers_send),
        cmocka_unit_test(test_form_parse_empty_text_is_no_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
