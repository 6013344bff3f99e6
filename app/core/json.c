/* SPDX-License-Identifier: MIT */
#include "app/core/json.h"

#include <string.h>

#include <jansson.h>

/* jansson has a macro of this name, which would hide our style of the same name in this file. */
#undef JSON_COMPACT

#include "app/core/num.h"

/* A document is jansson's root under our own name. */
static json_t *root_of(const struct json_doc *doc)
{
    json_t *root = NULL;
    memcpy(&root, &doc, sizeof(void *));
    return root;
}

static const json_t *node_of(struct json_value value)
{
    return value.node;
}

/* ---- Reading ------------------------------------------------------------------------------------ */

/* The place of the first bracket that opens a level too many, or text.len. jansson goes down by
 * recursion, so the depth is checked before it starts. */
static size_t too_deep_at(struct str text)
{
    size_t depth = 0;
    bool is_in_text = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_in_text) {
            i += c == '\\' ? 1 : 0;
            is_in_text = c != '"';
            continue;
        }
        is_in_text = c == '"';
        depth += c == '[' || c == '{' ? 1 : 0;
        depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
        if (depth > JSON_DEPTH_MAX) {
            return i;
        }
    }
    return text.len;
}

/* Line and column, counted in characters, of the character that a byte belongs to. */
static void place_of(struct str text, size_t at, size_t *line, size_t *column)
{
    size_t start = 0;
    *line = 1;
    while (at > 0 && at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80) {
        at--;
    }
    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            (*line)++;
            start = i + 1;
        }
    }
    *column = str_code_points(str_slice(text, start, at - start)) + 1;
}

static dp_err check_text(struct str text, size_t max_bytes, struct dp_problem *problem)
{
    size_t line = 0;
    size_t column = 0;
    if (text.len > max_bytes) {
        err_ignore(problem_set(problem, 0, 0, "The JSON is longer than %zu bytes", max_bytes));
        return err_make(DP_TOO_LONG);
    }
    size_t valid = str_utf8_prefix(text);
    if (valid < text.len) {
        place_of(text, valid, &line, &column);
        err_ignore(problem_set(problem, line, column, "The JSON is not valid UTF-8 here"));
        return err_make(DP_NOT_UTF8);
    }
    size_t deep = too_deep_at(text);
    if (deep < text.len) {
        place_of(text, deep, &line, &column);
        err_ignore(problem_set(problem, line, column, "The JSON has more than %d levels here",
                               JSON_DEPTH_MAX));
        return err_make(DP_TOO_LONG);
    }
    return DP_SUCCESS;
}

dp_err json_parse(struct str text, size_t max_bytes, struct json_doc **out,
                  struct dp_problem *problem)
{
    *out = NULL;
    DP_TRY(check_text(text, max_bytes, problem));
    json_error_t error;
    json_t *root = json_loadb(text.len == 0 ? "" : text.ptr, text.len, JSON_REJECT_DUPLICATES,
                              &error);
    if (root != NULL) {
        memcpy(out, &root, sizeof(void *));
        return DP_SUCCESS;
    }
    if (json_error_code(&error) == json_error_out_of_memory) {
        return err_make(DP_NO_MEMORY);
    }
    size_t line = 0;
    size_t column = 0;
    place_of(text, error.position > 0 ? (size_t)error.position - 1 : 0, &line, &column);
    /* jansson may cut a character in the middle. */
    struct str words = str_clip(str_of(error.text), sizeof error.text);
    return problem_set(problem, line, column, "The JSON can't be read here: %.*s",
                       STR_ARG(words));
}

void json_doc_free(struct json_doc *doc)
{
    json_decref(root_of(doc));
}

void json_doc_free_at(struct json_doc **doc)
{
    json_doc_free(*doc);
}

struct json_value json_root(const struct json_doc *doc)
{
    return (struct json_value){ doc };
}

enum json_kind json_kind_of(struct json_value value)
{
    if (value.node == NULL) {
        return JSON_KIND_ABSENT;
    }
    switch (json_typeof(node_of(value))) {
    case JSON_OBJECT:
        return JSON_KIND_OBJECT;
    case JSON_ARRAY:
        return JSON_KIND_LIST;
    case JSON_STRING:
        return JSON_KIND_TEXT;
    case JSON_INTEGER:
    case JSON_REAL:
        return JSON_KIND_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_KIND_BOOL;
    case JSON_NULL:
        break;
    }
    return JSON_KIND_NULL;
}

