/* SPDX-License-Identifier: MIT */

/*
 * Registering a course correction: what, where, from when, and what is expected of it. What is
 * wrong comes back at its field, with everything that was typed. There is no editing
 * afterwards, because an expectation that can be changed later is none.
 */

#include <string.h>

#include "app/service/link/link.h"
#include "web/pages/correction_parts.h"
#include "web/pages/page_correction_form.h"
#include "web/pages/pages.h"
#include "web/pages/team_outline.h"

enum {
    OPTIONS_MAX = 1 + 1 + QUESTION_THEMES + LINK_PAIRS_MAX,
    AREA_ROWS = 5,
};

const char *const page_correction_directions[] = { "up", "down", NULL };

/* What stands in the form: empty at first, else what was sent. */
struct correction_form {
    struct page_context *page;
    struct html html;
    struct correction_teams teams;
    const struct field *fields; /* NULL at first */
    bool is_wrong[CORRECTION_FIELD_COUNT];
    struct str notice; /* what is wrong with the whole; may be empty */
    struct team_id ticked[CORRECTION_TEAMS_MAX];
    size_t ticked_count;
};

static struct str typed(const struct correction_form *form, enum correction_field field)
{
    return form->fields == NULL ? STR("") : form->fields[field].text;
}

static struct str error_at(const struct correction_form *form, enum correction_field field,
                           enum text text)
{
    return form->is_wrong[field] ? services_say(form->page, text) : STR("");
}

static dp_err write_teams(struct correction_form *form)
{
    struct page_context *page = form->page;
    struct team_outline outline = { .name = STR("team"),
                                    .teams = form->teams.items,
                                    .team_count = form->teams.count,
                                    .ticked = form->ticked,
                                    .ticked_count = form->ticked_count };
    struct parts_group group = {
        .name = STR("teams"),
        .label = services_say(page, TEXT_CORRECTIONS_TEAMS),
        .hint = services_say(page, TEXT_CORRECTION_FORM_TEAMS_HINT),
        .error = form->is_wrong[CORRECTION_FIELD_TEAM]
                     ? services_say_with(page, TEXT_CORRECTION_FORM_TEAMS_BAD,
                                         TEXT_VALUES(text_int(CORRECTION_TEAMS_MAX)))
                     : STR(""),
    };
    parts_group_open(&form->html, &group);
    DP_TRY(team_outline(page, &form->html, &outline));
    parts_group_close(&form->html);
    return DP_SUCCESS;
}

/* ---- What should move -------------------------------------------------------------------- */

struct targets {
    struct parts_option options[OPTIONS_MAX];
    struct str groups[OPTIONS_MAX];
    size_t count;
};

static void add_target(struct targets *targets, struct str group, struct str value,
                       struct str label)
{
    targets->options[targets->count] = (struct parts_option){ value, label };
    targets->groups[targets->count] = group;
    targets->count++;
}

static dp_err list_targets(const struct correction_form *form, struct targets *targets)
{
    struct page_context *page = form->page;
    enum language language = services_language(page);
    const struct link_pair *pairs = NULL;
    size_t pair_count = 0;
    DP_TRY(link_pairs(services_of(page)->appliance, page->arena, &pairs, &pair_count));
    add_target(targets, STR(""), STR(""), services_say(page, TEXT_CORRECTION_FORM_CHOOSE));
    add_target(targets, services_say(page, TEXT_CORRECTION_FORM_GROUP_ENGAGEMENT),
               correction_target_name(page->arena, CORRECTION_ON_INDEX, ""),
               services_say(page, TEXT_INDEX));
    for (enum theme theme = THEME_PURPOSE; theme < THEME_COUNT; theme++) {
        add_target(targets, services_say(page, TEXT_CORRECTION_FORM_GROUP_THEMES),
                   correction_target_name(page->arena, CORRECTION_ON_THEME, theme_code(theme)),
                   str_of(theme_name(theme, language)));
    }
    for (size_t i = 0; i < pair_count && targets->count < OPTIONS_MAX; i++) {
        bool is_again = i > 0 && strcmp(pairs[i].metric.code, pairs[i - 1].metric.code) == 0;
        if (!is_again) {
            add_target(targets, services_say(page, TEXT_CORRECTION_FORM_GROUP_OUTCOMES),
                       correction_target_name(page->arena, CORRECTION_ON_OUTCOME,
                                              pairs[i].metric.code),
                       arena_copy(page->arena, str_of(pairs[i].metric.name[language])));
        }
    }
    return DP_SUCCESS;
}

