/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A TLS client for tests: blocking, with a timeout, over the same library as the server but with the
 * library's own defaults. It speaks raw bytes, so that a test can send any nonsense, and reads HTTP
 * replies by their framing.
 *
 *     struct tls_client_options options = tls_client_defaults(port);
 *     struct tls_client *client = tls_client_open(&options);
 *     struct tls_client_reply reply;
 *     tls_client_send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
 *     assert_true(tls_client_read(client, &reply));
 *     assert_int_equal(reply.status, 200);
 *     tls_client_reply_free(&reply);
 *     tls_client_close(client);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_client;

struct tls_client_options {
    uint16_t port;
    const char *from; /* the address to come from, such as 127.0.0.7; NULL: any */
    const char
        *ca_path;   /* verify the server against this, for the name "localhost"; NULL: don't */
    int version;    /* 0: any; 12 or 13: only that */
    int suite;      /* 0: any; else the one MBEDTLS_TLS... number to offer */
    uint16_t group; /* 0: any; else the one group to offer */
    const char *protocol; /* ALPN to offer; NULL: none */
    int timeout_ms;       /* for each wait */
};

struct tls_client_options tls_client_defaults(uint16_t port);

/** Connects and shakes hands; NULL when the server refused. */
struct tls_client *tls_client_open(const struct tls_client_options *options);

/** A plain TCP connection to the port, -1 when it failed. */
int tls_client_connect(const struct tls_client_options *options);

void tls_client_close(struct tls_client *client);

/** The socket, for tests that break it. */
int tls_client_fd(const struct tls_client *client);

/** "TLSv1.3" and so on, the suite's name, and the SHA-256 of the server's certificate. */
const char *tls_client_version(const struct tls_client *client);
const char *tls_client_suite(const struct tls_client *client);
const char *tls_client_protocol(const struct tls_client *client);
void tls_client_fingerprint(const struct tls_client *client, uint8_t out[32]);

/** Sends all; false when the server closed. */
bool tls_client_send(struct tls_client *client, const char *text);
bool tls_client_send_bytes(struct tls_client *client, const void *bytes, size_t len);

struct tls_client_reply {
    int status;
    char *head; /* with its empty line and a zero byte */
    char *body; /* without chunked coding, with a zero byte behind */
    size_t body_len;
    bool is_whole; /* its framing came to its end */
};

/** Reads one reply. Takes: `is_head` in tls_client_read_head(): no body follows.
 * Gives: false when the connection ended before a whole head. */
bool tls_client_read(struct tls_client *client, struct tls_client_reply *out);
bool tls_client_read_head(struct tls_client *client, struct tls_client_reply *out);
void tls_client_reply_free(struct tls_client_reply *reply);

/** Reads up to `len` raw bytes: 0 at the end, negative on failure or timeout. */
long tls_client_read_raw(struct tls_client *client, void *into, size_t len);

/** True if the server ends the connection now, without another byte. */
bool tls_client_is_ended(struct tls_client *client);
