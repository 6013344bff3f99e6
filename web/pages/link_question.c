/* SPDX-License-Identifier: MIT */
#include "web/pages/link_view.h"

#include <stdlib.h>

static struct str question_of(const struct link_view *view, const struct metric *metric,
                              enum lag_unit unit, int lag)
{
    BUF_AUTO struct buf text = buf_new(LINK_PARAGRAPH_MAX);
    struct verdict_subject subject = { .metric = metric, .unit = unit };
    verdict_text_question(&text, link_language(view), &subject, lag);
    return link_copied(view, &text);
}

static enum lag_unit unit_asked(const struct primary_question *question)
{
    return question->unit == PERIOD_MONTH ? LAG_UNIT_MONTH : LAG_UNIT_WEEK;
}

/* ---- Asked in advance ---------------------------------------------------------------------------- */

static struct str when_asked(const struct link_view *view,
                             const struct primary_question *question)
{
    struct text_value on = text_date(question->registered);
    struct text_value by = text_word(str_of(question->actor));
    if (question->counts_from.days == 0) {
        return services_say_with(view->page, TEXT_PRIMARY_BEFORE, TEXT_VALUES(on, by));
    }
    return services_say_with(view->page, TEXT_PRIMARY_NEW_DATA,
                             TEXT_VALUES(on, by, text_date(question->counts_from)));
}

void link_primary_card(struct link_view *view)
{
    const struct link_primary *asked = &view->answer->primary;
    if (!view->answer->has_primary) {
        return;
    }
    const struct lagscan_result *scan = &asked->scan;
    const struct metric *metric = &view->answer->pair.metric;
    BUF_AUTO struct buf answer = buf_new(LINK_PARAGRAPH_MAX);
    struct verdict_subject subject = { .metric = metric,
                                       .unit = asked->unit,
                                       .next_look = asked->next_look };
    verdict_text_primary(&answer, link_language(view), scan, &subject);
    struct str grade = services_say(view->page, verdict_text_badge(scan));
    parts_verdict_open(
        &view->html, link_tone(scan),
        services_say_with(view->page, TEXT_PRIMARY_BADGE_GRADE, TEXT_VALUES(text_word(grade))),
        question_of(view, metric, asked->unit, asked->question.lag));
    link_paragraph(view, link_copied(view, &answer));
    if (asked->is_changed) {
        link_paragraph(view, services_say_with(view->page, TEXT_LINK_CHANGED,
                                               TEXT_VALUES(text_date(asked->next_look))));
    }
    if (!asked->is_verdict && scan->verdict != VERDICT_REFUSED) {
        enum text_unit unit = verdict_text_unit(asked->unit);
        int64_t there = (int64_t)scan->n_complete;
        struct text_value all = text_span(there + (int64_t)scan->needs_more, unit);
        link_paragraph(view, services_say_with(view->page, TEXT_PRIMARY_SO_FAR,
                                               TEXT_VALUES(text_span(there, unit), all)));
    }
    link_paragraph(view, when_asked(view, &asked->question));
    parts_verdict_close(&view->html);
}

/* ---- Asking in advance --------------------------------------------------------------------------- */

static void add_option(struct link_view *view, struct parts_select *select,
                       struct parts_option *options, int lag, enum lag_unit unit)
{
    struct text_value span = text_span(abs(lag), verdict_text_unit(unit));
    struct parts_option *option = &options[select->option_count++];
    option->value = arena_fmt(view->page->arena, "%d", lag);
    option->label = lag == 0 ? services_say(view->page, TEXT_PRIMARY_OPTION_SAME)
                             : services_say_with(view->page,
                                                 lag > 0 ? TEXT_PRIMARY_OPTION_LEAD
                                                         : TEXT_PRIMARY_OPTION_FOLLOW,
                                                 TEXT_VALUES(span));
}

/* Both directions alike: the shorter a lag, the higher it stands. */
static dp_err write_lag_choice(struct link_view *view, enum period_kind kind)
{
    enum lag_unit unit = kind == PERIOD_MONTH ? LAG_UNIT_MONTH : LAG_UNIT_WEEK;
    int most = primary_lag_max(kind);
    struct parts_option *options = arena_take(view->page->arena, 2 * (size_t)most + 1,
                                              sizeof *options);
    if (options == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct parts_select select = { .name = STR("lag"),
                                   .label = services_say(view->page, TEXT_PRIMARY_LAG),
                                   .options = options };
    add_option(view, &select, options, 0, unit);
    for (int lag = 1; lag <= most; lag++) {
        add_option(view, &select, options, lag, unit);
        add_option(view, &select, options, -lag, unit);
    }
    parts_select(&view->html, &select);
    return DP_SUCCESS;
}

static void write_hidden(struct html *html, struct str name, struct str value)
{
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("hidden"));
    html_attr(html, ATTR_NAME, name);
    html_attr(html, ATTR_VALUE, value);
}

