/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The web part as a whole: data folder, ballot boxes, pages, the server on its private socket and the
 * listeners in front of it, opened in this order, run until a signal ends them, and closed in the
 * other. Everything that a request needs hangs on one struct here; the rooms beneath know nothing of
 * each other.
 *
 * Once a minute: dead readers are cleared, boxes that flush has closed are let go, and a certificate
 * whose files have changed is read again. Once a day, and on SIGHUP, a certificate of the local
 * authority is made anew when it is time.
 */

#include "app/config/config.h"
#include "app/core/clock.h"

/** Serves until SIGTERM or SIGINT. Call process_prepare() before.
 * Fails: as appliance_open(), certificate_ensure(), server_start() and front_start(), with a
 * sentence. */
dp_err part_serve(const struct config *config, struct clock clock, struct dp_problem *problem);

/** The table of addresses as Markdown. */
void part_list_routes(struct buf *out);