static dp_err write_target(struct correction_form *form)
{
    struct page_context *page = form->page;
    struct targets *targets = arena_take(page->arena, 1, sizeof *targets);
    if (targets == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(list_targets(form, targets));
    struct parts_select select = {
        .name = STR("expected"),
        .label = services_say(page, TEXT_CORRECTION_FORM_EXPECTED),
        .hint = services_say(page, TEXT_CORRECTION_FORM_EXPECTED_HINT),
        .error = error_at(form, CORRECTION_FIELD_EXPECTED, TEXT_CORRECTION_FORM_EXPECTED_BAD),
        .options = targets->options,
        .groups = targets->groups,
        .option_count = targets->count,
        .value = typed(form, CORRECTION_FIELD_EXPECTED),
        .is_required = true,
    };
    parts_select(&form->html, &select);
    return DP_SUCCESS;
}

static void write_direction(struct correction_form *form)
{
    static const enum text labels[] = { TEXT_CORRECTION_FORM_UP, TEXT_CORRECTION_FORM_DOWN };
    struct page_context *page = form->page;
    struct parts_group group = {
        .name = STR("direction"),
        .label = services_say(page, TEXT_CORRECTION_FORM_DIRECTION),
        .hint = services_say(page, TEXT_CORRECTION_FORM_DIRECTION_HINT),
        .error = error_at(form, CORRECTION_FIELD_DIRECTION, TEXT_CORRECTION_FORM_DIRECTION_BAD),
    };
    parts_group_open(&form->html, &group);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        struct str value = str_of(page_correction_directions[i]);
        struct parts_tickable radio = {
            .name = STR("direction"),
            .value = value,
            .label = services_say(page, labels[i]),
            .is_radio = true,
            .is_checked = str_equal(typed(form, CORRECTION_FIELD_DIRECTION), value),
        };
        parts_tickable(&form->html, &radio);
    }
    parts_group_close(&form->html);
}

/* ---- The other fields -------------------------------------------------------------------- */

static void write_words(struct correction_form *form)
{
    struct page_context *page = form->page;
    struct parts_field title = {
        .name = STR("title"),
        .label = services_say(page, TEXT_CORRECTION_FORM_TITLE),
        .hint = services_say(page, TEXT_CORRECTION_FORM_TITLE_HINT),
        .error = error_at(form, CORRECTION_FIELD_TITLE, TEXT_CORRECTION_FORM_TITLE_BAD),
        .type = STR("text"),
        .value = typed(form, CORRECTION_FIELD_TITLE),
        .autocomplete = STR("off"),
        .is_required = true,
        .max_length = CORRECTION_TITLE_CHARACTERS,
    };
    struct parts_field what = {
        .name = STR("what"),
        .label = services_say(page, TEXT_CORRECTION_FORM_WHAT),
        .hint = services_say(page, TEXT_CORRECTION_FORM_WHAT_HINT),
        .error = error_at(form, CORRECTION_FIELD_WHAT, TEXT_CORRECTION_FORM_WHAT_BAD),
        .value = typed(form, CORRECTION_FIELD_WHAT),
        .is_required = true,
        .max_length = CORRECTION_WHAT_CHARACTERS,
    };
    parts_field(&form->html, &title);
    parts_area(&form->html, &what, AREA_ROWS);
}

static void write_category(struct correction_form *form)
{
    struct page_context *page = form->page;
    struct parts_option options[1 + CORRECTION_CATEGORY_COUNT];
    options[0] = (struct parts_option){ STR(""),
                                        services_say(page, TEXT_CORRECTION_FORM_CHOOSE) };
    for (enum correction_category i = 0; i < CORRECTION_CATEGORY_COUNT; i++) {
        options[1 + i] = (struct parts_option){
            str_of(correction_category_code(i)), services_say(page, correction_text_category(i))
        };
    }
    struct parts_select select = {
        .name = STR("category"),
        .label = services_say(page, TEXT_CORRECTIONS_CATEGORY),
        .error = error_at(form, CORRECTION_FIELD_CATEGORY, TEXT_CORRECTION_FORM_CATEGORY_BAD),
        .options = options,
        .option_count = 1 + CORRECTION_CATEGORY_COUNT,
        .value = typed(form, CORRECTION_FIELD_CATEGORY),
        .is_required = true,
    };
    parts_select(&form->html, &select);
}

