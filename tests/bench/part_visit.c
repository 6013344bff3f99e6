/* SPDX-License-Identifier: MIT */
/* The real server under phones: rate, processor time, latency, page, memory, start. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/core/mem.h"
#include "tests/bench/client.h"
#include "tests/bench/load.h"

enum { TEAMS = 100, PEOPLE_EACH = 20, ESTABLISHED = 1000, SILENT = 4000, GATHERERS = 8 };

/* ---- Rate and processor time ----------------------------------------------------------------------- */

/* The stock handshake was measured by part_handshake.c a moment ago, if that part was asked for. */
static void add_stock_row(struct table *table, const struct samples *visit_cpu)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct figure *handshake = &table->figures[i];
        if (strcmp(handshake->reference_name, "stock mbedTLS") == 0) {
            struct samples stock = samples_one(samples_median(&handshake->reference) / 1e3);
            struct figure *row = table_add(table, "  beside a bare handshake of stock mbedTLS",
                                           "ms", visit_cpu);
            figure_set_reference(row, "stock mbedTLS", &stock);
            return;
        }
    }
}

static double measure_rates(struct bench *bench, const struct server *server,
                            const struct links *links)
{
    struct samples bare = { .count = 0 };
    struct samples visits = { .count = 0 };
    struct samples bare_cpu = { .count = 0 };
    struct samples visit_cpu = { .count = 0 };
    struct samples bare_full = { .count = 0 };
    struct samples visits_full = { .count = 0 };
    struct samples busy = { .count = 0 };
    double seconds = bench->is_quick ? 1.0 : 3.0;
    for (int i = 0; i < bench->runs; i++) {
        struct load_wanted wanted = { .kind = LOAD_BARE, .links = links, .seconds = seconds };
        struct load_result result;
        load_run(server, &wanted, &result);
        samples_add(&bare, result.rate);
        samples_add(&bare_cpu, result.cpu_ms);
        samples_add(&bare_full, 1e3 / result.cpu_ms);
        wanted.kind = LOAD_VISIT;
        load_run(server, &wanted, &result);
        samples_add(&visits, result.rate);
        samples_add(&visit_cpu, result.cpu_ms);
        samples_add(&visits_full, 1e3 / result.cpu_ms);
        samples_add(&busy, result.server_busy * 100.0);
    }
    struct table *table = &bench->table;
    struct figure *row = table_add(table, "visits, one core each for server and phones", "/s",
                                   &visits);
    figure_set_reference(row, "bare handshakes + /healthz", &bare);
    row = table_add(table, "visits a second of a full server core", "/s", &visits_full);
    figure_set_reference(row, "bare handshakes + /healthz", &bare_full);
    figure_set_ratio_bar(row, FIGURE_AT_LEAST, 0.75);
    row = table_add(table, "server CPU a visit", "ms", &visit_cpu);
    figure_set_reference(row, "bare handshake + /healthz", &bare_cpu);
    figure_set_bar(row, FIGURE_AT_MOST, 0.7);
    add_stock_row(table, &visit_cpu);
    (void)table_add(table, "share of its core the server had", "%", &busy);
    return samples_median(&visits);
}

static void measure_latency(struct bench *bench, const struct server *server,
                            const struct links *links, double most)
{
    struct samples p50 = { .count = 0 };
    struct samples p99 = { .count = 0 };
    for (int i = 0; i < bench->runs; i++) {
        struct load_wanted wanted = { .kind = LOAD_VISIT,
                                      .links = links,
                                      .seconds = bench->is_quick ? 1.5 : 4.0,
                                      .rate = most / 2 };
        struct load_result result;
        load_run(server, &wanted, &result);
        samples_add(&p50, result.p50_ms);
        samples_add(&p99, result.p99_ms);
    }
    struct figure *row = table_add(&bench->table, "visit at half the rate, p99", "ms", &p99);
    figure_set_reference(row, "its median", &p50);
    figure_set_bar(row, FIGURE_AT_MOST, 25);
}

/* ---- The question page ----------------------------------------------------------------------------- */

/* How many further things the page makes a browser fetch: sources and linked files that are not in
 * the page itself. */
static unsigned count_fetched(const char *page)
{
    static const char *const signs[] = { " src=\"", "<link ", "url(", "@import", "<script" };
    unsigned count = 0;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        for (const char *at = strstr(page, signs[i]); at != NULL;
             at = strstr(at + 1, signs[i])) {
            const char *end = strpbrk(at + 1, i == 2 ? ")" : ">");
            const char *inside = strstr(at, "data:");
            count += end == NULL || inside == NULL || inside > end;
        }
    }
    return count;
}

static void measure_page(struct bench *bench, const struct server *server, const char *path)
{
    char thanks[64];
    struct client client;
    if (!client_open(&client, server->port, 0) || !client_get(&client, path, "")) {
        bench_stop("no question page");
    }
    struct samples bytes = samples_one((double)client.reply_len / 1024.0);
    unsigned requests = 3 + count_fetched(client.body); /* page, answer, thanks */
    client_close(&client);
    (void)snprintf(thanks, sizeof thanks, "%s/thanks", path);
    if (!client_open(&client, server->port, 0) || !client_get(&client, thanks, "")) {
        bench_stop("no thanks page");
    }
    requests += count_fetched(client.body);
    client_close(&client);
    struct figure *row = table_add(&bench->table, "question page, head and body", "KiB",
                                   &bytes);
    figure_set_bar(row, FIGURE_AT_MOST, 14);
    struct samples count = samples_one(requests);
    row = table_add(&bench->table, "requests of a visit, thanks page included", "", &count);
    figure_set_bar(row, FIGURE_AT_MOST, 3);
}

