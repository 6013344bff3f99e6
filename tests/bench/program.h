/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Programs that the bench starts: the server, and those that run to their end. All of them are ended
 * when the bench ends.
 */

#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/bench.h"

/** A running `daypulse up`. */
struct server {
    pid_t up;
    pid_t web;
    uint16_t port;
};

/** Starts `daypulse up` on a free loopback port, on the first processor alone.
 * Gives: seconds from the start to the first reply. */
double server_start(const struct bench *bench, const char *folder, struct server *server);
void server_stop(const struct server *server);

/** Processor time of the web process, and its resident memory, all and without mapped files. */
double server_cpu_s(const struct server *server);
double server_resident_mb(const struct server *server);
double server_anonymous_mb(const struct server *server);

/** How many descriptors the web process has open. */
size_t server_descriptors(const struct server *server);

/** How a program ran. */
struct ran {
    double seconds;
    double cpu_s;
    double peak_mb;
};

/** Runs a program to its end; a failure ends the bench. Its output goes to `out`, when that is not
 * NULL, else nowhere. Takes: arguments with a NULL behind. */
struct ran program_run(const char *path, const char *const *arguments, char *out, size_t size);

/** Puts the calling thread on the second processor, and back onto all. */
void program_pin_self(void);
void program_unpin_self(void);
