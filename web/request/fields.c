/* SPDX-License-Identifier: MIT */
#include "web/request/fields.h"

#include "app/core/num.h"

static dp_err check_length(size_t length, const struct field_rule *rule)
{
    if ((int64_t)length < rule->min) {
        return err_make(DP_INVALID);
    }
    return (int64_t)length > rule->max ? err_make(DP_TOO_LONG) : DP_SUCCESS;
}

static dp_err check_choice(const struct field_rule *rule, struct str text, size_t *choice)
{
    for (size_t i = 0; rule->choices[i] != NULL; i++) {
        if (str_equal(str_of(rule->choices[i]), text)) {
            *choice = i;
            return DP_SUCCESS;
        }
    }
    return err_make(DP_INVALID);
}

static dp_err check_token(const struct field_rule *rule, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return err_make(DP_INVALID);
        }
    }
    return check_length(text.len, rule);
}

static dp_err check_line(const struct field_rule *rule, struct str text, struct str *out)
{
    struct str trimmed = str_trim(text);
    if (str_has_control(trimmed, "")) {
        return err_make(DP_INVALID);
    }
    DP_TRY(check_length(str_code_points(trimmed), rule));
    *out = trimmed;
    return DP_SUCCESS;
}

/* Browsers send CR LF between lines; we keep LF. */
static dp_err check_text(const struct field_rule *rule, struct str text, struct arena *arena,
                         struct str *out)
{
    char *made = arena_take(arena, text.len + 1, 1);
    if (made == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool is_pair = text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
        if (!is_pair) {
            made[len] = text.ptr[i];
            len++;
        }
    }
    struct str trimmed = str_trim((struct str){ made, len });
    if (str_has_control(trimmed, "\n\t")) {
        return err_make(DP_INVALID);
    }
    DP_TRY(check_length(str_code_points(trimmed), rule));
    *out = trimmed;
    return DP_SUCCESS;
}

static dp_err check_secret(const struct field_rule *rule, struct str text)
{
    return str_has_control(text, "") ? err_make(DP_INVALID) : check_length(text.len, rule);
}

static dp_err check_flag(struct str text, int64_t *number)
{
    if (!str_equal(text, STR("1")) && !str_equal(text, STR("on"))) {
        return err_make(DP_INVALID);
    }
    *number = 1;
    return DP_SUCCESS;
}

static dp_err check_typed(const struct field_rule *rule, struct arena *arena, struct field *out)
{
    switch (rule->type) {
    case FIELD_INT:
        return num_int(out->text, rule->min, rule->max, &out->number);
    case FIELD_DATE:
        return date_parse(out->text, &out->date);
    case FIELD_CHOICE:
        return check_choice(rule, out->text, &out->choice);
    case FIELD_TOKEN:
        return check_token(rule, out->text);
    case FIELD_LINE:
        return check_line(rule, out->text, &out->text);
    case FIELD_TEXT:
        return check_text(rule, out->text, arena, &out->text);
    case FIELD_SECRET:
        return check_secret(rule, out->text);
    case FIELD_FLAG:
        return check_flag(out->text, &out->number);
    }
    return err_make(DP_BUG);
}

dp_err fields_check_one(const struct field_rule *rule, struct str text, struct arena *arena,
                        struct field *out)
{
    *out = (struct field){ .text = text };
    dp_err err = str_is_utf8(text) ? check_typed(rule, arena, out) : err_make(DP_NOT_UTF8);
    out->problem = err.code;
    out->state = err_is_ok(err) ? FIELD_VALID : FIELD_INVALID;
    return err;
}

/* The value of a path's name; false when the pattern has none. */
static bool param_value(const struct path_params *params, struct str name, struct str *value)
{
    for (size_t i = 0; params != NULL && i < params->count; i++) {
        if (str_equal(params->names[i], name)) {
            *value = params->values[i];
            return true;
        }
    }
    return false;
}

static dp_err mark(struct field *field, enum dp_code problem)
{
    field->state = FIELD_INVALID;
    field->problem = problem;
    return err_make(problem);
}

static dp_err check_value(const struct field_rule *rule, struct str text, struct arena *arena,
                          struct field *out)
{
    bool is_empty = rule->type == FIELD_SECRET ? text.len == 0 : str_trim(text).len == 0;
    if (!is_empty) {
        return fields_check_one(rule, text, arena, out);
    }
    *out = (struct field){ .text = text };
    return rule->is_required ? mark(out, DP_INVALID) : DP_SUCCESS;
}

/* All values of a repeated field, the first in `out`, the others behind its `next`. */
static dp_err check_repeated(const struct field_rule *rule, const struct form *form,
                             struct arena *arena, struct field *out)
{
    struct field *last = NULL;
    dp_err first_problem = DP_SUCCESS;
    for (size_t i = 0; i < form->count; i++) {
        if (!str_equal(form->pairs[i].name, str_of(rule->name))) {
            continue;
        }
        struct field *field = last == NULL ? out : arena_take(arena, 1, sizeof *field);
        if (field == NULL) {
            return mark(out, DP_NO_MEMORY);
        }
        dp_err err = check_value(rule, form->pairs[i].value, arena, field);
        if (!err_is_ok(err) && err_is_ok(first_problem)) {
            first_problem = mark(out, err.code);
        }
        if (last != NULL) {
            last->next = field;
        }
        last = field;
    }
    return first_problem;
}

static dp_err check_rule(const struct field_rule *rule, const struct fields_input *input,
                         struct arena *arena, struct field *out)
{
    *out = (struct field){ .text = STR("") };
    struct str name = str_of(rule->name);
    struct str text = STR("");
    if (rule->source == FIELD_FROM_PATH) {
        return param_value(input->params, name, &text) ? check_value(rule, text, arena, out)
                                                       : mark(out, DP_INVALID);
    }
    const struct form *form = rule->source == FIELD_FROM_FORM ? input->form : input->query;
    size_t count = form == NULL ? 0 : form_find(form, name, &text);
    if (count == 0) {
        return rule->is_required ? mark(out, DP_INVALID) : DP_SUCCESS;
    }
    if (rule->is_repeated) {
        return check_repeated(rule, form, arena, out);
    }
    out->text = text;
    return count == 1 ? check_value(rule, text, arena, out) : mark(out, DP_INVALID);
}

static bool has_rule(const struct field_rule *rules, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (rules[i].source == FIELD_FROM_FORM && str_equal(str_of(rules[i].name), name)) {
            return true;
        }
    }
    return str_equal(name, STR("csrf"));
}

dp_err fields_check(const struct field_rule *rules, size_t count,
                    const struct fields_input *input, struct arena *arena, struct field *out)
{
    DP_CHECK(count <= FIELDS_MAX);
    dp_err first_problem = DP_SUCCESS;
    for (size_t i = 0; i < count; i++) {
        dp_err err = check_rule(&rules[i], input, arena, &out[i]);
        if (!err_is_ok(err) && err_is_ok(first_problem)) {
            first_problem = err;
        }
    }
    for (size_t i = 0; input->form != NULL && i < input->form->count; i++) {
        if (!has_rule(rules, count, input->form->pairs[i].name) && err_is_ok(first_problem)) {
            first_problem = err_make(DP_INVALID);
        }
    }
    return first_problem;
}
