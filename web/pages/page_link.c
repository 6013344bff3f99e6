/* SPDX-License-Identifier: MIT */

/*
 * Does engagement come before an outcome? Without one chosen: all of them with what can be said of
 * each. With one: the question that was asked in advance, the verdict, both directions alike, both curves,
 * every lag that was looked at, and what all this rests on (link_view.h).
 */

#include "web/pages/link_view.h"

#include "web/pages/outcome_tabs.h"
#include "web/pages/pages.h"

enum { FIELD_METRIC, FIELD_SOURCE, FIELD_LAG };

/* ---- All outcomes -------------------------------------------------------------------------------- */

static void write_entry(struct page_context *page, struct html *html,
                        const struct link_entry *entry)
{
    BUF_AUTO struct buf sentence = buf_new(LINK_PARAGRAPH_MAX);
    struct verdict_subject subject = { .metric = &entry->pair.metric,
                                       .unit = entry->unit,
                                       .next_look = entry->next_look };
    struct text_value source = text_word(str_of(entry->pair.source));
    verdict_text_sentence(&sentence, services_language(page), &entry->scan, &subject);
    html_open(html, TAG_LI);
    html_open(html, TAG_DIV);
    html_class(html, "outcome-head");
    html_open(html, TAG_H2);
    html_open(html, TAG_A);
    html_attr(html, ATTR_HREF, outcome_path(page, "/link", &entry->pair));
    html_text(html, outcome_name(page, &entry->pair));
    html_close(html, TAG_H2);
    parts_badge(html, link_tone(&entry->scan),
                services_say(page, verdict_text_badge(&entry->scan)));
    if (entry->has_primary) {
        parts_badge(html, PARTS_PLAIN, services_say(page, TEXT_LINK_HAS_QUESTION));
    }
    html_close(html, TAG_DIV);
    html_leaf(html, TAG_P, NULL, arena_copy(page->arena, buf_str(&sentence)));
    if (entry->is_changed) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_LINK_CHANGED,
                                    TEXT_VALUES(text_date(entry->next_look))));
    }
    html_leaf(html, TAG_P, "soft",
              entry->scan.refusal == REFUSAL_NONE
                  ? services_say_with(page, TEXT_LINK_ENTRY_NEXT,
                                      TEXT_VALUES(source, text_date(entry->next_look)))
                  : services_say_with(page, TEXT_LINK_MEASURED_BY, TEXT_VALUES(source)));
    html_close(html, TAG_LI);
}

static dp_err show_all(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_LINK_INDEX_TITLE);
    const struct appliance *appliance = services_of(page)->appliance;
    const struct link_entry *entries = NULL;
    size_t count = 0;
    size_t examined = 0;
    DP_TRY(link_list(appliance, services_language(page), page->arena, &entries, &count));
    DP_TRY(link_examined(appliance, &examined));
    services_open(page, &html, title, STR("/link"));
    parts_heading(&html, title,
                  services_say_with(page, TEXT_LINK_INDEX_LEAD,
                                    TEXT_VALUES(text_int((int64_t)examined))));
    html_open(&html, TAG_UL);
    html_class(&html, "findings outcomes");
    for (size_t i = 0; i < count; i++) {
        write_entry(page, &html, &entries[i]);
    }
    html_close(&html, TAG_UL);
    html_leaf(&html, TAG_P, "soft", services_say(page, TEXT_NOTE_STANDING));
    services_close(page, &html);
    return html_finish(&html);
}

static dp_err show_none(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_LINK_NONE_TITLE);
    services_open(page, &html, title, STR("/link"));
    parts_heading(&html, title, services_say(page, TEXT_LINK_NONE));
    services_close(page, &html);
    return html_finish(&html);
}

/* ---- One outcome --------------------------------------------------------------------------------- */

