/* SPDX-License-Identifier: MIT */
#include "tests/bench/load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/core/mem.h"
#include "tests/bench/client.h"

enum { WORKERS = 16, LATENCIES_MAX = 200000, FIELD_MAX = 128 };

struct load {
    const struct load_wanted *wanted;
    uint16_t port;
    double start_s;
    double end_s;
    atomic_ullong next; /* visits begun */
    atomic_ullong done;
    atomic_bool has_failed;
    double *latencies_ms;
};

struct worker {
    struct load *load;
    unsigned number;
};

/* The value of a hidden field of the page. */
static bool find_field(const char *page, const char *name, char out[FIELD_MAX])
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "name=\"%s\"", name);
    const char *at = strstr(page, wanted);
    at = at == NULL ? NULL : strstr(at, "value=\"");
    const char *end = at == NULL ? NULL : strchr(at + 7, '"');
    if (end == NULL || end - at - 7 >= FIELD_MAX) {
        return false;
    }
    (void)snprintf(out, FIELD_MAX, "%.*s", (int)(end - at - 7), at + 7);
    return true;
}

static bool complain(const char *what, const struct client *client)
{
    (void)fprintf(stderr, "bench: %s failed, status %d\n", what, client->status);
    return false;
}

static bool visit_on(struct client *client, const char *path, unsigned from)
{
    char csrf[FIELD_MAX];
    char epoch[FIELD_MAX];
    char form[FIELD_MAX * 3];
    if (!client_get(client, path, "") || client->status != 200) {
        return complain("the question page", client);
    }
    if (!find_field(client->body, "csrf", csrf) || !find_field(client->body, "epoch", epoch)) {
        return complain("reading the form", client);
    }
    (void)snprintf(form, sizeof form, "csrf=%s&epoch=%s&answer=%u", csrf, epoch, from % 5 + 1);
    if (!client_post(client, path, form) || client->status != 303) {
        return complain("sending an answer", client);
    }
    return true;
}

bool load_visit(uint16_t port, const char *path, unsigned from)
{
    struct client client;
    bool is_good = client_open(&client, port, from);
    if (!is_good) {
        (void)complain("a handshake", &client);
    } else if (path == NULL) {
        is_good = client_get(&client, "/healthz", "") && client.status == 200;
    } else {
        is_good = visit_on(&client, path, from);
    }
    client_close(&client);
    return is_good;
}

static void sleep_until(double moment_s)
{
    double left = moment_s - bench_now_s();
    if (left > 0) {
        struct timespec pause = { .tv_sec = (time_t)left };
        pause.tv_nsec = (long)((left - (double)pause.tv_sec) * 1e9);
        (void)nanosleep(&pause, NULL);
    }
}

static void *work(void *context)
{
    const struct worker *worker = context;
    struct load *load = worker->load;
    const struct load_wanted *wanted = load->wanted;
    while (!atomic_load(&load->has_failed)) {
        uint64_t number = atomic_fetch_add(&load->next, 1);
        double due_s = wanted->rate > 0 ? load->start_s + (double)number / wanted->rate
                                        : bench_now_s();
        if (due_s >= load->end_s) {
            break;
        }
        sleep_until(due_s);
        const char *path = wanted->kind == LOAD_BARE
                               ? NULL
                               : wanted->links->paths[number % wanted->links->count];
        if (!load_visit(load->port, path, worker->number)) {
            atomic_store(&load->has_failed, true);
            break;
        }
        uint64_t place = atomic_fetch_add(&load->done, 1);
        if (place < LATENCIES_MAX) {
            load->latencies_ms[place] = (bench_now_s() - due_s) * 1e3;
        }
    }
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_workers(struct load *load)
{
    pthread_t threads[WORKERS];
    struct worker workers[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){ load, i };
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) {
            bench_stop("no thread");
        }
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
    }
}

void load_run(const struct server *server, const struct load_wanted *wanted,
              struct load_result *result)
{
    MEM_AUTO double *latencies_ms = mem_new(LATENCIES_MAX, sizeof *latencies_ms);
    program_pin_self();
    double cpu_s = server_cpu_s(server);
    double start_s = bench_now_s();
    struct load load = { .wanted = wanted,
                         .port = server->port,
                         .start_s = start_s,
                         .end_s = start_s + wanted->seconds,
                         .latencies_ms = latencies_ms };
    if (latencies_ms == NULL) {
        bench_stop("no memory");
    }
    run_workers(&load);
    double seconds = bench_now_s() - start_s;
    cpu_s = server_cpu_s(server) - cpu_s;
    program_unpin_self();
    uint64_t done = atomic_load(&load.done);
    if (atomic_load(&load.has_failed) || done == 0) {
        bench_stop("the load came to nothing");
    }
    size_t kept = done < LATENCIES_MAX ? (size_t)done : LATENCIES_MAX;
    qsort(latencies_ms, kept, sizeof *latencies_ms, by_value);
    *result = (struct load_result){ .rate = (double)done / seconds,
                                    .cpu_ms = cpu_s * 1e3 / (double)done,
                                    .server_busy = cpu_s / seconds,
                                    .p50_ms = latencies_ms[kept / 2],
                                    .p99_ms = latencies_ms[kept * 99 / 100],
                                    .done = done };
}