static void write_start(struct correction_form *form)
{
    struct page_context *page = form->page;
    struct date first = services_of(page)->appliance->organisation.programme_start;
    struct parts_field start = {
        .name = STR("start"),
        .label = services_say(page, TEXT_CORRECTIONS_START),
        .hint = services_say(page, TEXT_CORRECTION_FORM_START_HINT),
        .error = form->is_wrong[CORRECTION_FIELD_START]
                     ? services_say_with(page, TEXT_CORRECTION_FORM_START_BAD,
                                         TEXT_VALUES(text_date(first)))
                     : STR(""),
        .type = STR("date"),
        .value = typed(form, CORRECTION_FIELD_START),
        .is_required = true,
    };
    parts_field(&form->html, &start);
}

static dp_err show_form(struct correction_form *form)
{
    struct page_context *page = form->page;
    struct html *html = &form->html;
    struct str title = services_say(page, TEXT_CORRECTIONS_NEW);
    if (form->teams.items == NULL) {
        DP_TRY(correction_parts_teams(page, &form->teams));
    }
    services_open(page, html, title, STR("/corrections"));
    parts_heading(html, title, services_say(page, TEXT_CORRECTION_FORM_LEAD));
    if (form->notice.len > 0) {
        parts_notice(html, PARTS_BAD, form->notice);
    }
    parts_form_open(html, STR("/corrections"), false);
    html_class(html, "sheet");
    html_flag(html, ATTR_NOVALIDATE);
    page_csrf_input(page, html, CSRF_SESSION, STR("/corrections"));
    write_words(form);
    write_category(form);
    DP_TRY(write_teams(form));
    write_start(form);
    DP_TRY(write_target(form));
    write_direction(form);
    html_open(html, TAG_DIV);
    html_class(html, "actions");
    parts_button(html, "primary", services_say(page, TEXT_CORRECTION_FORM_SUBMIT));
    parts_button_link(html, "quiet", STR("/corrections"),
                      services_say(page, TEXT_CORRECTION_FORM_CANCEL));
    html_close(html, TAG_FORM);
    services_close(page, html);
    return html_finish(html);
}

dp_err page_correction_new(struct page_context *page, struct response *response)
{
    struct correction_form form = { .page = page, .html = html_new(&response->body) };
    dp_err shown = show_form(&form);
    correction_parts_teams_free(&form.teams);
    return shown;
}

/* ---- Taking it --------------------------------------------------------------------------- */

/* A ticked team stands for all beneath it, so a team beneath another one that is ticked adds
 * nothing. */
static void drop_covered_teams(const struct correction_teams *teams,
                               struct correction *correction)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < correction->team_count; i++) {
        bool is_covered = false;
        for (uint32_t k = 0; k < correction->team_count && !is_covered; k++) {
            bool is_same = correction->teams[k].value == correction->teams[i].value;
            is_covered = is_same ? k < i
                                 : people_is_within(teams->items, teams->count,
                                                    correction->teams[i], correction->teams[k]);
        }
        if (!is_covered) {
            correction->teams[kept++] = correction->teams[i];
        }
    }
    correction->team_count = kept;
    if (kept == 1 && correction->teams[0].value == TEAM_ROOT) {
        correction->team_count = 0;
    }
}

/* Keeps what is ticked; false if there is nothing, too much or nonsense. */
static bool read_ticked(struct correction_form *form)
{
    const struct field *field = &form->fields[CORRECTION_FIELD_TEAM];
    bool is_sound = field->state == FIELD_VALID;
    for (; field != NULL && field->state != FIELD_ABSENT; field = field->next) {
        if (field->state != FIELD_VALID || form->ticked_count == CORRECTION_TEAMS_MAX) {
            return false;
        }
        form->ticked[form->ticked_count++] = (struct team_id){ (uint32_t)field->number };
    }
    return is_sound;
}