static void write_terms(struct link_view *view, enum period_kind kind, struct date counts_from)
{
    const struct link_answer *answer = view->answer;
    int64_t tries = 2 * (int64_t)primary_lag_max(kind) + 1;
    link_paragraph(view, services_say_with(view->page, TEXT_PRIMARY_FORM_WHY,
                                           TEXT_VALUES(text_int(tries))));
    if (counts_from.days > 0) {
        size_t teams = answer->is_panel && answer->scan.teams > 0 ? answer->scan.teams : 1;
        enum text_unit unit = kind == PERIOD_MONTH ? TEXT_MONTHS : TEXT_WEEKS;
        struct text_value needs = text_span((int64_t)verdict_needs_more(0, teams, 1), unit);
        link_paragraph(view, services_say_with(view->page, TEXT_PRIMARY_FORM_NEW,
                                               TEXT_VALUES(text_date(counts_from), needs)));
    }
    if (view->question_count > 0) {
        const struct primary_entry *open = &view->questions[0];
        struct str asked = question_of(view, &open->metric, unit_asked(&open->question),
                                       open->question.lag);
        link_paragraph(view, services_say_with(view->page, TEXT_PRIMARY_FORM_OTHER,
                                               TEXT_VALUES(text_word(asked))));
    }
}

dp_err link_question_form(struct link_view *view)
{
    const struct link_pair *pair = &view->answer->pair;
    bool is_month = pair->period_kind == PERIOD_MONTH;
    enum period_kind kind = is_month ? PERIOD_MONTH : PERIOD_WEEK;
    struct html *html = &view->html;
    struct date counts_from;
    DP_TRY(
        primary_would_count_from(services_of(view->page)->appliance, pair, kind, &counts_from));
    html_open(html, TAG_SECTION);
    html_class(html, "card");
    html_open(html, TAG_DETAILS);
    html_leaf(html, TAG_SUMMARY, NULL, services_say(view->page, TEXT_PRIMARY_FORM));
    write_terms(view, kind, counts_from);
    parts_form_open(html, STR("/link/question"), false);
    page_csrf_input(view->page, html, CSRF_SESSION, STR("/link/question"));
    write_hidden(html, STR("metric"), str_of(pair->metric.code));
    write_hidden(html, STR("source"), str_of(pair->source));
    DP_TRY(write_lag_choice(view, kind));
    parts_button(html, "primary", services_say(view->page, TEXT_PRIMARY_REGISTER));
    html_close(html, TAG_SECTION);
    return DP_SUCCESS;
}

static void write_question(struct link_view *view, const struct primary_entry *entry)
{
    const struct primary_question *question = &entry->question;
    struct html *html = &view->html;
    struct str asked = question_of(view, &entry->metric, unit_asked(question), question->lag);
    struct str grade = services_say(view->page, verdict_text_badge(&entry->scan));
    html_open(html, TAG_LI);
    html_text(html,
              services_say_with(view->page, TEXT_PRIMARY_ENTRY,
                                TEXT_VALUES(text_word(asked), text_date(question->registered),
                                            text_word(str_of(question->actor)))));
    html_text(html, STR(" "));
    html_text(html,
              entry->is_answered
                  ? services_say_with(view->page, TEXT_PRIMARY_ENTRY_ANSWERED,
                                      TEXT_VALUES(text_word(grade), text_date(entry->looked)))
                  : services_say(view->page, TEXT_PRIMARY_ENTRY_OPEN));
    html_close(html, TAG_LI);
}

void link_question_history(struct link_view *view)
{
    if (view->question_count < 2) {
        return;
    }
    parts_card_open(&view->html, services_say(view->page, TEXT_PRIMARY_HISTORY));
    html_open(&view->html, TAG_UL);
    for (size_t i = 1; i < view->question_count; i++) {
        write_question(view, &view->questions[i]);
    }
    html_close(&view->html, TAG_UL);
    parts_card_close(&view->html);
}
