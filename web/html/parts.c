/* SPDX-License-Identifier: MIT */
#include "web/html/parts.h"

static const char *tone_word(enum parts_tone tone)
{
    switch (tone) {
    case PARTS_PLAIN:
        return "plain";
    case PARTS_GOOD:
        return "good";
    case PARTS_WARN:
        return "warn";
    case PARTS_BAD:
        return "bad";
    }
    return "plain";
}

static void open_toned(struct html *html, enum html_tag tag, const char *kind,
                       enum parts_tone tone)
{
    html_open(html, tag);
    html_attr_fmt(html, ATTR_CLASS, "%s %s", kind, tone_word(tone));
}

void parts_notice(struct html *html, enum parts_tone tone, struct str text)
{
    open_toned(html, TAG_P, "notice", tone);
    html_text(html, text);
    html_close(html, TAG_P);
}

void parts_badge(struct html *html, enum parts_tone tone, struct str text)
{
    open_toned(html, TAG_SPAN, "badge", tone);
    html_text(html, text);
    html_close(html, TAG_SPAN);
}

void parts_heading(struct html *html, struct str title, struct str lead)
{
    html_leaf(html, TAG_H1, NULL, title);
    if (lead.len > 0) {
        html_leaf(html, TAG_P, "lead", lead);
    }
}

void parts_stat(struct html *html, const struct parts_stat *stat)
{
    html_open(html, TAG_DIV);
    html_class(html, "card stat");
    html_leaf(html, TAG_P, "stat-label", stat->label);
    html_leaf(html, TAG_P, stat->is_hidden ? "stat-hidden" : "stat-value", stat->value);
    if (stat->change.len > 0) {
        open_toned(html, TAG_P, "change", stat->tone);
        html_text(html, stat->change);
        html_close(html, TAG_P);
    }
    if (stat->note.len > 0) {
        html_leaf(html, TAG_P, "stat-note", stat->note);
    }
    html_close(html, TAG_DIV);
}

void parts_hidden(struct html *html, struct str reason)
{
    html_leaf(html, TAG_SPAN, "hidden-value", reason);
}

void parts_verdict_open(struct html *html, enum parts_tone tone, struct str grade,
                        struct str sentence)
{
    open_toned(html, TAG_SECTION, "verdict", tone);
    if (grade.len > 0) {
        parts_badge(html, tone, grade);
    }
    html_leaf(html, TAG_P, "verdict-sentence", sentence);
}

void parts_verdict_close(struct html *html)
{
    html_close(html, TAG_SECTION);
}

void parts_card_open(struct html *html, struct str heading)
{
    html_open(html, TAG_SECTION);
    html_class(html, "card");
    if (heading.len > 0) {
        html_leaf(html, TAG_H2, NULL, heading);
    }
}

void parts_card_close(struct html *html)
{
    html_close(html, TAG_SECTION);
}

void parts_table_open(struct html *html, struct str label)
{
    html_open(html, TAG_DIV);
    html_class(html, "table-wrap");
    html_attr(html, ATTR_TABINDEX, STR("0"));
    html_attr(html, ATTR_ROLE, STR("region"));
    html_attr(html, ATTR_ARIA_LABEL, label);
    html_open(html, TAG_TABLE);
}

void parts_table_close(struct html *html)
{
    html_close(html, TAG_TABLE);
    html_close(html, TAG_DIV);
}

void parts_tabs(struct html *html, struct str label, const struct layout_link *links,
                size_t count)
{
    html_open(html, TAG_NAV);
    html_class(html, "tabs");
    html_attr(html, ATTR_ARIA_LABEL, label);
    html_open(html, TAG_UL);
    for (size_t i = 0; i < count; i++) {
        html_open(html, TAG_LI);
        html_open(html, TAG_A);
        html_attr(html, ATTR_HREF, links[i].path);
        if (links[i].is_current) {
            html_attr(html, ATTR_ARIA_CURRENT, STR("true"));
        }
        html_text(html, links[i].label);
        html_close(html, TAG_LI);
    }
    html_close(html, TAG_NAV);
}

/* ---- Forms ----------------------------------------------------------------------------------- */

