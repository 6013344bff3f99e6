/* SPDX-License-Identifier: MIT */

/*
 * One course correction: what was expected, what can be said today, and what that rests on.
 * First the series that was named beforehand, then, smaller, all others. What may be said was
 * decided in app/stats; which words in app/text.
 */

#include "app/stats/number.h"
#include "app/text/correction_text.h"
#include "app/text/verdict_text.h"
#include "web/pages/correction_charts.h"
#include "web/pages/page_correction_form.h"
#include "web/pages/pages.h"

enum {
    PARAGRAPH_MAX = 4096,
    TEAMS_NAMED = CORRECTION_TEAMS_MAX,
    TOGETHER_NAMED = 8,
    AREA_ROWS = 2,
};

struct report_page {
    struct page_context *page;
    struct html html;
    struct correction_report report;
    struct correction_teams teams;
    struct correction_words words; /* of the expected effect */
    const struct field *why;       /* of a withdrawal that was refused; else NULL */
};

static struct str copied(const struct report_page *at, const struct buf *text)
{
    return arena_copy(at->page->arena, buf_str(text));
}

static struct date registered_on(const struct report_page *at)
{
    return zone_to_local(&services_of(at->page)->appliance->zone,
                         at->report.correction.registered_s)
        .date;
}

/* ---- What was registered ----------------------------------------------------------------- */

static void write_withdrawn(struct report_page *at)
{
    const struct correction *correction = &at->report.correction;
    if (correction->withdrawn_s == 0) {
        return;
    }
    struct date day =
        zone_to_local(&services_of(at->page)->appliance->zone, correction->withdrawn_s).date;
    parts_notice(&at->html, PARTS_WARN,
                 services_say_with(at->page, TEXT_CORRECTION_WITHDRAWN,
                                   TEXT_VALUES(text_date(day),
                                               text_word(str_of(correction->withdrawn_why)))));
}

/* "3 March 2026 by hr, 12 days before the start" */
static struct str stamp_of(const struct report_page *at)
{
    const struct correction *correction = &at->report.correction;
    struct date registered = registered_on(at);
    int32_t days = correction->start.days - registered.days;
    struct text_value day = text_date(registered);
    struct text_value actor = text_word(str_of(correction->actor));
    if (days == 0) {
        return services_say_with(at->page, TEXT_CORRECTION_STAMP_SAME, TEXT_VALUES(day, actor));
    }
    return services_say_with(
        at->page, days > 0 ? TEXT_CORRECTION_STAMP_BEFORE : TEXT_CORRECTION_STAMP_AFTER,
        TEXT_VALUES(day, actor, text_span(days > 0 ? days : -days, TEXT_DAYS)));
}

static void write_fact(struct report_page *at, enum text name, struct str value)
{
    html_leaf(&at->html, TAG_DT, NULL, services_say(at->page, name));
    html_leaf(&at->html, TAG_DD, NULL, value);
}

static dp_err write_facts(struct report_page *at)
{
    const struct correction *correction = &at->report.correction;
    struct page_context *page = at->page;
    struct str expected;
    DP_TRY(correction_parts_expected(page, correction, &expected));
    parts_card_open(&at->html, STR(""));
    html_leaf(&at->html, TAG_P, "said", str_of(correction->what));
    html_open(&at->html, TAG_DL);
    html_class(&at->html, "facts");
    write_fact(at, TEXT_CORRECTIONS_EXPECTED, expected);
    write_fact(at, TEXT_CORRECTIONS_START, services_day(page, correction->start));
    write_fact(at, TEXT_CORRECTION_REGISTERED, stamp_of(at));
    write_fact(at, TEXT_CORRECTIONS_TEAMS,
               correction_parts_team_names(page, &at->teams, correction, TEAMS_NAMED));
    write_fact(at, TEXT_CORRECTIONS_CATEGORY,
               services_say(page, correction_text_category(correction->category)));
    html_close(&at->html, TAG_DL);
    parts_card_close(&at->html);
    return DP_SUCCESS;
}

/* ---- Verdict ----------------------------------------------------------------------------- */

static void write_verdict(struct report_page *at)
{
    const struct correction_effect *effect = &at->report.effects[0];
    struct correction_tag tag = correction_parts_tag(effect);
    enum language language = services_language(at->page);
    BUF_AUTO struct buf sentence = buf_new(PARAGRAPH_MAX);
    BUF_AUTO struct buf gap = buf_new(PARAGRAPH_MAX);
    correction_text_sentence(&sentence, language, &at->words);
    correction_text_gap(&gap, language, &at->words);
    parts_verdict_open(&at->html, tag.tone, services_say(at->page, tag.text),
                       copied(at, &sentence));
    if (gap.len > 0) {
        html_leaf(&at->html, TAG_P, NULL, copied(at, &gap));
    }
    parts_verdict_close(&at->html);
}

