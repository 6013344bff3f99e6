/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: the reply's way to the phone.
 */

#include <stdbool.h>

struct conn;

/** Begins with what out_head and out_body hold; all of it is there. */
void deliver_begin(struct conn *conn);

/** Begins while the backend still sends. */
void deliver_begin_stream(struct conn *conn);

/** Works until it must wait, or the reply is out. */
void deliver_advance(struct conn *conn);

/** True while a stream has bytes to write, or only its end left to do. */
bool deliver_has_work(const struct conn *conn);
