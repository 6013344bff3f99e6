/* SPDX-License-Identifier: MIT */
#include "web/front/intake.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/core/secret.h"
#include "web/front/backend.h"
#include "web/front/conn.h"

enum {
    READ_STEP_BYTES = 4096,
    RECORD_BYTES = 16384,
    SMALL_HEAD_BYTES = 2048, /* larger ones are counted against the shared buffers */
    STEPS_MAX = 64,          /* then the other connections have their turn */
};

/* ---- Handshake ------------------------------------------------------------------------------------- */

static bool begin_tls(struct conn *conn)
{
    struct tls_context *context = shared_context(conn->loop->shared);
    conn->tls = tls_new(context, conn->phone.fd);
    tls_context_release(context);
    if (conn->tls == NULL) {
        conn_close(conn);
        return false;
    }
    conn->state = CONN_HANDSHAKE; /* under the deadline that began with the accept */
    return true;
}

static bool shake_hands(struct conn *conn)
{
    switch (tls_handshake(conn->tls)) {
    case TLS_OK:
        conn_enter(conn, CONN_HEAD, conn->loop->shared->options.head_ms);
        return true;
    case TLS_WANT_READ:
    case TLS_WANT_WRITE:
        return false;
    case TLS_ENDED:
        conn_close(conn);
        return false;
    case TLS_BROKEN:
        conn_part(conn);
        return false;
    }
    return false;
}

/* ---- Reading --------------------------------------------------------------------------------------- */

/* True if bytes came; otherwise what has to be done is done. */
static bool read_some(struct conn *conn, void *into, size_t len, size_t *got)
{
    switch (tls_read(conn->tls, into, len, got)) {
    case TLS_OK:
        return true;
    case TLS_WANT_READ:
    case TLS_WANT_WRITE:
        return false;
    case TLS_ENDED:
        conn_close(conn);
        return false;
    case TLS_BROKEN:
        conn_part(conn);
        return false;
    }
    return false;
}

static bool finish_request(struct conn *conn)
{
    /* Bytes behind the request: the client would have to wait anyway, and nobody honest does it. */
    if (tls_has_unread(conn->tls)) {
        conn_refuse(conn, 400);
        return false;
    }
    backend_submit(conn);
    return false;
}

/* ---- Body ------------------------------------------------------------------------------------------ */

static bool open_spool(struct conn *conn)
{
    const char *folder = conn->loop->shared->options.spool_folder;
    conn->spool = folder == NULL ? -1 : open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return conn->spool >= 0;
}

static bool write_spool(struct conn *conn, const char *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t wrote = pwrite(conn->spool, data + done, len - done,
                               (off_t)(conn->spool_bytes + done));
        if (wrote <= 0) {
            return false;
        }
        done += (size_t)wrote;
    }
    conn->spool_bytes += len;
    return true;
}

/* Puts a piece of the body where the body goes. */
static bool take_body(struct conn *conn, const char *data, size_t len)
{
    if (conn->spool >= 0) {
        return write_spool(conn, data, len);
    }
    buf_add_bytes(&conn->request, data, len);
    return err_is_ok(buf_finish(&conn->request));
}

static bool read_body(struct conn *conn)
{
    struct loop *loop = conn->loop;
    size_t got = 0;
    size_t wanted = conn->body_left < RECORD_BYTES ? (size_t)conn->body_left : RECORD_BYTES;
    if (!read_some(conn, loop->scratch, wanted, &got)) {
        return false;
    }
    bool is_taken = take_body(conn, loop->scratch, got);
    secret_wipe(loop->scratch, got); /* an answer or a password may come apart from its head */
    if (!is_taken) {
        conn_refuse(conn, 503);
        return false;
    }
    conn->body_left -= got;
    return conn->body_left > 0 || finish_request(conn);
}

/* 0, or the status of the refusal. */
static int make_room_for_body(struct conn *conn, const struct head *head)
{
    if (head->body_bytes <= CONN_BODY_MAX_BYTES) {
        return conn_hold(conn, (size_t)head->body_bytes) ? 0 : 503;
    }
    bool takes_uploads = conn->loop->shared->options.spool_folder != NULL;
    if (!takes_uploads || !head->has_session || head->body_bytes > CONN_UPLOAD_MAX_BYTES) {
        return 413;
    }
    return open_spool(conn) ? 0 : 503;
}

static int64_t body_limit_ms(const struct conn *conn, uint64_t bytes)
{
    const struct front_options *options = &conn->loop->shared->options;
    return options->body_ms + (int64_t)(bytes * 1000 / options->slowest_bytes_s);
}

