/* SPDX-License-Identifier: MIT */

/* The engagement index of one team over time, with its trend in words. */

#include "app/privacy/released.h"
#include "app/service/trend/trend.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"

enum { FIELD_TEAM, OPTIONS_MAX = 1000 };

/* The teams that the viewer may choose, with their path as label. */
static dp_err list_options(struct page_context *page, struct parts_select *select)
{
    const struct appliance *appliance = services_of(page)->appliance;
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    size_t count = 0;
    const struct team *teams = released_teams(cells, &count);
    struct parts_option *options = arena_take(page->arena, OPTIONS_MAX, sizeof *options);
    if (options == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count && select->option_count < OPTIONS_MAX; i++) {
        char path[PATH_NAME_MAX];
        bool is_mine = people_is_within(teams, count, teams[i].id, services_scope(page));
        if (!is_mine || teams[i].is_gone) {
            continue;
        }
        DP_TRY(people_path(teams, count, teams[i].id, path));
        struct str label = path[0] == '\0' ? services_say(page, TEXT_ALL_COMPANY)
                                           : arena_copy(page->arena, str_of(path));
        options[select->option_count++] =
            (struct parts_option){ arena_fmt(page->arena, "%u", teams[i].id.value), label };
    }
    select->options = options;
    return DP_SUCCESS;
}

static dp_err write_choice(struct page_context *page, struct html *html, struct team_id team)
{
    struct parts_select select = { .name = STR("team"),
                                   .label = services_say(page, TEXT_TREND_CHOOSE),
                                   .value = arena_fmt(page->arena, "%u", team.value) };
    DP_TRY(list_options(page, &select));
    parts_form_open(html, STR("/trend"), true);
    html_class(html, "toolbar");
    parts_select(html, &select);
    parts_button(html, "quiet", services_say(page, TEXT_TREND_SHOW));
    html_close(html, TAG_FORM);
    return DP_SUCCESS;
}

dp_err page_trend(struct page_context *page, struct response *response)
{
    struct trend trend;
    const struct field *field = &page->fields[FIELD_TEAM];
    struct team_id scope = services_scope(page);
    struct team_id team = field->state == FIELD_VALID
                              ? (struct team_id){ (uint32_t)field->number }
                              : scope;
    DP_TRY(trend_of_team(services_of(page)->appliance, scope, team, 0, page->arena, &trend));
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_NAV_TREND);
    services_open(page, &html, title, STR("/trend"));
    parts_heading(&html, title, services_say(page, TEXT_INDEX_EXPLAINED));
    DP_TRY(write_choice(page, &html, team));
    if (trend.last < 0) {
        parts_notice(&html, PARTS_PLAIN,
                     trend.weeks == 0 ? services_say(page, TEXT_NO_DATA_YET) : figures_few(page));
    } else {
        figures_timeline(page, &html, &trend);
    }
    services_close(page, &html);
    return html_finish(&html);
}