/* ---- What it rests on -------------------------------------------------------------------- */

/* Without comparison teams the whole course counts, not the windows of the bars alone. */
static struct str basis_of(const struct report_page *at)
{
    const struct correction_effect *effect = &at->report.effects[0];
    enum text_unit unit = verdict_text_unit(effect->unit);
    bool is_course = effect->design == CORRECTION_AGAINST_ITSELF &&
                     effect->verdict != EFFECT_REFUSED;
    size_t periods_before = is_course ? effect->its.n_before : effect->corrected_before.periods;
    size_t periods_after = is_course ? effect->its.n_after : effect->corrected_after.periods;
    struct text_value corrected = text_int((int64_t)effect->corrected_teams);
    struct text_value before = text_span((int64_t)periods_before, unit);
    struct text_value after = text_span((int64_t)periods_after, unit);
    if (effect->design == CORRECTION_AGAINST_TEAMS) {
        return services_say_with(
            at->page, TEXT_CORRECTION_BASIS_TEAMS,
            TEXT_VALUES(corrected, text_int((int64_t)effect->comparison_teams), before, after));
    }
    return services_say_with(at->page, TEXT_CORRECTION_BASIS_ALONE,
                             TEXT_VALUES(corrected, before, after));
}

static struct str together_titles(const struct report_page *at)
{
    BUF_AUTO struct buf titles = buf_new(PARAGRAPH_MAX);
    size_t count = at->report.together_count;
    size_t named = count < TOGETHER_NAMED ? count : TOGETHER_NAMED;
    for (size_t i = 0; i < named; i++) {
        buf_add_text(&titles, i > 0 ? ", " : "");
        buf_add_text(&titles, at->report.together[i].title);
    }
    if (named == count) {
        return copied(at, &titles);
    }
    return services_say_with(at->page, TEXT_CORRECTIONS_MORE_TEAMS,
                             TEXT_VALUES(text_word(buf_str(&titles)),
                                         text_int((int64_t)(count - named))));
}

static void write_basis(struct report_page *at)
{
    struct html *html = &at->html;
    enum text notes[CORRECTION_TEXT_NOTES_MAX];
    size_t count = correction_text_notes(&at->words, notes);
    parts_card_open(html, services_say(at->page, TEXT_LINK_BASIS));
    html_open(html, TAG_UL);
    html_leaf(html, TAG_LI, NULL, basis_of(at));
    for (size_t i = 0; i < count; i++) {
        html_leaf(html, TAG_LI, NULL, services_say(at->page, notes[i]));
    }
    if (at->report.together_count > 0) {
        html_leaf(html, TAG_LI, NULL,
                  services_say_with(at->page, TEXT_CORRECTION_BASIS_TOGETHER,
                                    TEXT_VALUES(text_word(together_titles(at)))));
    }
    html_leaf(html, TAG_LI, NULL,
              services_say(at->page, at->report.effects[0].design == CORRECTION_AGAINST_TEAMS
                                         ? TEXT_CORRECTION_BASIS_STANDING
                                         : TEXT_CORRECTION_BASIS_NO_OTHERS));
    html_close(html, TAG_UL);
    parts_card_close(html);
}

/* ---- What else was looked at ------------------------------------------------------------- */

static struct str number_with_sign(const struct report_page *at, double value, int decimals)
{
    return services_say_with(at->page, TEXT_CHANGE_NUMBER,
                             TEXT_VALUES(text_number(value, decimals)));
}

static void write_cautions(struct report_page *at, const struct correction_words *words)
{
    enum text notes[CORRECTION_TEXT_CAUTIONS_MAX];
    size_t count = correction_text_cautions(words, notes);
    for (size_t i = 0; i < count; i++) {
        html_open(&at->html, TAG_P);
        html_class(&at->html, "soft");
        html_text(&at->html, services_say(at->page, notes[i]));
        html_close(&at->html, TAG_P);
    }
}

static void write_words(struct report_page *at, const struct correction_effect *effect,
                        const struct correction_words *words)
{
    struct html *html = &at->html;
    BUF_AUTO struct buf sentence = buf_new(PARAGRAPH_MAX);
    struct correction_tag tag = correction_parts_tag(effect);
    if (effect->verdict == EFFECT_CHANGED) {
        parts_badge(html, tag.tone, services_say(at->page, tag.text));
        html_text(html, STR(" "));
        html_text(html, services_say(at->page, verdict_text_grade(effect->grade)));
    } else {
        correction_text_sentence(&sentence, services_language(at->page), words);
        html_text(html, copied(at, &sentence));
    }
    write_cautions(at, words);
}

