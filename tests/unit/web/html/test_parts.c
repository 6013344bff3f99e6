/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/html/parts.h"

enum { OUT_MAX = 1 << 16 };

static bool contains(const struct buf *out, const char *text)
{
    return memmem(out->data, out->len, text, strlen(text)) != NULL;
}

static void finish(struct html *html, const struct buf *out)
{
    char why[HTMLCHECK_WHY_MAX];
    assert_ok(html_finish(html));
    if (!htmlcheck(buf_str(out), why)) {
        fail_msg("%s", why);
    }
}

/* Hint and error are read out with the input, and the input is marked invalid. */
static void test_parts_field_with_error_is_described(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_field field = { .name = STR("zip"),
                                 .label = STR("Code"),
                                 .hint = STR("Five digits"),
                                 .error = STR("Too short"),
                                 .type = STR("text"),
                                 .value = STR("1\"2"),
                                 .is_required = true,
                                 .max_length = 5 };
    parts_field(&html, &field);
    finish(&html, &out);
    assert_true(
        contains(&out, "aria-describedby=\"zip-error zip-hint\" aria-invalid=\"true\""));
    assert_true(contains(&out, "value=\"1&quot;2\""));
    assert_true(contains(&out, "maxlength=\"5\" required"));
    assert_true(contains(&out, "<label for=\"zip\">Code</label>"));
}

/* A password never goes back to the browser. */
static void test_parts_field_password_has_no_value(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_field field = { .name = STR("p"),
                                 .label = STR("Password"),
                                 .type = STR("password"),
                                 .value = STR("hunter2") };
    parts_field(&html, &field);
    finish(&html, &out);
    assert_false(contains(&out, "hunter2"));
    assert_false(contains(&out, "aria-describedby"));
}

/* The chosen option is selected, the others are not. */
static void test_parts_select_marks_the_chosen_option(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_option options[] = { { STR("a"), STR("A") }, { STR("b"), STR("B") } };
    struct parts_select select = { .name = STR("s"),
                                   .label = STR("S"),
                                   .hint = STR("h"),
                                   .options = options,
                                   .option_count = 2,
                                   .value = STR("b") };
    parts_select(&html, &select);
    finish(&html, &out);
    assert_true(contains(&out, "<option value=\"a\">A</option>"));
    assert_true(contains(&out, "<option value=\"b\" selected>B</option>"));
    assert_true(contains(&out, "aria-describedby=\"s-hint\""));
}

/* Options of one group stand together under its name; those without a group stand alone. */
static void test_parts_select_groups_its_options(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_option options[] = { { STR(""), STR("Choose") },
                                      { STR("a"), STR("A") },
                                      { STR("b"), STR("B") },
                                      { STR("c"), STR("C") } };
    struct str groups[] = { STR(""), STR("One"), STR("One"), STR("Two") };
    struct parts_select select = { .name = STR("s"),
                                   .label = STR("S"),
                                   .options = options,
                                   .groups = groups,
                                   .option_count = 4,
                                   .is_required = true };
    parts_select(&html, &select);
    finish(&html, &out);
    assert_true(contains(&out, "<select id=\"s\" name=\"s\" required>"
                               "<option value=\"\" selected>Choose</option>"
                               "<optgroup label=\"One\"><option value=\"a\">A</option>"
                               "<option value=\"b\">B</option></optgroup>"
                               "<optgroup label=\"Two\"><option value=\"c\">C</option>"));
}

/* What was typed stands between the tags, escaped. */
static void test_parts_area_keeps_what_was_typed(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_field field = { .name = STR("w"),
                                 .label = STR("What"),
                                 .error = STR("Too long"),
                                 .value = STR("a</textarea><b>\nc"),
                                 .is_required = true,
                                 .max_length = 9 };
    parts_area(&html, &field, 4);
    finish(&html, &out);
    assert_true(contains(&out, "<textarea id=\"w\" name=\"w\" rows=\"4\" maxlength=\"9\" required "
                               "aria-describedby=\"w-error\" aria-invalid=\"true\">"
                               "a&lt;/textarea&gt;&lt;b&gt;\nc</textarea>"));
}

