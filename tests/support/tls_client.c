/* SPDX-License-Identifier: MIT */
#include "tests/support/tls_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>

#include "certs/rng.h"
#include "certs/setup.h"

enum { READ_STEP = 16384, HEAD_MAX = 65536 };

struct tls_client {
    int fd;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_x509_crt ca;
    int suites[2];
    uint16_t groups[2];
    const char *protocols[2];
    char *unread; /* read beyond a reply */
    size_t unread_len;
};

struct tls_client_options tls_client_defaults(uint16_t port)
{
    return (struct tls_client_options){ .port = port, .timeout_ms = 10000 };
}

int tls_client_connect(const struct tls_client_options *options)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(options->port) };
    struct sockaddr_in from = { .sin_family = AF_INET };
    struct timeval limit = { .tv_sec = options->timeout_ms / 1000,
                             .tv_usec = options->timeout_ms % 1000 * 1000L };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && options->from != NULL) {
        (void)inet_pton(AF_INET, options->from, &from.sin_addr);
        (void)bind(fd, (const struct sockaddr *)&from, sizeof from);
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int pull(void *context, unsigned char *into, size_t len)
{
    ssize_t got = recv(*(int *)context, into, len, 0);
    if (got < 0) {
        return errno == EAGAIN ? MBEDTLS_ERR_SSL_TIMEOUT : -1;
    }
    return (int)got;
}

static int push(void *context, const unsigned char *from, size_t len)
{
    ssize_t wrote = send(*(int *)context, from, len, MSG_NOSIGNAL);
    return wrote < 0 ? -1 : (int)wrote;
}

static int set_up(struct tls_client *client, const struct tls_client_options *options)
{
    mbedtls_ssl_config *config = &client->config;
    int result = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT,
                                             MBEDTLS_SSL_TRANSPORT_STREAM,
                                             MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(config, rng_fill, NULL);
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_NONE);
    if (options->ca_path != NULL) {
        result |= mbedtls_x509_crt_parse_file(&client->ca, options->ca_path);
        mbedtls_ssl_conf_ca_chain(config, &client->ca, NULL);
        mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    }
    if (options->version != 0) {
        mbedtls_ssl_protocol_version version = options->version == 12
                                                   ? MBEDTLS_SSL_VERSION_TLS1_2
                                                   : MBEDTLS_SSL_VERSION_TLS1_3;
        mbedtls_ssl_conf_min_tls_version(config, version);
        mbedtls_ssl_conf_max_tls_version(config, version);
    }
    if (options->suite != 0) {
        client->suites[0] = options->suite;
        mbedtls_ssl_conf_ciphersuites(config, client->suites);
    }
    if (options->group != 0) {
        client->groups[0] = options->group;
        mbedtls_ssl_conf_groups(config, client->groups);
    }
    if (options->protocol != NULL) {
        client->protocols[0] = options->protocol;
        result |= mbedtls_ssl_conf_alpn_protocols(config, client->protocols);
    }
    result |= mbedtls_ssl_setup(&client->ssl, config);
    result |= mbedtls_ssl_set_hostname(&client->ssl, "localhost");
    return result;
}

struct tls_client *tls_client_open(const struct tls_client_options *options)
{
    setup_crypto();
    struct tls_client *client = calloc(1, sizeof *client);
    if (client == NULL) {
        return NULL;
    }
    mbedtls_ssl_init(&client->ssl);
    mbedtls_ssl_config_init(&client->config);
    mbedtls_x509_crt_init(&client->ca);
    client->fd = tls_client_connect(options);
    mbedtls_ssl_set_bio(&client->ssl, &client->fd, push, pull, NULL);
    if (client->fd < 0 || set_up(client, options) != 0 ||
        mbedtls_ssl_handshake(&client->ssl) != 0) {
        tls_client_close(client);
        return NULL;
    }
    return client;
}

void tls_client_close(struct tls_client *client)
{
    if (client == NULL) {
        return;
    }
    mbedtls_ssl_free(&client->ssl);
    mbedtls_ssl_config_free(&client->config);
    mbedtls_x509_crt_free(&client->ca);
    if (client->fd >= 0) {
        close(client->fd);
    }
    free(client->unread);
    free(client);
}

int tls_client_fd(const struct tls_client *client)
{
    return client->fd;
}

const char *tls_client_version(const struct tls_client *client)
{
    return mbedtls_ssl_get_version(&client->ssl);
}

const char *tls_client_suite(const struct tls_client *client)
{
    return mbedtls_ssl_get_ciphersuite(&client->ssl);
}

const char *tls_client_protocol(const struct tls_client *client)
{
    return mbedtls_ssl_get_alpn_protocol(&client->ssl);
}

void tls_client_fingerprint(const struct tls_client *client, uint8_t out[32])
{
    const mbedtls_x509_crt *peer = mbedtls_ssl_get_peer_cert(&client->ssl);
    memset(out, 0, 32);
    if (peer != NULL) {
        (void)mbedtls_sha256(peer->raw.p, peer->raw.len, out, 0);
    }
}