static void write_number_cells(struct report_page *at, const struct correction_effect *effect,
                               const struct correction_words *words)
{
    struct html *html = &at->html;
    int decimals = correction_text_decimals(&words->subject);
    bool has_interval = number_is_known(effect->estimate) && number_is_known(effect->lo) &&
                        number_is_known(effect->hi);
    if (effect->verdict == EFFECT_REFUSED || !has_interval) {
        html_leaf(html, TAG_TD, "num", STR("\u2013"));
        html_leaf(html, TAG_TD, "num", STR("\u2013"));
    } else {
        html_leaf(html, TAG_TD, "num", number_with_sign(at, effect->estimate, decimals));
        html_leaf(html, TAG_TD, "num",
                  services_say_with(at->page, TEXT_CORRECTION_INTERVAL,
                                    TEXT_VALUES(text_number(effect->lo, decimals),
                                                text_number(effect->hi, decimals))));
    }
    struct text_value corrected = text_int((int64_t)effect->corrected_teams);
    struct text_value others = text_int((int64_t)effect->comparison_teams);
    bool has_others = effect->design == CORRECTION_AGAINST_TEAMS;
    html_leaf(html, TAG_TD, "num",
              has_others ? services_say_with(at->page, TEXT_CORRECTION_TEAMS_AGAINST,
                                             TEXT_VALUES(corrected, others))
                         : services_say_with(at->page, TEXT_CORRECTION_TEAMS_ALONE,
                                             TEXT_VALUES(corrected)));
}

static void write_other(struct report_page *at, const struct correction_effect *effect)
{
    struct html *html = &at->html;
    struct correction_words words = correction_words(&at->report, effect);
    html_open(html, TAG_TR);
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_text(html, correction_parts_series(at->page, &words));
    if (effect->series.target == CORRECTION_ON_OUTCOME) {
        html_fmt(html, " (%s)", effect->series.source);
    }
    html_close(html, TAG_TH);
    html_open(html, TAG_TD);
    write_words(at, effect, &words);
    html_close(html, TAG_TD);
    write_number_cells(at, effect, &words);
    html_close(html, TAG_TR);
}

static void write_head(struct report_page *at, enum text text, const char *classes)
{
    html_open(&at->html, TAG_TH);
    html_attr(&at->html, ATTR_SCOPE, STR("col"));
    if (classes != NULL) {
        html_class(&at->html, classes);
    }
    html_text(&at->html, services_say(at->page, text));
    html_close(&at->html, TAG_TH);
}

static void write_others(struct report_page *at)
{
    struct html *html = &at->html;
    size_t count = at->report.effect_count - 1;
    if (count == 0) {
        return;
    }
    struct str title = services_say(at->page, TEXT_CORRECTION_OTHERS);
    parts_card_open(html, title);
    html_leaf(html, TAG_P, "soft",
              services_say_with(at->page, TEXT_CORRECTION_OTHERS_LEAD,
                                TEXT_VALUES(text_int((int64_t)count))));
    parts_table_open(html, title);
    html_class(html, "looked-at");
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    write_head(at, TEXT_CORRECTION_COLUMN_SERIES, NULL);
    write_head(at, TEXT_CORRECTION_COLUMN_WORDS, NULL);
    write_head(at, TEXT_CORRECTION_COLUMN_DIFFERENCE, "num");
    write_head(at, TEXT_COLUMN_INTERVAL, "num");
    write_head(at, TEXT_CORRECTION_COLUMN_TEAMS, "num");
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 1; i < at->report.effect_count; i++) {
        write_other(at, &at->report.effects[i]);
    }
    parts_table_close(html);
    if (at->report.series_left_out > 0) {
        html_leaf(html, TAG_P, "soft",
                  services_say_with(at->page, TEXT_CORRECTION_OTHERS_LEFT_OUT,
                                    TEXT_VALUES(text_int((int64_t)at->report.series_left_out))));
    }
    parts_card_close(html);
}

/* ---- Withdrawing ------------------------------------------------------------------------- */

