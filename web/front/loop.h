/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: one event-loop thread. It waits for sockets and deadlines and calls the
 * functions of conn.h and backend.h; those tell it by loop_want() what they wait for next.
 *
 * Interest is exact: a connection that waits for its backend asks for no input, so data that a phone
 * sends early wakes nobody more than once.
 */

#include <pthread.h>

#include "web/front/deadline.h"
#include "web/front/shared.h"

enum { LOOP_SCRATCH_BYTES = 65536 };

struct conn;

enum watch_kind { WATCH_LISTENER, WATCH_WAKE, WATCH_PHONE, WATCH_BACKEND };

/** A descriptor in the epoll set. */
struct watch {
    enum watch_kind kind;
    int fd; /* -1: none */
    bool is_added;
    uint32_t asked;  /* what epoll was told */
    uint32_t wanted; /* what we wait for; a part of `asked` */
    struct conn *conn;
};

struct loop {
    struct shared *shared;
    pthread_t thread;
    int epoll;
    struct watch listener;
    struct watch wake;
    struct deadlines deadlines;
    struct conn *first;         /* all living connections */
    struct conn *dead;          /* to be freed when the events at hand are through */
    struct conn *waiting_first; /* for the backend */
    struct conn *waiting_last;
    size_t conns_count;
    size_t backend_count;     /* requests that the backend has */
    int64_t now_ms;           /* read once for each round */
    int64_t backend_again_ms; /* 0: no retry is due */
    int64_t accept_again_ms;  /* 0: accepting */
    int64_t warned_ms;
    bool is_draining;
    int64_t drain_until_ms;
    char scratch[LOOP_SCRATCH_BYTES];
};

/** Starts the thread. Fails: DP_IO, DP_NO_MEMORY. */
dp_err loop_start(struct shared *shared, struct loop **out);

/** Makes the thread look whether is_stopping was set. */
void loop_wake(struct loop *loop);

/** Waits for the thread's end, after is_stopping was set, and gives its memory back. */
void loop_stop(struct loop *loop);

/** Says what a descriptor waits for; 0 is nothing but its end. */
void loop_want(struct loop *loop, struct watch *watch, uint32_t events);

/** Takes a descriptor out and closes it. */
void loop_drop(struct loop *loop, struct watch *watch);
