/* SPDX-License-Identifier: MIT */
#include "web/pages/pages.h"

static const struct field_rule asset_fields[] = {
    { .name = "file", .source = FIELD_FROM_PATH, .type = FIELD_LINE, .min = 1, .max = 128 },
};

static const struct route rows[] = {
    {
        .method = METHOD_GET,
        .pattern = "/healthz",
        .page = page_healthz,
        .roles = ROLE_PUBLIC,
        .help = "Says that the web process is alive.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/assets/{file}",
        .page = page_asset,
        .roles = ROLE_PUBLIC,
        .fields = asset_fields,
        .field_count = sizeof asset_fields / sizeof asset_fields[0],
        .help = "Style sheet and icon; the address changes with the content.",
    },
};

const struct route *pages_rows(size_t *row_count)
{
    *row_count = sizeof rows / sizeof rows[0];
    return rows;
}
