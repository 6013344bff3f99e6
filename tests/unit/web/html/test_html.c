/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/assets/assets.h"
#include "web/html/html.h"

enum { OUT_MAX = 1 << 16, RANDOM_RUNS = 20000, CALLS_MAX = 40 };

struct page {
    struct buf out;
    struct html html;
};

static struct page start(void)
{
    return (struct page){ .out = buf_new(OUT_MAX) };
}

/* The writer keeps a pointer to its buffer, so it begins only when the buffer has its place. */
static struct html *begin(struct page *page)
{
    page->html = html_new(&page->out);
    return &page->html;
}

static void expect(struct page *page, const char *wanted)
{
    assert_ok(html_finish(&page->html));
    struct str made = buf_str(&page->out);
    assert_int_equal(made.len, str_of(wanted).len);
    assert_memory_equal(made.ptr, wanted, made.len);
    buf_free(&page->out);
}

static void expect_failure(struct page *page, enum dp_code code)
{
    char why[HTMLCHECK_WHY_MAX];
    assert_err(html_finish(&page->html), code);
    assert_true(htmlcheck(buf_str(&page->out), why));
    buf_free(&page->out);
}

/* ---- What must fail -------------------------------------------------------------------------- */

/* An end tag of something that is not open is our mistake and sticks. */
static void test_html_close_without_open_is_a_bug(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_P);
    html_close(html, TAG_DIV);
    html_text(html, STR("not written"));
    expect_failure(&page, DP_BUG);
}

/* Attributes belong to a start tag; behind text it is too late. */
static void test_html_attr_after_text_is_a_bug(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_P);
    html_text(html, STR("a"));
    html_attr(html, ATTR_ID, STR("x"));
    expect_failure(&page, DP_BUG);
}

/* The same attribute twice would let the first win in a browser. */
static void test_html_attr_twice_is_a_bug(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_P);
    html_class(html, "a");
    html_class(html, "b");
    expect_failure(&page, DP_BUG);
}

/* One element more than the stack holds fails, and the output is balanced all the same. */
static void test_html_open_beyond_depth_is_full(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    for (int i = 0; i < HTML_DEPTH_MAX + 1; i++) {
        html_open(html, TAG_DIV);
    }
    expect_failure(&page, DP_FULL);
}

/* Exactly the depth that the stack holds is fine, and a void element needs no place on it. */
static void test_html_open_at_depth_works(void **state)
{
    (void)state;
    char why[HTMLCHECK_WHY_MAX];
    struct page page = start();
    struct html *html = begin(&page);
    for (int i = 0; i < HTML_DEPTH_MAX; i++) {
        html_open(html, TAG_DIV);
    }
    html_open(html, TAG_BR);
    assert_ok(html_finish(html));
    assert_true(htmlcheck(buf_str(&page.out), why));
    buf_free(&page.out);
}

/* Addresses that a browser would run or that lead to another host by surprise. */
static void test_html_attr_dangerous_address_is_invalid(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "javascript:alert(1)",  "JaVaScRiPt:alert(1)",
        " javascript:alert(1)", "//evil.example",
        "/\\evil.example",      "data:text/html,x",
        "http://evil.example",  "",
        "\tjavascript:x",       "relative",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct page page = start();
        struct html *html = begin(&page);
        html_open(html, TAG_A);
        html_attr(html, ATTR_HREF, str_of(addresses[i]));
        expect_failure(&page, DP_INVALID);
    }
}

/* A script element holds no text: there is no inline script. */
static void test_html_text_in_script_is_a_bug(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_SCRIPT);
    html_text(html, STR("alert(1)"));
    assert_err(html_finish(html), DP_BUG);
    assert_true(str_equal(buf_str(&page.out), STR("<script></script>")));
    buf_free(&page.out);
}

/* Inside <style> or <script> a browser reads no elements, so none may be written there. */
static void test_html_open_in_style_is_a_bug(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_STYLE);
    html_open(html, TAG_P);
    assert_err(html_finish(html), DP_BUG);
    assert_true(str_equal(buf_str(&page.out), STR("<style></style>")));
    buf_free(&page.out);
}

/* A buffer that is full shows at the end, not before. */
static void test_html_finish_full_buffer_is_full(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(8);
    struct html html = html_new(&out);
    html_leaf(&html, TAG_P, NULL, STR("longer than eight"));
    assert_err(html_finish(&html), DP_FULL);
}

/* A formatted text above its limit fails instead of being cut. */
static void test_html_fmt_too_long_is_refused(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_fmt(html, "%0600d", 1);
    expect_failure(&page, DP_TOO_LONG);
}

