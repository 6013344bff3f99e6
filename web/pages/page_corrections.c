/* SPDX-License-Identifier: MIT */

/*
 * The list of course corrections, newest start first: what was changed where, what was
 * expected, and what can be said of it today. A manager sees the entries that touch the own
 * teams, without effects, because those rest on comparison teams elsewhere.
 */

#include "web/pages/correction_parts.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"

enum { ENTRIES_MAX = 200, TEAMS_NAMED = 4 };

struct list_page {
    struct page_context *page;
    struct html html;
    struct correction_teams teams;
    bool may_see_effects;
};

static void write_fact(struct html *html, struct str name, struct str value)
{
    html_open(html, TAG_DIV);
    html_leaf(html, TAG_DT, NULL, name);
    html_leaf(html, TAG_DD, NULL, value);
    html_close(html, TAG_DIV);
}

static void write_title(struct list_page *at, const struct correction *correction)
{
    struct html *html = &at->html;
    html_open(html, TAG_H2);
    if (at->may_see_effects) {
        html_open(html, TAG_A);
        html_attr_fmt(html, ATTR_HREF, "/corrections/%u", correction->id.value);
    }
    html_text(html, str_of(correction->title));
    html_close(html, TAG_H2);
}

static dp_err write_entry(struct list_page *at, const struct correction *correction,
                          const struct correction_report *report)
{
    struct page_context *page = at->page;
    struct html *html = &at->html;
    struct str expected;
    DP_TRY(correction_parts_expected(page, correction, &expected));
    html_open(html, TAG_LI);
    html_class(html, correction->withdrawn_s != 0 ? "card entry is-past" : "card entry");
    write_title(at, correction);
    correction_parts_badges(page, html, correction, report);
    html_open(html, TAG_DL);
    write_fact(html, services_say(page, TEXT_CORRECTIONS_START),
               services_day(page, correction->start));
    write_fact(html, services_say(page, TEXT_CORRECTIONS_EXPECTED), expected);
    write_fact(html, services_say(page, TEXT_CORRECTIONS_TEAMS),
               correction_parts_team_names(page, &at->teams, correction, TEAMS_NAMED));
    write_fact(html, services_say(page, TEXT_CORRECTIONS_CATEGORY),
               services_say(page, correction_text_category(correction->category)));
    html_close(html, TAG_DL);
    html_close(html, TAG_LI);
    return DP_SUCCESS;
}

static void write_empty(struct list_page *at)
{
    struct html *html = &at->html;
    html_open(html, TAG_DIV);
    html_class(html, "empty");
    html_leaf(html, TAG_H2, NULL, services_say(at->page, TEXT_CORRECTIONS_EMPTY_TITLE));
    html_leaf(html, TAG_P, NULL,
              services_say(at->page, at->may_see_effects ? TEXT_CORRECTIONS_EMPTY
                                                         : TEXT_CORRECTIONS_EMPTY_MANAGER));
    html_close(html, TAG_DIV);
}

static void write_rest(struct list_page *at, size_t count)
{
    if (count > ENTRIES_MAX) {
        html_leaf(&at->html, TAG_P, "soft",
                  services_say_with(at->page, TEXT_CORRECTIONS_MORE,
                                    TEXT_VALUES(text_int((int64_t)(count - ENTRIES_MAX)))));
    }
}

static dp_err write_with_effects(struct list_page *at)
{
    const struct correction_report *reports = NULL;
    size_t count = 0;
    DP_TRY(correction_overview(services_of(at->page)->appliance, at->page->arena, &reports,
                               &count));
    if (count == 0) {
        write_empty(at);
        return DP_SUCCESS;
    }
    html_open(&at->html, TAG_UL);
    html_class(&at->html, "entries");
    for (size_t i = 0; i < count && i < ENTRIES_MAX; i++) {
        DP_TRY(write_entry(at, &reports[i].correction, &reports[i]));
    }
    html_close(&at->html, TAG_UL);
    write_rest(at, count);
    return DP_SUCCESS;
}

static dp_err write_without_effects(struct list_page *at)
{
    const struct correction *list = NULL;
    size_t count = 0;
    DP_TRY(correction_list(services_of(at->page)->appliance, services_scope(at->page),
                           at->page->arena, &list, &count));
    if (count == 0) {
        write_empty(at);
        return DP_SUCCESS;
    }
    html_open(&at->html, TAG_UL);
    html_class(&at->html, "entries");
    for (size_t i = 0; i < count && i < ENTRIES_MAX; i++) {
        DP_TRY(write_entry(at, &list[i], NULL));
    }
    html_close(&at->html, TAG_UL);
    write_rest(at, count);
    return DP_SUCCESS;
}

static dp_err write_page(struct list_page *at)
{
    struct page_context *page = at->page;
    struct str title = services_say(page, TEXT_NAV_CORRECTIONS);
    DP_TRY(correction_parts_teams(page, &at->teams));
    services_open(page, &at->html, title, STR("/corrections"));
    parts_heading(&at->html, title, services_say(page, TEXT_CORRECTIONS_LEAD));
    if (at->may_see_effects) {
        html_open(&at->html, TAG_P);
        parts_button_link(&at->html, "primary", STR("/corrections/new"),
                          services_say(page, TEXT_CORRECTIONS_NEW));
        html_close(&at->html, TAG_P);
    }
    DP_TRY(at->may_see_effects ? write_with_effects(at) : write_without_effects(at));
    services_close(page, &at->html);
    return html_finish(&at->html);
}

static dp_err show_list(struct page_context *page, struct response *response)
{
    struct list_page at = {
        .page = page,
        .html = html_new(&response->body),
        .may_see_effects = (page->session->role & (ROLE_ADMIN | ROLE_HR)) != 0,
    };
    dp_err written = write_page(&at);
    correction_parts_teams_free(&at.teams);
    return written;
}

dp_err page_corrections(struct page_context *page, struct response *response)
{
    return services_wide(page, show_list, response); /* for every entry that was ever made */
}
