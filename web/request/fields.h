/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Typed, checked input. A page declares its input once, as a table of rules in its route's row, and
 * receives values that already are a number, a date, a position in a list or a clean text. Types and
 * limits are not repeated in the page.
 *
 *     static const char *const periods[] = { "week", "month", NULL };
 *     static const struct field_rule rules[] = {
 *         { .name = "team",   .source = FIELD_FROM_PATH,  .type = FIELD_TOKEN, .min = 1, .max = 40 },
 *         { .name = "period", .source = FIELD_FROM_QUERY, .type = FIELD_CHOICE, .choices = periods },
 *     };
 *     enum { TEAM, PERIOD };
 *     ... page->fields[PERIOD].choice ...
 *
 * Rules of the game: a form may hold only names that have a rule ("csrf" is the dispatcher's); a
 * query may hold others, which are ignored, because mail programs add their own. A name that occurs
 * twice is invalid unless its rule says `is_repeated`. An optional field that is left empty is
 * absent, not invalid. What a person typed stays in `text` even when it is invalid, to be shown again.
 */

#include "app/core/date.h"
#include "web/request/form.h"

enum field_source {
    FIELD_FROM_FORM,
    FIELD_FROM_QUERY,
    FIELD_FROM_PATH, /* a {name} of the route's pattern */
};

enum field_type {
    FIELD_INT,    /* decimal number, min..max -> number */
    FIELD_DATE,   /* 2026-03-09 -> date */
    FIELD_CHOICE, /* one of `choices` -> choice */
    FIELD_TOKEN,  /* ASCII letters, digits, '-', '_'; min..max bytes -> text */
    FIELD_LINE,   /* one line, trimmed, no control characters; min..max code points -> text */
    FIELD_TEXT,   /* lines with LF, trimmed; min..max code points -> text */
    FIELD_SECRET, /* password or code: untouched, no control characters; min..max bytes -> text */
    FIELD_FLAG,   /* a ticked box sends "1" or "on" -> number 1; absent otherwise */
};

struct field_rule {
    const char *name;
    enum field_source source;
    enum field_type type;
    bool is_required;
    bool is_repeated; /* several boxes or a list with the same name */
    int64_t min;
    int64_t max;
    const char *const *choices; /* for FIELD_CHOICE; ends with NULL */
};

enum field_state {
    FIELD_ABSENT,
    FIELD_VALID,
    FIELD_INVALID,
};

struct field {
    enum field_state state;
    enum dp_code problem; /* DP_OK, or why it is invalid */
    struct str text;
    int64_t number;
    struct date date;
    size_t choice;
    const struct field *next; /* of a repeated field */
};

enum { FIELDS_MAX = 48, FIELDS_PARAMS_MAX = 4 };

/** The values of a path's {names}. */
struct path_params {
    struct str names[FIELDS_PARAMS_MAX];
    struct str values[FIELDS_PARAMS_MAX];
    size_t count;
};

/** What the fields are taken from; form may be NULL. */
struct fields_input {
    const struct path_params *params;
    const struct form *query;
    const struct form *form;
};

/** Checks one text against a rule, without looking at is_required. Texts are copied to the arena
 * where they must change. Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG, DP_OUT_OF_RANGE,
 * DP_NO_MEMORY; `out` then has state FIELD_INVALID and the text as it came. */
dp_err fields_check_one(const struct field_rule *rule, struct str text, struct arena *arena,
                        struct field *out);

/** Checks all. `out` has room for `count` fields, in the rules' order, and is filled whole even when
 * one of them is invalid.
 * Fails: the first invalid field's code; DP_INVALID also for a required field that is missing or a
 * form's name without a rule; DP_NO_MEMORY. */
dp_err fields_check(const struct field_rule *rules, size_t count,
                    const struct fields_input *input, struct arena *arena, struct field *out);
