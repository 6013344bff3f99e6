/* SPDX-License-Identifier: MIT */
#include "web/headers.h"

#include "web/assets/assets.h"

static void add_content_policy(struct buf *out, enum headers_policy policy)
{
    buf_add(out, STR("Content-Security-Policy: default-src 'none'; style-src 'self'"));
    if (policy == HEADERS_PHONE) {
        buf_add(out, STR(" '"));
        buf_add(out, assets_phone_style_hash());
        buf_add(out, STR("'"));
    }
    buf_add(out, STR("; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
                     "form-action 'self'; base-uri 'none'; object-src 'none'; "
                     "frame-ancestors 'none'\r\n"));
}

void headers_security(struct buf *out, enum headers_policy policy)
{
    add_content_policy(out, policy);
    buf_add(out, STR("Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"
                     "X-Content-Type-Options: nosniff\r\n"
                     "Referrer-Policy: no-referrer\r\n"
                     "Cross-Origin-Opener-Policy: same-origin\r\n"
                     "Cross-Origin-Resource-Policy: same-origin\r\n"
                     "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n"));
}
