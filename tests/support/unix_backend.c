/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/unix_backend.h"

enum {
    THREADS_MAX = 64,
    REQUEST_MAX = 11 * 1024 * 1024,
    PIECE = 10000,
    HALF_CHUNKS = 3 * 1024 * 1024,
};

struct unix_backend {
    int listener;
    unsigned threads_count;
    pthread_t threads[THREADS_MAX];
    struct sockaddr_un address;
    atomic_size_t requests;
    atomic_bool is_stopping;
};

struct received {
    char *bytes; /* head and body, with a zero byte behind */
    size_t len;
    bool is_head;
};

char unix_backend_byte(size_t at)
{
    return (char)('a' + at % 26);
}

static bool send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t wrote = send(fd, bytes, len, MSG_NOSIGNAL);
        if (wrote <= 0) {
            return false;
        }
        bytes += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

static bool send_text(int fd, const char *text)
{
    return send_all(fd, text, strlen(text));
}

/* Bytes of head and body together, once the head is whole; SIZE_MAX before. */
static size_t wanted_bytes(const char *bytes)
{
    const char *end = strstr(bytes, "\r\n\r\n");
    if (end == NULL) {
        return SIZE_MAX;
    }
    const char *length = strstr(bytes, "\r\nContent-Length: ");
    size_t body = length != NULL && length < end ? strtoul(length + 18, NULL, 10) : 0;
    return (size_t)(end - bytes) + 4 + body;
}

/* Reads a head and the body that it announces; false when the client went before. */
static bool receive(int fd, struct received *out)
{
    size_t wanted = SIZE_MAX;
    out->bytes = malloc(REQUEST_MAX + 1);
    out->len = 0;
    while (out->bytes != NULL && out->len < wanted) {
        ssize_t got = recv(fd, out->bytes + out->len, REQUEST_MAX - out->len, 0);
        if (got <= 0) {
            free(out->bytes);
            return false;
        }
        out->len += (size_t)got;
        out->bytes[out->len] = '\0';
        wanted = wanted == SIZE_MAX ? wanted_bytes(out->bytes) : wanted;
    }
    out->is_head = out->bytes != NULL && strncmp(out->bytes, "HEAD ", 5) == 0;
    return out->bytes != NULL;
}

static void send_fixed(int fd, const struct received *request, const char *body, size_t len)
{
    char head[128];
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n",
                   len);
    if (send_text(fd, head) && !request->is_head) {
        (void)send_all(fd, body, len);
    }
}

static void fill(char *piece, size_t at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        piece[i] = unix_backend_byte(at + i);
    }
}

static void send_bytes(int fd, const struct received *request, size_t total)
{
    char head[128];
    char piece[PIECE];
    (void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", total);
    bool is_on = send_text(fd, head) && !request->is_head;
    for (size_t at = 0; is_on && at < total; at += PIECE) {
        size_t len = total - at < PIECE ? total - at : PIECE;
        fill(piece, at, len);
        is_on = send_all(fd, piece, len);
    }
}

/* Chunks of changing sizes, so that their ends fall anywhere; `total` SIZE_MAX never ends. */
static void send_chunks(int fd, size_t total, bool has_end)
{
    char piece[PIECE];
    char line[32];
    size_t at = 0;
    bool is_on = send_text(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (is_on && at < total) {
        size_t len = 1 + at % (PIECE - 1);
        len = total - at < len ? total - at : len;
        fill(piece, at, len);
        (void)snprintf(line, sizeof line, "%zx\r\n", len);
        is_on = send_text(fd, line) && send_all(fd, piece, len) && send_text(fd, "\r\n");
        at += len;
    }
    if (is_on && has_end) {
        (void)send_text(fd, "0\r\n\r\n");
    }
}

static bool is_path(const char *path, const char *name)
{
    return strncmp(path, name, strlen(name)) == 0;
}

static size_t number_behind(const char *path, const char *name)
{
    return strtoul(path + strlen(name), NULL, 10);
}

static void answer(int fd, const struct received *request)
{
    const char *path = strchr(request->bytes, ' ') + 1;
    if (is_path(path, "/echo")) {
        send_fixed(fd, request, request->bytes, request->len);
    } else if (is_path(path, "/bytes/")) {
        send_bytes(fd, request, number_behind(path, "/bytes/"));
    } else if (is_path(path, "/chunks/")) {
        send_chunks(fd, number_behind(path, "/chunks/"), true);
    } else if (is_path(path, "/endless")) {
        send_chunks(fd, SIZE_MAX, false);
    } else if (is_path(path, "/half-chunks")) {
        send_chunks(fd, HALF_CHUNKS, false);
    } else if (is_path(path, "/wait/")) {
        (void)usleep((useconds_t)number_behind(path, "/wait/") * 1000);
        send_fixed(fd, request, "ok", 2);
    } else if (is_path(path, "/half")) {
        (void)send_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789");
    } else if (is_path(path, "/garbage")) {
        (void)send_text(fd, "SSH-2.0-something\r\n\r\n");
    } else if (is_path(path, "/no-length")) {
        (void)send_text(fd, "HTTP/1.1 200 OK\r\n\r\nsome text");
    } else if (is_path(path, "/split")) {
        (void)send_text(fd,
                        "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n");
    } else if (!is_path(path, "/nothing")) {
        send_fixed(fd, request, "ok", 2);
    }
}

static void *work(void *context)
{
    struct unix_backend *backend = context;
    while (!atomic_load(&backend->is_stopping)) {
        struct received request = { .bytes = NULL };
        int fd = accept(backend->listener, NULL, NULL);
        if (fd < 0) {
            continue;
        }
        if (receive(fd, &request)) {
            atomic_fetch_add(&backend->requests, 1);
            answer(fd, &request);
            free(request.bytes);
        }
        close(fd);
    }
    return NULL;
}

struct unix_backend *unix_backend_start(const char *socket_path, unsigned threads)
{
    struct unix_backend *backend = calloc(1, sizeof *backend);
    assert_non_null(backend);
    assert_true(threads <= THREADS_MAX &&
                strlen(socket_path) < sizeof backend->address.sun_path);
    backend->address.sun_family = AF_UNIX;
    memcpy(backend->address.sun_path, socket_path, strlen(socket_path) + 1);
    backend->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(backend->listener, (const struct sockaddr *)&backend->address,
                          sizeof backend->address),
                     0);
    assert_int_equal(listen(backend->listener, 128), 0);
    for (unsigned i = 0; i < threads; i++) {
        assert_int_equal(pthread_create(&backend->threads[i], NULL, work, backend), 0);
    }
    backend->threads_count = threads;
    return backend;
}

size_t unix_backend_requests(const struct unix_backend *backend)
{
    return atomic_load(&backend->requests);
}

void unix_backend_stop(struct unix_backend *backend)
{
    atomic_store(&backend->is_stopping, true);
    (void)shutdown(backend->listener, SHUT_RDWR);
    for (unsigned i = 0; i < backend->threads_count; i++) {
        assert_int_equal(pthread_join(backend->threads[i], NULL), 0);
    }
    close(backend->listener);
    (void)unlink(backend->address.sun_path);
    free(backend);
}