static void write_withdraw(struct report_page *at)
{
    struct html *html = &at->html;
    struct page_context *page = at->page;
    struct str path = arena_fmt(page->arena, "/corrections/%u/withdraw",
                                at->report.correction.id.value);
    struct parts_field why = {
        .name = STR("why"),
        .label = services_say(page, TEXT_CORRECTION_WITHDRAW_WHY),
        .error = at->why != NULL ? services_say(page, TEXT_CORRECTION_WITHDRAW_BAD) : STR(""),
        .value = at->why != NULL ? at->why->text : STR(""),
        .is_required = true,
        .max_length = CORRECTION_WHY_CHARACTERS,
    };
    html_open(html, TAG_DETAILS);
    html_class(html, "withdraw");
    if (at->why != NULL) {
        html_flag(html, ATTR_OPEN);
    }
    html_leaf(html, TAG_SUMMARY, NULL, services_say(page, TEXT_CORRECTION_WITHDRAW));
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_CORRECTION_WITHDRAW_LEAD));
    parts_form_open(html, path, false);
    html_flag(html, ATTR_NOVALIDATE);
    page_csrf_input(page, html, CSRF_SESSION, path);
    parts_area(html, &why, AREA_ROWS);
    parts_button(html, "danger", services_say(page, TEXT_CORRECTION_WITHDRAW));
    html_close(html, TAG_FORM);
    html_close(html, TAG_DETAILS);
}

/* ---- The page ---------------------------------------------------------------------------- */

static dp_err write_effects(struct report_page *at)
{
    const struct correction_effect *effect = &at->report.effects[0];
    struct correction_chart chart = { &at->report, effect, &at->words };
    write_verdict(at);
    DP_TRY(write_facts(at));
    DP_TRY(correction_charts_curves(at->page, &at->html, &chart));
    DP_TRY(correction_charts_bars(at->page, &at->html, &chart));
    write_basis(at);
    write_others(at);
    return DP_SUCCESS;
}

static dp_err show(struct report_page *at)
{
    struct page_context *page = at->page;
    const struct correction *correction = &at->report.correction;
    struct str title = str_of(correction->title);
    DP_TRY(correction_parts_teams(page, &at->teams));
    services_open(page, &at->html, title, STR("/corrections"));
    html_open(&at->html, TAG_P);
    html_class(&at->html, "back");
    html_open(&at->html, TAG_A);
    html_attr(&at->html, ATTR_HREF, STR("/corrections"));
    html_text(&at->html, services_say(page, TEXT_CORRECTION_ALL));
    html_close(&at->html, TAG_P);
    parts_heading(&at->html, title, STR(""));
    if (at->report.is_afterwards && correction->withdrawn_s == 0) {
        html_open(&at->html, TAG_P);
        parts_badge(&at->html, PARTS_WARN, services_say(page, TEXT_CORRECTION_TAG_AFTERWARDS));
        html_close(&at->html, TAG_P);
    }
    write_withdrawn(at);
    if (at->report.effect_count == 0) {
        DP_TRY(write_facts(at));
    } else {
        at->words = correction_words(&at->report, &at->report.effects[0]);
        DP_TRY(write_effects(at));
    }
    if (correction->withdrawn_s == 0) {
        write_withdraw(at);
    }
    services_close(page, &at->html);
    return html_finish(&at->html);
}

static struct correction_id asked(const struct page_context *page)
{
    return (struct correction_id){ (uint32_t)page->fields[0].number };
}

/* Takes: a page whose second field, if any, is the reason of a withdrawal that was refused. */
static dp_err show_report(struct page_context *page, struct response *response)
{
    const struct field *why = response->status == 422 ? &page->fields[CORRECTION_WITHDRAW_WHY]
                                                      : NULL;
    struct report_page *at = arena_take(page->arena, 1, sizeof *at);
    if (at == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *at = (struct report_page){ .page = page, .html = html_new(&response->body), .why = why };
    DP_TRY(correction_report_of(services_of(page)->appliance, asked(page), page->arena,
                                &at->report));
    dp_err shown = show(at);
    correction_parts_teams_free(&at->teams);
    return shown;
}

dp_err page_correction(struct page_context *page, struct response *response)
{
    return services_wide(page, show_report, response); /* for all that is assessed together */
}

dp_err page_correction_withdraw(struct page_context *page, struct response *response)
{
    const struct account_session *session = page->session->detail;
    const struct field *id = &page->fields[CORRECTION_WITHDRAW_ID];
    const struct field *why = &page->fields[CORRECTION_WITHDRAW_WHY];
    struct dp_problem problem = { 0 };
    if (id->state != FIELD_VALID) {
        return page->fields_err;
    }
    dp_err done = why->state == FIELD_VALID
                      ? correction_withdraw(services_of(page)->appliance, asked(page),
                                            why->text, session->account.login, &problem)
                      : err_make(DP_INVALID);
    if (err_is(done, DP_INVALID) || err_is(done, DP_TOO_LONG)) {
        response->status = 422;
        return services_wide(page, show_report, response);
    }
    if (!err_is(done, DP_CONFLICT)) { /* withdrawn already: the report says so */
        DP_TRY(done);
    }
    response_redirect(response, arena_fmt(page->arena, "/corrections/%u", asked(page).value));
    return DP_SUCCESS;
}
