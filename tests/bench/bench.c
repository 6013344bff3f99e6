/* SPDX-License-Identifier: MIT */
/*
 * The bench: one table, each figure beside a reference from the same run.
 *
 *     bench [--json] [--check] [--quick] [--only PART] [PROGRAM]
 *
 *   --json     the table as JSON
 *   --check    exit code 6 when a figure falls short of its bar, and which
 *   --quick    fewer and shorter runs
 *   --only     handshake, visit, answer, store or report
 *   PROGRAM    the daypulse to measure; default: the one beside the bench
 *
 * A private folder below $TMPDIR, or /tmp, decides which disk is measured; it is removed at the end.
 */
#include "tests/bench/bench.h"

#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "app/core/file.h"

enum { EXIT_SHORT = 6, RUNS = 5, RUNS_QUICK = 3 };

static char scratch_to_remove[BENCH_PATH_MAX / 4];

void bench_stop(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)fprintf(stderr, "bench: ");
    (void)vfprintf(stderr, format, list);
    (void)fprintf(stderr, "\n");
    va_end(list);
    exit(1);
}

void bench_say(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
}

double bench_now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_path(const struct bench *bench, const char *name, char out[BENCH_PATH_MAX])
{
    (void)snprintf(out, BENCH_PATH_MAX, "%s/%s", bench->scratch, name);
}

static void remove_scratch(void)
{
    if (scratch_to_remove[0] != '\0') {
        err_ignore(
            file_remove_tree(scratch_to_remove)); /* nothing more can be done at the end */
    }
}

static void find_programs(struct bench *bench)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0) {
        bench_stop("can't find itself");
    }
    path[len] = '\0';
    *strrchr(path, '/') = '\0';
    (void)snprintf(bench->programs, sizeof bench->programs, "%.500s", path);
    if (bench->daypulse[0] == '\0') {
        (void)snprintf(bench->daypulse, sizeof bench->daypulse, "%.490s/daypulse", path);
    }
    if (access(bench->daypulse, X_OK) != 0) {
        bench_stop("there is no program %s", bench->daypulse);
    }
}

static void make_scratch(struct bench *bench)
{
    const char *parent = getenv("TMPDIR");
    (void)snprintf(bench->scratch, sizeof bench->scratch, "%.60s/daypulse-bench-XXXXXX",
                   parent == NULL || parent[0] != '/' ? "/tmp" : parent);
    if (mkdtemp(bench->scratch) == NULL) {
        bench_stop("can't make a folder %s", bench->scratch);
    }
    memcpy(scratch_to_remove, bench->scratch, sizeof scratch_to_remove);
    (void)atexit(remove_scratch);
}

/* All connections of the memory rows need a descriptor on both sides. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static const struct {
    const char *name;
    void (*run)(struct bench *bench);
} parts[] = { { "handshake", part_handshake },
              { "visit", part_visit },
              { "answer", part_answer },
              { "store", part_store },
              { "report", part_report } };

static void print_machine(void)
{
    double loads[3] = { 0 };
    (void)getloadavg(loads, 3);
    (void)printf("%ld processors, load %.1f, daypulse " DP_VERSION "\n",
                 sysconf(_SC_NPROCESSORS_ONLN), loads[0]);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    bool is_json = false;
    bool is_check = false;
    const char *only = "";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            is_json = true;
        } else if (strcmp(argv[i], "--check") == 0) {
            is_check = true;
        } else if (strcmp(argv[i], "--quick") == 0) {
            bench.is_quick = true;
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else if (argv[i][0] != '-' && bench.daypulse[0] == '\0') {
            (void)snprintf(bench.daypulse, sizeof bench.daypulse, "%s", argv[i]);
        } else {
            bench_stop("usage: bench [--json] [--check] [--quick] [--only PART] [PROGRAM]");
        }
    }
    (void)signal(SIGPIPE, SIG_IGN);
    bench.runs = bench.is_quick ? RUNS_QUICK : RUNS;
    find_programs(&bench);
    make_scratch(&bench);
    allow_descriptors();
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (only[0] == '\0' || strcmp(only, parts[i].name) == 0) {
            bench_say(parts[i].name);
            parts[i].run(&bench);
        }
    }
    if (is_json) {
        table_print_json(&bench.table);
    } else {
        print_machine();
        table_print(&bench.table);
    }
    (void)fflush(stdout);
    return is_check && table_print_short(&bench.table) > 0 ? EXIT_SHORT : 0;
}
