/* SPDX-License-Identifier: MIT */

/* HR's first page: the newest week beside the one before, who took part, whether it is good
 * everywhere and every day, team by team, and what is hidden. */

#include "app/service/trend/overview.h"
#include "web/pages/alerts_notice.h"
#include "web/pages/figures.h"
#include "web/pages/overview_teams.h"
#include "web/pages/pages.h"

/* ---- The week ---------------------------------------------------------------------------- */

static enum parts_tone tone_of(const struct interval *change)
{
    if (!number_is_known(change->lo)) {
        return PARTS_PLAIN;
    }
    return change->lo > 0.0 ? PARTS_GOOD : change->hi < 0.0 ? PARTS_WARN : PARTS_PLAIN;
}

/* Participation beside that of the week before, which is said in full when it moved far. */
static struct str answered_before(struct page_context *page, const struct overview *overview)
{
    const struct trend *top = &overview->top;
    if (top->last == 0 || !top->points[top->last - 1].is_shown) {
        return STR("");
    }
    struct str before = figures_participation(page, &top->points[top->last - 1]);
    struct str said = services_say_with(page, TEXT_OVERVIEW_ANSWERED_BEFORE,
                                        TEXT_VALUES(text_word(before)));
    if (!overview->change.has_response_moved) {
        return said;
    }
    struct str moved = services_say(page, TEXT_PARTICIPATION_MOVED);
    return arena_fmt(page->arena, "%.*s %.*s", STR_ARG(said), STR_ARG(moved));
}

static void write_stats(struct page_context *page, struct html *html,
                        const struct overview *overview)
{
    const struct series_point *now = &overview->top.points[overview->top.last];
    const struct overview_change *change = &overview->change;
    struct parts_stat index = { .label = services_say(page, TEXT_INDEX),
                                .value = figures_number(page, now->mean, 2),
                                .note = figures_interval(page, now),
                                .change = figures_change(page, &change->mean, false),
                                .tone = tone_of(&change->mean) };
    struct parts_stat favourable = { .label = services_say(page, TEXT_COLUMN_FAVOURABLE),
                                     .value = figures_pct(page, now->favourable_pct),
                                     .note = figures_share_interval(page, now),
                                     .change = figures_change(page, &change->favourable, true),
                                     .tone = tone_of(&change->favourable) };
    struct parts_stat part = { .label = services_say(page, TEXT_COLUMN_PARTICIPATION),
                               .value = figures_participation(page, now),
                               .note = figures_participation_word(page, now),
                               .change = answered_before(page, overview),
                               .tone = change->has_response_moved ? PARTS_WARN : PARTS_PLAIN };
    html_open(html, TAG_DIV);
    html_class(html, "grid");
    parts_stat(html, &index);
    parts_stat(html, &favourable);
    parts_stat(html, &part);
    html_close(html, TAG_DIV);
}

/* ---- Consistency ------------------------------------------------------------------------- */

/* The sentences of one kind of group. */
struct even_words {
    enum text title;
    enum text beyond;
    enum text within;
    enum text close; /* even closer than chance puts them */
    enum text few;
    enum text seen;
};

static const struct even_words teams_words = { TEXT_EVEN_TEAMS,        TEXT_EVEN_TEAMS_BEYOND,
                                               TEXT_EVEN_TEAMS_WITHIN, TEXT_EVEN_TEAMS_CLOSE,
                                               TEXT_EVEN_TEAMS_FEW,    TEXT_EVEN_TEAMS_SEEN };
static const struct even_words days_words = { TEXT_EVEN_DAYS,        TEXT_EVEN_DAYS_BEYOND,
                                              TEXT_EVEN_DAYS_WITHIN, TEXT_EVEN_DAYS_CLOSE,
                                              TEXT_EVEN_DAYS_FEW,    TEXT_EVEN_DAYS_SEEN };

#define ROUNDS_TO_NOTHING 0.005

