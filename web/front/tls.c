/* SPDX-License-Identifier: MIT */
#include "web/front/tls.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "app/core/buf.h"
#include "app/core/mem.h"
#include "certs/fault.h"
#include "certs/setup.h"
#include "web/front/tls_config.h"

enum {
    UNSENT_FULL_BYTES = 32768, /* from here on the client must read first */
    UNSENT_MAX_BYTES = UNSENT_FULL_BYTES + 2 * MBEDTLS_SSL_OUT_CONTENT_LEN,
    MESSAGE_EXTRA_BYTES = 256,
    CERTIFICATE_EXTRA_BYTES = 5,
};

struct tls_context {
    _Atomic unsigned references;
    struct cert_pair *pair;
    mbedtls_ssl_config config;
};

struct tls {
    struct tls_context *context;
    int fd;
    mbedtls_ssl_context ssl;
    struct buf unsent;
    size_t sent;
    size_t
        begun; /* bytes of a write that the library wants to be offered again, no more, no less */
};

/* ---- Contexts ------------------------------------------------------------------------------------- */

/* The library sends the chain in one record, which our configuration keeps small for the sake of
 * thousands of connections. */
static dp_err check_chain_fits(const struct cert_pair *pair, const char *path,
                               struct dp_problem *problem)
{
    size_t bytes = MESSAGE_EXTRA_BYTES;
    for (const mbedtls_x509_crt *one = &pair->chain; one != NULL; one = one->next) {
        bytes += one->raw.len + CERTIFICATE_EXTRA_BYTES;
    }
    if (bytes <= MBEDTLS_SSL_OUT_CONTENT_LEN) {
        return DP_SUCCESS;
    }
    err_ignore(problem_set(
        problem, 0, 0,
        "the chain in %s has %zu bytes, and %d is the most: leave out the root "
        "certificate, which every client has by itself",
        path, bytes - MESSAGE_EXTRA_BYTES, MBEDTLS_SSL_OUT_CONTENT_LEN - MESSAGE_EXTRA_BYTES));
    return err_make(DP_TOO_LONG);
}

dp_err tls_context_new(const char *key_path, const char *chain_path, struct tls_context **out,
                       struct dp_problem *problem)
{
    setup_crypto();
    struct tls_context *context = mem_new(1, sizeof *context);
    if (context == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    mbedtls_ssl_config_init(&context->config);
    atomic_store(&context->references, 1);
    dp_err done = load_pair(key_path, chain_path, &context->pair, problem);
    if (err_is_ok(done)) {
        done = check_chain_fits(context->pair, chain_path, problem);
    }
    if (err_is_ok(done)) {
        done = fault_of(tls_config_fill(&context->config, context->pair),
                        "could not set TLS up", problem);
    }
    if (!err_is_ok(done)) {
        tls_context_release(context);
        context = NULL;
    }
    *out = context;
    return done;
}

struct tls_context *tls_context_share(struct tls_context *context)
{
    atomic_fetch_add(&context->references, 1);
    return context;
}

void tls_context_release(struct tls_context *context)
{
    if (context == NULL || atomic_fetch_sub(&context->references, 1) != 1) {
        return;
    }
    mbedtls_ssl_config_free(&context->config);
    load_free(context->pair);
    mem_free(context);
}

const struct cert_pair *tls_context_pair(const struct tls_context *context)
{
    return context->pair;
}

/* ---- The socket below ------------------------------------------------------------------------------ */

static int pull(void *context, unsigned char *into, size_t len)
{
    const struct tls *tls = context;
    ssize_t got = recv(tls->fd, into, len, 0);
    while (got < 0 && errno == EINTR) {
        got = recv(tls->fd, into, len, 0);
    }
    if (got < 0) {
        return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_SSL_CONN_EOF;
    }
    return (int)got;
}

static int queue(void *context, const unsigned char *from, size_t len)
{
    struct tls *tls = context;
    if (tls->unsent.len - tls->sent >= UNSENT_FULL_BYTES) {
        (void)tls_flush(tls); /* what it could not send is looked at next */
    }
    if (tls->unsent.len - tls->sent >= UNSENT_FULL_BYTES) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    buf_drop_front(&tls->unsent, tls->sent);
    tls->sent = 0;
    buf_add_bytes(&tls->unsent, from, len);
    return err_is_ok(buf_finish(&tls->unsent)) ? (int)len : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

enum tls_result tls_flush(struct tls *tls)
{
    while (tls->sent < tls->unsent.len) {
        ssize_t wrote = send(tls->fd, tls->unsent.data + tls->sent, tls->unsent.len - tls->sent,
                             MSG_NOSIGNAL);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote < 0) {
            return errno == EAGAIN ? TLS_WANT_WRITE : TLS_BROKEN;
        }
        tls->sent += (size_t)wrote;
    }
    buf_free(&tls->unsent);
    tls->sent = 0;
    return TLS_OK;
}

bool tls_has_unsent(const struct tls *tls)
{
    return tls->sent < tls->unsent.len;
}

/* ---- The connection -------------------------------------------------------------------------------- */

struct tls *tls_new(struct tls_context *context, int fd)
{
    struct tls *tls = mem_new(1, sizeof *tls);
    if (tls == NULL) {
        return NULL;
    }
    tls->fd = fd;
    tls->unsent = buf_new(UNSENT_MAX_BYTES);
    tls->context = tls_context_share(context);
    mbedtls_ssl_init(&tls->ssl);
    if (mbedtls_ssl_setup(&tls->ssl, &context->config) != 0) {
        tls_free(tls);
        return NULL;
    }
    mbedtls_ssl_set_bio(&tls->ssl, tls, queue, pull, NULL);
    return tls;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL) {
        return;
    }
    mbedtls_ssl_free(&tls->ssl);
    buf_free(&tls->unsent);
    tls_context_release(tls->context);
    mem_free(tls);
}

static enum tls_result result_of(int result)
{
    switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ:
        return TLS_WANT_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return TLS_WANT_WRITE;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case 0:
        return TLS_ENDED;
    default:
        return result > 0 ? TLS_OK : TLS_BROKEN;
    }
}

enum tls_result tls_handshake(struct tls *tls)
{
    int result = mbedtls_ssl_handshake(&tls->ssl);
    return result == 0 ? TLS_OK : result_of(result);
}

enum tls_result tls_read(struct tls *tls, void *into, size_t len, size_t *got)
{
    int result = mbedtls_ssl_read(&tls->ssl, into, len);
    *got = result > 0 ? (size_t)result : 0;
    return result_of(result);
}

bool tls_has_unread(const struct tls *tls)
{
    return mbedtls_ssl_get_bytes_avail(&tls->ssl) > 0;
}

enum tls_result tls_write(struct tls *tls, struct str data, size_t *wrote)
{
    *wrote = 0;
    while (*wrote < data.len) {
        /* A record that could not be queued is encrypted already: offering more data with it would
         * count bytes as sent that are not in it. */
        size_t len = tls->begun > 0 ? tls->begun : data.len - *wrote;
        DP_CHECK(len <= data.len - *wrote);
        int result = mbedtls_ssl_write(&tls->ssl, (const unsigned char *)data.ptr + *wrote,
                                       len);
        tls->begun = result == MBEDTLS_ERR_SSL_WANT_WRITE ? len : 0;
        if (result <= 0) {
            return result == 0 ? TLS_BROKEN : result_of(result);
        }
        *wrote += (size_t)result;
    }
    return TLS_OK;
}

void tls_say_goodbye(struct tls *tls)
{
    (void)mbedtls_ssl_close_notify(&tls->ssl); /* a client that reads nothing misses it */
}
