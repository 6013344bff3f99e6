/* SPDX-License-Identifier: MIT */
#include "web/pages/correction_parts.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/text/correction_text.h"

enum { LIST_MAX = 16 * 1024 };

dp_err correction_parts_teams(const struct page_context *page, struct correction_teams *out)
{
    const struct appliance *appliance = services_of(page)->appliance;
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    const struct team *teams = released_teams(cells, &out->count);
    out->items = mem_new(out->count + 1, sizeof *out->items);
    if (out->items == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    memcpy(out->items, teams, out->count * sizeof *out->items);
    return DP_SUCCESS;
}

void correction_parts_teams_free(struct correction_teams *teams)
{
    mem_free(teams->items);
}

/* A manager reads only of the teams that touch the own part of the tree. */
static bool is_named(const struct page_context *page, const struct correction_teams *teams,
                     struct team_id team)
{
    struct team_id scope = services_scope(page);
    return people_is_within(teams->items, teams->count, team, scope) ||
           people_is_within(teams->items, teams->count, scope, team);
}

struct str correction_parts_team_names(const struct page_context *page,
                                       const struct correction_teams *teams,
                                       const struct correction *correction, size_t named)
{
    if (correction->team_count == 0) {
        return services_say(page, TEXT_ALL_COMPANY);
    }
    BUF_AUTO struct buf list = buf_new(LIST_MAX);
    size_t count = 0;
    for (size_t i = 0; i < correction->team_count && count < named; i++) {
        const struct team *team = people_find_team(teams->items, teams->count,
                                                   correction->teams[i]);
        if (team != NULL && is_named(page, teams, team->id)) {
            buf_add_text(&list, count > 0 ? ", " : "");
            buf_add_text(&list, team->name);
            count++;
        }
    }
    if (count == correction->team_count) {
        return arena_copy(page->arena, buf_str(&list));
    }
    return services_say_with(page, TEXT_CORRECTIONS_MORE_TEAMS,
                             TEXT_VALUES(text_word(buf_str(&list)),
                                         text_int((int64_t)(correction->team_count - count))));
}

static struct str title_of(const struct page_context *page,
                           const struct correction_subject *subject)
{
    char title[NAME_MAX_BYTES];
    correction_text_title(subject, services_language(page), title);
    return arena_copy(page->arena, str_of(title));
}

struct str correction_parts_series(const struct page_context *page,
                                   const struct correction_words *words)
{
    return title_of(page, &words->subject);
}

dp_err correction_parts_expected(const struct page_context *page,
                                 const struct correction *correction, struct str *out)
{
    struct metric metric;
    struct correction_subject subject;
    DP_TRY(correction_subject(services_of(page)->appliance, correction, &metric, &subject));
    bool is_up = correction->direction == CORRECTION_UP;
    *out = services_say_with(page, is_up ? TEXT_CORRECTIONS_UP : TEXT_CORRECTIONS_DOWN,
                             TEXT_VALUES(text_word(title_of(page, &subject))));
    return DP_SUCCESS;
}

static struct correction_tag tag_of_change(const struct correction_effect *effect)
{
    if (!effect->is_expected) {
        return (struct correction_tag){ PARTS_GOOD, TEXT_CORRECTION_TAG_CHANGED };
    }
    return effect->is_as_expected
               ? (struct correction_tag){ PARTS_GOOD, TEXT_CORRECTION_TAG_AS_EXPECTED }
               : (struct correction_tag){ PARTS_WARN, TEXT_CORRECTION_TAG_AGAINST };
}

struct correction_tag correction_parts_tag(const struct correction_effect *effect)
{
    switch (effect->verdict) {
    case EFFECT_CHANGED:
        return tag_of_change(effect);
    case EFFECT_HINT:
        return (struct correction_tag){ PARTS_PLAIN, TEXT_GRADE_HINT };
    case EFFECT_NONE_SEEN:
        return (struct correction_tag){ PARTS_PLAIN, TEXT_CORRECTION_TAG_NOTHING };
    case EFFECT_NOT_CLEAR:
        return (struct correction_tag){ PARTS_PLAIN, TEXT_CORRECTION_TAG_NOT_CLEAR };
    case EFFECT_REFUSED:
        if (effect->needs_more > 0) {
            return (struct correction_tag){ PARTS_PLAIN, TEXT_CORRECTION_TAG_EARLY };
        }
        break;
    case EFFECT_CANNOT_ANSWER:
    case EFFECT_VERDICT_COUNT:
        break;
    }
    return (struct correction_tag){ PARTS_PLAIN, TEXT_CORRECTION_TAG_NO_ANSWER };
}

static struct correction_tag tag_of_entry(const struct page_context *page,
                                          const struct correction *correction,
                                          const struct correction_report *report)
{
    struct date today = appliance_today(services_of(page)->appliance);
    if (correction->withdrawn_s != 0) {
        return (struct correction_tag){ PARTS_BAD, TEXT_CORRECTION_TAG_WITHDRAWN };
    }
    if (date_is_before(today, correction->start)) {
        return (struct correction_tag){ PARTS_PLAIN, TEXT_CORRECTION_TAG_COMING };
    }
    if (report == NULL || report->effect_count == 0) {
        return (struct correction_tag){ PARTS_PLAIN, TEXT_COUNT };
    }
    struct correction_tag tag = correction_parts_tag(&report->effects[0]);
    if (tag.text == TEXT_CORRECTION_TAG_NOT_CLEAR && report->is_of_list) {
        tag.text = TEXT_CORRECTION_TAG_NOT_CLEAR_IN_LIST;
    }
    return tag;
}

void correction_parts_badges(const struct page_context *page, struct html *html,
                             const struct correction *correction,
                             const struct correction_report *report)
{
    struct correction_tag tag = tag_of_entry(page, correction, report);
    bool is_afterwards = report != NULL && report->is_afterwards;
    if (tag.text == TEXT_COUNT && !is_afterwards) {
        return;
    }
    html_open(html, TAG_P);
    html_class(html, "badges");
    if (tag.text != TEXT_COUNT) {
        parts_badge(html, tag.tone, services_say(page, tag.text));
    }
    if (is_afterwards) {
        parts_badge(html, PARTS_WARN, services_say(page, TEXT_CORRECTION_TAG_AFTERWARDS));
    }
    html_close(html, TAG_P);
}
