/* SPDX-License-Identifier: MIT */
/* The bare handshake beside stock mbedTLS: runs bench_handshake and takes its figures over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/program.h"

static double number_of(const char *json, const char *name)
{
    char wanted[32];
    (void)snprintf(wanted, sizeof wanted, "\"%s\":", name);
    const char *at = strstr(json, wanted);
    if (at == NULL) {
        bench_stop("bench_handshake said nothing of %s", name);
    }
    return strtod(at + strlen(wanted), NULL);
}

void part_handshake(struct bench *bench)
{
    char path[BENCH_PATH_MAX * 2];
    char said[1024];
    struct samples ours = { .count = 0 };
    struct samples stock = { .count = 0 };
    (void)snprintf(path, sizeof path, "%s/tests/bench/bench_handshake", bench->programs);
    const char *const arguments[] = { path, "--json",  "--runs",
                                      "1",  "--count", bench->is_quick ? "100" : "200",
                                      NULL };
    for (int i = 0; i < bench->runs; i++) {
        (void)program_run(path, arguments, said, sizeof said);
        samples_add(&ours, number_of(said, "value"));
        samples_add(&stock, number_of(said, "reference"));
    }
    struct figure *figure = table_add(
        &bench->table, "bare TLS 1.3 handshake + 2 bytes, server CPU", "us", &ours);
    figure_set_reference(figure, "stock mbedTLS", &stock);
    figure_set_ratio_bar(figure, FIGURE_AT_MOST, 0.5);
}
