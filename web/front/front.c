/* SPDX-License-Identifier: MIT */
#include "web/front/front.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/core/log.h"
#include "app/core/mem.h"
#include "web/front/loop.h"
#include "web/front/shared.h"

enum {
    BACKLOG = 1024,
    DEFER_ACCEPT_S = 5,
    /* What the system may hold of one connection. By itself it would go up to megabytes, which
     * thousands of slow readers could fill, out of our sight and past our deadlines. */
    SYSTEM_BUFFER_BYTES = 131072,
    SPARE_DESCRIPTORS = 256, /* for the rest of the program */
    CONNECTIONS_MIN = 16,
    THREADS_MAX = 64,
};

struct front {
    struct shared shared;
    struct loop *loops[THREADS_MAX];
    unsigned loops_count;
    uint16_t port;
};

struct front_options front_defaults(void)
{
    return (struct front_options){
        .clock = clock_system(),
        .connections_max = 8000,
        .backend_max = 64,
        .buffers_max_bytes = (size_t)64 * 1024 * 1024,
        .download_slots = 8,
        .handshake_ms = 5000,
        .head_ms = 10000,
        .body_ms = 10000,
        .keep_alive_ms = 2000,
        .queue_ms = 10000,
        .backend_ms = 30000,
        .write_ms = 20000,
        .linger_ms = 1000,
        .slowest_bytes_s = 16384,
    };
}

/* ---- The listening socket --------------------------------------------------------------------------- */

static dp_err read_address(const char *text, uint16_t port, struct sockaddr_storage *out,
                           socklen_t *len)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        *len = sizeof v4;
        return DP_SUCCESS;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        memcpy(out, &v6, sizeof v6);
        *len = sizeof v6;
        return DP_SUCCESS;
    }
    return err_make(DP_USAGE);
}

static bool set_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

static bool prepare_socket(int fd, int family)
{
    return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
           set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
           set_option(fd, SOL_SOCKET, SO_SNDBUF, SYSTEM_BUFFER_BYTES) &&
           set_option(fd, SOL_SOCKET, SO_RCVBUF, SYSTEM_BUFFER_BYTES) &&
           set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, DEFER_ACCEPT_S) &&
           (family != AF_INET6 || set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0));
}

static dp_err listen_failed(const struct front_options *options, int error,
                            struct dp_problem *problem)
{
    char words[128];
    err_ignore(problem_set(problem, 0, 0, "can't listen on %s port %u: %s%s", options->address,
                           options->port, strerror_r(error, words, sizeof words),
                           error == EACCES ? ". Ports below 1024 need CAP_NET_BIND_SERVICE, or "
                                             "take a higher one"
                                           : ""));
    if (error == EADDRINUSE) {
        return err_make(DP_BUSY);
    }
    return err_make(error == EADDRNOTAVAIL ? DP_USAGE : file_code_of_errno(error));
}

static dp_err open_listener(struct front *front, const struct front_options *options,
                            struct dp_problem *problem)
{
    struct sockaddr_storage address;
    socklen_t len = 0;
    if (options->address == NULL ||
        !err_is_ok(read_address(options->address, options->port, &address, &len))) {
        err_ignore(problem_set(problem, 0, 0, "\"%s\" is not an IP address to listen on",
                               options->address == NULL ? "" : options->address));
        return err_make(DP_USAGE);
    }
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    front->shared.listener = fd;
    if (fd < 0 || !prepare_socket(fd, address.ss_family) ||
        bind(fd, (const struct sockaddr *)&address, len) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        return listen_failed(options, errno, problem);
    }
    struct sockaddr_in v4; /* the port stands at the same place in both families */
    memcpy(&v4, &address, sizeof v4);
    front->port = ntohs(v4.sin_port);
    return DP_SUCCESS;
}

/* ---- Limits ------------------------------------------------------------------------------------------ */

/* How many connections the system lets us have, after asking it for more. */
static size_t allowed_connections(const struct front_options *options)
{
    struct rlimit limit;
    size_t wanted = options->connections_max + options->backend_max + SPARE_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return options->connections_max;
    }
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        (void)setrlimit(RLIMIT_NOFILE, &limit); /* what it gave is read again */
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= wanted) {
        return options->connections_max;
    }
    size_t taken = options->backend_max + SPARE_DESCRIPTORS + CONNECTIONS_MIN;
    size_t allowed = limit.rlim_cur > taken ? limit.rlim_cur - taken + CONNECTIONS_MIN
                                            : CONNECTIONS_MIN;
    log_warning(
        "the system grants %llu file descriptors, so there can be %zu connections at once",
        (unsigned long long)limit.rlim_cur, allowed);
    return allowed;
}

