/* SPDX-License-Identifier: MIT */
#include "web/assets/assets.h"

#include "app/core/err.h"
#include "web/assets/data.h"

const struct asset *assets_get(enum asset_id id)
{
    DP_CHECK(id < ASSET_COUNT);
    return &assets_data[id];
}

const struct asset *assets_find(struct str name)
{
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        if (str_equal(assets_data[i].name, name)) {
            return &assets_data[i];
        }
    }
    return NULL;
}

struct str assets_phone_style(void)
{
    return assets_data_phone;
}

struct str assets_phone_style_hash(void)
{
    return assets_data_phone_hash;
}
