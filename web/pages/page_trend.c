/* SPDX-License-Identifier: MIT */

/* The engagement index of one team over time, with its trend in words. */

#include "app/service/trend/trend.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"
#include "web/pages/team_choice.h"

enum { FIELD_TEAM };

dp_err page_trend(struct page_context *page, struct response *response)
{
    struct trend trend;
    struct team_id scope = services_scope(page);
    struct team_id team = team_choice_asked(page, &page->fields[FIELD_TEAM]);
    DP_TRY(trend_of_team(services_of(page)->appliance, scope, team, 0, page->arena, &trend));
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_NAV_TREND);
    services_open(page, &html, title, STR("/trend"));
    parts_heading(&html, title, services_say(page, TEXT_INDEX_EXPLAINED));
    DP_TRY(team_choice(page, &html, STR("/trend"), team));
    if (trend.last < 0) {
        parts_notice(&html, PARTS_PLAIN,
                     trend.weeks == 0 ? services_say(page, TEXT_NO_DATA_YET)
                                      : figures_few(page));
    } else {
        DP_TRY(figures_timeline(page, &html, &trend));
    }
    services_close(page, &html);
    return html_finish(&html);
}
