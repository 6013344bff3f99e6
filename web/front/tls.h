/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * TLS over a non-blocking socket, without any type of the library.
 *
 * A context is a certificate and a configuration. Connections share it by reference, so that a new
 * certificate can take its place while old connections end in peace under the old one.
 *
 * What the library wants to send is gathered and goes out with tls_flush() in one piece: a handshake
 * flight is half a dozen records, and a system call for each costs as much as a part of the crypto.
 */

#include "app/core/str.h"
#include "certs/load.h"

struct tls_context;
struct tls;

enum tls_result {
    TLS_OK,
    TLS_WANT_READ,  /* nothing more until the client sends */
    TLS_WANT_WRITE, /* nothing more until the client has read */
    TLS_ENDED,      /* the client said goodbye or hung up */
    TLS_BROKEN,     /* not TLS, a failed handshake, a reset; an alert may wait to be flushed */
};

/** Reads key and chain and makes a context.
 * Owns: the caller; one reference, give it back with tls_context_release().
 * Fails: as load_pair(), and DP_TOO_LONG (the chain does not fit a handshake). */
dp_err tls_context_new(const char *key_path, const char *chain_path, struct tls_context **out,
                       struct dp_problem *problem);

/** One more reference. Threads: this and tls_context_release() from any. */
struct tls_context *tls_context_share(struct tls_context *context);
void tls_context_release(struct tls_context *context);

/** The certificate that it serves. */
const struct cert_pair *tls_context_pair(const struct tls_context *context);

/** The server's end of one connection on a socket, which stays the caller's; NULL when there is no
 * memory. Keeps a reference of the context. */
struct tls *tls_new(struct tls_context *context, int fd);
void tls_free(struct tls *tls);

/** Goes on with the handshake. TLS_OK: it is over. */
enum tls_result tls_handshake(struct tls *tls);

/** Up to `len` bytes. TLS_OK: at least one came. */
enum tls_result tls_read(struct tls *tls, void *into, size_t len, size_t *got);

/** True if decrypted bytes wait that no event will announce. */
bool tls_has_unread(const struct tls *tls);

/** Encrypts and queues. TLS_WANT_WRITE: call again with the rest that `wrote` leaves, once
 * tls_flush() got rid of what is queued. */
enum tls_result tls_write(struct tls *tls, struct str data, size_t *wrote);

/** Queues the notice that no more comes. */
void tls_say_goodbye(struct tls *tls);

/** Sends what is queued. TLS_OK: all of it is with the system. */
enum tls_result tls_flush(struct tls *tls);
bool tls_has_unsent(const struct tls *tls);
