/* SPDX-License-Identifier: MIT */
#include "web/pages/alerts_notice.h"

#include "app/service/alert/alert.h"

dp_err alerts_notice(const struct page_context *page, struct html *html)
{
    size_t open = 0;
    DP_TRY(alert_count_open(services_of(page)->appliance, services_scope(page), &open));
    if (open == 0) {
        return DP_SUCCESS;
    }
    html_open(html, TAG_P);
    html_class(html, "notice warn");
    html_text(html, services_say_with(page, TEXT_ALERTS_NOTICE,
                                      TEXT_VALUES(text_int((int64_t)open))));
    html_text(html, STR(" "));
    html_open(html, TAG_A);
    html_attr(html, ATTR_HREF, STR("/alerts"));
    html_text(html, services_say(page, TEXT_ALERTS_NOTICE_LOOK));
    html_close(html, TAG_P);
    return DP_SUCCESS;
}
