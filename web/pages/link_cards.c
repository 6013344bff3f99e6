/* SPDX-License-Identifier: MIT */
#include "web/pages/link_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/stats/number.h"
#include "web/pages/figures.h"
#include "web/pages/outcome_tabs.h"

enum { TEAMS_SHOWN = 200 };

enum language link_language(const struct link_view *view)
{
    return services_language(view->page);
}

struct str link_copied(const struct link_view *view, const struct buf *text)
{
    return arena_copy(view->page->arena, buf_str(text));
}

enum parts_tone link_tone(const struct lagscan_result *scan)
{
    bool is_found = scan->grade >= GRADE_MODERATE;
    return is_found ? (scan->is_against ? PARTS_WARN : PARTS_GOOD) : PARTS_PLAIN;
}

static void paragraph(struct link_view *view, struct str text)
{
    html_leaf(&view->html, TAG_P, NULL, text);
}

static void item(struct link_view *view, struct str text)
{
    html_leaf(&view->html, TAG_LI, NULL, text);
}

static void fact(struct link_view *view, enum text what, struct str value)
{
    html_leaf(&view->html, TAG_DT, NULL, services_say(view->page, what));
    html_leaf(&view->html, TAG_DD, NULL, value);
}

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

static struct str when_asked(const struct link_view *view, const struct primary_question *question)
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
    parts_verdict_open(&view->html, link_tone(scan),
                       services_say_with(view->page, TEXT_PRIMARY_BADGE_GRADE,
                                         TEXT_VALUES(text_word(grade))),
                       question_of(view, metric, asked->unit, asked->question.lag));
    paragraph(view, link_copied(view, &answer));
    if (!asked->is_verdict && scan->verdict != VERDICT_REFUSED) {
        enum text_unit unit = verdict_text_unit(asked->unit);
        int64_t there = (int64_t)scan->n_complete;
        struct text_value all = text_span(there + (int64_t)scan->needs_more, unit);
        paragraph(view, services_say_with(view->page, TEXT_PRIMARY_SO_FAR,
                                          TEXT_VALUES(text_span(there, unit), all)));
    }
    paragraph(view, when_asked(view, &asked->question));
    parts_verdict_close(&view->html);
}

/* ---- Verdict and directions ---------------------------------------------------------------------- */

void link_verdict_card(struct link_view *view)
{
    const struct lagscan_result *scan = &view->answer->scan;
    BUF_AUTO struct buf sentence = buf_new(LINK_PARAGRAPH_MAX);
    BUF_AUTO struct buf evidence = buf_new(LINK_PARAGRAPH_MAX);
    verdict_text_sentence(&sentence, link_language(view), scan, &view->subject);
    verdict_text_evidence(&evidence, link_language(view), scan, &view->subject);
    struct str grade = services_say(view->page, verdict_text_badge(scan));
    parts_verdict_open(&view->html, link_tone(scan),
                       view->answer->has_primary
                           ? services_say_with(view->page, TEXT_LINK_BADGE_ALL,
                                               TEXT_VALUES(text_word(grade)))
                           : grade,
                       link_copied(view, &sentence));
    if (evidence.len > 0) {
        paragraph(view, link_copied(view, &evidence));
    }
    parts_verdict_close(&view->html);
}

static void write_direction(struct link_view *view, enum verdict_side side, enum text heading,
                            enum text question)
{
    const struct lagscan_result *scan = &view->answer->scan;
    char name[NAME_MAX_BYTES];
    BUF_AUTO struct buf answer = buf_new(LINK_PARAGRAPH_MAX);
    BUF_AUTO struct buf figures = buf_new(LINK_PARAGRAPH_MAX);
    verdict_text_metric(&view->answer->pair.metric, link_language(view), name);
    verdict_text_side(&answer, link_language(view), scan, &view->subject, side);
    if (verdict_text_side_is_found(scan, side)) {
        verdict_text_r(&figures, link_language(view), scan);
    }
    parts_card_open(&view->html, services_say(view->page, heading));
    html_leaf(&view->html, TAG_P, "soft",
              services_say_with(view->page, question, TEXT_VALUES(text_word(str_of(name)))));
    paragraph(view, link_copied(view, &answer));
    if (figures.len > 0) {
        paragraph(view, link_copied(view, &figures));
    }
    parts_card_close(&view->html);
}

void link_directions(struct link_view *view)
{
    if (view->answer->scan.refusal != REFUSAL_NONE) {
        return;
    }
    html_open(&view->html, TAG_DIV);
    html_class(&view->html, "grid two");
    write_direction(view, SIDE_ENGAGEMENT_FIRST, TEXT_SIDE_ENGAGEMENT, TEXT_SIDE_ENGAGEMENT_ASKS);
    write_direction(view, SIDE_CUSTOMERS_FIRST, TEXT_SIDE_CUSTOMERS, TEXT_SIDE_CUSTOMERS_ASKS);
    html_close(&view->html, TAG_DIV);
}

/* ---- Teams that differ --------------------------------------------------------------------------- */

