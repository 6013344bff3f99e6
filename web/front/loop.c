/* SPDX-License-Identifier: MIT */
#include "web/front/loop.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/core/log.h"
#include "app/core/mem.h"
#include "web/front/backend.h"
#include "web/front/conn.h"

enum {
    EVENTS_MAX = 128,
    ACCEPTS_MAX = 16, /* in one round, so that those who are in keep their turn */
    ACCEPT_PAUSE_MS = 100,
    WARN_EVERY_MS = 60000,
    DRAIN_MS = 3000,
    IDLE_MAX_MS = 60000,
};

/* ---- Descriptors ------------------------------------------------------------------------------------ */

void loop_want(struct loop *loop, struct watch *watch, uint32_t events)
{
    watch->wanted = events;
    if (watch->is_added && (watch->asked & events) == events) {
        return; /* asking for less is put off until an event comes that nobody wants */
    }
    struct epoll_event event = { .events = events, .data.ptr = watch };
    if (watch->kind == WATCH_LISTENER) {
        event.events |= EPOLLEXCLUSIVE;
    }
    int what = watch->is_added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    /* Fails for lack of memory only; the connection's deadline then ends it. */
    if (epoll_ctl(loop->epoll, what, watch->fd, &event) == 0) {
        watch->is_added = true;
        watch->asked = events;
    }
}

void loop_drop(struct loop *loop, struct watch *watch)
{
    if (watch->fd < 0) {
        return;
    }
    if (watch->is_added) {
        (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    }
    (void)close(watch->fd);
    *watch = (struct watch){ .kind = watch->kind, .fd = -1, .conn = watch->conn };
}

/* ---- Accepting -------------------------------------------------------------------------------------- */

static void set_accepting(struct loop *loop, bool is_accepting)
{
    struct watch *listener = &loop->listener;
    if (is_accepting == listener->is_added) {
        return;
    }
    if (is_accepting) {
        loop_want(loop, listener, EPOLLIN);
        return;
    }
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, listener->fd, NULL);
    listener->is_added = false;
}

/* The system has no descriptor left: the listener would be ready for ever and keep us busy. */
static void pause_accepting(struct loop *loop)
{
    (void)table_evict(loop->shared->table);
    set_accepting(loop, false);
    loop->accept_again_ms = loop->now_ms + ACCEPT_PAUSE_MS;
    if (loop->now_ms - loop->warned_ms >= WARN_EVERY_MS || loop->warned_ms == 0) {
        loop->warned_ms = loop->now_ms;
        log_warning(
            "the system has no file descriptors left for connections: raise LimitNOFILE");
    }
}

static void accept_some(struct loop *loop)
{
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        struct sockaddr_storage address;
        socklen_t len = sizeof address;
        int fd = accept4(loop->listener.fd, (struct sockaddr *)&address, &len,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            struct peer peer = peer_of(&address);
            conn_open(loop, fd, &peer);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            pause_accepting(loop);
        }
        if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

/* ---- One round -------------------------------------------------------------------------------------- */

static void take_wake(const struct watch *watch)
{
    uint64_t count = 0;
    DP_CHECK(read(watch->fd, &count, sizeof count) == (ssize_t)sizeof count);
}

static void on_event(struct loop *loop, struct watch *watch, uint32_t events)
{
    uint32_t news = events & (watch->wanted | EPOLLERR | EPOLLHUP);
    if (watch->fd < 0) {
        return; /* closed by an earlier event of this round */
    }
    if (news == 0) {
        struct epoll_event less = { .events = watch->wanted, .data.ptr = watch };
        if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &less) == 0) {
            watch->asked = watch->wanted;
        }
        return;
    }
    switch (watch->kind) {
    case WATCH_LISTENER:
        accept_some(loop);
        return;
    case WATCH_WAKE:
        take_wake(watch);
        return; /* the stop flag is looked at in every round */
    case WATCH_PHONE:
        conn_on_phone(watch->conn, news);
        return;
    case WATCH_BACKEND:
        backend_on_event(watch->conn, news);
        return;
    }
}

