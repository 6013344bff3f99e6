/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: from the first byte to a whole request.
 */

struct conn;

/** Works until it must wait, the request is whole, or the connection ends. */
void intake_advance(struct conn *conn);
