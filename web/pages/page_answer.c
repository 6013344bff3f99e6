/* SPDX-License-Identifier: MIT */

/*
 * The phone's three pages: the question, what happens after Send, and the thanks page. One request
 * each, no script, nothing stored by looking. Words and language are those of the person behind the
 * link.
 */

#include "web/pages/pages.h"
#include "web/pages/services.h"

#include "web/html/html.h"

enum { FIELD_TOKEN_OF_LINK, FIELD_EPOCH, FIELD_ANSWER };

struct sheet_page {
    struct page_context *page;
    struct html html;
    const struct answer_sheet *sheet;
    enum language language;
    struct str path;  /* "/a/TOKEN" */
};

static struct str say(const struct sheet_page *at, enum text text)
{
    (void)at;
    return text_plain(at->language, text);
}

static struct str say_with(const struct sheet_page *at, enum text text, struct text_values values)
{
    return text_in(at->page->arena, at->language, text, values);
}

static struct str path_of(const struct page_context *page)
{
    struct str token = page->fields[FIELD_TOKEN_OF_LINK].text;
    return arena_fmt(page->arena, "/a/%.*s", STR_ARG(token));
}

static void open_page(struct sheet_page *at, struct response *response, struct str title)
{
    at->html = html_new(&response->body);
    services_phone_open(at->page, &at->html, at->language, title);
}

static dp_err close_page(struct sheet_page *at)
{
    layout_phone_close(&at->html);
    return html_finish(&at->html);
}

/* ---- The promise --------------------------------------------------------------------------------- */

/* Where the answer counts, said before the question is asked. */
static void write_unit(struct sheet_page *at)
{
    const struct answer_sheet *sheet = at->sheet;
    struct str words;
    if (!sheet->is_ever_shown) {
        words = say_with(at, TEXT_PROMISE_TOO_FEW, TEXT_VALUES(text_int(sheet->min_people)));
    } else if (!sheet->is_shown_today) {
        words = say_with(at, TEXT_PROMISE_NOT_TODAY,
                         TEXT_VALUES(text_word(str_of(sheet->unit_name)),
                                     text_int(sheet->headcount)));
    } else {
        words = say_with(at, TEXT_PROMISE_UNIT,
                         TEXT_VALUES(text_word(str_of(sheet->unit_name)),
                                     text_int(sheet->headcount)));
    }
    html_leaf(&at->html, TAG_P, "unit", words);
}

static void write_limits(struct sheet_page *at)
{
    static const enum text limits[] = { TEXT_LIMIT_MACHINE,   TEXT_LIMIT_REMAINS,
                                        TEXT_LIMIT_COLLEAGUES, TEXT_LIMIT_ABSENCES,
                                        TEXT_LIMIT_WEEK,      TEXT_LIMIT_SHOULDER,
                                        TEXT_LIMIT_DEVICE };
    struct html *html = &at->html;
    html_open(html, TAG_DETAILS);
    html_leaf(html, TAG_SUMMARY, NULL, say(at, TEXT_LIMITS_TITLE));
    html_leaf(html, TAG_P, NULL, say(at, TEXT_LIMITS_INTRO));
    html_open(html, TAG_UL);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        html_leaf(html, TAG_LI, NULL, say(at, limits[i]));
    }
    html_close(html, TAG_UL);
    html_close(html, TAG_DETAILS);
}

static void write_promise(struct sheet_page *at)
{
    struct html *html = &at->html;
    html_open(html, TAG_SECTION);
    html_class(html, "promise");
    html_leaf(html, TAG_H2, NULL, say(at, TEXT_ANSWER_WHO_SEES));
    html_leaf(html, TAG_P, NULL,
              say_with(at, TEXT_PROMISE, TEXT_VALUES(text_int(at->sheet->min_people))));
    if (at->sheet->is_weekly) {
        html_leaf(html, TAG_P, NULL, say(at, TEXT_PROMISE_WEEKLY));
    }
    write_limits(at);
    html_close(html, TAG_SECTION);
}

/* ---- The question -------------------------------------------------------------------------------- */

static void write_choices(struct sheet_page *at)
{
    const struct question *question = &at->sheet->question;
    struct html *html = &at->html;
    for (int point = ANSWER_MIN; point <= ANSWER_MAX + 1; point++) {
        bool is_quiet = point > ANSWER_MAX;
        enum answer answer = is_quiet ? ANSWER_SKIPPED : (enum answer)point;
        const char *label = question_label(question->scale, answer, at->language);
        struct parts_choice choice = { .name = STR("answer"),
                                       .value = arena_fmt(at->page->arena, "%d", (int)answer),
                                       .label = str_of(label),
                                       .face = is_quiet || question->scale != SCALE_DAY ? 0 : point,
                                       .is_quiet = is_quiet };
        parts_choice(html, &choice);
    }
}

