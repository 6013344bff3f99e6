/* SPDX-License-Identifier: MIT */
#include "web/page.h"

#include "web/request/csrf.h"

struct str page_csrf_token(const struct page_context *page, enum page_csrf policy,
                           struct str path)
{
    char token[CSRF_TEXT_MAX] = "";
    if (policy == CSRF_FORM) {
        csrf_token(page->csrf_key, STR("form"), path, token);
    }
    if (policy == CSRF_SESSION) {
        csrf_token(page->csrf_key, STR("session"), page->session->csrf_subject, token);
    }
    return arena_copy(page->arena, str_of(token));
}

void page_csrf_input(const struct page_context *page, struct html *html, enum page_csrf policy,
                     struct str path)
{
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("hidden"));
    html_attr(html, ATTR_NAME, STR("csrf"));
    html_attr(html, ATTR_VALUE, page_csrf_token(page, policy, path));
}
