/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The load generator's side of one connection: as cheap as the library allows, so that the server and
 * not this is what is measured. Blocking, TLS 1.3 only, no verification of the chain (the signature
 * of the handshake is verified all the same), one configuration for all.
 */

#include <stdbool.h>
#include <stdint.h>

#include <mbedtls/ssl.h>

enum { CLIENT_REPLY_MAX = 4 << 20, CLIENT_REPLY_FIRST = 65536, CLIENT_TIMEOUT_S = 10 };

struct client {
    mbedtls_ssl_context ssl;
    int fd;
    uint16_t port;
    int status;
    char *reply; /* the last one, head and body, with a zero byte behind */
    size_t reply_len;
    size_t reply_capacity;
    const char *body; /* in `reply` */
};

/** Connects and shakes hands. Takes: `from`, to come from 127.0.1.(from). Gives false on failure;
 * client_close() in both cases. Threads: each its own client. */
bool client_open(struct client *client, uint16_t port, unsigned from);
void client_close(struct client *client);

/** One request, and its whole reply. Takes: `fields`, further head lines, each with its line end. */
bool client_get(struct client *client, const char *path, const char *fields);
bool client_post(struct client *client, const char *path, const char *form);

/** A TCP connection that never says a word; -1 on failure. */
int client_connect(uint16_t port, unsigned from);
