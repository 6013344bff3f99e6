/* SPDX-License-Identifier: MIT */
#include "web/front/backend.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/front/conn.h"
#include "web/front/gather.h"

enum {
    RETRY_MS = 3, /* the backend's queue was full: nothing announces when it is not */
};

/* ---- The queue ------------------------------------------------------------------------------------- */

static void queue_push(struct conn *conn, bool is_at_front)
{
    struct loop *loop = conn->loop;
    struct conn *after = is_at_front ? loop->waiting_first : NULL;
    struct conn *before = is_at_front ? NULL : loop->waiting_last;
    conn->waiting_before = before;
    conn->waiting_after = after;
    *(before != NULL ? &before->waiting_after : &loop->waiting_first) = conn;
    *(after != NULL ? &after->waiting_before : &loop->waiting_last) = conn;
    conn->is_waiting = true;
}

static void queue_remove(struct conn *conn)
{
    struct loop *loop = conn->loop;
    struct conn *before = conn->waiting_before;
    struct conn *after = conn->waiting_after;
    *(before != NULL ? &before->waiting_after : &loop->waiting_first) = after;
    *(after != NULL ? &after->waiting_before : &loop->waiting_last) = before;
    conn->waiting_before = NULL;
    conn->waiting_after = NULL;
    conn->is_waiting = false;
}

void backend_leave(struct conn *conn)
{
    if (conn->is_waiting) {
        queue_remove(conn);
    }
    if (conn->backend.fd >= 0) {
        loop_drop(conn->loop, &conn->backend);
        conn->loop->backend_count--;
    }
}

/* ---- Sending the request ---------------------------------------------------------------------------- */

/* The bytes of the spool file that go next, in the loop's scratch memory. */
static struct str read_spool(struct conn *conn)
{
    struct loop *loop = conn->loop;
    size_t left = conn->spool_bytes - conn->spool_sent;
    size_t wanted = left < sizeof loop->scratch ? left : sizeof loop->scratch;
    ssize_t got = wanted == 0
                      ? 0
                      : pread(conn->spool, loop->scratch, wanted, (off_t)conn->spool_sent);
    return (struct str){ loop->scratch, got > 0 ? (size_t)got : 0 };
}

static void count_sent(struct conn *conn, size_t bytes)
{
    if (conn->request_sent < conn->request.len) {
        conn->request_sent += bytes;
    } else {
        conn->spool_sent += bytes;
    }
}

/* Sends on; false once the backend takes no more, for now or for ever. */
static bool send_some(struct conn *conn)
{
    struct str next = str_slice(buf_str(&conn->request), conn->request_sent, conn->request.len);
    if (next.len == 0) {
        next = read_spool(conn);
    }
    if (next.len == 0) {
        loop_want(conn->loop, &conn->backend, EPOLLIN);
        return false;
    }
    ssize_t wrote = send(conn->backend.fd, next.ptr, next.len, MSG_NOSIGNAL);
    if (wrote >= 0) {
        count_sent(conn, (size_t)wrote);
        return true;
    }
    if (errno == EINTR) {
        return true;
    }
    /* It may have answered without reading all of a body: then the answer is there to be read. */
    bool is_full = errno == EAGAIN;
    loop_want(conn->loop, &conn->backend, is_full ? EPOLLIN | EPOLLOUT : EPOLLIN);
    return false;
}

static void send_request(struct conn *conn)
{
    while (send_some(conn)) {
    }
}

/* ---- Connecting ------------------------------------------------------------------------------------- */

static void begin(struct conn *conn)
{
    struct loop *loop = conn->loop;
    struct shared *shared = loop->shared;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        connect(fd, (const struct sockaddr *)&shared->backend, sizeof shared->backend) == 0) {
        conn->backend.fd = fd;
        loop->backend_count++;
        conn_enter(conn, CONN_BACKEND, shared->options.backend_ms);
        conn_settle(conn);
        send_request(conn);
        return;
    }
    bool is_busy = errno == EAGAIN || errno == EMFILE || errno == ENFILE;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (!is_busy) {
        conn_refuse(conn, 503);
        return;
    }
    queue_push(conn, true);
    loop->backend_again_ms = loop->now_ms + RETRY_MS;
}

static bool may_begin(const struct loop *loop)
{
    return loop->backend_count < loop->shared->backend_max &&
           loop->backend_again_ms <= loop->now_ms;
}

void backend_submit(struct conn *conn)
{
    struct loop *loop = conn->loop;
    conn_enter(conn, CONN_WAITING, loop->shared->options.queue_ms);
    if (conn->state == CONN_CLOSED) {
        return;
    }
    if (loop->waiting_first == NULL && may_begin(loop)) {
        begin(conn);
        return;
    }
    queue_push(conn, false);
}

void backend_serve_queue(struct loop *loop)
{
    while (loop->waiting_first != NULL && may_begin(loop)) {
        struct conn *next = loop->waiting_first;
        queue_remove(next);
        begin(next);
    }
}

/* ---- Events ----------------------------------------------------------------------------------------- */

void backend_on_event(struct conn *conn, uint32_t events)
{
    if (conn->state == CONN_BACKEND && (events & EPOLLOUT) != 0) {
        send_request(conn);
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) {
        return;
    }
    gather_reply(conn);
}

void backend_set_hungry(struct conn *conn, bool is_hungry)
{
    if (conn->backend.fd >= 0) {
        loop_want(conn->loop, &conn->backend, is_hungry ? (uint32_t)EPOLLIN : 0);
    }
}
