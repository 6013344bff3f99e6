/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * JSON in and out. Nobody else includes jansson.h.
 *
 * Reading is strict: one object or array in well-formed UTF-8, no key twice in an object, no bytes
 * behind the end, at most JSON_DEPTH_MAX levels, and the caller's limit on the length. A document
 * owns everything; a struct json_value is a view into it. Asking a value for something that it is
 * not gives the absent value or an error, never a crash, so lookups can be chained:
 *     json_read_double(json_get(json_root(doc), "alpha"), &alpha)
 *
 * Writing goes straight into a struct buf, in the order of the calls; commas and indents come by
 * themselves. Keys without values, values without keys and brackets left open are mistakes of the
 * program (DP_CHECK). Numbers have 15 significant digits, and what is not finite becomes null.
 */

#include "app/core/buf.h"
#include "app/core/date.h"
#include "app/core/err.h"
#include "app/core/str.h"

enum { JSON_DEPTH_MAX = 64 };

/* ---- Reading ------------------------------------------------------------------------------------ */

struct json_doc;

/** A view into a document, valid as long as it; {NULL} is the absent value. */
struct json_value {
    const void *node;
};

enum json_kind {
    JSON_KIND_ABSENT,
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_NUMBER,
    JSON_KIND_TEXT,
    JSON_KIND_LIST,
    JSON_KIND_OBJECT,
};

/** Reads a whole document of at most `max_bytes`. Owns: the caller; json_doc_free().
 * Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG (bytes or depth), DP_NO_MEMORY; the problem has line
 * and column. */
dp_err json_parse(struct str text, size_t max_bytes, struct json_doc **out,
                  struct dp_problem *problem);

/** NULL is fine. */
void json_doc_free(struct json_doc *doc);

/** For the cleanup attribute. */
void json_doc_free_at(struct json_doc **doc);
#define JSON_DOC_AUTO __attribute__((cleanup(json_doc_free_at)))

struct json_value json_root(const struct json_doc *doc);
enum json_kind json_kind_of(struct json_value value);

/** Members of an object or elements of a list; 0 for anything else. */
size_t json_count(struct json_value value);

/** The member, or the absent value. */
struct json_value json_get(struct json_value object, const char *key);

/** The element, or the absent value. */
struct json_value json_at(struct json_value list, size_t index);

struct json_member {
    struct str key;
    struct json_value value;
};

/** Walks over an object's members in their order in the file. Takes: `*at` starts as NULL. Gives
 * false behind the last. */
bool json_next(struct json_value object, const void **at, struct json_member *out);

/** Fails: DP_NOT_FOUND (absent), DP_INVALID (another kind). The text may hold any character but
 * NUL. */
dp_err json_read_text(struct json_value value, struct str *out);
dp_err json_read_bool(struct json_value value, bool *out);
dp_err json_read_double(struct json_value value, double *out);

/** A number written without point and exponent.
 * Fails: as json_read_text(), and DP_OUT_OF_RANGE outside min..max. */
dp_err json_read_int(struct json_value value, int64_t min, int64_t max, int64_t *out);

/* ---- Writing ------------------------------------------------------------------------------------ */

enum json_style { JSON_COMPACT, JSON_PRETTY };

struct json_writer {
    struct buf *out;
    enum json_style style;
    size_t depth;
    bool has_key;                     /* a key waits for its value */
    bool has_members[JSON_DEPTH_MAX]; /* of the open bracket at each depth */
    bool is_list[JSON_DEPTH_MAX];
};

struct json_writer json_writer_new(struct buf *out, enum json_style style);

void json_open_object(struct json_writer *json);
void json_close_object(struct json_writer *json);
void json_open_list(struct json_writer *json);
void json_close_list(struct json_writer *json);

void json_key(struct json_writer *json, const char *key);

/** A key that is data, such as a team's code. */
void json_key_str(struct json_writer *json, struct str key);

/** Bytes that are not UTF-8 become U+FFFD. */
void json_str(struct json_writer *json, struct str text);
void json_text(struct json_writer *json, const char *text);
void json_num(struct json_writer *json, double value);
void json_int(struct json_writer *json, int64_t value);
void json_bool(struct json_writer *json, bool value);
void json_none(struct json_writer *json);

/* ---- Members of the open object: a key and its value ---- */

void json_put_text(struct json_writer *json, const char *key, const char *text);

/** NULL is written as null. */
void json_put_text_or_none(struct json_writer *json, const char *key, const char *text);
void json_put_num(struct json_writer *json, const char *key, double value);
void json_put_int(struct json_writer *json, const char *key, int64_t value);
void json_put_count(struct json_writer *json, const char *key, uint64_t value);
void json_put_bool(struct json_writer *json, const char *key, bool value);

/** A list of numbers. */
void json_put_nums(struct json_writer *json, const char *key, const double *values,
                   size_t count);

/** A list of two, as of an interval's ends. */
void json_put_range(struct json_writer *json, const char *key, double lo, double hi);

/** "2026-03-09". */
void json_put_date(struct json_writer *json, const char *key, struct date date);

/** The same, or null for a date that is not set (days 0). */
void json_put_date_or_none(struct json_writer *json, const char *key, struct date date);

/** Checks that all is closed, and ends pretty text with a newline. Fails: buf_finish()'s codes. */
dp_err json_finish(struct json_writer *json);
