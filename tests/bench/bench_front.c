/* SPDX-License-Identifier: MIT */
/*
 * The listener by itself, before a backend that answers two bytes: processor time of one visit (new
 * connection, full TLS 1.3 handshake, one request, reply), and resident memory idle, with 1,000
 * established connections, and with 4,000 more that have sent nothing. Front, backend and client are
 * three processes.
 *
 *     bench_front [--json] [--visits N]
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/ssl.h>

#include "app/core/file.h"
#include "certs/leaf.h"
#include "certs/rng.h"
#include "certs/setup.h"
#include "web/front/front.h"

enum {
    RUNS = 5,
    ESTABLISHED = 1000,
    SILENT = 4000,
    SILENT_WAIT_S = 8, /* the system keeps silent sockets to itself for five seconds */
    HOLD_MS = 600000,
    PATH_BYTES = 256,
};

struct figure {
    const char *name;
    const char *unit;
    double value;
    double min;
    double max;
    double bar; /* 0: none */
};

static char folder[PATH_BYTES] = "/tmp/daypulse-bench-XXXXXX";
static mbedtls_ssl_config client_config;

static void stop(const char *why)
{
    (void)fprintf(stderr, "bench_front: %s: %s\n", why, strerror(errno));
    exit(1);
}

static const char *path(const char *name)
{
    static char paths[4][PATH_BYTES * 2];
    static unsigned next;
    char *one = paths[next++ % 4];
    (void)snprintf(one, sizeof paths[0], "%s/%s", folder, name);
    return one;
}

/* ---- The backend ------------------------------------------------------------------------------------- */

static void answer(int fd)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    char request[4096];
    size_t len = 0;
    while (len < sizeof request - 1) {
        ssize_t got = read(fd, request + len, sizeof request - 1 - len);
        if (got <= 0) {
            break;
        }
        len += (size_t)got;
        request[len] = '\0';
        if (strstr(request, "\r\n\r\n") != NULL) {
            (void)!write(fd, reply, sizeof reply - 1);
            break;
        }
    }
    close(fd);
}

static pid_t start_backend(const char *socket_path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0 ||
        bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 128) != 0) {
        stop("no backend");
    }
    pid_t child = fork();
    if (child == 0) {
        for (;;) {
            int fd = accept(listener, NULL, NULL);
            if (fd >= 0) {
                answer(fd);
            }
        }
    }
    close(listener);
    return child;
}

/* ---- The front --------------------------------------------------------------------------------------- */

static pid_t start_front(uint16_t *port)
{
    int out[2];
    if (pipe(out) != 0) {
        stop("no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        struct front_options options = front_defaults();
        struct front *front = NULL;
        struct dp_problem problem = { 0 };
        options.address = "127.0.0.1";
        options.key_path = path("leaf.key");
        options.chain_path = path("leaf.pem");
        options.backend_path = path("inner.sock");
        options.handshake_ms = HOLD_MS;
        options.head_ms = HOLD_MS;
        options.keep_alive_ms = HOLD_MS;
        if (!err_is_ok(front_start(&options, &front, &problem))) {
            (void)fprintf(stderr, "%s\n", problem.sentence);
            _exit(1);
        }
        uint16_t own = front_port(front);
        (void)!write(out[1], &own, sizeof own);
        for (;;) {
            (void)pause();
        }
    }
    close(out[1]);
    if (child < 0 || read(out[0], port, sizeof *port) != (ssize_t)sizeof *port) {
        stop("no front");
    }
    close(out[0]);
    return child;
}

static double cpu_us_of(pid_t process)
{
    clockid_t clock;
    struct timespec now;
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &now) != 0) {
        stop("no clock of the front");
    }
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double resident_mb_of(pid_t process)
{
    char name[64];
    char line[128] = "";
    (void)snprintf(name, sizeof name, "/proc/%d/statm", (int)process);
    FILE *file = fopen(name, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL || strchr(line, ' ') == NULL) {
        stop("no memory figures");
    }
    (void)fclose(file);
    double pages = strtod(strchr(line, ' '), NULL);
    return pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* ---- The client -------------------------------------------------------------------------------------- */

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

static int connect_to(uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        stop("can't connect");
    }
    return fd;
}

