/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: gets a whole request answered. One connection to the backend's socket for
 * each request; a fixed number of them at a time, the others wait in a queue in the order in which
 * they became whole.
 */

#include <stdbool.h>
#include <stdint.h>

struct conn;
struct loop;

/** Hands a whole request over. */
void backend_submit(struct conn *conn);

/** Something happened on the backend's socket. */
void backend_on_event(struct conn *conn, uint32_t events);

/** Gives the backend's place back, or the one in the queue. */
void backend_leave(struct conn *conn);

/** Begins what waits and may begin now. */
void backend_serve_queue(struct loop *loop);

/** Says whether a stream has room for more of the reply. */
void backend_set_hungry(struct conn *conn, bool is_hungry);
