/* SPDX-License-Identifier: MIT */
#include "web/front/deliver.h"

#include "web/front/backend.h"
#include "web/front/conn.h"
#include "web/front/intake.h"

enum { STREAM_FULL_BYTES = 65536 };

static size_t total_bytes(const struct conn *conn)
{
    return conn->out_head.len + conn->out_body.len;
}

static int64_t limit_ms(const struct conn *conn, uint64_t bytes)
{
    const struct front_options *options = &conn->loop->shared->options;
    return options->write_ms + (int64_t)(bytes * 1000 / options->slowest_bytes_s);
}

void deliver_begin(struct conn *conn)
{
    conn->is_reply_whole = true;
    conn_enter(conn, CONN_WRITE, limit_ms(conn, total_bytes(conn)));
    deliver_advance(conn);
}

void deliver_begin_stream(struct conn *conn)
{
    conn_enter(conn, CONN_STREAM, conn->loop->shared->options.write_ms);
    deliver_advance(conn);
}

/* What of head and body has not been handed to TLS yet. */
static struct str rest_of(const struct conn *conn)
{
    if (conn->out_sent < conn->out_head.len) {
        return str_slice(buf_str(&conn->out_head), conn->out_sent, conn->out_head.len);
    }
    return str_slice(buf_str(&conn->out_body), conn->out_sent - conn->out_head.len,
                     conn->out_body.len);
}

bool deliver_has_work(const struct conn *conn)
{
    return conn->is_reply_whole || rest_of(conn).len > 0;
}

/* Writes until nothing is left (TLS_OK) or the phone must read first (TLS_WANT_WRITE). */
static enum tls_result write_rest(struct conn *conn)
{
    struct str rest = rest_of(conn);
    while (rest.len > 0) {
        size_t wrote = 0;
        enum tls_result result = tls_write(conn->tls, rest, &wrote);
        conn->out_sent += wrote;
        conn->stream_sent += wrote;
        if (result == TLS_WANT_WRITE) {
            result = tls_flush(conn->tls);
        }
        if (result != TLS_OK) {
            return result;
        }
        rest = rest_of(conn);
    }
    return TLS_OK;
}

static void begin_next_request(struct conn *conn)
{
    conn->requests++;
    conn_forget_request(conn);
    conn_enter(conn, CONN_HEAD, conn->loop->shared->options.keep_alive_ms);
    conn_settle(conn);
}

/* Everything is encrypted and queued; the connection goes on or ends when it is flushed. */
static void finish(struct conn *conn)
{
    enum tls_result result = tls_flush(conn->tls);
    if (result == TLS_WANT_WRITE) {
        conn_settle(conn);
        return;
    }
    if (result != TLS_OK) {
        conn_close(conn);
        return;
    }
    if (conn->may_stay) {
        begin_next_request(conn);
        return;
    }
    if (conn->must_linger) {
        conn_forget_request(conn);
        conn_part(conn);
        return;
    }
    conn_close(conn);
}

/* Drops what is sent, not at each step since the rest has to be moved. */
static void make_room(struct conn *conn)
{
    size_t head_len = conn->out_head.len;
    if (conn->out_sent < head_len) {
        return;
    }
    size_t sent = conn->out_sent - head_len;
    if (sent == conn->out_body.len || sent >= STREAM_FULL_BYTES) {
        buf_clear(&conn->out_head);
        buf_drop_front(&conn->out_body, sent);
        conn->out_sent = 0;
    }
}

/* A stream may last for as long as each 64 KiB of it gets through in time. */
static void extend_stream(struct conn *conn)
{
    const struct front_options *options = &conn->loop->shared->options;
    bool is_all_out = rest_of(conn).len == 0 && tls_flush(conn->tls) == TLS_OK;
    bool is_progress = conn->stream_sent - conn->stream_marked >= STREAM_FULL_BYTES;
    if (is_all_out || is_progress || conn->is_backend_next) {
        conn->is_backend_next = is_all_out;
        conn->stream_marked = conn->stream_sent;
        conn_enter(conn, CONN_STREAM, is_all_out ? options->backend_ms : options->write_ms);
    }
}

static void advance_stream(struct conn *conn)
{
    make_room(conn);
    conn_settle(conn);
    backend_set_hungry(conn, total_bytes(conn) - conn->out_sent < STREAM_FULL_BYTES);
}

void deliver_advance(struct conn *conn)
{
    if (conn->state != CONN_WRITE && conn->state != CONN_STREAM) {
        return;
    }
    enum tls_result result = write_rest(conn);
    if (result != TLS_OK && result != TLS_WANT_WRITE) {
        conn_close(conn);
        return;
    }
    if (conn->state == CONN_STREAM) {
        extend_stream(conn);
    }
    if (!conn->is_reply_whole) {
        advance_stream(conn);
        return;
    }
    if (result == TLS_WANT_WRITE) {
        conn_settle(conn);
        return;
    }
    if (!conn->may_stay && !conn->is_goodbye_said) {
        conn->is_goodbye_said = true;
        tls_say_goodbye(conn->tls);
    }
    finish(conn);
}