/* Shakes hands; the client's own state goes, the connection stays. */
static int establish(uint16_t port, int is_visit)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    unsigned char reply[4096];
    mbedtls_ssl_context ssl;
    int fd = connect_to(port);
    mbedtls_ssl_init(&ssl);
    if (mbedtls_ssl_setup(&ssl, &client_config) != 0) {
        stop("no client");
    }
    mbedtls_ssl_set_bio(&ssl, &fd, transmit, receive, NULL);
    if (mbedtls_ssl_handshake(&ssl) != 0) {
        stop("no handshake");
    }
    if (is_visit) {
        int got = mbedtls_ssl_write(&ssl, (const unsigned char *)request, sizeof request - 1);
        got = got > 0 ? mbedtls_ssl_read(&ssl, reply, sizeof reply - 1) : got;
        if (got < 20 || strncmp((const char *)reply, "HTTP/1.1 200", 12) != 0) {
            stop("no reply");
        }
    }
    mbedtls_ssl_free(&ssl);
    return fd;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct figure measure_visits(pid_t front, uint16_t port, int visits)
{
    double us[RUNS];
    for (int run = 0; run < RUNS; run++) {
        double before = cpu_us_of(front);
        for (int i = 0; i < visits; i++) {
            close(establish(port, 1));
        }
        us[run] = (cpu_us_of(front) - before) / visits;
    }
    qsort(us, RUNS, sizeof us[0], compare);
    return (struct figure){ "front_visit_cpu", "us", us[RUNS / 2], us[0], us[RUNS - 1], 0 };
}

static struct figure resident(const char *name, pid_t front, double bar)
{
    double mb = resident_mb_of(front);
    return (struct figure){ name, "MB", mb, mb, mb, bar };
}

static void print(const struct figure *figure, int is_json)
{
    if (is_json) {
        (void)printf(
            "{\"name\":\"%s\",\"unit\":\"%s\",\"value\":%.1f,\"min\":%.1f,\"max\":%.1f,"
            "\"bar\":%.0f}\n",
            figure->name, figure->unit, figure->value, figure->min, figure->max, figure->bar);
        return;
    }
    (void)printf("%-28s %8.1f %s", figure->name, figure->value, figure->unit);
    (void)printf(figure->bar > 0 ? "  (bar %.0f)\n" : "\n", figure->bar);
}

static void prepare(void)
{
    struct names names = { 0 };
    struct clock clock = clock_system();
    struct dp_problem problem = { 0 };
    struct rlimit files;
    if (mkdtemp(folder) == NULL || getrlimit(RLIMIT_NOFILE, &files) != 0) {
        stop("no temporary folder");
    }
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    err_ignore(names_add(&names, STR("localhost"), NULL));
    if (!err_is_ok(leaf_ensure(folder, &names, &clock, NULL, &problem))) {
        stop(problem.sentence);
    }
}

static void prepare_client(void)
{
    setup_crypto();
    mbedtls_ssl_config_init(&client_config);
    if (mbedtls_ssl_config_defaults(&client_config, MBEDTLS_SSL_IS_CLIENT,
                                    MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        stop("no client");
    }
    mbedtls_ssl_conf_authmode(&client_config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&client_config, rng_fill, NULL);
}

static void read_arguments(int argc, char **argv, int *is_json, int *visits)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            *is_json = 1;
        } else if (strcmp(argv[i], "--visits") == 0 && i + 1 < argc) {
            *visits = (int)strtol(argv[++i], NULL, 10);
        } else {
            stop("usage: bench_front [--json] [--visits N]");
        }
    }
}

int main(int argc, char **argv)
{
    uint16_t port = 0;
    int is_json = 0;
    int visits = 300;
    struct figure figures[4];
    static int fds[ESTABLISHED + SILENT];
    read_arguments(argc, argv, &is_json, &visits);
    prepare();
    pid_t backend = start_backend(path("inner.sock"));
    pid_t front = start_front(&port);
    prepare_client();
    close(establish(port, 1)); /* tables are made at first use */
    figures[0] = resident("front_memory_idle", front, 16);
    figures[1] = measure_visits(front, port, visits);
    for (int i = 0; i < ESTABLISHED; i++) {
        fds[i] = establish(port, 0);
    }
    (void)sleep(1);
    figures[2] = resident("front_memory_1000", front, 64);
    for (int i = 0; i < SILENT; i++) {
        fds[ESTABLISHED + i] = connect_to(port);
    }
    (void)sleep(SILENT_WAIT_S);
    figures[3] = resident("front_memory_5000", front, 128);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        print(&figures[i], is_json);
    }
    for (size_t i = 0; i < ESTABLISHED + SILENT; i++) {
        close(fds[i]);
    }
    (void)kill(front, SIGKILL);
    (void)kill(backend, SIGKILL);
    (void)waitpid(front, NULL, 0);
    (void)waitpid(backend, NULL, 0);
    mbedtls_ssl_config_free(&client_config);
    err_ignore(file_remove_tree(folder));
    return 0;
}