static dp_err write_outcome(struct link_view *view, struct str notice)
{
    struct page_context *page = view->page;
    struct html *html = &view->html;
    struct str title = services_say_with(page, TEXT_LINK_PAGE_TITLE,
                                         TEXT_VALUES(text_word(view->name)));
    struct str source = str_of(view->answer->pair.source);
    services_open(page, html, title, STR("/link"));
    html_open(html, TAG_P);
    html_class(html, "back");
    html_open(html, TAG_A);
    html_attr(html, ATTR_HREF, STR("/link"));
    html_text(html, services_say(page, TEXT_LINK_BACK));
    html_close(html, TAG_P);
    parts_heading(
        html, title,
        services_say_with(page, TEXT_LINK_MEASURED_BY, TEXT_VALUES(text_word(source))));
    if (notice.len > 0) {
        parts_notice(html, PARTS_BAD, notice);
    }
    link_primary_card(view);
    link_verdict_card(view);
    link_directions(view);
    if (view->answer->point_count > 0) {
        DP_TRY(link_curves(view));
    }
    DP_TRY(link_lags(view));
    link_teams_card(view);
    link_basis(view);
    html_open(html, TAG_P);
    html_class(html, "actions");
    parts_button_link(html, "quiet", outcome_path(page, "/themes/links", &view->answer->pair),
                      services_say(page, TEXT_THEME_LINKS_FROM_INDEX));
    html_close(html, TAG_P);
    link_detail(view);
    DP_TRY(link_question_form(view));
    link_question_history(view);
    services_close(page, html);
    return html_finish(html);
}

static dp_err show_outcome(struct page_context *page, struct response *response,
                           struct str metric, struct str source, struct str notice)
{
    const struct appliance *appliance = services_of(page)->appliance;
    struct link_answer *answer = arena_take(page->arena, 1, sizeof *answer);
    struct link_view view = { .page = page, .html = html_new(&response->body) };
    if (answer == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(link_look(appliance, metric, source, page->arena, answer));
    DP_TRY(primary_list(appliance, page->arena, &view.questions, &view.question_count));
    view.answer = answer;
    view.name = outcome_name(page, &answer->pair);
    view.subject = (struct verdict_subject){ .metric = &answer->pair.metric,
                                             .unit = answer->unit,
                                             .links_examined = answer->links_examined,
                                             .next_look = answer->next_look };
    return write_outcome(&view, notice);
}

dp_err page_link(struct page_context *page, struct response *response)
{
    const struct field *metric = &page->fields[FIELD_METRIC];
    const struct field *source = &page->fields[FIELD_SOURCE];
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    if (metric->state == FIELD_VALID) {
        return show_outcome(page, response, metric->text,
                            source->state == FIELD_VALID ? source->text : STR(""), STR(""));
    }
    DP_TRY(link_pairs(services_of(page)->appliance, page->arena, &pairs, &count));
    return count == 0 ? show_none(page, response) : show_all(page, response);
}

/* ---- Asking in advance --------------------------------------------------------------------------- */

dp_err page_link_question_send(struct page_context *page, struct response *response)
{
    const struct appliance *appliance = services_of(page)->appliance;
    const struct account_session *session = page->session->detail;
    struct link_pair pair = { 0 };
    struct primary_question question;
    struct dp_problem problem = { 0 };
    struct primary_request request = { .metric = page->fields[FIELD_METRIC].text,
                                       .source = page->fields[FIELD_SOURCE].text,
                                       .lag = (int)page->fields[FIELD_LAG].number,
                                       .actor = session->account.login };
    dp_err done = primary_register(appliance, &request, &question, &problem);
    if (err_is(done, DP_OUT_OF_RANGE) || err_is(done, DP_INVALID)) {
        response->status = 400;
        return show_outcome(page, response, request.metric, request.source,
                            services_say(page, TEXT_PRIMARY_REFUSED));
    }
    if (!err_is(done, DP_CONFLICT)) { /* sent twice: it is there already */
        DP_TRY(done);
    }
    bool does_fit = str_copy(request.metric, pair.metric.code, sizeof pair.metric.code) &&
                    str_copy(request.source, pair.source, sizeof pair.source);
    response_redirect(response, does_fit ? outcome_path(page, "/link", &pair) : STR("/link"));
    return DP_SUCCESS;
}
