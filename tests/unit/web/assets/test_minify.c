/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/assets/minify.h"

enum { OUT_MAX = 4096 };

static void expect(const char *css, const char *wanted)
{
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    minify_css(str_of(css), &out);
    assert_ok(buf_finish(&out));
    if (!str_equal(buf_str(&out), str_of(wanted))) {
        fail_msg("\"%s\" became \"%.*s\"", css, STR_ARG(buf_str(&out)));
    }
}

/* Cut off in the middle of a comment, a string, an escape: no byte behind the end is read. */
static void test_minify_css_cut_input_ends(void **state)
{
    (void)state;
    static const char *const cut[] = { "",      "/",  "/*",   "/* ",  "/* *",
                                       "a{}/*", "\"", "'a\\", "a{b:'" };
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        struct buf out BUF_AUTO = buf_new(OUT_MAX);
        char *copy = strdup(cut[i]);
        minify_css((struct str){ copy, strlen(cut[i]) }, &out);
        assert_ok(buf_finish(&out));
        free(copy);
    }
}

static void test_minify_css_white_space_and_comments_go(void **state)
{
    (void)state;
    expect("/* x */ a {\n  color: red;\n  top: 0;\n}\n\nb,\nc { }\n",
           "a{color:red;top:0}b,c{}");
    expect("a/**/b {}", "a b{}");
    expect("@media (max-width: 40rem) {\n a { b: c }\n}", "@media (max-width:40rem){a{b:c}}");
}

/* Where white space means something it stays. */
static void test_minify_css_meaning_stays(void **state)
{
    (void)state;
    expect("a :hover { x: y }", "a :hover{x:y}");
    expect("a b > c + d ~ e {}", "a b > c + d ~ e{}");
    expect("a { width: calc(100% - 2rem + 1px) }", "a{width:calc(100% - 2rem + 1px)}");
    expect("a { font: 1rem/1.4 \"A  B\", x }", "a{font:1rem/1.4 \"A  B\",x}");
    expect("a { content: '/* no \\' comment */' }", "a{content:'/* no \\' comment */'}");
    expect("a { margin: 0 -1px }", "a{margin:0 -1px}");
    expect("li:has(:checked) {}", "li:has(:checked){}");
}

/* What stands in the buffer already is left alone. */
static void test_minify_css_appends(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    buf_add(&out, STR("x;"));
    minify_css(STR(" } a { }"), &out);
    assert_true(str_equal(buf_str(&out), STR("x;}a{}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minify_css_cut_input_ends),
        cmocka_unit_test(test_minify_css_white_space_and_comments_go),
        cmocka_unit_test(test_minify_css_meaning_stays),
        cmocka_unit_test(test_minify_css_appends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