size_t json_count(struct json_value value)
{
    enum json_kind kind = json_kind_of(value);
    if (kind == JSON_KIND_OBJECT) {
        return json_object_size(node_of(value));
    }
    return kind == JSON_KIND_LIST ? json_array_size(node_of(value)) : 0;
}

struct json_value json_get(struct json_value object, const char *key)
{
    return (struct json_value){ json_object_get(node_of(object), key) };
}

struct json_value json_at(struct json_value list, size_t index)
{
    return (struct json_value){ json_array_get(node_of(list), index) };
}

/* jansson walks only over objects that it may change, though walking changes nothing. */
static json_t *walkable(struct json_value value)
{
    json_t *node = NULL;
    memcpy(&node, &value.node, sizeof(void *));
    return node;
}

bool json_next(struct json_value object, const void **at, struct json_member *out)
{
    if (json_kind_of(object) != JSON_KIND_OBJECT) {
        return false;
    }
    json_t *node = walkable(object);
    void *before = NULL;
    memcpy(&before, at, sizeof before);
    void *now = before == NULL ? json_object_iter(node) : json_object_iter_next(node, before);
    if (now == NULL) {
        return false;
    }
    out->key = str_of(json_object_iter_key(now));
    out->value = (struct json_value){ json_object_iter_value(now) };
    *at = now;
    return true;
}

static dp_err want(struct json_value value, enum json_kind kind)
{
    enum json_kind is = json_kind_of(value);
    if (is == kind) {
        return DP_SUCCESS;
    }
    return err_make(is == JSON_KIND_ABSENT ? DP_NOT_FOUND : DP_INVALID);
}

dp_err json_read_text(struct json_value value, struct str *out)
{
    DP_TRY(want(value, JSON_KIND_TEXT));
    *out = (struct str){ json_string_value(node_of(value)),
                         json_string_length(node_of(value)) };
    return DP_SUCCESS;
}

dp_err json_read_bool(struct json_value value, bool *out)
{
    DP_TRY(want(value, JSON_KIND_BOOL));
    *out = json_is_true(node_of(value));
    return DP_SUCCESS;
}

dp_err json_read_double(struct json_value value, double *out)
{
    DP_TRY(want(value, JSON_KIND_NUMBER));
    *out = json_number_value(node_of(value));
    return DP_SUCCESS;
}

dp_err json_read_int(struct json_value value, int64_t min, int64_t max, int64_t *out)
{
    DP_TRY(want(value, JSON_KIND_NUMBER));
    if (!json_is_integer(node_of(value))) {
        return err_make(DP_INVALID);
    }
    int64_t number = json_integer_value(node_of(value));
    if (number < min || number > max) {
        return err_make(DP_OUT_OF_RANGE);
    }
    *out = number;
    return DP_SUCCESS;
}

/* ---- Writing ------------------------------------------------------------------------------------ */

enum { INDENT_SPACES = 2 };

struct json_writer json_writer_new(struct buf *out, enum json_style style)
{
    return (struct json_writer){ .out = out, .style = style };
}

static void new_line(struct json_writer *json)
{
    if (json->style == JSON_COMPACT) {
        return;
    }
    buf_add_char(json->out, '\n');
    for (size_t i = 0; i < json->depth * INDENT_SPACES; i++) {
        buf_add_char(json->out, ' ');
    }
}

/* The comma and the indent in front of a list's element or an object's key. */
static void begin_member(struct json_writer *json)
{
    bool *has_members = &json->has_members[json->depth - 1];
    if (*has_members) {
        buf_add_char(json->out, ',');
    }
    *has_members = true;
    new_line(json);
}

static void begin_value(struct json_writer *json)
{
    if (json->depth == 0) {
        return;
    }
    if (json->is_list[json->depth - 1]) {
        begin_member(json);
        return;
    }
    DP_CHECK(json->has_key);
    json->has_key = false;
}

static void open_bracket(struct json_writer *json, bool is_list)
{
    begin_value(json);
    DP_CHECK(json->depth < JSON_DEPTH_MAX);
    json->is_list[json->depth] = is_list;
    json->has_members[json->depth] = false;
    json->depth++;
    buf_add_char(json->out, is_list ? '[' : '{');
}

static void close_bracket(struct json_writer *json, bool is_list)
{
    DP_CHECK(json->depth > 0 && json->is_list[json->depth - 1] == is_list && !json->has_key);
    json->depth--;
    if (json->has_members[json->depth]) {
        new_line(json);
    }
    buf_add_char(json->out, is_list ? ']' : '}');
}

void json_open_object(struct json_writer *json)
{
    open_bracket(json, false);
}

