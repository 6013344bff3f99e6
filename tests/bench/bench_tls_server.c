/* SPDX-License-Identifier: MIT */
/*
 * The barest TLS server there is: accept, handshake, read something, answer two bytes, close. It is
 * built twice, against mbedTLS as the product configures it and against the stock configuration, and
 * prints what one connection cost it in processor time.
 *
 *     bench_tls_ours FD KEY CHAIN COUNT    FD: a listening socket, inherited
 *
 * Two lines come out: "ready", then, after COUNT connections, microseconds of processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench_tls.h"

static int receive(void *context, unsigned char *into, size_t len)
{
    ssize_t got = read(*(int *)context, into, len);
    return got < 0 ? -1 : (int)got;
}

static int transmit(void *context, const unsigned char *from, size_t len)
{
    ssize_t wrote = write(*(int *)context, from, len);
    return wrote < 0 ? -1 : (int)wrote;
}

static double cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int serve_one(int listener, const mbedtls_ssl_config *config)
{
    unsigned char request[512];
    mbedtls_ssl_context ssl;
    int fd = accept(listener, NULL, NULL);
    mbedtls_ssl_init(&ssl);
    int result = mbedtls_ssl_setup(&ssl, config);
    mbedtls_ssl_set_bio(&ssl, &fd, transmit, receive, NULL);
    if (result == 0) {
        result = mbedtls_ssl_handshake(&ssl);
    }
    if (result == 0) {
        result = mbedtls_ssl_read(&ssl, request, sizeof request);
    }
    if (result > 0) {
        result = mbedtls_ssl_write(&ssl, (const unsigned char *)"ok", 2);
    }
    if (result > 0) {
        (void)mbedtls_ssl_close_notify(&ssl);
    }
    mbedtls_ssl_free(&ssl);
    close(fd);
    return result;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        return 2;
    }
    int listener = (int)strtol(argv[1], NULL, 10);
    int count = (int)strtol(argv[4], NULL, 10);
    struct bench_tls *tls = bench_tls_new(argv[2], argv[3]);
    if (tls == NULL) {
        (void)fprintf(stderr, "no TLS set-up\n");
        return 1;
    }
    (void)printf("ready\n");
    (void)fflush(stdout);
    (void)serve_one(listener, bench_tls_config(tls)); /* tables are made at first use */
    double before = cpu_us();
    int failed = 0;
    for (int i = 0; i < count; i++) {
        failed += serve_one(listener, bench_tls_config(tls)) <= 0;
    }
    double spent = cpu_us() - before;
    (void)printf("%.1f %d\n", spent / count, failed);
    return failed == 0 ? 0 : 1;
}
