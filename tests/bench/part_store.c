/* SPDX-License-Identifier: MIT */
/* Durable jobs at the store's level: runs bench_store and takes its figures over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/program.h"

static struct samples read_line(const char **text, const char *name)
{
    double median = 0;
    double low = 0;
    double high = 0;
    const char *at = strstr(*text, name);
    const char *open = at == NULL ? NULL : strchr(at + strlen(name), '(');
    if (open == NULL || sscanf(open, "(%lf to %lf)", &low, &high) != 2) {
        bench_stop("bench_store said nothing of %s", name);
    }
    median = strtod(at + strlen(name), NULL);
    *text = open;
    struct samples samples = { .count = 0 };
    samples_add(&samples, low);
    samples_add(&samples, median);
    samples_add(&samples, high);
    return samples;
}

static void add_rows(struct bench *bench, const char **said, const char *name, bool is_slow)
{
    struct samples ours = read_line(said, "store");
    struct samples bare = read_line(said, "bare LMDB, same group size");
    struct samples ratio = read_line(said, "ratio (bar 0.80)");
    struct figure *row = table_add(&bench->table, name, "/s", &ours);
    figure_set_reference(row, "bare LMDB loop, same groups", &bare);
    if (is_slow) {
        figure_set_bar(row, FIGURE_AT_LEAST, 5000);
    }
    row = table_add(&bench->table,
                    is_slow ? "  ratio, run by run, 5 ms" : "  ratio, run by run", "", &ratio);
    figure_set_bar(row, FIGURE_AT_LEAST, 0.8);
}

void part_store(struct bench *bench)
{
    char path[BENCH_PATH_MAX * 2];
    char said[4096];
    const char *at = said;
    (void)snprintf(path, sizeof path, "%s/tests/bench/bench_store", bench->programs);
    const char *const arguments[] = { path, bench->scratch, bench->is_quick ? "300" : "1500",
                                      NULL };
    (void)program_run(path, arguments, said, sizeof said);
    add_rows(bench, &at, "durable jobs of the store, 64 writers", false);
    add_rows(bench, &at, "the same, one fsync 5 ms longer", true);
}
