/* SPDX-License-Identifier: MIT */
#include "web/front/gather.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "app/core/mem.h"
#include "web/front/backend.h"
#include "web/front/conn.h"
#include "web/front/deliver.h"

enum {
    HOLD_STEP_BYTES = 65536,
    READS_MAX = 16,     /* then the other connections have their turn */
    REQUESTS_MAX = 100, /* on one connection of a phone */
};

/* ---- The reply's head ------------------------------------------------------------------------------- */

static bool may_phone_stay(const struct conn *conn)
{
    return conn->may_stay && conn->requests + 1 < REQUESTS_MAX && !conn->loop->is_draining;
}

/* Writes the head for a body that is there, or whose length is known. */
static dp_err write_head(struct conn *conn, bool has_length, uint64_t length_bytes)
{
    struct reply_frame frame = { .has_length = has_length, .length_bytes = length_bytes };
    conn->may_stay = may_phone_stay(conn);
    frame.may_stay = conn->may_stay;
    return reply_write(conn->reply, &frame, &conn->out_head);
}

/* Writes the head for a body whose length only the backend will know at its end. */
static dp_err write_open_head(struct conn *conn)
{
    struct reply_frame frame = { .is_chunked = !conn->is_http10 };
    conn->may_stay = may_phone_stay(conn) && !conn->is_http10;
    frame.may_stay = conn->may_stay;
    conn->is_rechunked = frame.is_chunked;
    return reply_write(conn->reply, &frame, &conn->out_head);
}

static void finish_reply(struct conn *conn)
{
    backend_leave(conn);
    if (conn->state == CONN_STREAM) {
        if (conn->is_rechunked) {
            buf_add(&conn->out_body, STR("0\r\n\r\n"));
        }
        conn->is_reply_whole = true;
        deliver_advance(conn);
        return;
    }
    bool has_length = conn->framing != REPLY_EMPTY || conn->reply->has_length;
    uint64_t length_bytes = conn->framing == REPLY_EMPTY ? conn->reply->length_bytes
                                                         : conn->out_body.len;
    if (!err_is_ok(write_head(conn, has_length, length_bytes))) {
        conn_refuse(conn, 502);
        return;
    }
    deliver_begin(conn);
}

static bool is_hungry(const struct conn *conn)
{
    return conn->state == CONN_STREAM && (conn->backend.wanted & EPOLLIN) != 0;
}

/* A reply that is too long to be gathered is passed on as it comes, a few at a time. */
static bool begin_stream(struct conn *conn)
{
    if (!budget_take(&conn->loop->shared->downloads, 1)) {
        conn_refuse(conn, 503);
        return false;
    }
    conn->has_slot = true;
    bool is_open = conn->framing == REPLY_CHUNKED;
    dp_err written = is_open ? write_open_head(conn) : write_head(conn, true, conn->reply_left);
    if (is_open && conn->is_rechunked && conn->out_body.len > 0) {
        buf_fmt(&conn->out_head, "%zx\r\n", conn->out_body.len);
        buf_add(&conn->out_body, STR("\r\n"));
    }
    if (!err_is_ok(written) || !err_is_ok(buf_finish(&conn->out_head))) {
        conn_refuse(conn, 502);
        return false;
    }
    deliver_begin_stream(conn);
    return is_hungry(conn);
}

/* ---- The reply's body ------------------------------------------------------------------------------- */

/* Decodes a piece of a chunked reply; for a stream each piece becomes a chunk of its own. */
static dp_err add_chunked(struct conn *conn, struct str data, size_t *used)
{
    struct buf *out = &conn->out_body;
    if (!conn->is_rechunked) {
        return chunk_read(&conn->chunk, data, out, used);
    }
    BUF_AUTO struct buf plain = buf_new(LOOP_SCRATCH_BYTES);
    DP_TRY(chunk_read(&conn->chunk, data, &plain, used));
    if (plain.len > 0) {
        buf_fmt(out, "%zx\r\n", plain.len);
        buf_add(out, buf_str(&plain));
        buf_add(out, STR("\r\n"));
    }
    return buf_finish(out);
}

/* Takes a piece of the body. Fails: DP_INVALID (more than was announced), DP_FULL, DP_NO_MEMORY. */
static dp_err add_body(struct conn *conn, struct str data)
{
    size_t used = 0;
    if (conn->framing == REPLY_CHUNKED) {
        DP_TRY(add_chunked(conn, data, &used));
        return err_make(used == data.len ? DP_OK : DP_INVALID);
    }
    if (data.len > conn->reply_left) {
        return err_make(DP_INVALID);
    }
    buf_add(&conn->out_body, data);
    conn->reply_left -= data.len;
    return buf_finish(&conn->out_body);
}

