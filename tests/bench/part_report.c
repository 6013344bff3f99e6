/* SPDX-License-Identifier: MIT */
/*
 * HR's side: 500 teams by 150 weeks of day cells, about ten million answers behind them. The pages, the
 * start of the server on such a folder, the export; then the CSV parser and the link page's statistics.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/mem.h"
#include "app/csv/csv_reader.h"
#include "app/service/account/account.h"
#include "tests/bench/client.h"
#include "tests/bench/folder.h"
#include "tests/bench/program.h"

enum {
    TEAMS = 500,
    PEOPLE_EACH = 24,
    WEEKS = 150,
    WEEKS_QUICK = 30,
    ANSWERS = 27,
    LOOKS = 100,
    LOOKS_QUICK = 25,
    LOOKS_SECONDS_MAX = 5,
    LOOKS_GROWTH = 10,
    PROMPT_BYTES = 2048,
};

/* ---- Pages --------------------------------------------------------------------------------------- */

static void log_in(const struct appliance *appliance, char *cookie, size_t size)
{
    struct dp_problem problem = { 0 };
    char token[ACCOUNT_TOKEN_TEXT];
    char password[32];
    struct limiter limiter;
    limiter_init(&limiter, appliance->clock);
    account_make_password(password);
    struct account_new hr = {
        .login = STR("hr"), .password = str_of(password), .role = ACCOUNT_HR, .actor = "bench"
    };
    folder_check(account_add(appliance, &hr, &problem), &problem, "account");
    folder_check(
        account_log_in(appliance, &limiter, STR("127.0.0.1"), hr.login, hr.password, token),
        NULL, "login");
    (void)snprintf(cookie, size, "Cookie: __Host-session=%s\r\n", token);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One look: the time from the request to the whole reply, on a connection that is there. */
static double look_ms(const struct server *server, const char *path, const char *cookie)
{
    struct client client;
    if (!client_open(&client, server->port, 0)) {
        bench_stop("no connection for %s", path);
    }
    double start_s = bench_now_s();
    if (!client_get(&client, path, cookie) || client.status != 200) {
        bench_stop("%s: status %d", path, client.status);
    }
    double took_ms = (bench_now_s() - start_s) * 1e3;
    client_close(&client);
    return took_ms;
}

struct looked {
    struct samples p99;
    struct samples p50;
    struct samples cpu;
};

static void look_often(const struct bench *bench, const struct server *server, const char *path,
                       const char *cookie, struct looked *out)
{
    double times_ms[LOOKS];
    size_t count = 0;
    size_t wanted = bench->is_quick ? LOOKS_QUICK : LOOKS;
    double cpu_s = server_cpu_s(server);
    double end_s = bench_now_s() + LOOKS_SECONDS_MAX;
    for (; count < wanted && (count == 0 || bench_now_s() < end_s); count++) {
        times_ms[count] = look_ms(server, path, cookie);
    }
    cpu_s = server_cpu_s(server) - cpu_s;
    qsort(times_ms, count, sizeof times_ms[0], by_value);
    samples_add(&out->p99, times_ms[(count - 1) * 99 / 100]);
    samples_add(&out->p50, times_ms[count / 2]);
    samples_add(&out->cpu, cpu_s * 1e3 / (double)count);
}

static void measure_page(struct bench *bench, const struct server *server, const char *path,
                         const char *cookie, const char *name)
{
    struct looked looked = { .p99 = { .count = 0 } };
    char row_name[FIGURE_NAME_MAX];
    (void)look_ms(server, path, cookie);
    program_pin_self();
    for (int i = 0; i < bench->runs; i++) {
        look_often(bench, server, path, cookie, &looked);
    }
    program_unpin_self();
    (void)snprintf(row_name, sizeof row_name, "%s, p99", name);
    struct figure *row = table_add(&bench->table, row_name, "ms", &looked.p99);
    figure_set_reference(row, "its median", &looked.p50);
    figure_set_bar(row, FIGURE_AT_MOST, 20);
    (void)snprintf(row_name, sizeof row_name, "%s, server CPU with handshake", name);
    (void)table_add(&bench->table, row_name, "ms", &looked.cpu);
}

static void measure_pages(struct bench *bench, const char *folder, const char *cookie)
{
    struct server server;
    struct samples start = { .count = 0 };
    for (int i = 0; i + 1 < bench->runs; i++) {
        samples_add(&start, server_start(bench, folder, &server) * 1e3);
        server_stop(&server);
    }
    samples_add(&start, server_start(bench, folder, &server) * 1e3);
    struct figure *row = table_add(&bench->table, "up to first reply, filled folder", "ms",
                                   &start);
    figure_set_bar(row, FIGURE_AT_MOST, 50);
    measure_page(bench, &server, "/", cookie, "overview page, 500 teams");
    measure_page(bench, &server, "/trend", cookie, "trend page, whole organisation");
    server_stop(&server);
}

/* ---- Export -------------------------------------------------------------------------------------- */

static uint64_t count_lines(const char *path, uint64_t *bytes)
{
    static char piece[1 << 16];
    uint64_t lines = 0;
    size_t got = 0;
    FILE *file = fopen(path, "re");
    *bytes = 0;
    while (file != NULL && (got = fread(piece, 1, sizeof piece, file)) > 0) {
        *bytes += got;
        for (char *at = memchr(piece, '\n', got); at != NULL;
             at = memchr(at + 1, '\n', got - (size_t)(at + 1 - piece))) {
            lines++;
        }
    }
    if (file == NULL) {
        bench_stop("there is no %s", path);
    }
    (void)fclose(file);
    return lines;
}

/* Seconds for the same bytes written and synced as they are. */
static double write_plain(const struct bench *bench, uint64_t bytes)
{
    static char piece[1 << 16];
    char path[BENCH_PATH_MAX];
    bench_path(bench, "plain", path);
    double start_s = bench_now_s();
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (uint64_t done = 0; fd >= 0 && done < bytes; done += sizeof piece) {
        if (write(fd, piece, sizeof piece) < 0) {
            bench_stop("can't write %s", path);
        }
    }
    if (fd < 0 || fsync(fd) != 0 || close(fd) != 0) {
        bench_stop("can't write %s", path);
    }
    double seconds = bench_now_s() - start_s;
    (void)unlink(path);
    return seconds;
}

static void measure_export(struct bench *bench, const char *folder)
{
    struct samples rows = { .count = 0 };
    struct samples plain = { .count = 0 };
    struct samples cpu = { .count = 0 };
    struct samples peak = { .count = 0 };
    char out[BENCH_PATH_MAX];
    char results[BENCH_PATH_MAX + 32];
    char others[BENCH_PATH_MAX + 32];
    bench_path(bench, "export", out);
    (void)snprintf(results, sizeof results, "%s/current/results.csv", out);
    (void)snprintf(others, sizeof others, "%s/current/participation.csv", out);
    const char *const arguments[] = { "daypulse", "export", "run",  "--out",
                                      out,        "--dir",  folder, NULL };
    for (int i = 0; i < bench->runs; i++) {
        uint64_t bytes = 0;
        uint64_t more = 0;
        struct ran ran = program_run(bench->daypulse, arguments, NULL, 0);
        double lines = (double)count_lines(results, &bytes) +
                       (double)count_lines(others, &more);
        samples_add(&rows, lines / ran.seconds);
        samples_add(&cpu, lines / ran.cpu_s);
        samples_add(&plain, lines / write_plain(bench, bytes + more));
        samples_add(&peak, ran.peak_mb);
    }
    struct table *table = &bench->table;
    struct figure *row = table_add(table, "export, rows of cells", "/s", &rows);
    figure_set_reference(row, "the same bytes written plainly", &plain);
    figure_set_bar(row, FIGURE_AT_LEAST, 1e6);
    row = table_add(table, "  rows a second of processor time", "/s", &cpu);
    row = table_add(table, "  its most memory, mapped files too", "MiB", &peak);
}

/* ---- CSV parser ---------------------------------------------------------------------------------- */

static double parse_mb_s(struct str text)
{
    struct dp_problem problem = { 0 };
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    bool has_row = true;
    double start_s = bench_now_s();
    folder_check(csv_reader_open(&csv, text, &problem), &problem, "CSV");
    while (has_row) {
        folder_check(csv_reader_next(&csv, &has_row, &problem), &problem, "CSV");
    }
    return (double)text.len / 1e6 / (bench_now_s() - start_s);
}

/* The least that anybody must do: look at each byte once. */
static double scan_mb_s(struct str text)
{
    volatile uint64_t kept = 0;
    uint64_t sum = 0;
    double start_s = bench_now_s();
    for (size_t i = 0; i < text.len; i++) {
        sum += text.ptr[i] == '\n';
    }
    kept = sum;
    double seconds = bench_now_s() - start_s;
    return kept == 0 ? 0.0 : (double)text.len / 1e6 / seconds;
}

static void measure_csv(struct bench *bench)
{
    struct samples parsed = { .count = 0 };
    struct samples scanned = { .count = 0 };
    BUF_AUTO struct buf csv = buf_new(CSV_READER_BYTES_MAX);
    buf_add_text(&csv, "period_start,period_kind,team,metric,value,n\n");
    for (int i = 0; csv.len + 128 < CSV_READER_BYTES_MAX && i + 1 < CSV_READER_ROWS_MAX; i++) {
        buf_fmt(&csv, "2026-%02d-%02d,week,Branch %d/Team %d,csat,%d.%d,%d\n", i % 12 + 1,
                i % 28 + 1, i % 50, i % 500, i % 100, i % 10, i % 90 + 10);
    }
    folder_check(buf_finish(&csv), NULL, "CSV");
    for (int i = 0; i < bench->runs; i++) {
        samples_add(&parsed, parse_mb_s(buf_str(&csv)));
        samples_add(&scanned, scan_mb_s(buf_str(&csv)));
    }
    struct figure *row = table_add(&bench->table, "CSV parsed and checked", "MB/s", &parsed);
    figure_set_reference(row, "each byte looked at once", &scanned);
    figure_set_bar(row, FIGURE_AT_LEAST, 300);
}

/* ---- Statistics ---------------------------------------------------------------------------------- */

static struct samples read_stats(const char *said, const char *name)
{
    double values[3] = { 0 };
    const char *at = strstr(said, name);
    struct samples samples = { .count = 0 };
    if (at == NULL || sscanf(at + strlen(name), " %lf ms (%lf to %lf", &values[1], &values[0],
                             &values[2]) != 3) {
        bench_stop("bench_stats said nothing of the %s", name);
    }
    for (size_t i = 0; i < 3; i++) {
        samples_add(&samples, values[i]);
    }
    return samples;
}

static void measure_stats(struct bench *bench)
{
    char path[BENCH_PATH_MAX * 2];
    char said[PROMPT_BYTES];
    (void)snprintf(path, sizeof path, "%s/tests/bench/bench_stats", bench->programs);
    const char *const arguments[] = { path, bench->is_quick ? "3" : "5", NULL };
    (void)program_run(path, arguments, said, sizeof said);
    struct samples whole = read_stats(said, "link page, complete");
    struct samples gaps = read_stats(said, "link page, one week in 12 missing");
    struct figure *row = table_add(&bench->table, "link page's statistics, CPU", "ms", &whole);
    figure_set_bar(row, FIGURE_AT_MOST, 1000);
    row = table_add(&bench->table, "  with one week in 12 missing", "ms", &gaps);
    figure_set_reference(row, "complete", &whole);
}

/* ---- How it grows -------------------------------------------------------------------------------- */

struct growths {
    struct growth overview;
    struct growth trend;
    struct growth export;
};

static double page_cpu_ms(const struct server *server, const char *path, const char *cookie)
{
    (void)look_ms(server, path, cookie);
    double cpu_s = server_cpu_s(server);
    for (int i = 0; i < LOOKS_GROWTH; i++) {
        (void)look_ms(server, path, cookie);
    }
    return (server_cpu_s(server) - cpu_s) * 1e3 / LOOKS_GROWTH;
}

static void measure_size(struct bench *bench, int teams, struct growths *growths)
{
    char path[BENCH_PATH_MAX];
    char out[BENCH_PATH_MAX];
    char cookie[256];
    char name[32];
    struct appliance appliance;
    struct server server;
    (void)snprintf(name, sizeof name, "cells-%d", teams);
    bench_path(bench, name, path);
    (void)snprintf(name, sizeof name, "export-%d", teams);
    bench_path(bench, name, out);
    struct folder_wanted wanted = { .path = path,
                                    .teams = teams,
                                    .people_each = PEOPLE_EACH,
                                    .weeks = bench->is_quick ? WEEKS_QUICK : WEEKS };
    folder_make(&wanted, &appliance);
    (void)folder_fill(&appliance, ANSWERS);
    log_in(&appliance, cookie, sizeof cookie);
    appliance_close(&appliance);
    (void)server_start(bench, path, &server);
    growth_add(&growths->overview, teams, page_cpu_ms(&server, "/", cookie));
    growth_add(&growths->trend, teams, page_cpu_ms(&server, "/trend", cookie));
    server_stop(&server);
    const char *const arguments[] = { "daypulse", "export", "run", "--out",
                                      out,        "--dir",  path,  NULL };
    growth_add(&growths->export, teams,
               program_run(bench->daypulse, arguments, NULL, 0).cpu_s * 1e3);
}

static void measure_growth(struct bench *bench)
{
    static const int sizes[GROWTH_SIZES] = { TEAMS / 100, TEAMS / 10, TEAMS };
    struct growths growths = { .overview = { .count = 0 } };
    for (size_t i = 0; i < GROWTH_SIZES; i++) {
        measure_size(bench, sizes[i], &growths);
    }
    table_add_growth(&bench->table, "overview's processor time by teams", "ms",
                     &growths.overview);
    table_add_growth(&bench->table, "trend's processor time by teams", "ms", &growths.trend);
    table_add_growth(&bench->table, "export's processor time by teams", "ms", &growths.export);
}

/* ---- The program's size -------------------------------------------------------------------------- */

static void measure_program(struct bench *bench)
{
    char stripped[BENCH_PATH_MAX];
    struct stat found;
    bench_path(bench, "stripped", stripped);
    const char *const arguments[] = { "strip", "-o", stripped, bench->daypulse, NULL };
    (void)program_run("/usr/bin/strip", arguments, NULL, 0);
    if (stat(stripped, &found) != 0) {
        bench_stop("there is no stripped program");
    }
    struct samples size = samples_one((double)found.st_size / 1e6);
    figure_set_bar(table_add(&bench->table, "the program, stripped", "MB", &size),
                   FIGURE_AT_MOST, 3);
}

void part_report(struct bench *bench)
{
    char path[BENCH_PATH_MAX];
    char cookie[256];
    struct appliance appliance;
    bench_path(bench, "cells", path);
    struct folder_wanted wanted = { .path = path,
                                    .teams = TEAMS,
                                    .people_each = PEOPLE_EACH,
                                    .weeks = bench->is_quick ? WEEKS_QUICK : WEEKS };
    folder_make(&wanted, &appliance);
    struct samples cells = samples_one((double)folder_fill(&appliance, ANSWERS));
    (void)table_add(&bench->table, "cells in the filled folder", "", &cells);
    log_in(&appliance, cookie, sizeof cookie);
    appliance_close(&appliance);
    measure_pages(bench, path, cookie);
    measure_export(bench, path);
    measure_csv(bench);
    measure_stats(bench);
    measure_growth(bench);
    measure_program(bench);
}
