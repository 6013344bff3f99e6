/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the tests of the running front share: a folder with a local CA and a leaf for localhost, a
 * small backend, and a front on a free port of 127.0.0.1.
 */

#include "tests/support/tls_client.h"
#include "tests/support/unix_backend.h"
#include "web/front/front.h"

struct fixture {
    const char *dir;
    const char *certs;
    const char *ca;
    const char *key;
    const char *chain;
    const char *socket;
    struct unix_backend *backend;
    struct front *front;
    struct front_options options; /* for fixture_start() */
};

/** Folder, certificate, backend and default options; the front is not started yet. */
void fixture_prepare(struct fixture *fixture);

/** Starts the front with the options as they are now. */
void fixture_start(struct fixture *fixture);

/** Stops what runs and removes the folder. */
void fixture_end(struct fixture *fixture);

/** The client's options for this front. */
struct tls_client_options fixture_client(const struct fixture *fixture);

/** Opens a connection, which must succeed. */
struct tls_client *fixture_open(const struct fixture *fixture);

/** Sends a text on a new connection and reads the reply, which must come; gives its status. The
 * connection must end if `is_last`. */
int fixture_status(const struct fixture *fixture, const char *request, bool is_last);

/** Processor time that this process has used, in milliseconds. */
double fixture_cpu_ms(void);

/** Milliseconds of a clock that only goes forward. */
double fixture_now_ms(void);

/** Waits until the front counts so many connections; fails the test after 10 s. */
void fixture_wait_connections(const struct fixture *fixture, size_t count);