static void expire(struct loop *loop)
{
    struct deadline *next = deadline_first(&loop->deadlines);
    while (next != NULL && next->at_ms <= loop->now_ms) {
        deadline_clear(&loop->deadlines, next);
        conn_expire(next->owner);
        next = deadline_first(&loop->deadlines);
    }
    if (loop->accept_again_ms != 0 && loop->accept_again_ms <= loop->now_ms) {
        loop->accept_again_ms = 0;
        set_accepting(loop, !loop->is_draining);
    }
}

static void bury_dead(struct loop *loop)
{
    while (loop->dead != NULL) {
        struct conn *next = loop->dead->after;
        conn_free(loop->dead);
        loop->dead = next;
    }
}

static int64_t sooner(int64_t a, int64_t b)
{
    return b != 0 && b < a ? b : a;
}

static int wait_ms(const struct loop *loop)
{
    const struct deadline *next = deadline_first(&loop->deadlines);
    int64_t until_ms = loop->now_ms + IDLE_MAX_MS;
    until_ms = next != NULL && next->at_ms < until_ms ? next->at_ms : until_ms;
    until_ms = sooner(until_ms, loop->accept_again_ms);
    until_ms = sooner(until_ms, loop->is_draining ? loop->drain_until_ms : 0);
    until_ms = sooner(until_ms, loop->waiting_first != NULL ? loop->backend_again_ms : 0);
    return until_ms > loop->now_ms ? (int)(until_ms - loop->now_ms) : 0;
}

/* Stops accepting and ends what has not sent a request; the others are answered first. */
static void begin_draining(struct loop *loop)
{
    loop->is_draining = true;
    loop->drain_until_ms = loop->now_ms + DRAIN_MS;
    set_accepting(loop, false);
    struct conn *conn = loop->first;
    while (conn != NULL) {
        struct conn *next = conn->after;
        if (conn->state == CONN_SILENT || conn->state == CONN_HANDSHAKE ||
            conn->state == CONN_HEAD || conn->state == CONN_LINGER) {
            conn_close(conn);
        }
        conn = next;
    }
}

static bool is_over(struct loop *loop)
{
    if (!loop->is_draining && atomic_load(&loop->shared->is_stopping)) {
        begin_draining(loop);
    }
    return loop->is_draining &&
           (loop->conns_count == 0 || loop->now_ms >= loop->drain_until_ms);
}

static void *run(void *context)
{
    struct loop *loop = context;
    struct epoll_event events[EVENTS_MAX];
    loop->now_ms = shared_now_ms(loop->shared);
    set_accepting(loop, true);
    while (!is_over(loop)) {
        int count = epoll_wait(loop->epoll, events, EVENTS_MAX, wait_ms(loop));
        loop->now_ms = shared_now_ms(loop->shared);
        for (int i = 0; i < count; i++) {
            on_event(loop, events[i].data.ptr, events[i].events);
        }
        expire(loop);
        backend_serve_queue(loop);
        bury_dead(loop);
    }
    while (loop->first != NULL) {
        conn_close(loop->first);
    }
    bury_dead(loop);
    return NULL;
}

/* ---- Start and stop --------------------------------------------------------------------------------- */

static void free_loop(struct loop *loop)
{
    loop_drop(loop, &loop->wake);
    if (loop->epoll >= 0) {
        (void)close(loop->epoll);
    }
    deadline_free(&loop->deadlines);
    mem_free(loop);
}

dp_err loop_start(struct shared *shared, struct loop **out)
{
    struct loop *loop = mem_new(1, sizeof *loop);
    if (loop == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    loop->shared = shared;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->listener = (struct watch){ .kind = WATCH_LISTENER, .fd = shared->listener };
    loop->wake = (struct watch){ .kind = WATCH_WAKE,
                                 .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) };
    if (loop->epoll < 0 || loop->wake.fd < 0) {
        free_loop(loop);
        return err_make(DP_IO);
    }
    loop_want(loop, &loop->wake, EPOLLIN);
    if (pthread_create(&loop->thread, NULL, run, loop) != 0) {
        free_loop(loop);
        return err_make(DP_IO);
    }
    *out = loop;
    return DP_SUCCESS;
}

void loop_wake(struct loop *loop)
{
    const uint64_t one = 1;
    DP_CHECK(write(loop->wake.fd, &one, sizeof one) == (ssize_t)sizeof one);
}

void loop_stop(struct loop *loop)
{
    pthread_join(loop->thread, NULL);
    free_loop(loop);
}