/* Fills the correction in; what is wrong is marked in the form. Gives: true if nothing is. */
static bool read_form(struct correction_form *form, struct correction *correction)
{
    const struct field *fields = form->fields;
    bool is_sound = true;
    for (size_t i = 0; i < CORRECTION_FIELD_COUNT; i++) {
        form->is_wrong[i] = fields[i].state != FIELD_VALID;
    }
    form->is_wrong[CORRECTION_FIELD_TITLE] |= !str_copy(
        fields[CORRECTION_FIELD_TITLE].text, correction->title, sizeof correction->title);
    form->is_wrong[CORRECTION_FIELD_WHAT] |= !str_copy(
        fields[CORRECTION_FIELD_WHAT].text, correction->what, sizeof correction->what);
    form->is_wrong[CORRECTION_FIELD_CATEGORY] |= !err_is_ok(correction_category_parse(
        fields[CORRECTION_FIELD_CATEGORY].text, &correction->category));
    form->is_wrong[CORRECTION_FIELD_EXPECTED] |= !err_is_ok(
        correction_target_parse(fields[CORRECTION_FIELD_EXPECTED].text, correction));
    form->is_wrong[CORRECTION_FIELD_TEAM] = !read_ticked(form);
    for (size_t i = 0; i < CORRECTION_FIELD_COUNT; i++) {
        is_sound = is_sound && !form->is_wrong[i];
    }
    correction->direction =
        (enum correction_direction)fields[CORRECTION_FIELD_DIRECTION].choice;
    correction->start = fields[CORRECTION_FIELD_START].date;
    memcpy(correction->teams, form->ticked, sizeof correction->teams);
    correction->team_count = (uint32_t)form->ticked_count;
    return is_sound;
}

/* What the service refuses is said at the field that it is about. */
static dp_err place_refusal(struct correction_form *form, dp_err refused)
{
    switch ((int)refused.code) {
    case DP_OUT_OF_RANGE:
        form->is_wrong[CORRECTION_FIELD_START] = true;
        return DP_SUCCESS;
    case DP_NOT_FOUND:
        form->is_wrong[CORRECTION_FIELD_TEAM] = true;
        return DP_SUCCESS;
    case DP_FULL:
        form->notice = services_say(form->page, TEXT_CORRECTION_FORM_FULL);
        return DP_SUCCESS;
    case DP_INVALID: /* nothing else is left: words were checked, and no team covers another */
        form->is_wrong[CORRECTION_FIELD_EXPECTED] = true;
        return DP_SUCCESS;
    default:
        return refused;
    }
}

static dp_err show_again(struct correction_form *form, struct response *response)
{
    response->status = 422;
    if (form->notice.len == 0) {
        form->notice = services_say(form->page, TEXT_CORRECTION_FORM_BAD);
    }
    return show_form(form);
}

static dp_err take(struct correction_form *form, struct correction *correction,
                   struct response *response)
{
    struct page_context *page = form->page;
    const struct account_session *session = page->session->detail;
    struct dp_problem problem = { 0 };
    DP_TRY(correction_parts_teams(page, &form->teams));
    drop_covered_teams(&form->teams, correction);
    dp_err added = correction_add(services_of(page)->appliance, correction,
                                  session->account.login, &problem);
    if (err_is_ok(added)) {
        response_redirect(response,
                          arena_fmt(page->arena, "/corrections/%u", correction->id.value));
        return DP_SUCCESS;
    }
    DP_TRY(place_refusal(form, added));
    return show_again(form, response);
}

static dp_err send(struct correction_form *form, struct response *response)
{
    struct correction *correction = arena_take(form->page->arena, 1, sizeof *correction);
    if (correction == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    if (!read_form(form, correction)) {
        return show_again(form, response);
    }
    DP_TRY(form->page->fields_err); /* a field that nobody knows */
    return take(form, correction, response);
}

dp_err page_correction_send(struct page_context *page, struct response *response)
{
    struct correction_form form = { .page = page,
                                    .html = html_new(&response->body),
                                    .fields = page->fields };
    dp_err sent = send(&form, response);
    correction_parts_teams_free(&form.teams);
    return sent;
}
