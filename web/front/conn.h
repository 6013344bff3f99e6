/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: a phone's connection. conn.c has its life: birth, change of state, end;
 * intake.c takes a request in, backend.c gets it answered, deliver.c brings the reply out. Each of
 * them works until it would have to wait, then says for what.
 *
 * conn_close() may happen in any call. The memory stays until the loop's round is over, and the
 * state is then CONN_CLOSED, in which every function does nothing.
 */

#include "app/core/buf.h"
#include "web/front/chunk.h"
#include "web/front/head.h"
#include "web/front/loop.h"
#include "web/front/peer.h"
#include "web/front/reply.h"

enum {
    CONN_BODY_MAX_BYTES = 64 * 1024,          /* of a request, in memory */
    CONN_UPLOAD_MAX_BYTES = 10 * 1024 * 1024, /* of a request, in a file */
    CONN_REPLY_MAX_BYTES = 1024 * 1024,       /* of a reply that is gathered whole */
};

enum conn_state {
    CONN_SILENT,
    CONN_HANDSHAKE,
    CONN_HEAD,
    CONN_BODY,
    CONN_WAITING,
    CONN_BACKEND,
    CONN_WRITE,
    CONN_STREAM,
    CONN_LINGER,
    CONN_CLOSED,
};

struct conn {
    struct loop *loop;
    struct conn *before;
    struct conn *after;          /* in the loop's list of all, or of the dead */
    struct conn *waiting_before; /* in the loop's queue for the backend */
    struct conn *waiting_after;
    struct watch phone;
    struct watch backend;
    struct table_entry entry;
    struct deadline deadline;
    struct peer peer;
    struct tls *tls; /* NULL while silent */
    size_t drained_bytes;
    enum conn_state state;
    unsigned requests; /* answered so far */

    /* Of one request; conn_forget_request() empties it and all below. */
    struct buf in; /* bytes of the head as they come */
    size_t scanned;
    struct buf request; /* the canonical head and the body */
    size_t request_sent;
    size_t spool_bytes;
    size_t spool_sent;
    uint64_t body_left;
    size_t held_bytes; /* of the shared buffers */

    /* Of its reply. */
    struct buf fields;   /* the head as the backend sent it; `reply` points into it */
    struct reply *reply; /* owned; NULL before and after */
    uint64_t reply_left;
    struct chunk chunk;
    struct buf out_head;
    struct buf out_body;
    size_t out_sent; /* of both together */
    uint64_t stream_sent;
    uint64_t stream_marked; /* when the deadline was set last */
    enum reply_framing framing;

    int spool; /* -1, or a file with the request's body */
    bool is_waiting;
    bool is_head;
    bool is_http10;
    bool may_stay;    /* the connection goes on after the reply */
    bool must_linger; /* the phone may still be sending */
    bool is_goodbye_said;
    bool has_slot;
    bool is_reply_begun; /* its head is parsed */
    bool is_reply_whole;
    bool is_rechunked;    /* a stream without a known length */
    bool is_backend_next; /* the phone has all there is */
};

/** Takes a fresh socket over, and closes it when there is no room. */
void conn_open(struct loop *loop, int fd, const struct peer *peer);

/** Ends a connection at once. */
void conn_close(struct conn *conn);

/** Frees a closed connection; only the loop does that. */
void conn_free(struct conn *conn);

/** Something happened on the phone's socket. */
void conn_on_phone(struct conn *conn, uint32_t events);

/** The deadline of the present state is over. */
void conn_expire(struct conn *conn);

/** Goes to a state in which at most `limit_ms` may be spent. */
void conn_enter(struct conn *conn, enum conn_state state, int64_t limit_ms);

/** Gives up on the present request and answers with one of our own pages, then ends. */
void conn_refuse(struct conn *conn, int status);

/** Ends with what is queued (an alert, say) still going out. */
void conn_part(struct conn *conn);

/** Sends what is queued and tells the loop what the state waits for. */
void conn_settle(struct conn *conn);

/** Takes bytes of the shared buffers; false if there are none left. */
bool conn_hold(struct conn *conn, size_t bytes);

/** Empties everything that belongs to one request and its reply. */
void conn_forget_request(struct conn *conn);
