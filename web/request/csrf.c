/* SPDX-License-Identifier: MIT */
#include "web/request/csrf.h"

#include <string.h>

void csrf_token(const struct secret_key *key, struct str purpose, struct str subject,
                char out[CSRF_TEXT_MAX])
{
    /* The length of the purpose goes first, so that two pairs can't run into the same bytes. */
    uint8_t length = (uint8_t)purpose.len;
    DP_CHECK(purpose.len == length);
    struct bytes parts[] = {
        bytes_of("daypulse csrf", 13),
        bytes_of(&length, 1),
        bytes_of(purpose.ptr, purpose.len),
        bytes_of(subject.ptr, subject.len),
    };
    struct secret_hash hash = secret_hmac(key, parts, sizeof parts / sizeof parts[0]);
    code_base64(bytes_of(hash.bytes, sizeof hash.bytes), out, CSRF_TEXT_MAX);
}

dp_err csrf_check_token(const struct secret_key *key, struct str purpose, struct str subject,
                        struct str given)
{
    char wanted[CSRF_TEXT_MAX];
    csrf_token(key, purpose, subject, wanted);
    bool is_right = given.len == strlen(wanted) && secret_equal(given.ptr, wanted, given.len);
    return is_right ? DP_SUCCESS : err_make(DP_FORBIDDEN);
}

dp_err csrf_check_origin(const struct request *request)
{
    struct str site = request->sec_fetch_site;
    if (site.len > 0 && !str_equal(site, STR("same-origin")) && !str_equal(site, STR("none"))) {
        return err_make(DP_FORBIDDEN);
    }
    struct str origin = request->origin;
    if (origin.len == 0 || str_equal(origin, STR("null"))) {
        return DP_SUCCESS;
    }
    struct str scheme = STR("https://");
    bool is_ours = str_starts_with(origin, scheme) && request->host.len > 0 &&
                   str_equal_nocase(str_slice(origin, scheme.len, origin.len), request->host);
    return is_ours ? DP_SUCCESS : err_make(DP_FORBIDDEN);
}