static void write_form(struct sheet_page *at)
{
    struct html *html = &at->html;
    char epoch[DATE_TEXT_MAX];
    date_text(at->sheet->epoch.date, epoch);
    html_open(html, TAG_FORM);
    html_attr(html, ATTR_METHOD, STR("post"));
    html_attr(html, ATTR_ACTION, at->path);
    page_csrf_input(at->page, html, CSRF_FORM, at->path);
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("hidden"));
    html_attr(html, ATTR_NAME, STR("epoch"));
    html_attr(html, ATTR_VALUE, str_of(epoch));
    html_open(html, TAG_FIELDSET);
    html_leaf(html, TAG_LEGEND, "question", str_of(at->sheet->question.text[at->language]));
    write_choices(at);
    html_close(html, TAG_FIELDSET);
    parts_send(html, say(at, TEXT_ANSWER_SEND));
    html_close(html, TAG_FORM);
}

static dp_err show_question(struct sheet_page *at, struct response *response, bool is_choice_missing)
{
    open_page(at, response, say(at, TEXT_ANSWER_TITLE));
    html_open(&at->html, TAG_P);
    html_class(&at->html, "until");
    html_text(&at->html, say_with(at, TEXT_ANSWER_UNTIL,
                                  TEXT_VALUES(text_time(at->sheet->close_minute))));
    html_close(&at->html, TAG_P);
    write_unit(at);
    if (is_choice_missing) {
        parts_notice(&at->html, PARTS_WARN, say(at, TEXT_ANSWER_CHOOSE));
    }
    write_form(at);
    write_promise(at);
    return close_page(at);
}

/* ---- When there is nothing to ask ---------------------------------------------------------------- */

static void write_next(struct sheet_page *at)
{
    const struct answer_sheet *sheet = at->sheet;
    struct str words =
        sheet->has_next ? say_with(at, TEXT_CLOSED_NEXT, TEXT_VALUES(text_date(sheet->next_date),
                                                                     text_time(sheet->open_minute)))
                        : say(at, TEXT_CLOSED_SOON);
    html_leaf(&at->html, TAG_P, NULL, words);
}

static struct str title_of_state(const struct sheet_page *at)
{
    switch (at->sheet->state) {
    case ANSWER_EARLY:
        return say_with(at, TEXT_EARLY_TITLE, TEXT_VALUES(text_time(at->sheet->open_minute)));
    case ANSWER_CLOSED:
        return say(at, TEXT_CLOSED_TITLE);
    case ANSWER_NOT_IN_PLAN:
        return say(at, TEXT_NOT_IN_PLAN_TITLE);
    case ANSWER_OPEN:
    case ANSWER_NO_QUESTION:
        break;
    }
    return say(at, TEXT_NO_QUESTION_TITLE);
}

static dp_err show_state(struct sheet_page *at, struct response *response)
{
    struct str title = title_of_state(at);
    open_page(at, response, title);
    html_leaf(&at->html, TAG_H1, NULL, title);
    if (at->sheet->state == ANSWER_NO_QUESTION && at->sheet->label[0] != '\0') {
        html_leaf(&at->html, TAG_P, NULL,
                  say_with(at, TEXT_NO_QUESTION_HOLIDAY,
                           TEXT_VALUES(text_word(str_of(at->sheet->label)))));
    }
    if (at->sheet->state != ANSWER_EARLY) {
        write_next(at);
    }
    write_promise(at);
    return close_page(at);
}

/* A page of one heading and one sentence, with a way back to the question if that helps. */
static dp_err show_message(struct sheet_page *at, struct response *response, enum text title,
                           struct str body, bool has_way_back)
{
    open_page(at, response, say(at, title));
    html_leaf(&at->html, TAG_H1, NULL, say(at, title));
    html_leaf(&at->html, TAG_P, NULL, body);
    if (has_way_back) {
        parts_button_link(&at->html, "primary", at->path, say(at, TEXT_CONFLICT_LINK));
    }
    return close_page(at);
}

static dp_err show_unknown_link(struct sheet_page *at, struct response *response)
{
    response->status = 404;
    at->language = services_language(at->page);
    return show_message(at, response, TEXT_LINK_UNKNOWN_TITLE, say(at, TEXT_LINK_UNKNOWN_BODY),
                        false);
}

/* ---- The three pages ----------------------------------------------------------------------------- */