/* ---- What must work -------------------------------------------------------------------------- */

/* All five characters, in text and attribute alike. */
static void test_html_text_special_characters_are_escaped(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_P);
    html_attr(html, ATTR_TITLE, STR("<\"&'>"));
    html_text(html, STR("<\"&'>"));
    expect(&page, "<p title=\"&lt;&quot;&amp;&#39;&gt;\">&lt;&quot;&amp;&#39;&gt;</p>");
}

/* Control characters, cut sequences, overlong forms and surrogates become the replacement sign. */
static void test_html_text_bad_bytes_become_replacements(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_text(html, (struct str){ "a\0b\x01\x7f\r\n\t", 8 });
    html_text(html, STR("\xc3"));
    html_text(html, STR("\xc0\xaf"));
    html_text(html, STR("\xed\xa0\x80"));
    html_text(html, STR("\xc3\xa4\xf0\x9f\x98\x80"));
    expect(&page, "a\xef\xbf\xbd"
                  "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n\t"
                  "\xef\xbf\xbd"
                  "\xef\xbf\xbd\xef\xbf\xbd"
                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                  "\xc3\xa4\xf0\x9f\x98\x80");
}

/* The end of a parent ends what is open in it; the end of all ends the rest. */
static void test_html_close_parent_closes_children(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_DIV);
    html_open(html, TAG_UL);
    html_open(html, TAG_LI);
    html_open(html, TAG_B);
    html_close(html, TAG_UL);
    html_open(html, TAG_P);
    html_text(html, STR("x"));
    expect(&page, "<div><ul><li><b></b></li></ul><p>x</p></div>");
}

/* Void elements have no end tag, shapes close themselves unless they hold something. */
static void test_html_open_void_and_shape_end_as_they_must(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_INPUT);
    html_flag(html, ATTR_CHECKED);
    html_open(html, TAG_BR);
    html_open(html, TAG_SVG);
    html_open(html, TAG_RECT);
    html_attr_num(html, ATTR_X, 1.0 / 3);
    html_close(html, TAG_RECT);
    html_open(html, TAG_RECT);
    html_leaf(html, TAG_TITLE, NULL, STR("t"));
    html_close(html, TAG_SVG);
    expect(&page,
           "<input checked><br><svg><rect x=\"0.33\"/><rect><title>t</title></rect></svg>");
}

/* Numbers for SVG are short, and what is no number is 0. */
static void test_html_attr_num_is_short(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_open(html, TAG_RECT);
    html_attr_num(html, ATTR_X, -0.001);
    html_attr_num(html, ATTR_Y, 12.50);
    html_attr_num(html, ATTR_WIDTH, __builtin_inf());
    html_attr_pct(html, ATTR_HEIGHT, 100);
    html_attr_num(html, ATTR_R, 1e300);
    html_attr_num(html, ATTR_CX, -99.996);
    html_attr_num(html, ATTR_CY, 7.05);
    html_attr_int(html, ATTR_RX, INT64_MIN);
    expect(
        &page,
        "<rect x=\"0\" y=\"12.5\" width=\"0\" height=\"100%\" r=\"0\" cx=\"-100\" cy=\"7.05\" "
        "rx=\"-9223372036854775808\"/>");
}

/* What may be linked to. */
static void test_html_attr_allowed_addresses_work(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "/", "/a/b?c=d", "#main", "?p", "https://example.org", "mailto:a@b", "data:,"
    };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct page page = start();
        struct html *html = begin(&page);
        html_open(html, TAG_A);
        html_attr(html, ATTR_HREF, str_of(addresses[i]));
        assert_ok(html_finish(html));
        buf_free(&page.out);
    }
}

/* Literals go out as they are, and the doctype stands in front. */
static void test_html_raw_literal_is_not_escaped(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_doctype(html);
    html_open(html, TAG_P);
    html_raw(html, "<b>1</b>");
    html_leaf(html, TAG_SPAN, "c", STR(""));
    expect(&page, "<!doctype html>\n<p><b>1</b><span class=\"c\"></span></p>");
}

/* The phone style is the embedded one, byte by byte: its hash must fit. */
static void test_html_phone_style_is_the_embedded_text(void **state)
{
    (void)state;
    struct page page = start();
    struct html *html = begin(&page);
    html_phone_style(html);
    assert_ok(html_finish(html));
    struct str made = buf_str(&page.out);
    assert_true(str_starts_with(made, STR("<style>")));
    assert_true(str_ends_with(made, STR("</style>")));
    assert_true(str_equal(str_slice(made, 7, made.len - 15), assets_phone_style()));
    assert_int_equal(str_find_char(assets_phone_style(), '<'), assets_phone_style().len);
    buf_free(&page.out);
}

