/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A strict reader of the HTML that our writer makes, for property tests and the fuzzer. It is written
 * on its own, from the rules and not from the writer: every element is closed in its order, every
 * attribute is quoted, no `style` or `on...` attribute, no bare '<', '>' or '&', only well-formed
 * UTF-8 without control characters, no id twice, and what `for`, `aria-labelledby`,
 * `aria-describedby` and "#..." links point at is there.
 */

#include "app/core/str.h"

enum { HTMLCHECK_WHY_MAX = 160 };

/** True if the text keeps the rules; otherwise `why` says what is wrong and near which bytes. */
bool htmlcheck(struct str html, char why[HTMLCHECK_WHY_MAX]);