/* ---- Memory ---------------------------------------------------------------------------------------- */

struct crowd {
    struct client *clients;
    int *silent;
    size_t established;
    size_t silent_count;
};

struct gathering {
    const struct server *server;
    struct crowd *crowd;
    size_t first;
};

static void *open_some(void *context)
{
    const struct gathering *gathering = context;
    struct crowd *crowd = gathering->crowd;
    for (size_t i = gathering->first; i < crowd->established; i += GATHERERS) {
        if (!client_open(&crowd->clients[i], gathering->server->port, (unsigned)i)) {
            bench_stop("connection %zu was refused", i);
        }
    }
    return NULL;
}

/* By several threads on all processors: the first ones must not have met their deadline before the
 * last ones are there. */
static void gather(const struct server *server, size_t established, size_t silent,
                   struct crowd *crowd)
{
    pthread_t threads[GATHERERS];
    struct gathering gatherings[GATHERERS];
    *crowd = (struct crowd){ .clients = mem_new(established, sizeof *crowd->clients),
                             .silent = mem_new(silent + 1, sizeof *crowd->silent),
                             .established = established };
    for (size_t i = 0; i < GATHERERS; i++) {
        gatherings[i] = (struct gathering){ server, crowd, i };
        if (pthread_create(&threads[i], NULL, open_some, &gatherings[i]) != 0) {
            bench_stop("no thread");
        }
    }
    for (size_t i = 0; i < GATHERERS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (; crowd->silent_count < silent; crowd->silent_count++) {
        crowd->silent[crowd->silent_count] = client_connect(server->port,
                                                            (unsigned)crowd->silent_count);
        if (crowd->silent[crowd->silent_count] < 0) {
            bench_stop("silent connection %zu was refused", crowd->silent_count);
        }
    }
}

static void dissolve(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->established; i++) {
        client_close(&crowd->clients[i]);
    }
    for (size_t i = 0; i < crowd->silent_count; i++) {
        close(crowd->silent[i]);
    }
    mem_free(crowd->clients);
    mem_free(crowd->silent);
}

/* Server memory with so many connections: the moment of the most is what counts, so it is read at
 * once, before deadlines end the silent ones. */
static void measure_crowd(const struct bench *bench, const char *folder, size_t silent,
                          struct samples *out, struct samples *held)
{
    struct server server;
    struct crowd crowd;
    const struct timespec moment = { .tv_nsec = 100000000 };
    (void)server_start(bench, folder, &server);
    size_t before = server_descriptors(&server);
    gather(&server, ESTABLISHED, silent, &crowd);
    (void)nanosleep(&moment, NULL);
    samples_add(out, server_resident_mb(&server));
    samples_add(held, (double)(server_descriptors(&server) - before));
    dissolve(&crowd);
    server_stop(&server);
}

static void measure_memory_and_start(struct bench *bench, const char *folder)
{
    struct samples start = { .count = 0 };
    struct samples idle = { .count = 0 };
    struct samples anonymous = { .count = 0 };
    struct samples established = { .count = 0 };
    struct samples silent = { .count = 0 };
    struct samples held_few = { .count = 0 };
    struct samples held_many = { .count = 0 };
    for (int i = 0; i < bench->runs; i++) {
        struct server server;
        samples_add(&start, server_start(bench, folder, &server) * 1e3);
        samples_add(&idle, server_resident_mb(&server));
        samples_add(&anonymous, server_anonymous_mb(&server));
        server_stop(&server);
    }
    for (int i = 0; i < (bench->is_quick ? 1 : 3); i++) {
        measure_crowd(bench, folder, 0, &established, &held_few);
        measure_crowd(bench, folder, SILENT, &silent, &held_many);
    }
    struct table *table = &bench->table;
    struct figure *row = table_add(table, "memory of the web process, idle", "MiB", &idle);
    figure_set_reference(row, "without mapped files", &anonymous);
    figure_set_bar(row, FIGURE_AT_MOST, 16);
    row = table_add(table, "memory with 1,000 established connections", "MiB", &established);
    figure_set_reference(row, "idle", &idle);
    figure_set_bar(row, FIGURE_AT_MOST, 64);
    (void)table_add(table, "  connections the server held then", "", &held_few);
    row = table_add(table, "memory with 5,000, of which 4,000 silent", "MiB", &silent);
    figure_set_reference(row, "idle", &idle);
    figure_set_bar(row, FIGURE_AT_MOST, 128);
    (void)table_add(table, "  connections the server held then", "", &held_many);
    (void)table_add(table, "up to first reply, small folder", "ms", &start);
}

void part_visit(struct bench *bench)
{
    char path[BENCH_PATH_MAX];
    struct appliance appliance;
    struct links links;
    struct server server;
    bench_path(bench, "visits", path);
    struct folder_wanted wanted = {
        .path = path, .teams = TEAMS, .people_each = PEOPLE_EACH, .weeks = 0
    };
    folder_make(&wanted, &appliance);
    folder_links(&appliance, &links);
    appliance_close(&appliance);
    (void)server_start(bench, path, &server);
    double most = measure_rates(bench, &server, &links);
    measure_latency(bench, &server, &links, most);
    measure_page(bench, &server, links.paths[0]);
    struct samples busy = samples_one(server_resident_mb(&server));
    (void)table_add(&bench->table, "memory of the web process after the visits", "MiB", &busy);
    server_stop(&server);
    folder_links_free(&links);
    measure_memory_and_start(bench, path);
}
