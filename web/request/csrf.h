/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Proof that a form was ours. Three fences, each for the case that another has a hole:
 *
 * - a token in the form: HMAC(key, purpose, subject), where the subject is something an attacker's
 *   page can't know: the session, or the path with its secret link;
 * - Sec-Fetch-Site, when the browser sends it, must be "same-origin" or "none";
 * - Origin, when it is sent, must be https:// and our Host. "null" counts as not sent: our own
 *   Referrer-Policy: no-referrer makes browsers send exactly that with a form (Fetch standard,
 *   "append a request Origin header"), so it tells nothing.
 */

#include "app/core/code.h"
#include "app/core/secret.h"
#include "web/request/request.h"

enum { CSRF_TEXT_MAX = CODE_BASE64_LEN(SECRET_HASH_BYTES) + 1 };

/** The token as text. `purpose` keeps forms of different kinds apart ("form", "session"). */
void csrf_token(const struct secret_key *key, struct str purpose, struct str subject,
                char out[CSRF_TEXT_MAX]);

/** Compares in constant time. Fails: DP_FORBIDDEN. */
dp_err csrf_check_token(const struct secret_key *key, struct str purpose, struct str subject,
                        struct str given);

/** Looks at Sec-Fetch-Site and Origin. Fails: DP_FORBIDDEN. */
dp_err csrf_check_origin(const struct request *request);