static bool is_body_whole(const struct conn *conn)
{
    return conn->framing == REPLY_CHUNKED ? chunk_is_done(&conn->chunk) : conn->reply_left == 0;
}

/* True if what is gathered may be held; otherwise the reply becomes a stream. */
static bool may_hold(struct conn *conn)
{
    if (conn->out_body.len > CONN_REPLY_MAX_BYTES) {
        return false;
    }
    while (conn->held_bytes < conn->out_body.len) {
        if (!conn_hold(conn, HOLD_STEP_BYTES)) {
            return false;
        }
    }
    return true;
}

/* Cuts a stream off in a way that the phone can tell from an end; before the first byte there is a
 * page to say it. */
static void fail_reply(struct conn *conn)
{
    if (conn->state == CONN_STREAM) {
        conn_close(conn);
        return;
    }
    conn_refuse(conn, 502);
}

/* Works a piece of the body in; false once the reply is whole or the connection has gone on. */
static bool take_body(struct conn *conn, struct str data)
{
    if (!err_is_ok(add_body(conn, data))) {
        fail_reply(conn);
        return false;
    }
    if (is_body_whole(conn)) {
        finish_reply(conn);
        return false;
    }
    if (conn->state == CONN_STREAM) {
        deliver_advance(conn);
        return is_hungry(conn);
    }
    return conn->framing == REPLY_LENGTH || may_hold(conn) || begin_stream(conn);
}

/* With the head parsed, decides how the body will travel. */
static bool begin_body(struct conn *conn, struct str behind)
{
    struct reply *reply = conn->reply;
    conn->framing = reply->framing;
    conn->reply_left = reply->framing == REPLY_LENGTH ? reply->length_bytes : 0;
    if (reply->framing == REPLY_EMPTY) {
        finish_reply(conn);
        return false;
    }
    bool is_long = conn->reply_left > CONN_REPLY_MAX_BYTES;
    bool is_stream = is_long || !conn_hold(conn, (size_t)conn->reply_left);
    if (is_stream && !begin_stream(conn) && conn->state != CONN_STREAM) {
        return false;
    }
    return (behind.len == 0 && !is_body_whole(conn)) || take_body(conn, behind);
}

static bool take_head(struct conn *conn, struct str data)
{
    size_t length = 0;
    size_t room = REPLY_HEAD_MAX_BYTES - conn->fields.len;
    size_t before = conn->fields.len;
    struct str piece = str_slice(data, 0, room);
    buf_add(&conn->fields, piece);
    if (!err_is_ok(buf_finish(&conn->fields)) ||
        !err_is_ok(reply_find_end(buf_str(&conn->fields), &conn->scanned, &length))) {
        conn_refuse(conn, 502);
        return false;
    }
    if (length == 0) {
        return true;
    }
    struct str behind = str_slice(data, length - before, data.len);
    conn->fields.len = length;
    conn->is_reply_begun = true;
    conn->reply = mem_new(1, sizeof *conn->reply);
    if (conn->reply == NULL ||
        !err_is_ok(reply_parse(buf_str(&conn->fields), conn->is_head, conn->reply))) {
        conn_refuse(conn, 502);
        return false;
    }
    return begin_body(conn, behind);
}

/* ---- Reading ---------------------------------------------------------------------------------------- */

/* Reads a piece; false when there is nothing more to do now. */
static bool read_some(struct conn *conn)
{
    struct loop *loop = conn->loop;
    ssize_t got = recv(conn->backend.fd, loop->scratch, sizeof loop->scratch, 0);
    if (got < 0 && errno == EINTR) {
        return true;
    }
    if (got < 0 && (errno == EAGAIN)) {
        return false;
    }
    if (got <= 0) {
        fail_reply(conn); /* a whole reply would have been taken before its end came */
        return false;
    }
    struct str data = { loop->scratch, (size_t)got };
    return conn->is_reply_begun ? take_body(conn, data) : take_head(conn, data);
}

void gather_reply(struct conn *conn)
{
    for (int i = 0; i < READS_MAX && conn->backend.fd >= 0 && read_some(conn); i++) {
    }
}
