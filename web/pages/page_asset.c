/* SPDX-License-Identifier: MIT */
#include "web/assets/assets.h"
#include "web/pages/pages.h"

enum { FILE_NAME };

dp_err page_asset(struct page_context *page, struct response *response)
{
    const struct asset *asset = assets_find(page->fields[FILE_NAME].text);
    if (asset == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    response->cache = RESPONSE_IMMUTABLE;
    response->etag = asset->etag;
    if (str_equal(page->request->if_none_match, asset->etag)) {
        response->status = 304;
        response->type = STR("");
        return DP_SUCCESS;
    }
    response->type = asset->type;
    buf_add_bytes(&response->body, asset->content.ptr, asset->content.len);
    return DP_SUCCESS;
}
