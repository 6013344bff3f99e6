/* SPDX-License-Identifier: MIT */

/*
 * Which of the six themes move with an outcome. Only those that stand out of all pairs examined are named
 * with r and interval; the others are listed in words. What may be said was decided in app/stats and
 * app/service/theme.
 */

#include "app/service/theme/theme.h"
#include "app/text/theme_text.h"
#include "web/html/charts/bars.h"
#include "web/pages/figures.h"
#include "web/pages/outcome_tabs.h"
#include "web/pages/pages.h"

enum { FIELD_METRIC, FIELD_SOURCE, PARAGRAPH_MAX = 4096 };

struct links_page {
    struct page_context *page;
    struct html html;
    const struct link_pair *pair;
    struct str name; /* of the outcome */
    struct theme_links themes;
};

static struct theme_text_subject subject_of(const struct links_page *at,
                                            const struct theme_link *link)
{
    return (struct theme_text_subject){ .verdict = { .metric = &link->pair.metric,
                                                     .unit = link->unit,
                                                     .links_examined = at->themes.links_examined,
                                                     .next_look = link->next_look },
                                        .theme = link->theme,
                                        .is_listed = link->is_listed };
}

static struct str name_of(const struct links_page *at, const struct theme_link *link)
{
    return str_of(theme_name(link->theme, services_language(at->page)));
}

/* ---- The verdict --------------------------------------------------------------------------------- */

static size_t count_found(const struct links_page *at)
{
    size_t found = 0;
    for (size_t i = 0; i < at->themes.listed; i++) {
        found += at->themes.links[i].scan.grade >= GRADE_MODERATE ? 1 : 0;
    }
    return found;
}

static bool is_pending(const struct links_page *at)
{
    for (size_t i = 0; i < at->themes.count; i++) {
        if (at->themes.links[i].state != THEME_LINK_PENDING) {
            return false;
        }
    }
    return true;
}

/* True if not one of the six could be examined. */
static bool is_too_early(const struct links_page *at)
{
    for (size_t i = 0; i < at->themes.count; i++) {
        if (at->themes.links[i].state == THEME_LINK_EXAMINED) {
            return false;
        }
    }
    return true;
}

static struct str verdict_of(const struct links_page *at)
{
    size_t found = count_found(at);
    if (found == QUESTION_THEMES) {
        return services_say(at->page, TEXT_THEME_LINKS_LISTED_ALL);
    }
    if (found > 0) {
        return services_say_with(at->page, TEXT_THEME_LINKS_LISTED,
                                 TEXT_VALUES(text_int((int64_t)found)));
    }
    enum text text = is_pending(at)              ? TEXT_THEME_LINKS_PENDING
                     : is_too_early(at)          ? TEXT_THEME_LINKS_TOO_EARLY
                     : at->themes.listed > 0     ? TEXT_THEME_LINKS_HINTS
                                                 : TEXT_THEME_LINKS_NONE;
    return services_say(at->page, text);
}

static void write_verdict(struct links_page *at)
{
    bool is_found = count_found(at) > 0;
    parts_verdict_open(&at->html, is_found ? PARTS_GOOD : PARTS_PLAIN, STR(""), verdict_of(at));
    html_leaf(&at->html, TAG_P, NULL,
              services_say_with(at->page, TEXT_THEME_LINKS_EXAMINED,
                                TEXT_VALUES(text_int((int64_t)at->themes.examined),
                                            text_int((int64_t)at->themes.possible),
                                            text_int((int64_t)at->themes.links_examined))));
    html_leaf(&at->html, TAG_P, NULL, services_say(at->page, TEXT_NOTE_STANDING));
    parts_verdict_close(&at->html);
}

/* ---- The listed ones ----------------------------------------------------------------------------- */

static void write_listed(struct links_page *at, const struct theme_link *link)
{
    enum language language = services_language(at->page);
    struct theme_text_subject subject = subject_of(at, link);
    BUF_AUTO struct buf sentence = buf_new(PARAGRAPH_MAX);
    BUF_AUTO struct buf evidence = buf_new(PARAGRAPH_MAX);
    theme_text_sentence(&sentence, language, &link->scan, &subject);
    theme_text_evidence(&evidence, language, &link->scan, &subject);
    struct html *html = &at->html;
    bool is_found = link->scan.grade >= GRADE_MODERATE;
    enum parts_tone tone = link->scan.is_against ? PARTS_WARN
                           : is_found            ? PARTS_GOOD
                                                 : PARTS_PLAIN;
    html_open(html, TAG_LI);
    html_open(html, TAG_P);
    html_open(html, TAG_A);
    html_attr_fmt(html, ATTR_HREF, "/themes/%s", theme_code(link->theme));
    html_leaf(html, TAG_STRONG, NULL, name_of(at, link));
    html_close(html, TAG_A);
    html_text(html, STR(" "));
    parts_badge(html, tone, services_say(at->page, verdict_text_grade(link->scan.grade)));
    html_close(html, TAG_P);
    html_leaf(html, TAG_P, NULL, buf_str(&sentence));
    if (evidence.len > 0) {
        html_leaf(html, TAG_P, "soft", buf_str(&evidence));
    }
    html_close(html, TAG_LI);
}