static void open_field(struct html *html, struct str name, struct str label, bool has_error)
{
    html_open(html, TAG_DIV);
    html_class(html, has_error ? "field has-error" : "field");
    html_open(html, TAG_LABEL);
    html_attr(html, ATTR_FOR, name);
    html_text(html, label);
    html_close(html, TAG_LABEL);
}

static void note(struct html *html, struct str name, const char *kind, struct str text)
{
    if (text.len > 0) {
        html_open(html, TAG_P);
        html_class(html, kind);
        html_attr_fmt(html, ATTR_ID, "%.*s-%s", STR_ARG(name), kind);
        html_text(html, text);
        html_close(html, TAG_P);
    }
}

/* Ties hint and error to the input, so that a screen reader reads them with it. */
static void described_by(struct html *html, struct str name, struct str hint, struct str error)
{
    if (hint.len > 0 && error.len > 0) {
        html_attr_fmt(html, ATTR_ARIA_DESCRIBEDBY, "%.*s-error %.*s-hint", STR_ARG(name),
                      STR_ARG(name));
    } else if (hint.len > 0 || error.len > 0) {
        html_attr_fmt(html, ATTR_ARIA_DESCRIBEDBY, "%.*s-%s", STR_ARG(name),
                      error.len > 0 ? "error" : "hint");
    }
    if (error.len > 0) {
        html_attr(html, ATTR_ARIA_INVALID, STR("true"));
    }
}

void parts_field(struct html *html, const struct parts_field *field)
{
    open_field(html, field->name, field->label, field->error.len > 0);
    note(html, field->name, "hint", field->hint);
    note(html, field->name, "error", field->error);
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_ID, field->name);
    html_attr(html, ATTR_NAME, field->name);
    html_attr(html, ATTR_TYPE, field->type);
    bool is_secret = str_equal(field->type, STR("password"));
    if (field->value.len > 0 && !is_secret) {
        html_attr(html, ATTR_VALUE, field->value);
    }
    if (field->autocomplete.len > 0) {
        html_attr(html, ATTR_AUTOCOMPLETE, field->autocomplete);
    }
    if (field->max_length > 0) {
        html_attr_int(html, ATTR_MAXLENGTH, field->max_length);
    }
    if (field->is_required) {
        html_flag(html, ATTR_REQUIRED);
    }
    described_by(html, field->name, field->hint, field->error);
    html_close(html, TAG_DIV);
}

void parts_area(struct html *html, const struct parts_field *field, int rows)
{
    open_field(html, field->name, field->label, field->error.len > 0);
    note(html, field->name, "hint", field->hint);
    note(html, field->name, "error", field->error);
    html_open(html, TAG_TEXTAREA);
    html_attr(html, ATTR_ID, field->name);
    html_attr(html, ATTR_NAME, field->name);
    html_attr_int(html, ATTR_ROWS, rows);
    if (field->max_length > 0) {
        html_attr_int(html, ATTR_MAXLENGTH, field->max_length);
    }
    if (field->is_required) {
        html_flag(html, ATTR_REQUIRED);
    }
    described_by(html, field->name, field->hint, field->error);
    html_text(html, field->value);
    html_close(html, TAG_TEXTAREA);
    html_close(html, TAG_DIV);
}

static void write_options(struct html *html, const struct parts_select *select)
{
    struct str group = STR("");
    for (size_t i = 0; i < select->option_count; i++) {
        struct str next = select->groups == NULL ? STR("") : select->groups[i];
        if (group.len > 0 && !str_equal(group, next)) {
            html_close(html, TAG_OPTGROUP);
        }
        if (next.len > 0 && !str_equal(group, next)) {
            html_open(html, TAG_OPTGROUP);
            html_attr(html, ATTR_LABEL, next);
        }
        group = next;
        html_open(html, TAG_OPTION);
        html_attr(html, ATTR_VALUE, select->options[i].value);
        if (str_equal(select->options[i].value, select->value)) {
            html_flag(html, ATTR_SELECTED);
        }
        html_text(html, select->options[i].label);
        html_close(html, TAG_OPTION);
    }
}

void parts_select(struct html *html, const struct parts_select *select)
{
    open_field(html, select->name, select->label, select->error.len > 0);
    note(html, select->name, "hint", select->hint);
    note(html, select->name, "error", select->error);
    html_open(html, TAG_SELECT);
    html_attr(html, ATTR_ID, select->name);
    html_attr(html, ATTR_NAME, select->name);
    if (select->is_required) {
        html_flag(html, ATTR_REQUIRED);
    }
    described_by(html, select->name, select->hint, select->error);
    write_options(html, select);
    html_close(html, TAG_DIV);
}

