/* SPDX-License-Identifier: MIT */

/* What a person reads when a page could not be made: one plain sentence and a way on. */

#include "web/pages/pages.h"
#include "web/pages/services.h"
#include "web/routes.h"

static enum text sentence_of(int status)
{
    switch (status) {
    case 404:
        return TEXT_ERROR_NOT_FOUND;
    case 401:
    case 403:
        return TEXT_ERROR_FORBIDDEN;
    case 400:
    case 405:
    case 413:
        return TEXT_ERROR_BAD_REQUEST;
    case 429:
    case 503:
        return TEXT_ERROR_BUSY;
    default:
        return TEXT_ERROR_INTERNAL;
    }
}

/* A phone's form that was open for too long: nothing was counted, and the way back is the link. */
static dp_err show_stale_form(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_STALE_TITLE);
    services_phone_open(page, &html, services_language(page), title);
    html_leaf(&html, TAG_H1, NULL, title);
    html_leaf(&html, TAG_P, NULL, services_say(page, TEXT_STALE_BODY));
    parts_button_link(&html, "primary", page->request->path,
                      services_say(page, TEXT_CONFLICT_LINK));
    layout_phone_close(&html);
    return html_finish(&html);
}

dp_err page_error(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_ERROR_TITLE);
    bool is_phone_form = response->status == 403 && page->request->method == METHOD_POST &&
                         str_starts_with(page->request->path, STR("/a/"));
    response->policy = HEADERS_PHONE;
    if (is_phone_form) {
        return show_stale_form(page, response);
    }
    services_phone_open(page, &html, services_language(page), title);
    html_leaf(&html, TAG_H1, NULL, title);
    html_leaf(&html, TAG_P, NULL, services_say(page, sentence_of(response->status)));
    if (page->session->role != 0) {
        parts_button_link(&html, "quiet", STR("/"), services_say(page, TEXT_NAV_OVERVIEW));
    }
    layout_phone_close(&html);
    return html_finish(&html);
}
