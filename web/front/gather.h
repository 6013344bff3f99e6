/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: takes the backend's reply in. Up to 1 MiB is gathered, so that the backend is
 * through with it at once however slow the phone is; a longer one becomes a stream.
 */

struct conn;

/** Reads what the backend has sent, and hands the reply on when it is whole or long. */
void gather_reply(struct conn *conn);
