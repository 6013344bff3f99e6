/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Cookies, read and set. All of ours begin with "__Host-" (so no other host or path can plant one),
 * and are Secure, HttpOnly, SameSite=Lax, Path=/. Lax and not Strict: a link in a mail must arrive
 * logged in.
 */

#include "app/core/arena.h"

enum { COOKIE_VALUE_BYTES = 512 };

#define COOKIE_SESSION  STR("__Host-session") /* HR, managers, admins: an opaque token */
#define COOKIE_EMPLOYEE STR("__Host-pulse")   /* phones: signed, stateless, set by POST only */

/** Finds the value of `name` in a Cookie header. Gives false when it is missing, empty, longer than
 * COOKIE_VALUE_BYTES, has other characters than letters, digits and "-._~", or occurs twice. */
bool cookie_find(struct str header, struct str name, struct str *value);

/** The text of a Set-Cookie line, in the arena. max_age_s 0 makes a cookie that ends with the
 * browser, below 0 one that is deleted at once.
 * Takes: a name with "__Host-"; a value as cookie_find() accepts it (or empty to delete).
 * Fails: DP_INVALID (other characters), DP_TOO_LONG, DP_NO_MEMORY. */
dp_err cookie_make(struct arena *arena, struct str name, struct str value, int64_t max_age_s,
                   struct str *line);
