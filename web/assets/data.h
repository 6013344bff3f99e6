/* SPDX-License-Identifier: MIT */
#pragma once

/* What the file made by embed.c defines, for assets.c alone. */

#include "web/assets/assets.h"

extern const struct asset assets_data[];
extern const struct str assets_data_phone;
extern const struct str assets_data_phone_hash;