static struct str even_sentence(struct page_context *page, const struct even_words *words,
                                const struct spread *spread)
{
    const struct interval *beyond = &spread->beyond;
    if (!number_is_known(beyond->hi)) {
        return services_say_with(page, words->few, TEXT_VALUES(text_int(SPREAD_GROUPS_MIN)));
    }
    if (spread->is_beyond_chance) {
        return services_say_with(page, words->beyond,
                                 TEXT_VALUES(text_number(beyond->value, 2),
                                             text_number(beyond->lo, 2),
                                             text_number(beyond->hi, 2)));
    }
    if (beyond->hi < ROUNDS_TO_NOTHING) {
        return services_say(page, words->close);
    }
    return services_say_with(page, words->within, TEXT_VALUES(text_number(beyond->hi, 2)));
}

static void write_even(struct page_context *page, struct html *html,
                       const struct even_words *words, const struct spread *spread)
{
    bool is_known = number_is_known(spread->beyond.hi);
    enum text badge = spread->is_beyond_chance ? TEXT_EVEN_BEYOND
                      : is_known               ? TEXT_EVEN_WITHIN
                                               : TEXT_EVEN_UNKNOWN;
    html_open(html, TAG_DIV);
    html_open(html, TAG_H3);
    html_text(html, services_say(page, words->title));
    html_text(html, STR(" "));
    parts_badge(html, spread->is_beyond_chance ? PARTS_WARN : PARTS_PLAIN,
                services_say(page, badge));
    html_close(html, TAG_H3);
    html_leaf(html, TAG_P, NULL, even_sentence(page, words, spread));
    if (is_known) {
        html_leaf(html, TAG_P, "soft",
                  services_say_with(page, words->seen,
                                    TEXT_VALUES(text_int((int64_t)spread->groups),
                                                text_number(spread->seen, 2),
                                                text_number(spread->by_chance, 2))));
    }
    html_close(html, TAG_DIV);
}

static void write_evenness(struct page_context *page, struct html *html,
                           const struct overview *overview)
{
    struct date now = overview->top.points[overview->top.last].start;
    parts_card_open(html, services_say(page, TEXT_EVEN_TITLE));
    html_leaf(html, TAG_P, "soft",
              services_say_with(page, TEXT_EVEN_LEAD,
                                TEXT_VALUES(text_int(OVERVIEW_EVEN_WEEKS), text_week(now))));
    html_open(html, TAG_DIV);
    html_class(html, "grid two even");
    write_even(page, html, &teams_words, &overview->teams);
    write_even(page, html, &days_words, &overview->days);
    html_close(html, TAG_DIV);
    parts_card_close(html);
}

static void write_why(struct page_context *page, struct html *html)
{
    int64_t people = services_of(page)->appliance->organisation.min_people;
    parts_card_open(html, services_say(page, TEXT_OVERVIEW_WHY));
    html_leaf(html, TAG_P, NULL,
              services_say_with(page, TEXT_HIDDEN_WHY, TEXT_VALUES(text_int(people))));
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_SMALL_ROUNDING));
    parts_card_close(html);
}

/* ---- Page -------------------------------------------------------------------------------- */

static dp_err write_figures(struct page_context *page, struct html *html,
                            const struct overview *overview)
{
    const struct trend *top = &overview->top;
    bool is_running = top->is_running && top->last == (int32_t)top->weeks - 1;
    struct date monday = top->points[top->last].start;
    parts_heading(
        html, services_say(page, TEXT_NAV_OVERVIEW),
        services_say_with(page, is_running ? TEXT_OVERVIEW_LEAD_RUNNING : TEXT_OVERVIEW_LEAD,
                          TEXT_VALUES(text_week(monday))));
    DP_TRY(alerts_notice(page, html));
    write_stats(page, html, overview);
    DP_TRY(figures_timeline(page, html, top));
    write_evenness(page, html, overview);
    overview_teams(page, html, overview);
    write_why(page, html);
    return DP_SUCCESS;
}

dp_err page_overview(struct page_context *page, struct response *response)
{
    struct overview overview;
    DP_TRY(overview_of(services_of(page)->appliance, services_scope(page), page->arena,
                       &overview));
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_NAV_OVERVIEW);
    services_open(page, &html, title, STR("/"));
    if (overview.top.last < 0) {
        parts_heading(&html, title, services_say(page, TEXT_INDEX_EXPLAINED));
        parts_notice(&html, PARTS_PLAIN, services_say(page, TEXT_NO_DATA_YET));
    } else {
        DP_TRY(write_figures(page, &html, &overview));
    }
    services_close(page, &html);
    return html_finish(&html);
}
