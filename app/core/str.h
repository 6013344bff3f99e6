/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Views of bytes. A `struct str` is text or bytes that belong to somebody else: it never owns, is
 * never assumed to end in NUL, and is passed by value. `struct bytes` is the same for binary data.
 * Whoever keeps a view keeps what it points into alive.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *ptr;
    size_t len;
};

struct bytes {
    const uint8_t *ptr;
    size_t len;
};

/** A view of a string literal. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })

/** The same as the initializer of a static table, where C wants constants. */
#define STR_INIT(literal)               \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }

/** printf arguments for "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr

/** A view of a NUL-terminated string; NULL gives the empty view. */
struct str str_of(const char *text);

bool str_equal(struct str a, struct str b);

/** As str_equal, with ASCII letters compared without case. */
bool str_equal_nocase(struct str a, struct str b);

/** Orders by bytes, like strcmp: negative, zero or positive. */
int str_compare(struct str a, struct str b);

bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);

/** The part from `from` (clamped) of at most `len` bytes. */
struct str str_slice(struct str s, size_t from, size_t len);

/** Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/** The position of the first `c`, or s.len when there is none. */
size_t str_find_char(struct str s, char c);

/** Cuts the next field off `*rest` at `separator`. Gives false once nothing is left.
 * "a,b," gives "a", "b", "". */
bool str_next(struct str *rest, char separator, struct str *field);

/** True if the bytes are well-formed UTF-8 (no overlong forms, no surrogates, <= U+10FFFF). */
bool str_is_utf8(struct str s);

/** Whether there is a control character in UTF-8 (C0, DEL, and C1 from U+0080 to U+009F), other than the
 * ASCII ones named in `allowed`. */
bool str_has_control(struct str s, const char *allowed);

/** How many bytes from the start are whole, well-formed UTF-8 sequences; s.len when all are. */
size_t str_utf8_prefix(struct str s);

/** The start of at most `max` bytes that is well-formed and ends with a whole character: a text as it
 * may stand in a sentence. */
struct str str_clip(struct str s, size_t max);

/** Code points in well-formed UTF-8. */
size_t str_code_points(struct str s);

/** Copies into `out` with a closing NUL. False (and an empty `out`) if it does not fit or holds a
 * NUL. */
bool str_copy(struct str s, char *out, size_t out_size);

struct bytes bytes_of(const void *ptr, size_t len);
bool bytes_equal(struct bytes a, struct bytes b);
