/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which of our languages a browser would like best, by its Accept-Language header (RFC 9110, with
 * quality values; "de-AT" takes "de"). A header that can't be read is no reason for an error.
 */

#include "app/core/str.h"

/** One of `languages` (a list of `count` >= 1 two-letter codes); the first when none is wanted. */
struct str language_pick(struct str accept_language, const struct str *languages, size_t count);
