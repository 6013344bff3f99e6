/* SPDX-License-Identifier: MIT */
#include "web/front/conn.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/core/mem.h"
#include "app/core/secret.h"
#include "web/front/backend.h"
#include "web/front/deliver.h"
#include "web/front/intake.h"
#include "web/front/refusal.h"

enum {
    DRAIN_MAX_BYTES = 256 * 1024,
    REQUEST_MAX_BYTES = HEAD_MAX_BYTES + 1024,
    /* What the system may still hold of a reply when the phone stops reading and the backend is
     * through: it is taken at once, since an ended socket can't be told to wait. */
    STREAM_SPARE_BYTES = 1024 * 1024,
};

/* ---- Birth and end --------------------------------------------------------------------------------- */

static void link_conn(struct conn *conn)
{
    struct loop *loop = conn->loop;
    conn->after = loop->first;
    if (loop->first != NULL) {
        loop->first->before = conn;
    }
    loop->first = conn;
    loop->conns_count++;
}

static void unlink_conn(struct conn *conn)
{
    struct loop *loop = conn->loop;
    if (conn->before != NULL) {
        conn->before->after = conn->after;
    } else {
        loop->first = conn->after;
    }
    if (conn->after != NULL) {
        conn->after->before = conn->before;
    }
    loop->conns_count--;
}

void conn_open(struct loop *loop, int fd, const struct peer *peer)
{
    struct conn *conn = mem_new(1, sizeof *conn);
    if (conn == NULL || !err_is_ok(table_enter(loop->shared->table, &conn->entry, peer, fd))) {
        mem_free(conn);
        (void)close(fd);
        return;
    }
    conn->loop = loop;
    conn->peer = *peer;
    conn->phone = (struct watch){ .kind = WATCH_PHONE, .fd = fd, .conn = conn };
    conn->backend = (struct watch){ .kind = WATCH_BACKEND, .fd = -1, .conn = conn };
    conn->deadline.owner = conn;
    conn->spool = -1;
    conn->in = buf_new(HEAD_MAX_BYTES);
    conn->request = buf_new(REQUEST_MAX_BYTES + CONN_BODY_MAX_BYTES);
    conn->fields = buf_new(REPLY_HEAD_MAX_BYTES);
    conn->out_head = buf_new(REPLY_HEAD_MAX_BYTES + REFUSAL_MAX_BYTES);
    conn->out_body = buf_new(CONN_REPLY_MAX_BYTES + STREAM_SPARE_BYTES);
    link_conn(conn);
    conn_enter(conn, CONN_SILENT, loop->shared->options.handshake_ms);
    conn_settle(conn);
}

void conn_close(struct conn *conn)
{
    struct loop *loop = conn->loop;
    if (conn->state == CONN_CLOSED) {
        return;
    }
    backend_leave(conn);
    conn_forget_request(conn);
    deadline_clear(&loop->deadlines, &conn->deadline);
    table_leave(loop->shared->table, &conn->entry);
    loop_drop(loop, &conn->phone);
    tls_free(conn->tls);
    conn->tls = NULL;
    conn->state = CONN_CLOSED;
    unlink_conn(conn);
    conn->after = loop->dead;
    loop->dead = conn;
}

void conn_free(struct conn *conn)
{
    mem_free(conn);
}

/* A request may hold an answer or a password, a reply somebody's figures. */
static void wipe(struct buf *buf)
{
    if (buf->data != NULL) {
        secret_wipe(buf->data, buf->len);
    }
    buf_free(buf);
}

void conn_forget_request(struct conn *conn)
{
    struct shared *shared = conn->loop->shared;
    wipe(&conn->in);
    wipe(&conn->request);
    buf_free(&conn->fields);
    buf_free(&conn->out_head);
    wipe(&conn->out_body);
    mem_free(conn->reply);
    conn->reply = NULL;
    if (conn->spool >= 0) {
        (void)close(conn->spool);
    }
    conn->spool = -1;
    if (conn->has_slot) {
        budget_give(&shared->downloads, 1);
    }
    budget_give(&shared->buffers, conn->held_bytes);
    conn->has_slot = false;
    conn->held_bytes = 0;
    conn->scanned = 0;
    conn->request_sent = 0;
    conn->spool_bytes = 0;
    conn->spool_sent = 0;
    conn->body_left = 0;
    conn->is_head = false;
    conn->is_http10 = false;
    conn->may_stay = false;
    conn->must_linger = false;
    conn->is_goodbye_said = false;
    conn->is_reply_begun = false;
    conn->is_reply_whole = false;
    conn->reply_left = 0;
    conn->chunk = (struct chunk){ .state = CHUNK_SIZE };
    conn->is_rechunked = false;
    conn->out_sent = 0;
    conn->stream_sent = 0;
    conn->stream_marked = 0;
    conn->is_backend_next = false;
}

bool conn_hold(struct conn *conn, size_t bytes)
{
    if (!budget_take(&conn->loop->shared->buffers, bytes)) {
        return false;
    }
    conn->held_bytes += bytes;
    return true;
}

