/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads application/x-www-form-urlencoded text: form bodies and query strings.
 *
 * It takes what browsers send and nothing else: printable ASCII only, every '%' followed by two
 * hexadecimal digits, no NUL, well-formed UTF-8 after decoding, no nameless or empty pair. What
 * breaks a rule refuses the whole text, so that nothing is half understood.
 */

#include "app/core/arena.h"

enum { FORM_PAIRS_MAX = 128, FORM_NAME_BYTES = 64 };

struct form_pair {
    struct str name;
    struct str value;
};

/** Decoded pairs in the order they came; memory of the arena. */
struct form {
    struct form_pair *pairs;
    size_t count;
};

/** An empty text gives no pair.
 * Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG (more than FORM_PAIRS_MAX pairs or a name above
 * FORM_NAME_BYTES), DP_NO_MEMORY. */
dp_err form_parse(struct str text, struct arena *arena, struct form *out);

/** How often a name occurs; `first` (may be NULL) gets the first value. */
size_t form_find(const struct form *form, struct str name, struct str *first);
