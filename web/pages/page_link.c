/* SPDX-License-Identifier: MIT */

/*
 * Does engagement come before an outcome? One page an outcome: the verdict first, then both curves,
 * every shift that was looked at in both directions, and what all this rests on. What may be said was
 * decided in app/stats; which words in app/text.
 */

#include "app/service/link/link.h"
#include "app/stats/number.h"
#include "app/text/verdict_text.h"
#include "web/html/charts/lags.h"
#include "web/html/charts/overlay.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"

enum { FIELD_METRIC, FIELD_SOURCE, PARAGRAPH_MAX = 4096 };

struct link_page {
    struct page_context *page;
    struct html html;
    const struct link_answer *answer;
    struct verdict_subject subject;
    struct str name; /* of the outcome */
};

static enum language language_of(const struct link_page *at)
{
    return services_language(at->page);
}

static struct str copied(const struct link_page *at, const struct buf *text)
{
    return arena_copy(at->page->arena, buf_str(text));
}

/* ---- Verdict ------------------------------------------------------------------------------------- */

static enum parts_tone tone_of(const struct lagscan_result *scan)
{
    bool is_found = scan->grade >= GRADE_MODERATE;
    return is_found ? (scan->is_against ? PARTS_WARN : PARTS_GOOD) : PARTS_PLAIN;
}

static void write_verdict(struct link_page *at)
{
    const struct lagscan_result *scan = &at->answer->scan;
    BUF_AUTO struct buf sentence = buf_new(PARAGRAPH_MAX);
    BUF_AUTO struct buf evidence = buf_new(PARAGRAPH_MAX);
    verdict_text_sentence(&sentence, language_of(at), scan, &at->subject);
    verdict_text_evidence(&evidence, language_of(at), scan, &at->subject);
    struct str grade = services_say(at->page, verdict_text_grade(scan->grade));
    parts_verdict_open(&at->html, tone_of(scan), grade, copied(at, &sentence));
    if (evidence.len > 0) {
        html_leaf(&at->html, TAG_P, NULL, copied(at, &evidence));
    }
    parts_verdict_close(&at->html);
}

/* ---- Curves -------------------------------------------------------------------------------------- */

static struct chart_point point_of(const struct link_page *at, double value)
{
    if (!number_is_known(value)) {
        return (struct chart_point){ .reason = services_say(at->page, TEXT_CHART_NO_VALUE) };
    }
    return (struct chart_point){ .has_value = true, .value = value };
}

static dp_err name_periods(struct link_page *at, struct figures_periods *periods)
{
    const struct link_answer *answer = at->answer;
    if (answer->unit != LAG_UNIT_MONTH) {
        return figures_periods(at->page, answer->points[0].start, answer->point_count, periods);
    }
    struct arena *arena = at->page->arena;
    periods->names = arena_take(arena, answer->point_count, sizeof *periods->names);
    if (periods->names == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < answer->point_count; i++) {
        char month[MONTH_TEXT_MAX];
        date_month_text(answer->points[i].start, month);
        periods->names[i] = arena_copy(arena, str_of(month));
    }
    periods->labels = periods->names;
    return arena_finish(arena);
}

/* The outcome is shifted only when the evidence allows to name a lag. */
static int shift_of(const struct lagscan_result *scan)
{
    bool may_name = scan->grade >= GRADE_MODERATE &&
                    (scan->verdict == VERDICT_LEADS || scan->verdict == VERDICT_LEADS_AGAINST ||
                     scan->verdict == VERDICT_FOLLOWS);
    return may_name ? scan->best_lag : 0;
}

static struct str curves_sentence(const struct link_page *at, int shift)
{
    if (shift <= 0) {
        return services_say(at->page, TEXT_LINK_CURVES_PLAIN);
    }
    struct text_value span = text_span(shift, verdict_text_unit(at->answer->unit));
    return services_say_with(at->page, TEXT_LINK_CURVES_SHIFTED, TEXT_VALUES(span));
}

