/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: the reply's way to the phone.
 */

struct conn;

/** Begins with what out_head and out_body hold; all of it is there. */
void deliver_begin(struct conn *conn);

/** Begins while the backend still sends. */
void deliver_begin_stream(struct conn *conn);

/** Works until it must wait, or the reply is out. */
void deliver_advance(struct conn *conn);
