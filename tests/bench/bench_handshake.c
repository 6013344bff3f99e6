/* SPDX-License-Identifier: MIT */
/*
 * What a bare TLS 1.3 handshake with a two-byte reply costs the server in processor time: ours
 * against mbedTLS as it comes, in turns, on the same machine.
 *
 *     bench_handshake [--json] [--count N] [--runs N]
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mbedtls/ssl.h>

#include "certs/leaf.h"
#include "certs/rng.h"
#include "certs/setup.h"

enum { RUNS_MAX = 51, PATH_MAX_BYTES = 512, LINE_BYTES = 128 };

#define BAR_RATIO 0.5

struct bench {
    char folder[PATH_MAX_BYTES];
    char key[PATH_MAX_BYTES];
    char chain[PATH_MAX_BYTES];
    char programs[PATH_MAX_BYTES]; /* the folder of the servers */
    int count;
    int runs;
    int is_json;
};

static void stop(const char *why)
{
    (void)fprintf(stderr, "bench_handshake: %s\n", why);
    exit(1);
}

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

static void visit(const struct sockaddr_in *address, const mbedtls_ssl_config *config)
{
    unsigned char reply[16];
    mbedtls_ssl_context ssl;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        stop("can't connect");
    }
    mbedtls_ssl_init(&ssl);
    if (mbedtls_ssl_setup(&ssl, config) != 0) {
        stop("no client");
    }
    mbedtls_ssl_set_bio(&ssl, &fd, transmit, receive, NULL);
    if (mbedtls_ssl_handshake(&ssl) != 0 || mbedtls_ssl_write(&ssl, reply, 1) != 1 ||
        mbedtls_ssl_read(&ssl, reply, sizeof reply) != 2 || memcmp(reply, "ok", 2) != 0 ||
        mbedtls_ssl_get_version_number(&ssl) != MBEDTLS_SSL_VERSION_TLS1_3) {
        stop("a visit failed");
    }
    mbedtls_ssl_free(&ssl);
    close(fd);
}

static int listen_anywhere(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)address, len) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &len) != 0) {
        stop("can't listen");
    }
    return fd;
}

static void run_server(const struct bench *bench, const char *name, int listener, int out)
{
    char path[PATH_MAX_BYTES * 2];
    char fd_text[16];
    char count_text[16];
    (void)snprintf(path, sizeof path, "%s/%s", bench->programs, name);
    (void)snprintf(fd_text, sizeof fd_text, "%d", listener);
    (void)snprintf(count_text, sizeof count_text, "%d", bench->count);
    (void)dup2(out, STDOUT_FILENO);
    (void)execl(path, name, fd_text, bench->key, bench->chain, count_text, (char *)NULL);
    _exit(127);
}

/* Microseconds of the server's processor time for one connection. */
static double measure(const struct bench *bench, const char *name,
                      const mbedtls_ssl_config *client)
{
    char line[LINE_BYTES];
    struct sockaddr_in address;
    int out[2];
    int listener = listen_anywhere(&address);
    if (pipe(out) != 0) {
        stop("no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        run_server(bench, name, listener, out[1]);
    }
    close(out[1]);
    FILE *said = fdopen(out[0], "r");
    if (child < 0 || said == NULL || fgets(line, sizeof line, said) == NULL) {
        stop("the server did not start");
    }
    for (int i = 0; i < bench->count + 1; i++) {
        visit(&address, client);
    }
    char *end = line;
    if (fgets(line, sizeof line, said) == NULL || strchr(line, ' ') == NULL) {
        stop("the server said nothing");
    }
    double us = strtod(line, &end);
    if (strtol(end, NULL, 10) != 0) {
        stop("the server failed");
    }
    (void)fclose(said);
    (void)waitpid(child, NULL, 0);
    close(listener);
    return us;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void read_arguments(struct bench *bench, int argc, char **argv)
{
    bench->count = 400;
    bench->runs = 5;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            bench->is_json = 1;
        } else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc) {
            bench->count = (int)strtol(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            bench->runs = (int)strtol(argv[++i], NULL, 10);
        } else {
            stop("usage: bench_handshake [--json] [--count N] [--runs N]");
        }
    }
    if (bench->runs < 1 || bench->runs > RUNS_MAX || bench->count < 1) {
        stop("at most 51 runs");
    }
}

static void make_files(struct bench *bench, const char *program)
{
    struct names names = { 0 };
    struct clock clock = clock_system();
    struct dp_problem problem = { 0 };
    const char *slash = strrchr(program, '/');
    (void)snprintf(bench->programs, sizeof bench->programs, "%.*s",
                   slash == NULL ? 1 : (int)(slash - program), slash == NULL ? "." : program);
    (void)snprintf(bench->folder, sizeof bench->folder, "/tmp/daypulse-bench-XXXXXX");
    if (mkdtemp(bench->folder) == NULL) {
        stop("no temporary folder");
    }
    err_ignore(names_add(&names, STR("localhost"), NULL));
    if (!err_is_ok(leaf_ensure(bench->folder, &names, &clock, NULL, &problem))) {
        stop(problem.sentence);
    }
    (void)snprintf(bench->key, sizeof bench->key, "%.400s/leaf.key", bench->folder);
    (void)snprintf(bench->chain, sizeof bench->chain, "%.400s/leaf.pem", bench->folder);
}

static void remove_files(const struct bench *bench)
{
    static const char *const names[] = { "ca.key", "ca.pem", "leaf.key", "leaf.pem" };
    char path[PATH_MAX_BYTES * 2];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", bench->folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(bench->folder);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    double ours[RUNS_MAX];
    double stock[RUNS_MAX];
    mbedtls_ssl_config client;
    read_arguments(&bench, argc, argv);
    make_files(&bench, argv[0]);
    setup_crypto();
    mbedtls_ssl_config_init(&client);
    if (mbedtls_ssl_config_defaults(&client, MBEDTLS_SSL_IS_CLIENT,
                                    MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        stop("no client");
    }
    mbedtls_ssl_conf_authmode(&client, MBEDTLS_SSL_VERIFY_NONE); /* its time is not measured */
    mbedtls_ssl_conf_rng(&client, rng_fill, NULL);
    for (int i = 0; i < bench.runs; i++) {
        stock[i] = measure(&bench, "bench_tls_stock", &client);
        ours[i] = measure(&bench, "bench_tls_ours", &client);
    }
    mbedtls_ssl_config_free(&client);
    remove_files(&bench);
    qsort(ours, (size_t)bench.runs, sizeof ours[0], compare);
    qsort(stock, (size_t)bench.runs, sizeof stock[0], compare);
    double median = ours[bench.runs / 2];
    double reference = stock[bench.runs / 2];
    if (bench.is_json) {
        (void)printf("{\"name\":\"handshake_cpu\",\"unit\":\"us\",\"value\":%.1f,\"min\":%.1f,"
                     "\"max\":%.1f,\"reference\":%.1f,\"ratio\":%.3f,\"bar\":%.2f,"
                     "\"runs\":%d}\n",
                     median, ours[0], ours[bench.runs - 1], reference, median / reference,
                     BAR_RATIO, bench.runs);
        return 0;
    }
    (void)printf(
        "bare TLS 1.3 handshake, server CPU: %.1f us (%.1f-%.1f), stock mbedTLS %.1f us, "
        "ratio %.3f (bar %.2f), %d runs\n",
        median, ours[0], ours[bench.runs - 1], reference, median / reference, BAR_RATIO,
        bench.runs);
    return 0;
}
