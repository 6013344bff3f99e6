/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/assets/assets.h"
#include "web/html/layout.h"

enum { OUT_MAX = 1 << 16 };

static const struct layout_words words = {
    { "Skip", 4 },
    { "Menu", 4 },
    { "Log out", 7 },
};

static bool contains(const struct buf *out, const char *text)
{
    return memmem(out->data, out->len, text, strlen(text)) != NULL;
}

static void write_page(const struct layout_page *page, struct buf *out)
{
    char why[HTMLCHECK_WHY_MAX];
    struct html html = html_new(out);
    layout_open(&html, page);
    html_leaf(&html, TAG_H1, NULL, STR("Heading"));
    layout_close(&html, page);
    assert_ok(html_finish(&html));
    assert_true(htmlcheck(buf_str(out), why));
}

/* Before login there is no menu and no log-out button, and no banner outside a demo. */
static void test_layout_open_without_account_has_no_menu(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct layout_page page = { .language = STR("de"), .title = STR("T"), .words = &words };
    write_page(&page, &out);
    assert_true(contains(&out, "<html lang=\"de\">"));
    assert_false(contains(&out, "<nav"));
    assert_false(contains(&out, "<form"));
    assert_false(contains(&out, "banner"));
}

/* With an account: menu with the current page marked, log-out as POST with its token, banner. */
static void test_layout_open_with_account_has_menu_and_log_out(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct layout_link links[] = { { STR("/a"), STR("A"), false },
                                   { STR("/b"), STR("B"), true } };
    struct layout_page page = {
        .language = STR("en"),
        .title = STR("T<"),
        .organisation = STR("O&P"),
        .words = &words,
        .links = links,
        .link_count = 2,
        .account = STR("<me>"),
        .logout_path = STR("/logout"),
        .csrf = STR("token"),
        .demo_banner = STR("Demo"),
    };
    write_page(&page, &out);
    assert_true(contains(&out, "<a href=\"/b\" aria-current=\"page\">B</a>"));
    assert_true(contains(&out, "<form method=\"post\" action=\"/logout\">"));
    assert_true(contains(&out, "name=\"csrf\" value=\"token\""));
    assert_true(contains(&out, "<p class=\"banner\">Demo</p>"));
    assert_true(contains(&out, "<title>T&lt; \xc2\xb7 O&amp;P</title>"));
    assert_true(contains(&out, "&lt;me&gt;"));
}

/* The style sheet is linked by the address that holds its hash, and the skip link has its target. */
static void test_layout_open_links_assets_by_hash(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct layout_page page = { .language = STR("en"), .title = STR("T"), .words = &words };
    write_page(&page, &out);
    char wanted[200];
    (void)snprintf(wanted, sizeof wanted, "<link rel=\"stylesheet\" href=\"%.*s\">",
                   STR_ARG(assets_get(ASSET_APP_CSS)->path));
    assert_true(contains(&out, wanted));
    assert_true(contains(&out, "<a class=\"skip\" href=\"#main\">Skip</a>"));
    assert_true(contains(&out, "<main id=\"main\""));
}

/* A phone page needs nothing from elsewhere. */
static void test_layout_phone_open_needs_no_other_file(void **state)
{
    (void)state;
    char why[HTMLCHECK_WHY_MAX];
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct layout_phone phone = { .language = STR("de"),
                                  .title = STR("T"),
                                  .demo_banner = STR("Demo") };
    layout_phone_open(&html, &phone);
    layout_phone_close(&html);
    assert_ok(html_finish(&html));
    assert_true(htmlcheck(buf_str(&out), why));
    assert_true(contains(&out, "<html lang=\"de\">"));
    assert_true(contains(&out, "<link rel=\"icon\" href=\"data:,\">"));
    assert_true(contains(&out, "<p class=\"banner\">Demo</p>"));
    assert_false(contains(&out, "/assets/"));
    assert_false(contains(&out, "<script"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout_open_without_account_has_no_menu),
        cmocka_unit_test(test_layout_open_with_account_has_menu_and_log_out),
        cmocka_unit_test(test_layout_open_links_assets_by_hash),
        cmocka_unit_test(test_layout_phone_open_needs_no_other_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
