/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The files that pages need (style sheet, icon), embedded into the program at build by embed.c.
 * The hash of a file's content is part of its name, so a browser may keep it for ever: changed
 * content has another address.
 *
 * The phone pages take no file at all: their style is one constant text inside the page, allowed by
 * its hash (web/headers.h). Adding a file: add it to the list in CMakeLists.txt, then use the name
 * that the build makes of it (app.css is ASSET_APP_CSS).
 */

#include "app/core/str.h"
#include "web/assets/names.h"

/** One embedded file; all views live as long as the program. */
struct asset {
    struct str name; /* "app-0123456789abcdef.css" */
    struct str path; /* "/assets/app-0123456789abcdef.css" */
    struct str type; /* "text/css; charset=utf-8" */
    struct str etag; /* with its quotes */
    struct bytes content;
};

/** The file of an id below ASSET_COUNT. */
const struct asset *assets_get(enum asset_id id);

/** The file of a name with the right hash, or NULL. */
const struct asset *assets_find(struct str name);

/** The constant style of the phone pages, to stand inside <style>. */
struct str assets_phone_style(void);

/** Its hash as a Content-Security-Policy source without quotes: "sha256-...=". */
struct str assets_phone_style_hash(void);