dp_err page_answer(struct page_context *page, struct response *response)
{
    struct answer_sheet sheet = { 0 };
    struct sheet_page at = { .page = page, .sheet = &sheet, .path = path_of(page) };
    struct str token = page->fields[FIELD_TOKEN_OF_LINK].text;
    dp_err looked = answer_look(&services_of(page)->desk, token, &sheet);
    if (err_is(looked, DP_NOT_FOUND)) {
        return show_unknown_link(&at, response);
    }
    DP_TRY(looked);
    at.language = sheet.language;
    return sheet.state == ANSWER_OPEN ? show_question(&at, response, false)
                                      : show_state(&at, response);
}

/* What became of a Send that was not stored. */
static dp_err show_refusal(struct sheet_page *at, struct response *response, enum dp_code code)
{
    switch ((int)code) {
    case DP_CONFLICT:
        response->status = 409;
        return show_message(
            at, response, TEXT_CONFLICT_TITLE,
            say_with(at, TEXT_CONFLICT_BODY,
                     TEXT_VALUES(text_date(at->page->fields[FIELD_EPOCH].date))),
            true);
    case DP_CLOSED:
        response->status = 410;
        return show_message(at, response, TEXT_CLOSED_TITLE, say(at, TEXT_CLOSED_SOON), false);
    case DP_FORBIDDEN:
        response->status = 403;
        return show_message(at, response, TEXT_NOT_IN_PLAN_TITLE, say(at, TEXT_NOT_IN_PLAN_BODY),
                            false);
    default:
        break;
    }
    response->status = 503;
    response->retry_after_s = 5;
    return show_message(at, response, TEXT_NOT_SAVED_TITLE, say(at, TEXT_NOT_SAVED_BODY), true);
}

dp_err page_answer_send(struct page_context *page, struct response *response)
{
    struct answer_sheet sheet = { 0 };
    struct sheet_page at = { .page = page, .sheet = &sheet, .path = path_of(page) };
    const struct answer_desk *desk = &services_of(page)->desk;
    struct str token = page->fields[FIELD_TOKEN_OF_LINK].text;
    const struct field *answer = &page->fields[FIELD_ANSWER];
    const struct field *epoch = &page->fields[FIELD_EPOCH];
    if (epoch->state == FIELD_VALID && answer->state == FIELD_VALID) {
        dp_err put = answer_put(desk, token, (struct epoch_id){ epoch->date }, (int)answer->number);
        if (err_is_ok(put)) {
            response_redirect(response,
                              arena_fmt(page->arena, "%.*s/thanks", STR_ARG(at.path)));
            return DP_SUCCESS;
        }
        dp_err looked = answer_look(desk, token, &sheet);
        at.language = err_is_ok(looked) ? sheet.language : services_language(page);
        return err_is(put, DP_NOT_FOUND) ? show_unknown_link(&at, response)
                                         : show_refusal(&at, response, put.code);
    }
    bool is_only_choice_missing = epoch->state == FIELD_VALID && answer->text.len == 0;
    if (!is_only_choice_missing) {
        return page->fields_err;
    }
    dp_err looked = answer_look(desk, token, &sheet);
    if (err_is(looked, DP_NOT_FOUND)) {
        return show_unknown_link(&at, response);
    }
    DP_TRY(looked);
    at.language = sheet.language;
    response->status = 400;
    return sheet.state == ANSWER_OPEN ? show_question(&at, response, true)
                                      : show_state(&at, response);
}

dp_err page_answer_thanks(struct page_context *page, struct response *response)
{
    struct answer_sheet sheet = { 0 };
    struct sheet_page at = { .page = page, .sheet = &sheet, .path = path_of(page) };
    dp_err looked = answer_look(&services_of(page)->desk, page->fields[FIELD_TOKEN_OF_LINK].text,
                                &sheet);
    if (err_is(looked, DP_NOT_FOUND)) {
        return show_unknown_link(&at, response);
    }
    DP_TRY(looked);
    at.language = sheet.language;
    /* Whether this person has answered is not looked up, so only an open box gets the full words. */
    bool is_open = sheet.state == ANSWER_OPEN;
    struct str title = say(&at, is_open ? TEXT_THANKS_TITLE : TEXT_THANKS_PLAIN);
    open_page(&at, response, title);
    parts_tick(&at.html);
    html_leaf(&at.html, TAG_H1, NULL, title);
    if (is_open) {
        html_leaf(&at.html, TAG_P, NULL,
                  say_with(&at, TEXT_THANKS_UNTIL, TEXT_VALUES(text_time(sheet.close_minute))));
    }
    html_leaf(&at.html, TAG_P, NULL, say(&at, TEXT_THANKS_CLOSE));
    if (is_open) {
        parts_button_link(&at.html, "quiet", at.path, say(&at, TEXT_THANKS_CHANGE));
    }
    write_promise(&at);
    return close_page(&at);
}
