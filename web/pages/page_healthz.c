/* SPDX-License-Identifier: MIT */
#include "web/pages/pages.h"

dp_err page_healthz(struct page_context *page, struct response *response)
{
    (void)page;
    response->type = STR("text/plain; charset=utf-8");
    buf_add(&response->body, STR("ok\n"));
    return DP_SUCCESS;
}