/* ---- The property ---------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

static void random_call(struct html *html, uint64_t *seed)
{
    static const struct str texts[] = {
        { "<script>", 8 }, { "\" onload=\"x", 11 }, { "&amp;", 5 }, { "\xff\xfe", 2 },
        { "]]>", 3 },      { "plain", 5 },          { "'", 1 },     { "--><", 4 },
    };
    struct str text = texts[next_random(seed) % 8];
    enum html_tag tag = (enum html_tag)(next_random(seed) % TAG_COUNT);
    /* ids and references have rules of their own, which random calls can't keep */
    enum html_attr name = ATTR_VALUE;
    switch (next_random(seed) % 8) {
    case 0:
    case 1:
    case 2:
        html_open(html, tag == TAG_STYLE ? TAG_P : tag);
        break;
    case 3:
        html_attr(html, name, text);
        break;
    case 4:
        html_class(html, "x");
        break;
    case 5:
        html_close(html, tag);
        break;
    case 6:
        html_flag(html, ATTR_OPEN);
        break;
    default:
        html_text(html, text);
        break;
    }
}

/* Whatever is called in whatever order, the output is balanced and escaped. */
static void test_html_random_calls_give_balanced_output(void **state)
{
    (void)state;
    uint64_t seed = 20260310;
    size_t good = 0;
    for (int run = 0; run < RANDOM_RUNS; run++) {
        uint64_t first_seed = seed;
        struct buf out BUF_AUTO = buf_new(OUT_MAX);
        struct html html = html_new(&out);
        size_t calls = next_random(&seed) % CALLS_MAX;
        for (size_t i = 0; i < calls; i++) {
            random_call(&html, &seed);
        }
        good += err_is_ok(html_finish(&html)) ? 1 : 0;
        char why[HTMLCHECK_WHY_MAX];
        if (!htmlcheck(buf_str(&out), why)) {
            fail_msg("seed %llu: %s", (unsigned long long)first_seed, why);
        }
    }
    assert_in_range(good, RANDOM_RUNS / 20, RANDOM_RUNS - 1);
}

/* The checker itself sees what it must see. */
static void test_htmlcheck_sees_faults(void **state)
{
    (void)state;
    static const char *const faults[] = {
        "<p>",
        "</p>",
        "<p><b></p></b>",
        "a & b",
        "a > b",
        "<p style=\"\">",
        "<p onclick=\"x\">",
        "<p a=b></p>",
        "\x01",
        "\xff",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<label for=\"x\"></label>",
        "<a href=\"#x\"></a>",
        "<p title=\"'\"></p>",
        "<p ",
    };
    char why[HTMLCHECK_WHY_MAX];
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        assert_false(htmlcheck(str_of(faults[i]), why));
        assert_true(why[0] != '\0');
    }
    assert_true(
        htmlcheck(STR("<!doctype html>\n<p id=\"a\">b<br><a href=\"#a\">c</a></p>"), why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html_close_without_open_is_a_bug),
        cmocka_unit_test(test_html_attr_after_text_is_a_bug),
        cmocka_unit_test(test_html_attr_twice_is_a_bug),
        cmocka_unit_test(test_html_open_beyond_depth_is_full),
        cmocka_unit_test(test_html_open_at_depth_works),
        cmocka_unit_test(test_html_attr_dangerous_address_is_invalid),
        cmocka_unit_test(test_html_text_in_script_is_a_bug),
        cmocka_unit_test(test_html_open_in_style_is_a_bug),
        cmocka_unit_test(test_html_finish_full_buffer_is_full),
        cmocka_unit_test(test_html_fmt_too_long_is_refused),
        cmocka_unit_test(test_html_text_special_characters_are_escaped),
        cmocka_unit_test(test_html_text_bad_bytes_become_replacements),
        cmocka_unit_test(test_html_close_parent_closes_children),
        cmocka_unit_test(test_html_open_void_and_shape_end_as_they_must),
        cmocka_unit_test(test_html_attr_num_is_short),
        cmocka_unit_test(test_html_attr_allowed_addresses_work),
        cmocka_unit_test(test_html_raw_literal_is_not_escaped),
        cmocka_unit_test(test_html_phone_style_is_the_embedded_text),
        cmocka_unit_test(test_html_random_calls_give_balanced_output),
        cmocka_unit_test(test_htmlcheck_sees_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
