/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The listener: TLS towards phones and browsers, plain HTTP on a private Unix socket towards the
 * server behind it (web/server).
 *
 * A few threads, each with its own epoll set, share one listening socket. A connection belongs to the
 * thread that accepted it. Its way:
 *
 *     silent      accepted, no byte yet: no TLS memory, a few hundred bytes in all
 *     handshake   5 s from the accept on
 *     head        10 s for the whole head, which is parsed once and written afresh (head.h)
 *     body        10 s and one more for each 16 KiB; up to 64 KiB in memory, larger only with a
 *                 session cookie, into a file without a name
 *     waiting     for one of the connections to the backend
 *     backend     the whole request goes over, the reply is gathered up to 1 MiB
 *     write       the reply goes out as fast as the phone reads; longer ones take one of 8 slots and
 *                 are passed on piece by piece
 *
 * and back to "head" if the phone may keep the connection, for 2 s. So the backend sees whole
 * requests only, and nobody slow holds one of its threads, or a thread here. All deadlines are
 * absolute: a byte now and then buys no time. When the table of connections is full, the address that
 * holds most unfinished ones loses its oldest (table.h).
 *
 * No address, path or header is ever logged.
 */

#include "app/core/clock.h"
#include "app/core/err.h"
#include "certs/info.h"

struct front_options {
    const char *address; /* "::" (both families), "0.0.0.0", "127.0.0.1" ... */
    uint16_t port;       /* 0: any free one, see front_port() */
    const char *key_path;
    const char *chain_path;
    const char *backend_path; /* the Unix socket; below 108 bytes */
    const char
        *spool_folder; /* for large uploads, on a disk; NULL: no page takes any, so 413 */
    struct clock clock;
    unsigned threads;         /* 0: one for each processor */
    size_t connections_max;   /* the table; lowered when the system grants fewer descriptors */
    size_t backend_max;       /* requests with the backend at the same time */
    size_t buffers_max_bytes; /* for requests and replies of all connections together */
    size_t download_slots;    /* replies above 1 MiB at the same time */
    int64_t handshake_ms;
    int64_t head_ms;
    int64_t body_ms;          /* and its bytes at the slowest rate */
    int64_t keep_alive_ms;    /* silence after a reply */
    int64_t queue_ms;         /* waiting for the backend to take a request */
    int64_t backend_ms;       /* for its reply */
    int64_t write_ms;         /* as body_ms; for each 64 KiB of a long reply */
    int64_t linger_ms;        /* after a refusal, for the phone to read it */
    uint64_t slowest_bytes_s; /* the rate below which a body or a reply is given up */
};

/** Everything but address, port and the paths; the machine's own clock. */
struct front_options front_defaults(void);

struct front;

/** Starts listening; returns once connections are accepted. An expired certificate is served, with a
 * warning in the log, since a refusal to start would not mend it.
 * Takes: the options' texts may go away afterwards. `problem` may be NULL.
 * Fails: as load_pair(), and DP_USAGE (not an address, a path that is too long), DP_BUSY (the port
 * is taken), DP_FORBIDDEN (a port below 1024 without the right to it), DP_TOO_LONG, DP_IO,
 * DP_NO_MEMORY. */
dp_err front_start(const struct front_options *options, struct front **out,
                   struct dp_problem *problem);

/** The port that it listens on. */
uint16_t front_port(const struct front *front);

/** Reads key and chain again and serves them to new connections; those that are open go on.
 * Fails: as load_pair(), and DP_OUT_OF_RANGE (expired or not valid yet), DP_TOO_LONG. The old
 * certificate is then kept. Threads: any. */
dp_err front_reload(struct front *front, struct dp_problem *problem);

/** What is known about the certificate that new connections get. Threads: any. */
void front_certificate(struct front *front, struct cert_info *out);

struct front_counts {
    size_t connections;
    uint64_t evicted; /* since the start, because the table was full */
    uint64_t refused; /* turned away because nothing could be evicted */
};

/** Threads: any. */
struct front_counts front_counts(struct front *front);

/** Stops accepting, lets requests that have arrived be answered for up to 3 s, closes all and gives
 * the memory back. NULL is fine. */
void front_stop(struct front *front);