void json_close_object(struct json_writer *json)
{
    close_bracket(json, false);
}

void json_open_list(struct json_writer *json)
{
    open_bracket(json, true);
}

void json_close_list(struct json_writer *json)
{
    close_bracket(json, true);
}

static void escape(struct buf *out, char c)
{
    switch (c) {
    case '"':
        buf_add(out, STR("\\\""));
        return;
    case '\\':
        buf_add(out, STR("\\\\"));
        return;
    case '\n':
        buf_add(out, STR("\\n"));
        return;
    case '\r':
        buf_add(out, STR("\\r"));
        return;
    case '\t':
        buf_add(out, STR("\\t"));
        return;
    default:
        buf_fmt(out, "\\u%04x", (unsigned)(unsigned char)c);
        return;
    }
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* Well-formed UTF-8, copied in runs between what must be escaped. */
static void add_escaped(struct buf *out, struct str text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (is_plain(text.ptr[i])) {
            continue;
        }
        buf_add(out, str_slice(text, start, i - start));
        escape(out, text.ptr[i]);
        start = i + 1;
    }
    buf_add(out, str_slice(text, start, text.len));
}

static void add_quoted(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (;;) {
        size_t valid = str_utf8_prefix(text);
        add_escaped(out, str_slice(text, 0, valid));
        if (valid == text.len) {
            break;
        }
        buf_add(out, STR("\xef\xbf\xbd"));
        text = str_slice(text, valid + 1, text.len);
    }
    buf_add_char(out, '"');
}

void json_key_str(struct json_writer *json, struct str key)
{
    DP_CHECK(json->depth > 0 && !json->is_list[json->depth - 1] && !json->has_key);
    begin_member(json);
    add_quoted(json->out, key);
    buf_add_char(json->out, ':');
    if (json->style == JSON_PRETTY) {
        buf_add_char(json->out, ' ');
    }
    json->has_key = true;
}

void json_key(struct json_writer *json, const char *key)
{
    json_key_str(json, str_of(key));
}

void json_str(struct json_writer *json, struct str text)
{
    begin_value(json);
    add_quoted(json->out, text);
}

void json_text(struct json_writer *json, const char *text)
{
    json_str(json, str_of(text));
}

void json_num(struct json_writer *json, double value)
{
    char text[NUM_TEXT_MAX];
    size_t length = num_text(value, text);
    begin_value(json);
    buf_add(json->out, length == 0 ? STR("null") : (struct str){ text, length });
}

void json_int(struct json_writer *json, int64_t value)
{
    char text[NUM_TEXT_MAX];
    size_t length = num_int_text(value, text);
    begin_value(json);
    buf_add(json->out, (struct str){ text, length });
}

void json_bool(struct json_writer *json, bool value)
{
    begin_value(json);
    buf_add(json->out, value ? STR("true") : STR("false"));
}

void json_none(struct json_writer *json)
{
    begin_value(json);
    buf_add(json->out, STR("null"));
}

/* ---- Members ---- */

void json_put_text(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_text(json, text);
}

void json_put_text_or_none(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    if (text == NULL) {
        json_none(json);
        return;
    }
    json_text(json, text);
}

void json_put_num(struct json_writer *json, const char *key, double value)
{
    json_key(json, key);
    json_num(json, value);
}

void json_put_int(struct json_writer *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_int(json, value);
}

void json_put_count(struct json_writer *json, const char *key, uint64_t value)
{
    json_put_int(json, key, (int64_t)value);
}

void json_put_bool(struct json_writer *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

void json_put_nums(struct json_writer *json, const char *key, const double *values,
                   size_t count)
{
    json_key(json, key);
    json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        json_num(json, values[i]);
    }
    json_close_list(json);
}

void json_put_range(struct json_writer *json, const char *key, double lo, double hi)
{
    json_put_nums(json, key, (const double[]){ lo, hi }, 2);
}

void json_put_date(struct json_writer *json, const char *key, struct date date)
{
    char text[DATE_TEXT_MAX];
    date_text(date, text);
    json_put_text(json, key, text);
}

void json_put_date_or_none(struct json_writer *json, const char *key, struct date date)
{
    if (date.days == 0) {
        json_put_text_or_none(json, key, NULL);
        return;
    }
    json_put_date(json, key, date);
}

dp_err json_finish(struct json_writer *json)
{
    DP_CHECK(json->depth == 0);
    if (json->style == JSON_PRETTY) {
        buf_add_char(json->out, '\n');
    }
    return buf_finish(json->out);
}