static void write_team(struct link_view *view, const struct link_team *team)
{
    struct html *html = &view->html;
    html_open(html, TAG_TR);
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_text(html, str_of(team->name));
    html_close(html, TAG_TH);
    html_leaf(html, TAG_TD, "num", figures_number(view->page, team->r, 2));
    html_leaf(html, TAG_TD, "num",
              services_say_with(view->page, TEXT_LINK_TEAM_INTERVAL,
                                TEXT_VALUES(text_number(team->ci_lo, 2),
                                            text_number(team->ci_hi, 2))));
    html_open(html, TAG_TD);
    html_class(html, "num");
    html_fmt(html, "%zu", team->pairs);
    html_close(html, TAG_TR);
}

static void write_head(struct html *html, const char *class, struct str text)
{
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("col"));
    if (class != NULL) {
        html_class(html, class);
    }
    html_text(html, text);
    html_close(html, TAG_TH);
}

static void write_teams(struct link_view *view)
{
    const struct link_answer *answer = view->answer;
    struct html *html = &view->html;
    struct str label = services_say(view->page, TEXT_NOTE_TEAMS_DIFFER);
    size_t shown = 0;
    parts_table_open(html, label);
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    write_head(html, NULL, services_say(view->page, TEXT_COLUMN_TEAM));
    write_head(html, "num", services_say(view->page, TEXT_LINK_COLUMN_R));
    write_head(html, "num", services_say(view->page, TEXT_COLUMN_INTERVAL));
    write_head(html, "num", services_say(view->page, TEXT_LINK_COLUMN_PAIRS));
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < answer->team_count && shown < TEAMS_SHOWN; i++) {
        const struct link_team *team = &answer->teams[i];
        if (team->is_compared && number_is_known(team->ci_lo)) {
            write_team(view, team);
            shown++;
        }
    }
    parts_table_close(html);
}

void link_teams_card(struct link_view *view)
{
    const struct link_answer *answer = view->answer;
    const struct lagscan_result *scan = &answer->scan;
    if (scan->grade < GRADE_MODERATE || !scan->do_teams_differ) {
        return;
    }
    struct text_value span = text_span(abs(scan->best_lag), verdict_text_unit(answer->unit));
    parts_card_open(&view->html, services_say(view->page, TEXT_NOTE_TEAMS_DIFFER));
    paragraph(view, scan->best_lag == 0
                        ? services_say(view->page, TEXT_LINK_TEAMS_DIFFER_SAME)
                        : services_say_with(view->page, TEXT_LINK_TEAMS_DIFFER, TEXT_VALUES(span)));
    write_teams(view);
    parts_card_close(&view->html);
}

/* ---- What it rests on ---------------------------------------------------------------------------- */

void link_basis(struct link_view *view)
{
    const struct link_answer *answer = view->answer;
    const struct lagscan_result *scan = &answer->scan;
    struct html *html = &view->html;
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    size_t count = verdict_text_notes(scan, notes);
    struct text_value span = text_span((int64_t)scan->n_complete, verdict_text_unit(answer->unit));
    parts_card_open(html, services_say(view->page, TEXT_LINK_BASIS));
    html_open(html, TAG_UL);
    item(view, services_say_with(view->page, TEXT_LINK_FACTS,
                                 TEXT_VALUES(span, text_int((int64_t)answer->answers),
                                             text_int((int64_t)answer->links_examined))));
    if (scan->grade < GRADE_MODERATE && scan->verdict != VERDICT_NO_LINK &&
        number_is_known(scan->mde_rho)) {
        item(view, services_say_with(view->page, TEXT_LINK_MDE,
                                     TEXT_VALUES(text_number(scan->mde_rho, 2))));
    }
    if (scan->refusal == REFUSAL_NONE) {
        item(view, services_say(view->page, TEXT_LINK_REVERSE));
    }
    if (scan->refusal == REFUSAL_NONE && answer->is_panel && scan->teams_left_out > 0) {
        item(view, services_say_with(view->page, TEXT_NOTE_TEAMS_LEFT_OUT,
                                     TEXT_VALUES(text_int((int64_t)scan->teams_left_out))));
    }
    if (!answer->has_sizes) {
        item(view, services_say(view->page, TEXT_NOTE_NO_SAMPLE_SIZE));
    }
    for (size_t i = 0; i < count; i++) {
        item(view, services_say(view->page, notes[i]));
    }
    item(view, services_say_with(view->page, TEXT_LINK_NEXT_LOOK,
                                 TEXT_VALUES(text_date(answer->next_look))));
    html_close(html, TAG_UL);
    parts_card_close(html);
}

/* ---- How it was worked out ----------------------------------------------------------------------- */