static struct chart_point point_of(const struct links_page *at, const struct theme_link *link)
{
    const struct lagscan_result *scan = &link->scan;
    bool has_interval = number_is_known(scan->ci_lo) && number_is_known(scan->ci_hi);
    if (scan->grade < GRADE_MODERATE || !has_interval) {
        enum text reason = scan->grade < GRADE_MODERATE ? TEXT_THEME_LINKS_HINT_MARK
                                                        : TEXT_THEME_LINKS_SAME_MARK;
        return (struct chart_point){ .reason = services_say(at->page, reason) };
    }
    return (struct chart_point){ .has_value = true,
                                 .has_interval = true,
                                 .value = scan->best_r,
                                 .low = scan->ci_lo,
                                 .high = scan->ci_hi,
                                 .n = (int64_t)scan->n_complete };
}

static dp_err write_chart(struct links_page *at)
{
    size_t count = at->themes.listed;
    struct bars_row *rows = arena_take(at->page->arena, count, sizeof *rows);
    struct chart_words words = *figures_words(at->page, TEXT_COLUMN_FORTNIGHTS);
    if (rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        const struct theme_link *link = &at->themes.links[i];
        rows[i] = (struct bars_row){ .name = name_of(at, link), .point = point_of(at, link) };
    }
    bool is_monthly = at->themes.links[0].unit == LAG_UNIT_MONTH;
    words.value = services_say(at->page, TEXT_COLUMN_R);
    words.answers =
        services_say(at->page, is_monthly ? TEXT_COLUMN_MONTHS : TEXT_COLUMN_FORTNIGHTS);
    struct bars chart = {
        .frame = { .id = STR("themes"),
                   .title = services_say_with(at->page, TEXT_THEME_LINKS_CHART,
                                              TEXT_VALUES(text_word(at->name))),
                   .sentence = services_say(at->page, TEXT_THEME_LINKS_CHART_SENTENCE),
                   .numbers = figures_numbers(at->page, 2),
                   .words = &words },
        .unit_word = services_say(at->page, TEXT_THEME),
        .rows = rows,
        .row_count = count,
        .min = -1,
        .max = 1,
        .has_reference = true,
        .is_dots = true,
    };
    parts_card_open(&at->html, STR(""));
    bars_draw(&at->html, &chart);
    html_leaf(&at->html, TAG_P, "soft",
              services_say(at->page, at->themes.is_order_uncertain ? TEXT_THEME_LINKS_ORDER
                                                                   : TEXT_THEME_LINKS_ORDERED));
    html_open(&at->html, TAG_UL);
    html_class(&at->html, "findings");
    for (size_t i = 0; i < count; i++) {
        write_listed(at, &at->themes.links[i]);
    }
    html_close(&at->html, TAG_UL);
    parts_card_close(&at->html);
    return DP_SUCCESS;
}

/* ---- The others ---------------------------------------------------------------------------------- */

static void write_other(struct links_page *at, const struct theme_link *link)
{
    struct html *html = &at->html;
    struct theme_text_subject subject = subject_of(at, link);
    BUF_AUTO struct buf sentence = buf_new(PARAGRAPH_MAX);
    if (link->state == THEME_LINK_PENDING) {
        buf_add(&sentence, services_say(at->page, TEXT_THEME_LINKS_WAITS));
    } else {
        theme_text_sentence(&sentence, services_language(at->page), &link->scan, &subject);
    }
    html_open(html, TAG_LI);
    html_leaf(html, TAG_STRONG, NULL, name_of(at, link));
    html_text(html, STR(": "));
    html_text(html, buf_str(&sentence));
    html_close(html, TAG_LI);
}

static void write_others(struct links_page *at)
{
    struct html *html = &at->html;
    size_t others = at->themes.count - at->themes.listed;
    if (others == 0) {
        return;
    }
    parts_card_open(html, STR(""));
    html_open(html, TAG_DETAILS);
    html_class(html, "others");
    html_leaf(html, TAG_SUMMARY, NULL,
              at->themes.listed == 0
                  ? services_say(at->page, TEXT_THEME_LINKS_ALL)
                  : services_say_with(at->page, TEXT_THEME_LINKS_OTHERS,
                                      TEXT_VALUES(text_int((int64_t)others))));
    html_open(html, TAG_UL);
    for (size_t i = at->themes.listed; i < at->themes.count; i++) {
        write_other(at, &at->themes.links[i]);
    }
    html_close(html, TAG_UL);
    html_close(html, TAG_DETAILS);
    parts_card_close(html);
}

