/* SPDX-License-Identifier: MIT */
#include "tests/bench/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "certs/rng.h"
#include "certs/setup.h"

static mbedtls_ssl_config config;
static pthread_once_t is_ready = PTHREAD_ONCE_INIT;

static void prepare(void)
{
    setup_crypto();
    mbedtls_ssl_config_init(&config);
    if (mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT,
                                    MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        (void)fprintf(stderr, "bench: no TLS client\n");
        exit(1);
    }
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_3);
    mbedtls_ssl_conf_rng(&config, rng_fill, NULL);
}

static int receive(void *context, unsigned char *into, size_t len)
{
    ssize_t got = recv(*(int *)context, into, len, 0);
    return got < 0 ? -1 : (int)got;
}

static int transmit(void *context, const unsigned char *from, size_t len)
{
    ssize_t wrote = send(*(int *)context, from, len, MSG_NOSIGNAL);
    return wrote < 0 ? -1 : (int)wrote;
}

int client_connect(uint16_t port, unsigned from)
{
    const int on = 1;
    const struct timeval patience = { .tv_sec = CLIENT_TIMEOUT_S };
    struct sockaddr_in here = { .sin_family = AF_INET };
    struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(port) };
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 0x100U + from % 250U);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (bind(fd, (struct sockaddr *)&here, sizeof here) != 0 ||
        connect(fd, (struct sockaddr *)&there, sizeof there) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool client_open(struct client *client, uint16_t port, unsigned from)
{
    (void)pthread_once(&is_ready, prepare);
    *client = (struct client){ .port = port };
    mbedtls_ssl_init(&client->ssl);
    client->fd = client_connect(port, from);
    if (client->fd < 0 || mbedtls_ssl_setup(&client->ssl, &config) != 0) {
        return false;
    }
    mbedtls_ssl_set_bio(&client->ssl, &client->fd, transmit, receive, NULL);
    return mbedtls_ssl_handshake(&client->ssl) == 0;
}

void client_close(struct client *client)
{
    if (client->fd >= 0) {
        (void)mbedtls_ssl_close_notify(&client->ssl);
        close(client->fd);
    }
    mbedtls_ssl_free(&client->ssl);
    free(client->reply);
    *client = (struct client){ .fd = -1 };
}

static bool send_all(struct client *client, const char *text, size_t len)
{
    while (len > 0) {
        int wrote = mbedtls_ssl_write(&client->ssl, (const unsigned char *)text, len);
        if (wrote <= 0) {
            return false;
        }
        text += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

static bool make_room(struct client *client)
{
    if (client->reply_len + 1 < client->reply_capacity) {
        return true;
    }
    size_t wanted = client->reply_capacity == 0 ? CLIENT_REPLY_FIRST
                                                : client->reply_capacity * 2;
    char *larger = wanted > CLIENT_REPLY_MAX ? NULL : realloc(client->reply, wanted);
    if (larger == NULL) {
        return false;
    }
    client->reply = larger;
    client->reply_capacity = wanted;
    return true;
}

/* How long the whole reply is; 0 while the head is not there, and -1 for a head we don't read. */
static long whole_len(struct client *client)
{
    char *end = client->reply_len == 0 ? NULL : strstr(client->reply, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    client->body = end + 4;
    const char *length = strcasestr(client->reply, "\r\ncontent-length:");
    if (length == NULL || length > end) {
        return -1;
    }
    return client->body - client->reply + strtol(length + 17, NULL, 10);
}

static bool read_reply(struct client *client)
{
    client->reply_len = 0;
    client->status = 0;
    for (;;) {
        if (!make_room(client)) {
            return false;
        }
        int got = mbedtls_ssl_read(&client->ssl,
                                   (unsigned char *)client->reply + client->reply_len,
                                   client->reply_capacity - client->reply_len - 1);
        if (got == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        client->reply_len += (size_t)got;
        client->reply[client->reply_len] = '\0';
        long wanted = whole_len(client);
        if (wanted < 0 || (wanted > 0 && client->reply_len >= (size_t)wanted)) {
            client->status = atoi(client->reply + 9);
            return wanted > 0;
        }
    }
}

bool client_get(struct client *client, const char *path, const char *fields)
{
    char head[1024];
    int len = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: localhost:%u\r\n%s\r\n",
                       path, (unsigned)client->port, fields);
    return len > 0 && (size_t)len < sizeof head && send_all(client, head, (size_t)len) &&
           read_reply(client);
}

bool client_post(struct client *client, const char *path, const char *form)
{
    char text[1024];
    int len = snprintf(text, sizeof text,
                       "POST %s HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: "
                       "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                       path, (unsigned)client->port, strlen(form), form);
    return len > 0 && (size_t)len < sizeof text && send_all(client, text, (size_t)len) &&
           read_reply(client);
}