void parts_group_open(struct html *html, const struct parts_group *group)
{
    html_open(html, TAG_FIELDSET);
    html_class(html, group->error.len > 0 ? "group has-error" : "group");
    html_attr(html, ATTR_ID, group->name);
    if (group->error.len > 0) {
        html_attr_fmt(html, ATTR_ARIA_DESCRIBEDBY, "%.*s-error", STR_ARG(group->name));
    }
    html_leaf(html, TAG_LEGEND, NULL, group->label);
    note(html, group->name, "hint", group->hint);
    note(html, group->name, "error", group->error);
}

void parts_group_close(struct html *html)
{
    html_close(html, TAG_FIELDSET);
}

void parts_tickable(struct html *html, const struct parts_tickable *tickable)
{
    html_open(html, TAG_LABEL);
    html_class(html, "tickable");
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, tickable->is_radio ? STR("radio") : STR("checkbox"));
    html_attr(html, ATTR_NAME, tickable->name);
    html_attr(html, ATTR_VALUE, tickable->value);
    if (tickable->is_checked) {
        html_flag(html, ATTR_CHECKED);
    }
    html_leaf(html, TAG_SPAN, NULL, tickable->label);
    html_close(html, TAG_LABEL);
}

void parts_form_open(struct html *html, struct str path, bool is_get)
{
    html_open(html, TAG_FORM);
    html_attr(html, ATTR_METHOD, is_get ? STR("get") : STR("post"));
    html_attr(html, ATTR_ACTION, path);
}

void parts_button(struct html *html, const char *classes, struct str label)
{
    html_open(html, TAG_BUTTON);
    html_attr_fmt(html, ATTR_CLASS, "button %s", classes);
    html_text(html, label);
    html_close(html, TAG_BUTTON);
}

void parts_button_link(struct html *html, const char *classes, struct str path,
                       struct str label)
{
    html_open(html, TAG_A);
    html_attr_fmt(html, ATTR_CLASS, "button %s", classes);
    html_attr(html, ATTR_HREF, path);
    html_text(html, label);
    html_close(html, TAG_A);
}

/* ---- Phone ----------------------------------------------------------------------------------- */

/* The mouth from sad to glad; eyes and round are the same. */
static void draw_face(struct html *html, int face)
{
    static const char *const mouths[] = {
        "M8 17q4-4.5 8 0", "M8 16.5q4-2.5 8 0", "M8 15.8h8",
        "M8 15q4 2.5 8 0", "M8 14.5q4 4.5 8 0",
    };
    DP_CHECK(face >= 1 && face <= 5);
    html_raw(html, "<svg class=\"face\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
                   "<circle cx=\"12\" cy=\"12\" r=\"10\"/><path d=\"M9 9v1M15 9v1\"/>");
    html_open(html, TAG_PATH);
    html_attr(html, ATTR_D, str_of(mouths[face - 1]));
    html_close(html, TAG_PATH);
    html_raw(html, "</svg>");
}

void parts_choice(struct html *html, const struct parts_choice *choice)
{
    html_open(html, TAG_LABEL);
    html_class(html, choice->is_quiet ? "choice quiet" : "choice");
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("radio"));
    html_attr(html, ATTR_NAME, choice->name);
    html_attr(html, ATTR_VALUE, choice->value);
    html_flag(html, ATTR_REQUIRED);
    if (choice->is_checked) {
        html_flag(html, ATTR_CHECKED);
    }
    html_leaf(html, TAG_SPAN, NULL, choice->label);
    if (choice->face > 0) {
        draw_face(html, choice->face);
    }
    html_close(html, TAG_LABEL);
}

void parts_send(struct html *html, struct str label)
{
    html_open(html, TAG_DIV);
    html_class(html, "send");
    html_leaf(html, TAG_BUTTON, NULL, label);
    html_close(html, TAG_DIV);
}

void parts_tick(struct html *html)
{
    html_raw(html,
             "<svg class=\"tick\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">"
             "<circle cx=\"24\" cy=\"24\" r=\"22\"/><path d=\"M14 25l7 7 13-15\"/></svg>");
}
