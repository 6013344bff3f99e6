/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Takes comments and needless white space out of our hand-written CSS while it is embedded. It knows
 * just enough of CSS for that: strings and comments; everything else keeps its order and spelling.
 */

#include "app/core/buf.h"

/** Appends the shortened `css` to `out`. White space inside calc() and between selectors stays. */
void minify_css(struct str css, struct buf *out);
