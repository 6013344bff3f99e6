/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the parts of the bench share: the options, the programs beside it, the scratch folder and the
 * table. Each part measures one thing and adds its rows:
 *
 *   part_handshake.c  bench_handshake: the bare handshake beside stock mbedTLS
 *   part_visit.c      visits, latency, the question page, memory and start of the real server
 *   part_answer.c     durable answers at service level, and the flush of what they left
 *   part_store.c      bench_store: durable jobs beside a bare loop
 *   part_report.c     HR's pages and the export on a folder of many cells, bench_stats, the CSV parser
 */

#include "tests/bench/figure.h"

enum { BENCH_PATH_MAX = 512 };

struct bench {
    bool is_quick;
    int runs;
    char programs[BENCH_PATH_MAX]; /* the folder of the bench */
    char daypulse[BENCH_PATH_MAX];
    char scratch[BENCH_PATH_MAX / 4];
    struct table table;
};

void part_handshake(struct bench *bench);
void part_visit(struct bench *bench);
void part_answer(struct bench *bench);
void part_store(struct bench *bench);
void part_report(struct bench *bench);

/** Prints why and ends the bench with exit code 1. */
_Noreturn void bench_stop(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Says what is going on, on standard error. */
void bench_say(const char *what);

/** Seconds on the monotonic clock. */
double bench_now_s(void);

/** "SCRATCH/NAME". */
void bench_path(const struct bench *bench, const char *name, char out[BENCH_PATH_MAX]);
