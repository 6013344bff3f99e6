/* SPDX-License-Identifier: MIT */
/*
 * Target functions: form_parse, form_find, fields_check.
 *
 * Whatever is accepted is UTF-8 without NUL, has no more pairs than allowed, and every field that
 * counts as valid keeps its rule.
 */
#include <stdlib.h>
#include <string.h>

#include "web/request/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 1 << 18, F_NUMBER = 0, F_LINE, F_TEXT, F_TOKEN, F_COUNT };

static const char *const colours[] = { "red", "green", NULL };

static const struct field_rule rules[] = {
    { .name = "n", .type = FIELD_INT, .min = -9, .max = 9 },
    { .name = "l", .type = FIELD_LINE, .min = 1, .max = 9 },
    { .name = "t", .type = FIELD_TEXT, .min = 1, .max = 40 },
    { .name = "k", .type = FIELD_TOKEN, .is_repeated = true, .min = 1, .max = 9 },
    { .name = "d", .type = FIELD_DATE },
    { .name = "c", .type = FIELD_CHOICE, .choices = colours },
    { .name = "s", .type = FIELD_SECRET, .min = 1, .max = 9 },
    { .name = "f", .type = FIELD_FLAG },
};

static void expect(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_pairs(const struct form *form)
{
    expect(form->count <= FORM_PAIRS_MAX);
    for (size_t i = 0; i < form->count; i++) {
        struct str name = form->pairs[i].name;
        struct str value = form->pairs[i].value;
        expect(name.len > 0 && name.len <= FORM_NAME_BYTES);
        expect(str_is_utf8(name) && str_is_utf8(value));
        expect(memchr(name.ptr, 0, name.len) == NULL);
        expect(value.len == 0 || memchr(value.ptr, 0, value.len) == NULL);
        expect(form_find(form, name, NULL) >= 1);
    }
}

static void check_fields(const struct field *fields)
{
    if (fields[F_NUMBER].state == FIELD_VALID) {
        expect(fields[F_NUMBER].number >= -9 && fields[F_NUMBER].number <= 9);
    }
    if (fields[F_LINE].state == FIELD_VALID) {
        expect(str_code_points(fields[F_LINE].text) <= 9);
        expect(str_find_char(fields[F_LINE].text, '\n') == fields[F_LINE].text.len);
    }
    if (fields[F_TEXT].state == FIELD_VALID) {
        expect(str_find_char(fields[F_TEXT].text, '\r') == fields[F_TEXT].text.len);
    }
    for (const struct field *f = &fields[F_TOKEN]; f != NULL; f = f->next) {
        expect(f->state != FIELD_VALID || (f->text.len >= 1 && f->text.len <= 9));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct form form;
    struct str text = { (const char *)data, size };
    if (!err_is_ok(form_parse(text, &arena, &form))) {
        return 0;
    }
    check_pairs(&form);
    enum { COUNT = sizeof rules / sizeof rules[0] };
    struct field fields[COUNT];
    struct fields_input input = { .form = &form };
    dp_err err = fields_check(rules, COUNT, &input, &arena, fields);
    check_fields(fields);
    for (size_t i = 0; i < COUNT && err_is_ok(err); i++) {
        expect(fields[i].state != FIELD_INVALID);
    }
    return 0;
}