/* ---- Head ------------------------------------------------------------------------------------------ */

/* Writes the canonical request, with as much of its body as came together with the head. */
static int take_request(struct conn *conn, const struct head *head, struct str behind)
{
    int status = behind.len > head->body_bytes ? 400 : make_room_for_body(conn, head);
    if (status != 0) {
        return status;
    }
    conn->is_http10 = head->is_http10;
    conn->may_stay = !head->wants_close;
    conn->body_left = head->body_bytes - behind.len;
    if (!err_is_ok(head_write(head, str_of(conn->peer.text), &conn->request)) ||
        !take_body(conn, behind.ptr, behind.len)) {
        return 503;
    }
    return 0;
}

static bool begin_body(struct conn *conn, bool wants_continue, uint64_t body_bytes)
{
    size_t wrote = 0;
    /* A few bytes always find room: nothing else is queued at this moment. */
    if (wants_continue) {
        (void)tls_write(conn->tls, STR("HTTP/1.1 100 Continue\r\n\r\n"), &wrote);
    }
    conn_enter(conn, CONN_BODY, body_limit_ms(conn, body_bytes));
    return true;
}

static bool use_head(struct conn *conn, size_t length)
{
    struct head head;
    int status = 400;
    struct str all = buf_str(&conn->in);
    struct str behind = str_slice(all, length, all.len);
    dp_err parsed = head_parse(str_slice(all, 0, length), &head, &status);
    conn->is_head = head.method == HEAD_HEAD;
    if (err_is_ok(parsed)) {
        status = take_request(conn, &head, behind);
    }
    if (status != 0) {
        conn_refuse(conn, status);
        return false;
    }
    bool wants_continue = head.wants_continue && behind.len == 0;
    secret_wipe(conn->in.data, conn->in.len);
    buf_free(&conn->in);
    conn->scanned = 0;
    return conn->body_left > 0 ? begin_body(conn, wants_continue, head.body_bytes)
                               : finish_request(conn);
}

/* The first byte of a further request on the same connection begins its ten seconds; and a head that
 * grows large is counted. */
static bool account_for_head(struct conn *conn, size_t before)
{
    if (before == 0 && conn->requests > 0) {
        conn_enter(conn, CONN_HEAD, conn->loop->shared->options.head_ms);
    }
    bool is_large_now = before <= SMALL_HEAD_BYTES && conn->in.len > SMALL_HEAD_BYTES;
    return !is_large_now || conn_hold(conn, HEAD_MAX_BYTES);
}

static bool read_head(struct conn *conn)
{
    size_t before = conn->in.len;
    size_t room = HEAD_MAX_BYTES - before;
    size_t wanted = room < READ_STEP_BYTES ? room : READ_STEP_BYTES;
    size_t got = 0;
    size_t length = 0;
    char *into = buf_reserve(&conn->in, wanted);
    if (into == NULL) {
        conn_close(conn);
        return false;
    }
    if (!read_some(conn, into, wanted, &got)) {
        return false;
    }
    buf_grow_by(&conn->in, got);
    if (!account_for_head(conn, before)) {
        conn_refuse(conn, 503);
        return false;
    }
    dp_err found = head_find_end(buf_str(&conn->in), &conn->scanned, &length);
    if (!err_is_ok(found)) {
        conn_refuse(conn, err_is(found, DP_TOO_LONG) ? 431 : 400);
        return false;
    }
    return length == 0 || use_head(conn, length);
}

/* ---- Steps ----------------------------------------------------------------------------------------- */

static bool step(struct conn *conn)
{
    switch (conn->state) {
    case CONN_SILENT:
        return begin_tls(conn);
    case CONN_HANDSHAKE:
        return shake_hands(conn);
    case CONN_HEAD:
        return read_head(conn);
    case CONN_BODY:
        return read_body(conn);
    case CONN_WAITING:
    case CONN_BACKEND:
    case CONN_WRITE:
    case CONN_STREAM:
    case CONN_LINGER:
    case CONN_CLOSED:
        return false;
    }
    return false;
}

void intake_advance(struct conn *conn)
{
    unsigned steps = 0;
    /* Stopping early is safe when nothing decrypted waits: the socket will tell of the rest. */
    while (step(conn) &&
           (++steps < STEPS_MAX || (conn->tls != NULL && tls_has_unread(conn->tls)))) {
    }
    conn_settle(conn);
}
