/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The one table of addresses: method, path, page, who may, CSRF policy, fields, help. A page is added
 * as web/README.md says; nothing that is not in this table is ever answered.
 */

#include "web/routes.h"

/** The rows; they live as long as the program. */
const struct route *pages_rows(size_t *row_count);

page_function page_healthz;
page_function page_asset;
