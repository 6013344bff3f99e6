/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * All connections of all threads, counted, so that a flood can't lock honest people out. There is no
 * limit for an address by itself: a whole office sits behind one. But when the table is full, the
 * address that holds most unfinished connections (still shaking hands, sending a request, or slowly
 * reading a reply) loses the one that has been unfinished longest. Honest visits are unfinished for
 * milliseconds, so it is the flooder's own sockets that go.
 *
 * The owner of an evicted connection notices because its socket is shut down. Finding the victim
 * takes the same short time whatever the table holds: addresses hang in lists by how many
 * connections they hold, and the highest list that is not empty is known.
 */

#include "app/core/err.h"
#include "web/front/peer.h"

struct table;
struct table_address;

/** A connection's place in the table; part of the connection, all zero before table_enter(). */
struct table_entry {
    int fd;
    struct table_address *address;
    struct table_entry *older;
    struct table_entry *newer;
    bool is_inside;
    bool is_unfinished;
};

struct table_counts {
    size_t connections;
    size_t addresses;
    uint64_t evicted; /* since the start */
    uint64_t refused; /* turned away because nothing could be evicted */
};

/** Fails: DP_NO_MEMORY. Threads: everything below may be called from any thread. */
dp_err table_new(size_t connections_max, struct table **out);

/** Gives the table back; it must be empty. NULL is fine. */
void table_free(struct table *table);

/** Takes a new, unfinished connection in, evicting another if need be.
 * Fails: DP_FULL (every connection is being answered), DP_NO_MEMORY. */
dp_err table_enter(struct table *table, struct table_entry *entry, const struct peer *peer,
                   int fd);

/** Says whether the connection waits for its client (true) or for us (false: never evicted). */
void table_set_unfinished(struct table *table, struct table_entry *entry, bool is_unfinished);

/** Takes a connection out; to be called before its socket is closed. Again is fine. */
void table_leave(struct table *table, struct table_entry *entry);

/** Makes room without a newcomer, because the system ran out of descriptors. False if it can't. */
bool table_evict(struct table *table);

struct table_counts table_counts(struct table *table);