/* Boxes stand in a fieldset whose error is read out with it; only what was ticked is checked. */
static void test_parts_group_holds_boxes_and_radios(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_group group = { .name = STR("g"), .label = STR("Teams"), .error = STR("None") };
    struct parts_tickable box = { STR("t"), STR("1"), STR("<A>"), false, true };
    struct parts_tickable radio = { STR("d"), STR("up"), STR("Up"), true, false };
    parts_group_open(&html, &group);
    parts_tickable(&html, &box);
    parts_tickable(&html, &radio);
    parts_group_close(&html);
    finish(&html, &out);
    assert_true(contains(&out, "<fieldset class=\"group has-error\" id=\"g\" "
                               "aria-describedby=\"g-error\"><legend>Teams</legend>"));
    assert_true(contains(&out, "<p class=\"error\" id=\"g-error\">None</p>"));
    assert_true(contains(&out, "<input type=\"checkbox\" name=\"t\" value=\"1\" checked>"
                               "<span>&lt;A&gt;</span></label>"));
    assert_true(contains(&out, "<input type=\"radio\" name=\"d\" value=\"up\"><span>Up"));
}

/* A choice is a native radio inside its label, with a face only where one is asked for. */
static void test_parts_choice_is_a_labelled_radio(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_choice choice = { .name = STR("answer"),
                                   .value = STR("4"),
                                   .label = STR("Good") };
    parts_choice(&html, &choice);
    assert_false(contains(&out, "svg"));
    choice.face = 5;
    choice.is_checked = true;
    choice.is_quiet = true;
    parts_choice(&html, &choice);
    finish(&html, &out);
    assert_true(contains(&out, "<label class=\"choice\"><input type=\"radio\" name=\"answer\" "
                               "value=\"4\" required><span>Good</span></label>"));
    assert_true(contains(&out, "required checked><span>Good</span><svg class=\"face\""));
}

/* A hidden figure is words in its own style, never an empty place. */
static void test_parts_stat_hidden_says_why(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(OUT_MAX);
    struct html html = html_new(&out);
    struct parts_stat stat = { .label = STR("Index"),
                               .value = STR("fewer than 5 answered"),
                               .is_hidden = true };
    parts_stat(&html, &stat);
    parts_hidden(&html, STR("fewer than 5"));
    finish(&html, &out);
    assert_true(contains(&out, "<p class=\"stat-hidden\">fewer than 5 answered</p>"));
    assert_true(contains(&out, "<span class=\"hidden-value\">fewer than 5</span>"));
    assert_false(contains(&out, "stat-value"));
}

/* All other pieces are balanced and carry their tone as a class. */
static void test_parts_pieces_are_balanced(void **state)
{
    (void)state;
    static const char *const classes[] = { "notice plain", "notice good", "notice warn",
                                           "notice bad" };
    for (int tone = PARTS_PLAIN; tone <= PARTS_BAD; tone++) {
        struct buf out BUF_AUTO = buf_new(OUT_MAX);
        struct html html = html_new(&out);
        struct layout_link links[] = { { STR("/a"), STR("A"), true } };
        parts_heading(&html, STR("T"), STR("lead"));
        parts_notice(&html, (enum parts_tone)tone, STR("<n>"));
        parts_badge(&html, (enum parts_tone)tone, STR("b"));
        parts_verdict_open(&html, (enum parts_tone)tone, STR("grade"), STR("sentence"));
        parts_verdict_close(&html);
        parts_card_open(&html, STR("card"));
        parts_table_open(&html, STR("table"));
        html_open(&html, TAG_TR);
        parts_table_close(&html);
        parts_card_close(&html);
        parts_tabs(&html, STR("tabs"), links, 1);
        parts_form_open(&html, STR("/x"), true);
        parts_button(&html, "primary", STR("go"));
        parts_button_link(&html, "quiet", STR("/y"), STR("y"));
        parts_send(&html, STR("send"));
        html_close(&html, TAG_FORM);
        parts_tick(&html);
        assert_int_equal(html.depth, 0);
        finish(&html, &out);
        assert_true(contains(&out, classes[tone]));
        assert_true(contains(&out, "<form method=\"get\" action=\"/x\">"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_field_with_error_is_described),
        cmocka_unit_test(test_parts_field_password_has_no_value),
        cmocka_unit_test(test_parts_select_marks_the_chosen_option),
        cmocka_unit_test(test_parts_select_groups_its_options),
        cmocka_unit_test(test_parts_area_keeps_what_was_typed),
        cmocka_unit_test(test_parts_group_holds_boxes_and_radios),
        cmocka_unit_test(test_parts_choice_is_a_labelled_radio),
        cmocka_unit_test(test_parts_stat_hidden_says_why),
        cmocka_unit_test(test_parts_pieces_are_balanced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
