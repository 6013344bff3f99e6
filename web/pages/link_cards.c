/* SPDX-License-Identifier: MIT */
#include "web/pages/link_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/stats/number.h"
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

void link_paragraph(struct link_view *view, struct str text)
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

/* ---- Verdict and directions ---------------------------------------------------------------------- */

void link_verdict_card(struct link_view *view)
{
    const struct lagscan_result *scan = &view->answer->scan;
    BUF_AUTO struct buf sentence = buf_new(LINK_PARAGRAPH_MAX);
    BUF_AUTO struct buf evidence = buf_new(LINK_PARAGRAPH_MAX);
    verdict_text_sentence(&sentence, link_language(view), scan, &view->subject);
    verdict_text_evidence(&evidence, link_language(view), scan, &view->subject);
    struct str grade = services_say(view->page, verdict_text_badge(scan));
    parts_verdict_open(
        &view->html, link_tone(scan),
        view->answer->has_primary
            ? services_say_with(view->page, TEXT_LINK_BADGE_ALL, TEXT_VALUES(text_word(grade)))
            : grade,
        link_copied(view, &sentence));
    if (evidence.len > 0) {
        link_paragraph(view, link_copied(view, &evidence));
    }
    if (view->answer->is_changed) {
        link_paragraph(view, services_say_with(view->page, TEXT_LINK_CHANGED,
                                               TEXT_VALUES(text_date(view->answer->next_look))));
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
    link_paragraph(view, link_copied(view, &answer));
    if (figures.len > 0) {
        link_paragraph(view, link_copied(view, &figures));
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
    write_direction(view, SIDE_ENGAGEMENT_FIRST, TEXT_SIDE_ENGAGEMENT,
                    TEXT_SIDE_ENGAGEMENT_ASKS);
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
    html_leaf(
        html, TAG_TD, "num",
        services_say_with(view->page, TEXT_LINK_TEAM_R, TEXT_VALUES(text_number(team->r, 2))));
    html_leaf(html, TAG_TD, "num",
              services_say_with(
                  view->page, TEXT_LINK_TEAM_INTERVAL,
                  TEXT_VALUES(text_number(team->ci_lo, 2), text_number(team->ci_hi, 2))));
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

/* What is remembered of an earlier look has none. */
static bool has_team_figures(const struct link_answer *answer)
{
    size_t at = 0;
    while (at < answer->team_count && !number_is_known(answer->teams[at].ci_lo)) {
        at++;
    }
    return at < answer->team_count;
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
    link_paragraph(
        view, scan->best_lag == 0
                  ? services_say(view->page, TEXT_LINK_TEAMS_DIFFER_SAME)
                  : services_say_with(view->page, TEXT_LINK_TEAMS_DIFFER, TEXT_VALUES(span)));
    if (has_team_figures(answer)) {
        write_teams(view);
    }
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
    struct text_value span = text_span((int64_t)scan->n_complete,
                                       verdict_text_unit(answer->unit));
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
    item(view, scan->refusal == REFUSAL_NONE
                   ? services_say_with(view->page, TEXT_LINK_NEXT_LOOK,
                                       TEXT_VALUES(text_date(answer->next_look)))
                   : services_say(view->page, TEXT_LINK_FIRST_LOOK));
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
         services_say_with(
             view->page, TEXT_DETAIL_LAGS_ARE,
             TEXT_VALUES(text_span(scan->lag_max, unit), text_int((int64_t)scan->lag_count))));
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
         services_say_with(
             view->page, TEXT_DETAIL_LOOKED_IS,
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
