/* SPDX-License-Identifier: MIT */
/*
 * Target: json_parse and the writer. What parses is written, and what was written parses and writes the
 * same; a failure has a place inside of the text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "app/core/json.h"

enum { LIMIT = 1 << 22 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

static void write_value(struct json_writer *json, struct json_value value);

static void write_object(struct json_writer *json, struct json_value value)
{
    struct json_member member;
    const void *at = NULL;
    json_open_object(json);
    while (json_next(value, &at, &member)) {
        json_key_str(json, member.key);
        write_value(json, member.value);
    }
    json_close_object(json);
}

static void write_list(struct json_writer *json, struct json_value value)
{
    json_open_list(json);
    for (size_t i = 0; i < json_count(value); i++) {
        write_value(json, json_at(value, i));
    }
    json_close_list(json);
}

static void write_number(struct json_writer *json, struct json_value value)
{
    double number = 0;
    int64_t whole = 0;
    if (err_is_ok(json_read_int(value, INT64_MIN, INT64_MAX, &whole))) {
        json_int(json, whole);
        return;
    }
    want(err_is_ok(json_read_double(value, &number)));
    json_num(json, number);
}

static void write_value(struct json_writer *json, struct json_value value)
{
    struct str text = STR("");
    bool truth = false;
    switch (json_kind_of(value)) {
    case JSON_KIND_OBJECT:
        write_object(json, value);
        return;
    case JSON_KIND_LIST:
        write_list(json, value);
        return;
    case JSON_KIND_TEXT:
        want(err_is_ok(json_read_text(value, &text)) && str_is_utf8(text));
        json_str(json, text);
        return;
    case JSON_KIND_NUMBER:
        write_number(json, value);
        return;
    case JSON_KIND_BOOL:
        want(err_is_ok(json_read_bool(value, &truth)));
        json_bool(json, truth);
        return;
    case JSON_KIND_NULL:
        json_none(json);
        return;
    case JSON_KIND_ABSENT:
        abort();
    }
}

static bool rewrite(struct str text, struct buf *out)
{
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    struct dp_problem problem = { 0 };
    if (!err_is_ok(json_parse(text, LIMIT, &doc, &problem))) {
        want(problem.line >= 1 && problem.line <= text.len + 1);
        want(problem.column >= 1 && problem.column <= text.len + 1);
        want(str_is_utf8(str_of(problem.sentence)));
        return false;
    }
    struct json_writer json = json_writer_new(out, JSON_PRETTY);
    write_value(&json, json_root(doc));
    want(err_is_ok(json_finish(&json)));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf first BUF_AUTO = buf_new(LIMIT);
    struct buf second BUF_AUTO = buf_new(LIMIT);
    if (size > LIMIT / 1024 || !rewrite((struct str){ (const char *)data, size }, &first)) {
        return 0;
    }
    want(rewrite(buf_str(&first), &second));
    want(str_equal(buf_str(&first), buf_str(&second)));
    return 0;
}