static void write_scan_facts(struct link_view *view)
{
    const struct link_answer *answer = view->answer;
    const struct lagscan_result *scan = &answer->scan;
    enum text_unit unit = verdict_text_unit(answer->unit);
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)scan->seed);
    fact(view, TEXT_DETAIL_PERIODS,
         services_say_with(view->page, TEXT_DETAIL_PERIODS_ARE,
                           TEXT_VALUES(text_span((int64_t)scan->n, unit),
                                       text_int((int64_t)scan->n_complete),
                                       text_int((int64_t)scan->m))));
    fact(view, TEXT_DETAIL_LAGS,
         services_say_with(view->page, TEXT_DETAIL_LAGS_ARE,
                           TEXT_VALUES(text_span(scan->lag_max, unit),
                                       text_int((int64_t)scan->lag_count))));
    fact(view, TEXT_DETAIL_FILTER,
         answer->is_panel
             ? services_say(view->page, TEXT_DETAIL_FILTER_TEAMS)
             : services_say_with(view->page, TEXT_DETAIL_FILTER_PAIR,
                                 TEXT_VALUES(text_int((int64_t)scan->ar_x.order),
                                             text_int((int64_t)scan->ar_y.order))));
    fact(view, TEXT_DETAIL_DRAWS,
         services_say_with(view->page, TEXT_DETAIL_DRAWS_ARE,
                           TEXT_VALUES(text_int(scan->permutations), text_word(str_of(seed)))));
    if (!answer->is_panel && number_is_known(scan->n_eff_pyper_peterman)) {
        fact(view, TEXT_DETAIL_EFFECTIVE,
             services_say_with(view->page, TEXT_DETAIL_EFFECTIVE_IS,
                               TEXT_VALUES(text_number(scan->n_eff_pyper_peterman, 0))));
    }
}

void link_detail(struct link_view *view)
{
    const struct link_answer *answer = view->answer;
    struct html *html = &view->html;
    html_open(html, TAG_SECTION);
    html_class(html, "card");
    html_open(html, TAG_DETAILS);
    html_leaf(html, TAG_SUMMARY, NULL, services_say(view->page, TEXT_LINK_DETAIL));
    html_open(html, TAG_DL);
    html_class(html, "facts");
    fact(view, TEXT_DETAIL_LOOKED,
         services_say_with(view->page, TEXT_DETAIL_LOOKED_IS,
                           TEXT_VALUES(text_date(answer->looked), text_date(answer->next_look))));
    fact(view, TEXT_DETAIL_ANSWERS,
         services_say_with(view->page, TEXT_ANSWERS_COUNT,
                           TEXT_VALUES(text_int((int64_t)answer->answers))));
    if (answer->scan.refusal == REFUSAL_NONE) {
        write_scan_facts(view);
    }
    html_close(html, TAG_DL);
    html_close(html, TAG_SECTION);
}

/* ---- Asking in advance --------------------------------------------------------------------------- */

static void add_option(struct link_view *view, struct parts_select *select,
                       struct parts_option *options, int lag, enum lag_unit unit)
{
    struct text_value span = text_span(abs(lag), verdict_text_unit(unit));
    struct parts_option *option = &options[select->option_count++];
    option->value = arena_fmt(view->page->arena, "%d", lag);
    option->label =
        lag == 0 ? services_say(view->page, TEXT_PRIMARY_OPTION_SAME)
                 : services_say_with(view->page,
                                     lag > 0 ? TEXT_PRIMARY_OPTION_LEAD : TEXT_PRIMARY_OPTION_FOLLOW,
                                     TEXT_VALUES(span));
}

/* Both directions alike: the shorter a lag, the higher it stands. */
static dp_err write_lag_choice(struct link_view *view, enum period_kind kind)
{
    enum lag_unit unit = kind == PERIOD_MONTH ? LAG_UNIT_MONTH : LAG_UNIT_WEEK;
    int most = primary_lag_max(kind);
    struct parts_option *options =
        arena_take(view->page->arena, 2 * (size_t)most + 1, sizeof *options);
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
    paragraph(view, services_say_with(view->page, TEXT_PRIMARY_FORM_WHY,
                                      TEXT_VALUES(text_int(tries))));
    if (counts_from.days > 0) {
        size_t teams = answer->is_panel && answer->scan.teams > 0 ? answer->scan.teams : 1;
        enum text_unit unit = kind == PERIOD_MONTH ? TEXT_MONTHS : TEXT_WEEKS;
        struct text_value needs = text_span((int64_t)verdict_needs_more(0, teams, 1), unit);
        paragraph(view, services_say_with(view->page, TEXT_PRIMARY_FORM_NEW,
                                          TEXT_VALUES(text_date(counts_from), needs)));
    }
    if (view->question_count > 0) {
        const struct primary_entry *open = &view->questions[0];
        struct str asked = question_of(view, &open->metric, unit_asked(&open->question),
                                       open->question.lag);
        paragraph(view, services_say_with(view->page, TEXT_PRIMARY_FORM_OTHER,
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
    DP_TRY(primary_would_count_from(services_of(view->page)->appliance, pair, kind, &counts_from));
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
    html_text(html, services_say_with(view->page, TEXT_PRIMARY_ENTRY,
                                      TEXT_VALUES(text_word(asked),
                                                  text_date(question->registered),
                                                  text_word(str_of(question->actor)))));
    html_text(html, STR(" "));
    html_text(html, entry->is_answered
                        ? services_say_with(view->page, TEXT_PRIMARY_ENTRY_ANSWERED,
                                            TEXT_VALUES(text_word(grade),
                                                        text_date(entry->looked)))
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