/* ---- Change of state ------------------------------------------------------------------------------- */

/* True while the next move is the client's, so that it may be evicted. A download is one of a few
 * and belongs to somebody who is logged in. */
static bool is_unfinished(enum conn_state state)
{
    return state != CONN_WAITING && state != CONN_BACKEND && state != CONN_STREAM;
}

void conn_enter(struct conn *conn, enum conn_state state, int64_t limit_ms)
{
    struct loop *loop = conn->loop;
    if (is_unfinished(state) != is_unfinished(conn->state)) {
        table_set_unfinished(loop->shared->table, &conn->entry, is_unfinished(state));
    }
    conn->state = state;
    if (!err_is_ok(deadline_set(&loop->deadlines, &conn->deadline, loop->now_ms + limit_ms))) {
        conn_close(conn);
    }
}

/* Whoever has something left to write asks for room even if the flush that follows succeeds: between
 * two calls the phone may have read, and then nobody else would wake us. */
static uint32_t events_of_state(const struct conn *conn)
{
    switch (conn->state) {
    case CONN_SILENT:
    case CONN_HANDSHAKE:
    case CONN_HEAD:
    case CONN_BODY:
    case CONN_LINGER:
        return EPOLLIN;
    case CONN_WRITE:
        return EPOLLOUT;
    case CONN_STREAM:
        return deliver_has_work(conn) ? EPOLLOUT : 0;
    case CONN_WAITING:
    case CONN_BACKEND:
    case CONN_CLOSED:
        return 0;
    }
    return 0;
}

void conn_settle(struct conn *conn)
{
    uint32_t wanted = events_of_state(conn);
    if (conn->state == CONN_CLOSED) {
        return;
    }
    if (conn->tls != NULL && tls_has_unsent(conn->tls)) {
        enum tls_result result = tls_flush(conn->tls);
        if (result == TLS_BROKEN) {
            conn_close(conn);
            return;
        }
        wanted |= result == TLS_WANT_WRITE ? (uint32_t)EPOLLOUT : 0;
    }
    loop_want(conn->loop, &conn->phone, wanted);
}

/* ---- Ways to end ----------------------------------------------------------------------------------- */

void conn_part(struct conn *conn)
{
    if (conn->tls != NULL) {
        (void)tls_flush(conn->tls); /* what does not go now is lost; so is the client */
    }
    (void)shutdown(conn->phone.fd, SHUT_WR);
    tls_free(conn->tls);
    conn->tls = NULL;
    conn_enter(conn, CONN_LINGER, conn->loop->shared->options.linger_ms);
    conn_settle(conn);
}

/* Closing a socket with unread bytes would throw away what the client has not read yet. */
static void drain(struct conn *conn)
{
    struct loop *loop = conn->loop;
    ssize_t got = recv(conn->phone.fd, loop->scratch, sizeof loop->scratch, 0);
    if (got > 0) {
        conn->drained_bytes += (size_t)got;
    }
    bool is_waiting = got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
    if (!is_waiting || conn->drained_bytes > DRAIN_MAX_BYTES) {
        conn_close(conn);
    }
}

void conn_refuse(struct conn *conn, int status)
{
    bool has_body = !conn->is_head;
    backend_leave(conn);
    conn_forget_request(conn);
    conn->must_linger = true;
    if (!err_is_ok(refusal_write(status, has_body, &conn->out_head))) {
        conn_close(conn);
        return;
    }
    deliver_begin(conn);
}

void conn_expire(struct conn *conn)
{
    switch (conn->state) {
    case CONN_HEAD:
        if (conn->in.len > 0) {
            conn_refuse(conn, 408);
            return;
        }
        tls_say_goodbye(conn->tls);
        (void)tls_flush(conn->tls); /* a courtesy */
        conn_close(conn);
        return;
    case CONN_BODY:
        conn_refuse(conn, 408);
        return;
    case CONN_WAITING:
    case CONN_BACKEND:
        conn_refuse(conn, 503);
        return;
    case CONN_SILENT:
    case CONN_HANDSHAKE:
    case CONN_WRITE:
    case CONN_STREAM:
    case CONN_LINGER:
    case CONN_CLOSED:
        conn_close(conn);
        return;
    }
}

/* ---- Events ---------------------------------------------------------------------------------------- */

void conn_on_phone(struct conn *conn, uint32_t events)
{
    /* Reset by the client, shut down by an eviction, or both sides are through. */
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        conn_close(conn);
        return;
    }
    switch (conn->state) {
    case CONN_SILENT:
    case CONN_HANDSHAKE:
    case CONN_HEAD:
    case CONN_BODY:
        intake_advance(conn);
        return;
    case CONN_WRITE:
    case CONN_STREAM:
        deliver_advance(conn);
        return;
    case CONN_LINGER:
        drain(conn);
        return;
    case CONN_WAITING:
    case CONN_BACKEND:
        conn_settle(conn);
        return;
    case CONN_CLOSED:
        return;
    }
}