/* ---- What it rests on ---------------------------------------------------------------------------- */

static void write_note(struct links_page *at, enum text text)
{
    html_leaf(&at->html, TAG_LI, NULL, services_say(at->page, text));
}

/* The first look that was taken stands for all: they are renewed together. */
static const struct theme_link *first_looked(const struct links_page *at)
{
    for (size_t i = 0; i < at->themes.count; i++) {
        if (at->themes.links[i].state == THEME_LINK_EXAMINED) {
            return &at->themes.links[i];
        }
    }
    return NULL;
}

static const struct theme_link *first_changed(const struct links_page *at)
{
    for (size_t i = 0; i < at->themes.count; i++) {
        if (at->themes.links[i].is_changed) {
            return &at->themes.links[i];
        }
    }
    return NULL;
}

static void write_basis(struct links_page *at)
{
    struct html *html = &at->html;
    const struct theme_link *looked = first_looked(at);
    const struct theme_link *changed = first_changed(at);
    parts_card_open(html, services_say(at->page, TEXT_LINK_BASIS));
    html_open(html, TAG_UL);
    write_note(at, TEXT_THEME_LINKS_PAID);
    if (at->themes.listed > 1) {
        write_note(at, TEXT_THEME_LINKS_SHARED);
    }
    write_note(at, TEXT_LINK_REVERSE);
    if (looked != NULL && looked->scan.is_time_demeaned) {
        write_note(at, TEXT_NOTE_BEYOND_COMPANY);
    }
    if (looked != NULL && looked->scan.is_season_open) {
        write_note(at, TEXT_NOTE_SEASON_OPEN);
    }
    if (looked != NULL) {
        html_leaf(html, TAG_LI, NULL,
                  services_say_with(at->page, TEXT_LINK_NEXT_LOOK,
                                    TEXT_VALUES(text_date(looked->next_look))));
    }
    if (changed != NULL) {
        html_leaf(html, TAG_LI, NULL,
                  services_say_with(at->page, TEXT_LINK_CHANGED,
                                    TEXT_VALUES(text_date(changed->next_look))));
    }
    html_close(html, TAG_UL);
    html_open(html, TAG_P);
    html_class(html, "actions");
    parts_button_link(html, "quiet", outcome_path(at->page, "/link", at->pair),
                      services_say(at->page, TEXT_THEME_LINKS_TO_INDEX));
    html_close(html, TAG_P);
    parts_card_close(html);
}

/* ---- The page ------------------------------------------------------------------------------------ */

static dp_err show_none(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_LINK_NONE_TITLE);
    services_open(page, &html, title, STR("/themes"));
    parts_heading(&html, title, services_say(page, TEXT_LINK_NONE));
    services_close(page, &html);
    return html_finish(&html);
}

static dp_err write_page(struct links_page *at, const struct link_pair *pairs, size_t count)
{
    struct str title = services_say_with(at->page, TEXT_THEME_LINKS_TITLE,
                                         TEXT_VALUES(text_word(at->name)));
    services_open(at->page, &at->html, title, STR("/themes"));
    parts_heading(&at->html, title, services_say(at->page, TEXT_THEME_LINKS_LEAD));
    DP_TRY(outcome_tabs(at->page, &at->html, "/themes/links", pairs, count, at->pair));
    write_verdict(at);
    if (at->themes.listed > 0) {
        DP_TRY(write_chart(at));
    }
    write_others(at);
    write_basis(at);
    services_close(at->page, &at->html);
    return html_finish(&at->html);
}

static dp_err show_links(struct page_context *page, struct response *response)
{
    const struct appliance *appliance = services_of(page)->appliance;
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    DP_TRY(link_pairs(appliance, page->arena, &pairs, &count));
    if (count == 0) {
        return show_none(page, response);
    }
    struct links_page at = { .page = page, .html = html_new(&response->body) };
    at.pair = outcome_asked(pairs, count, &page->fields[FIELD_METRIC],
                            &page->fields[FIELD_SOURCE]);
    if (at.pair == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    char name[NAME_MAX_BYTES];
    verdict_text_metric(&at.pair->metric, services_language(page), name);
    at.name = str_of(name);
    DP_TRY(theme_links_of(appliance, str_of(at.pair->metric.code), str_of(at.pair->source),
                          page->arena, &at.themes));
    return write_page(&at, pairs, count);
}

dp_err page_theme_links(struct page_context *page, struct response *response)
{
    return services_wide(page, show_links, response); /* for the looks at many pairs */
}