static dp_err copy_texts(struct shared *shared, const struct front_options *options,
                         struct dp_problem *problem)
{
    struct front_options *own = &shared->options;
    bool has_spool = options->spool_folder != NULL;
    shared->backend.sun_family = AF_UNIX;
    if (!str_copy(str_of(options->key_path), shared->key_path, sizeof shared->key_path) ||
        !str_copy(str_of(options->chain_path), shared->chain_path, sizeof shared->chain_path) ||
        !str_copy(str_of(options->spool_folder), shared->spool_folder,
                  sizeof shared->spool_folder) ||
        !str_copy(str_of(options->backend_path), shared->backend.sun_path,
                  sizeof shared->backend.sun_path) ||
        shared->backend.sun_path[0] == '\0') {
        err_ignore(problem_set(problem, 0, 0,
                               "the path of the key, the chain or the inner socket "
                               "is missing or too long"));
        return err_make(DP_USAGE);
    }
    *own = *options;
    own->address = NULL;
    own->key_path = shared->key_path;
    own->chain_path = shared->chain_path;
    own->backend_path = shared->backend.sun_path;
    own->spool_folder = has_spool ? shared->spool_folder : NULL;
    return DP_SUCCESS;
}

static unsigned count_threads(const struct front_options *options)
{
    long processors = options->threads > 0 ? (long)options->threads
                                           : sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < 1) {
        return 1;
    }
    return processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}

/* ---- Start and stop ---------------------------------------------------------------------------------- */

static dp_err start_loops(struct front *front, struct dp_problem *problem)
{
    struct shared *shared = &front->shared;
    unsigned count = count_threads(&shared->options);
    shared->backend_max = (shared->options.backend_max + count - 1) / count;
    while (front->loops_count < count) {
        dp_err started = loop_start(shared, &front->loops[front->loops_count]);
        if (!err_is_ok(started)) {
            err_ignore(problem_set(problem, 0, 0, "could not start the listener's threads"));
            return started;
        }
        front->loops_count++;
    }
    return DP_SUCCESS;
}

static dp_err start(struct front *front, const struct front_options *options,
                    struct dp_problem *problem)
{
    struct shared *shared = &front->shared;
    struct dp_problem time = { 0 };
    DP_TRY(copy_texts(shared, options, problem));
    DP_TRY(tls_context_new(shared->key_path, shared->chain_path, &shared->context, problem));
    if (!err_is_ok(load_check(tls_context_pair(shared->context), &options->clock, &time))) {
        log_warning("%s: %s", shared->chain_path, time.sentence);
    }
    DP_TRY(open_listener(front, options, problem));
    budget_start(&shared->buffers, options->buffers_max_bytes);
    budget_start(&shared->downloads, options->download_slots);
    DP_TRY(table_new(allowed_connections(options), &shared->table));
    return start_loops(front, problem);
}

dp_err front_start(const struct front_options *options, struct front **out,
                   struct dp_problem *problem)
{
    struct front *front = mem_new(1, sizeof *front);
    if (front == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    front->shared.listener = -1;
    DP_CHECK(pthread_mutex_init(&front->shared.context_lock, NULL) == 0);
    dp_err started = start(front, options, problem);
    if (!err_is_ok(started)) {
        front_stop(front);
        front = NULL;
    }
    *out = front;
    return started;
}

void front_stop(struct front *front)
{
    if (front == NULL) {
        return;
    }
    struct shared *shared = &front->shared;
    atomic_store(&shared->is_stopping, true);
    for (unsigned i = 0; i < front->loops_count; i++) {
        loop_wake(front->loops[i]);
    }
    for (unsigned i = 0; i < front->loops_count; i++) {
        loop_stop(front->loops[i]);
    }
    if (shared->listener >= 0) {
        (void)close(shared->listener);
    }
    tls_context_release(shared->context);
    table_free(shared->table);
    pthread_mutex_destroy(&shared->context_lock);
    mem_free(front);
}

uint16_t front_port(const struct front *front)
{
    return front->port;
}

/* ---- While it runs ------------------------------------------------------------------------------------ */

dp_err front_reload(struct front *front, struct dp_problem *problem)
{
    struct shared *shared = &front->shared;
    struct tls_context *fresh = NULL;
    DP_TRY(tls_context_new(shared->key_path, shared->chain_path, &fresh, problem));
    dp_err current = load_check(tls_context_pair(fresh), &shared->options.clock, problem);
    if (!err_is_ok(current)) {
        tls_context_release(fresh);
        return current;
    }
    shared_replace_context(shared, fresh);
    return DP_SUCCESS;
}

void front_certificate(struct front *front, struct cert_info *out)
{
    struct shared *shared = &front->shared;
    struct tls_context *context = shared_context(shared);
    info_of_pair(tls_context_pair(context), &shared->options.clock, out);
    tls_context_release(context);
}

struct front_counts front_counts(struct front *front)
{
    struct table_counts counts = table_counts(front->shared.table);
    return (struct front_counts){ .connections = counts.connections,
                                  .evicted = counts.evicted,
                                  .refused = counts.refused };
}
