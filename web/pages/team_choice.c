/* SPDX-License-Identifier: MIT */
#include "web/pages/team_choice.h"

#include "app/privacy/released.h"

enum { OPTIONS_MAX = 1000 };

struct team_id team_choice_asked(const struct page_context *page, const struct field *field)
{
    return field->state == FIELD_VALID ? (struct team_id){ (uint32_t)field->number }
                                       : services_scope(page);
}

/* Gives: in `left_out` how many there is no room for. */
static dp_err list_options(const struct page_context *page, struct parts_select *select,
                           size_t *left_out)
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
    for (size_t i = 0; i < count; i++) {
        char path[PATH_NAME_MAX];
        bool is_mine = people_is_within(teams, count, teams[i].id, services_scope(page));
        if (!is_mine || teams[i].is_gone) {
            continue;
        }
        if (select->option_count == OPTIONS_MAX) {
            (*left_out)++;
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

dp_err team_choice(const struct page_context *page, struct html *html, struct str path,
                   struct team_id team)
{
    struct parts_select select = { .name = STR("team"),
                                   .label = services_say(page, TEXT_TREND_CHOOSE),
                                   .value = arena_fmt(page->arena, "%u", team.value) };
    size_t left_out = 0;
    DP_TRY(list_options(page, &select, &left_out));
    if (select.option_count < 2) {
        return DP_SUCCESS;
    }
    parts_form_open(html, path, true);
    html_class(html, "toolbar");
    parts_select(html, &select);
    parts_button(html, "quiet", services_say(page, TEXT_TREND_SHOW));
    html_close(html, TAG_FORM);
    if (left_out > 0) {
        html_leaf(html, TAG_P, "soft",
                  services_say_with(page, TEXT_OVERVIEW_MORE,
                                    TEXT_VALUES(text_int((int64_t)left_out))));
    }
    return DP_SUCCESS;
}