bool tls_client_send_bytes(struct tls_client *client, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    while (len > 0) {
        int wrote = mbedtls_ssl_write(&client->ssl, at, len);
        if (wrote <= 0) {
            return false;
        }
        at += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

bool tls_client_send(struct tls_client *client, const char *text)
{
    return tls_client_send_bytes(client, text, strlen(text));
}

long tls_client_read_raw(struct tls_client *client, void *into, size_t len)
{
    if (client->unread_len > 0) {
        size_t part = len < client->unread_len ? len : client->unread_len;
        memcpy(into, client->unread, part);
        memmove(client->unread, client->unread + part, client->unread_len - part);
        client->unread_len -= part;
        return (long)part;
    }
    int got = mbedtls_ssl_read(&client->ssl, into, len);
    return got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : got;
}

bool tls_client_is_ended(struct tls_client *client)
{
    char byte;
    long got = tls_client_read_raw(client, &byte, 1);
    return got <= 0 && got != MBEDTLS_ERR_SSL_TIMEOUT;
}

/* ---- Replies ----------------------------------------------------------------------------------------- */

/* A text that grows at its end, always with a zero byte behind. */
struct text {
    char *bytes;
    size_t len;
    size_t capacity;
};

static bool text_add(struct text *text, const char *bytes, size_t len)
{
    size_t wanted = text->len + len + 1;
    if (wanted > text->capacity) {
        char *larger = realloc(text->bytes, wanted * 2);
        if (larger == NULL) {
            return false;
        }
        text->bytes = larger;
        text->capacity = wanted * 2;
    }
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
    return true;
}

static bool text_read(struct tls_client *client, struct text *text)
{
    char piece[READ_STEP];
    long got = tls_client_read_raw(client, piece, sizeof piece);
    return got > 0 && text_add(text, piece, (size_t)got);
}

static void put_back(struct tls_client *client, const char *bytes, size_t len)
{
    char *larger = realloc(client->unread, len + 1);
    if (larger != NULL) {
        memcpy(larger, bytes, len);
        client->unread = larger;
        client->unread_len = len;
    }
}

static const char *field(const char *head, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL;
         line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':') {
            return line + 2 + len + 1 + strspn(line + 2 + len + 1, " ");
        }
    }
    return NULL;
}

static bool read_exactly(struct tls_client *client, struct text *text, size_t len)
{
    while (text->len < len) {
        if (!text_read(client, text)) {
            return false;
        }
    }
    put_back(client, text->bytes + len, text->len - len);
    text->len = len;
    text->bytes[len] = '\0';
    return true;
}

/* One line of the chunked coding, without its end; the rest goes back. */
static bool read_size(struct tls_client *client, size_t *out)
{
    struct text line = { .bytes = NULL };
    char *end = NULL;
    while (end == NULL) {
        if (line.len > 64 || !text_read(client, &line)) {
            free(line.bytes);
            return false;
        }
        end = strstr(line.bytes, "\r\n");
    }
    *out = strtoul(line.bytes, NULL, 16);
    put_back(client, end + 2, line.len - (size_t)(end + 2 - line.bytes));
    free(line.bytes);
    return true;
}

static bool read_chunks(struct tls_client *client, struct text *body)
{
    size_t size = 1;
    while (size > 0) {
        struct text chunk = { .bytes = NULL };
        if (!read_size(client, &size) || !read_exactly(client, &chunk, size + 2)) {
            (void)text_add(body, chunk.bytes == NULL ? "" : chunk.bytes, chunk.len);
            free(chunk.bytes);
            return false;
        }
        bool is_good = memcmp(chunk.bytes + size, "\r\n", 2) == 0 &&
                       text_add(body, chunk.bytes, size);
        free(chunk.bytes);
        if (!is_good) {
            return false;
        }
    }
    return true;
}

static bool read_body(struct tls_client *client, const char *head, struct text *body)
{
    const char *length = field(head, "Content-Length");
    const char *coding = field(head, "Transfer-Encoding");
    if (!text_add(body, "", 0)) {
        return false;
    }
    if (coding != NULL) {
        return length == NULL && read_chunks(client, body);
    }
    if (length != NULL) {
        return read_exactly(client, body, strtoul(length, NULL, 10));
    }
    while (text_read(client, body)) {
    }
    return true;
}

static bool read_reply(struct tls_client *client, bool has_body, struct tls_client_reply *out)
{
    struct text head = { .bytes = NULL };
    struct text body = { .bytes = NULL };
    char *end = NULL;
    memset(out, 0, sizeof *out);
    while (end == NULL) {
        if (head.len > HEAD_MAX || !text_read(client, &head)) {
            free(head.bytes);
            return false;
        }
        end = strstr(head.bytes, "\r\n\r\n");
    }
    put_back(client, end + 4, head.len - (size_t)(end + 4 - head.bytes));
    end[4] = '\0';
    out->head = head.bytes;
    out->status = head.len > 12 ? (int)strtol(head.bytes + 9, NULL, 10) : 0;
    out->is_whole = !has_body || out->status == 204 || out->status == 304 ||
                    read_body(client, head.bytes, &body);
    out->body = body.bytes;
    out->body_len = body.len;
    return true;
}

bool tls_client_read(struct tls_client *client, struct tls_client_reply *out)
{
    return read_reply(client, true, out);
}

bool tls_client_read_head(struct tls_client *client, struct tls_client_reply *out)
{
    return read_reply(client, false, out);
}

void tls_client_reply_free(struct tls_client_reply *reply)
{
    free(reply->head);
    free(reply->body);
    memset(reply, 0, sizeof *reply);
}