static dp_err write_curves(struct link_page *at)
{
    const struct link_answer *answer = at->answer;
    struct arena *arena = at->page->arena;
    struct chart_point *engagement = arena_take(arena, answer->point_count, sizeof *engagement);
    struct chart_point *outcome = arena_take(arena, answer->point_count, sizeof *outcome);
    struct figures_periods periods;
    if (engagement == NULL || outcome == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(name_periods(at, &periods));
    for (size_t i = 0; i < answer->point_count; i++) {
        engagement[i] = point_of(at, answer->points[i].engagement);
        outcome[i] = point_of(at, answer->points[i].outcome);
    }
    int shift = shift_of(&answer->scan);
    struct chart_frame frame = { .id = STR("curves"),
                                 .title = services_say(at->page, TEXT_LINK_CURVES),
                                 .sentence = curves_sentence(at, shift),
                                 .numbers = figures_numbers(at->page, 2),
                                 .words = figures_words(at->page,
                                                        answer->unit == LAG_UNIT_MONTH
                                                            ? TEXT_CHART_MONTH
                                                            : TEXT_COLUMN_WEEK) };
    struct chart_series series[2] = { { .name = services_say(at->page, TEXT_INDEX),
                                        .points = engagement },
                                      { .name = at->name, .points = outcome } };
    struct overlay chart = { .lines = { .frame = &frame,
                                        .period_count = answer->point_count,
                                        .periods = periods.names,
                                        .labels = periods.labels,
                                        .series = series,
                                        .series_count = 2 },
                             .shift = shift };
    overlay_draw(&at->html, &chart, arena);
    return DP_SUCCESS;
}

/* ---- Lags ---------------------------------------------------------------------------------------- */

static bool has_lags(const struct lagscan_result *scan)
{
    return scan->refusal == REFUSAL_NONE && scan->lag_count > 0 && number_is_known(scan->best_r) &&
           scan->n_complete >= LINK_PERIODS_SCAN;
}

static struct str best_label(const struct link_page *at)
{
    const struct lagscan_result *scan = &at->answer->scan;
    int size = scan->best_lag < 0 ? -scan->best_lag : scan->best_lag;
    if (!number_is_known(scan->ci_lo)) {
        return figures_number(at->page, scan->best_r, 2);
    }
    return services_say_with(at->page, TEXT_LINK_BEST,
                             TEXT_VALUES(text_span(size, verdict_text_unit(at->answer->unit)),
                                         text_number(scan->best_r, 2),
                                         text_number(scan->ci_lo, 2),
                                         text_number(scan->ci_hi, 2)));
}

static dp_err write_lags(struct link_page *at)
{
    const struct lagscan_result *scan = &at->answer->scan;
    struct arena *arena = at->page->arena;
    struct chart_point *points = arena_take(arena, scan->lag_count, sizeof *points);
    double *limits = arena_take(arena, scan->lag_count, sizeof *limits);
    if (points == NULL || limits == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < scan->lag_count; i++) {
        points[i] = point_of(at, scan->r[i]);
        points[i].n = (int64_t)scan->pairs[i];
        bool has_limit = number_is_known(scan->crit95) && scan->weight[i] > 0.0;
        limits[i] = has_limit ? tanh(scan->crit95 / sqrt(scan->weight[i])) : 0.0;
        if (scan->lags[i] == scan->best_lag && number_is_known(scan->ci_lo)) {
            points[i].has_interval = true;
            points[i].low = scan->ci_lo;
            points[i].high = scan->ci_hi;
        }
    }
    bool may_name = scan->grade >= GRADE_MODERATE;
    struct lags_chart chart = {
        .frame = { .id = STR("lags"),
                   .title = services_say(at->page, TEXT_LINK_LAGS),
                   .sentence = services_say(at->page, TEXT_LINK_LAGS_SENTENCE),
                   .numbers = figures_numbers(at->page, 2),
                   .words = figures_words(at->page, TEXT_COLUMN_WEEK) },
        .max_lag = scan->lag_max,
        .points = points,
        .limits = limits,
        .has_best = may_name,
        .best = scan->best_lag,
        .best_label = best_label(at),
        .has_range = may_name,
        .low = scan->lag_lo,
        .high = scan->lag_hi,
        .left = services_say(at->page, TEXT_LINK_CUSTOMERS_FIRST),
        .right = services_say(at->page, TEXT_LINK_ENGAGEMENT_FIRST),
    };
    lags_draw(&at->html, &chart);
    return DP_SUCCESS;
}

/* ---- What it rests on ---------------------------------------------------------------------------- */

static void write_basis(struct link_page *at)
{
    const struct link_answer *answer = at->answer;
    const struct lagscan_result *scan = &answer->scan;
    struct html *html = &at->html;
    enum text notes[VERDICT_TEXT_NOTES_MAX];
    size_t count = verdict_text_notes(scan, notes);
    parts_card_open(html, services_say(at->page, TEXT_LINK_BASIS));
    html_open(html, TAG_UL);
    struct text_value span = text_span((int64_t)scan->n_complete, verdict_text_unit(answer->unit));
    html_leaf(html, TAG_LI, NULL,
              services_say_with(at->page, TEXT_LINK_FACTS,
                                TEXT_VALUES(span, text_int((int64_t)answer->answers),
                                            text_int((int64_t)answer->links_examined))));
    if (scan->grade < GRADE_MODERATE && number_is_known(scan->mde_rho)) {
        html_leaf(html, TAG_LI, NULL,
                  services_say_with(at->page, TEXT_LINK_MDE,
                                    TEXT_VALUES(text_number(scan->mde_rho, 2))));
    }
    html_leaf(html, TAG_LI, NULL, services_say(at->page, TEXT_LINK_REVERSE));
    for (size_t i = 0; i < count; i++) {
        html_leaf(html, TAG_LI, NULL, services_say(at->page, notes[i]));
    }
    html_leaf(html, TAG_LI, NULL,
              services_say_with(at->page, TEXT_LINK_NEXT_LOOK,
                                TEXT_VALUES(text_date(answer->next_look))));
    html_close(html, TAG_UL);
    parts_card_close(html);
}

/* ---- The page ------------------------------------------------------------------------------------ */

static struct str name_of(const struct link_page *at, const struct link_pair *pair)
{
    return str_of(pair->metric.name[language_of(at)]);
}

static dp_err write_tabs(struct link_page *at, const struct link_pair *pairs, size_t count)
{
    struct arena *arena = at->page->arena;
    struct layout_link *links = arena_take(arena, count, sizeof *links);
    if (links == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        const struct link_pair *pair = &pairs[i];
        bool is_current = str_equal(str_of(pair->metric.code), str_of(at->answer->pair.metric.code)) &&
                          str_equal(str_of(pair->source), str_of(at->answer->pair.source));
        links[i] = (struct layout_link){
            .path = arena_fmt(arena, "/link?metric=%s&source=%s", pair->metric.code, pair->source),
            .label = services_say_with(at->page, TEXT_LINK_OF_SOURCE,
                                       TEXT_VALUES(text_word(name_of(at, pair)),
                                                   text_word(str_of(pair->source)))),
            .is_current = is_current,
        };
    }
    parts_tabs(&at->html, services_say(at->page, TEXT_LINK_OUTCOMES), links, count);
    return DP_SUCCESS;
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

static dp_err write_answer(struct link_page *at, const struct link_pair *pairs, size_t count)
{
    struct str title = services_say_with(at->page, TEXT_LINK_PAGE_TITLE,
                                         TEXT_VALUES(text_word(at->name)));
    services_open(at->page, &at->html, title, STR("/link"));
    parts_heading(&at->html, title, STR(""));
    DP_TRY(write_tabs(at, pairs, count));
    write_verdict(at);
    if (at->answer->point_count > 0) {
        DP_TRY(write_curves(at));
    }
    if (has_lags(&at->answer->scan)) {
        DP_TRY(write_lags(at));
    }
    write_basis(at);
    services_close(at->page, &at->html);
    return html_finish(&at->html);
}

dp_err page_link(struct page_context *page, struct response *response)
{
    const struct appliance *appliance = services_of(page)->appliance;
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    DP_TRY(link_pairs(appliance, page->arena, &pairs, &count));
    if (count == 0) {
        return show_none(page, response);
    }
    const struct field *metric = &page->fields[FIELD_METRIC];
    const struct field *source = &page->fields[FIELD_SOURCE];
    bool is_chosen = metric->state == FIELD_VALID;
    struct link_answer *answer = arena_take(page->arena, 1, sizeof *answer);
    if (answer == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(link_look(appliance, is_chosen ? metric->text : str_of(pairs[0].metric.code),
                     source->state == FIELD_VALID ? source->text : STR(""), page->arena, answer));
    struct link_page at = { .page = page, .html = html_new(&response->body), .answer = answer };
    at.name = name_of(&at, &answer->pair);
    at.subject = (struct verdict_subject){ .metric = &answer->pair.metric,
                                           .unit = answer->unit,
                                           .links_examined = answer->links_examined,
                                           .next_look = answer->next_look };
    return write_answer(&at, pairs, count);
}
