/* SPDX-License-Identifier: MIT */
/*
 * Durable answers at service level, 64 writers, beside a bare LMDB loop; then the evening: the flush of
 * all that they left, by the real program.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "app/core/mem.h"
#include "app/privacy/ballotbox.h"
#include "tests/bench/bare_loop.h"
#include "tests/bench/folder.h"
#include "tests/bench/program.h"
#include "tests/bench/slow_sync.h"

enum {
    WRITERS = 64,
    TEAMS = 500,
    PEOPLE_EACH = 200,
    PEOPLE_EACH_QUICK = 40,
    SLOW_US = 5000,
    SLOW_ANSWERS = 10000,
    SLOW_ANSWERS_QUICK = 4000,
};

struct writing {
    struct ballotboxes *boxes;
    struct epoch_id epoch;
    uint64_t people;
    atomic_ullong next;
    uint64_t end; /* up to which `next` goes */
};

static void *write_on(void *context)
{
    struct writing *writing = context;
    for (;;) {
        uint64_t number = atomic_fetch_add(&writing->next, 1);
        if (number >= writing->end) {
            return NULL;
        }
        struct person_id person = { number % writing->people + 1 };
        folder_check(ballotbox_submit(writing->boxes, writing->epoch, person,
                                      (enum answer)(number % 5 + 1)),
                     NULL, "an answer");
    }
}

/* Gives answers a second, and how many shared a commit. */
static double write_answers(struct writing *writing, uint64_t answers, double *group)
{
    pthread_t threads[WRITERS];
    uint64_t first = writing->end;
    atomic_store(&writing->next, first);
    writing->end = first + answers;
    uint64_t syncs = slow_sync_count();
    double start_s = bench_now_s();
    for (int i = 0; i < WRITERS; i++) {
        if (pthread_create(&threads[i], NULL, write_on, writing) != 0) {
            bench_stop("no thread");
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
    }
    double seconds = bench_now_s() - start_s;
    syncs = slow_sync_count() - syncs;
    *group = syncs == 0 ? 1.0 : (double)answers / (double)syncs;
    return (double)answers / seconds;
}

struct speeds {
    struct samples ours;
    struct samples bare;
    struct samples group;
};

static void measure(struct writing *writing, struct bare_loop *loop, uint64_t answers,
                    struct speeds *speeds)
{
    double group = 1.0;
    samples_add(&speeds->ours, write_answers(writing, answers, &group));
    samples_add(&speeds->group, group);
    samples_add(&speeds->bare, bare_loop_run(loop, answers, group));
}

static void measure_answers(struct bench *bench, struct writing *writing)
{
    struct speeds quick = { .ours = { .count = 0 } };
    struct speeds slow = { .ours = { .count = 0 } };
    char path[BENCH_PATH_MAX];
    bench_path(bench, "bare", path);
    struct bare_loop *loop = bare_loop_open(path);
    for (int i = 0; i < bench->runs; i++) {
        measure(writing, loop, writing->people / (uint64_t)bench->runs, &quick);
    }
    double group = 1.0;
    (void)write_answers(writing, writing->people % (uint64_t)bench->runs + 1, &group);
    slow_sync_set_us(SLOW_US);
    for (int i = 0; i < bench->runs; i++) {
        measure(writing, loop, bench->is_quick ? SLOW_ANSWERS_QUICK : SLOW_ANSWERS, &slow);
    }
    slow_sync_set_us(0);
    bare_loop_close(loop);
    struct table *table = &bench->table;
    struct figure *row = table_add(table, "durable answers, sealed, 64 writers", "/s",
                                   &quick.ours);
    figure_set_reference(row, "bare LMDB loop, same groups", &quick.bare);
    figure_set_ratio_bar(row, FIGURE_AT_LEAST, 0.8);
    (void)table_add(table, "  answers a commit", "", &quick.group);
    row = table_add(table, "the same, one fsync 5 ms longer", "/s", &slow.ours);
    figure_set_reference(row, "bare LMDB loop, same groups", &slow.bare);
    figure_set_bar(row, FIGURE_AT_LEAST, 5000);
    (void)table_add(table, "  answers a commit, 5 ms", "", &slow.group);
}

static struct ran run_flush(const struct bench *bench, const char *path, struct date today)
{
    char date[DATE_TEXT_MAX];
    date_text(today, date);
    const char *const arguments[] = { "daypulse", "epoch", "close", "--date",
                                      date,       "--dir", path,    NULL };
    return program_run(bench->daypulse, arguments, NULL, 0);
}

static void add_flush(struct bench *bench, const struct ran *ran, uint64_t people)
{
    char name[FIGURE_NAME_MAX];
    struct samples seconds = samples_one(ran->seconds);
    struct samples peak = samples_one(ran->peak_mb);
    double bar_s = 10.0 * (double)people / (TEAMS * PEOPLE_EACH);
    (void)snprintf(name, sizeof name, "flush of %u ballots", (unsigned)people);
    struct figure *row = table_add(&bench->table, name, "s", &seconds);
    struct samples cpu = samples_one(ran->cpu_s);
    figure_set_reference(row, "its processor time", &cpu);
    figure_set_bar(row, FIGURE_AT_MOST, bar_s);
    row = table_add(&bench->table, "  its most memory, mapped files too", "MiB", &peak);
    figure_set_bar(row, FIGURE_AT_MOST, 64);
}

/* A folder with today's box, open for the writers. */
static void open_folder(const struct folder_wanted *wanted, struct appliance *appliance,
                        struct writing *writing)
{
    folder_make(wanted, appliance);
    writing->epoch = (struct epoch_id){ appliance_today(appliance) };
    writing->people = (uint64_t)(wanted->teams * wanted->people_each);
    folder_check(ballotboxes_open(&appliance->folder, &appliance->clock, &writing->boxes), NULL,
                 "boxes");
}

static struct ran close_folder(const struct bench *bench, const struct folder_wanted *wanted,
                               struct appliance *appliance, struct writing *writing)
{
    struct date today = writing->epoch.date;
    ballotboxes_close(writing->boxes);
    appliance_close(appliance);
    return run_flush(bench, wanted->path, today);
}

/* The flush of a company a hundredth and a tenth as large. */
static void measure_small(struct bench *bench, int people_each, struct growth *flush)
{
    static const int teams[] = { TEAMS / 100, TEAMS / 10 };
    for (size_t i = 0; i < sizeof teams / sizeof teams[0]; i++) {
        char path[BENCH_PATH_MAX];
        char name[32];
        double group = 1.0;
        struct appliance appliance;
        struct writing writing = { .boxes = NULL };
        (void)snprintf(name, sizeof name, "answers-%d", teams[i]);
        bench_path(bench, name, path);
        struct folder_wanted wanted = { .path = path,
                                        .teams = teams[i],
                                        .people_each = people_each };
        open_folder(&wanted, &appliance, &writing);
        (void)write_answers(&writing, writing.people, &group);
        struct ran ran = close_folder(bench, &wanted, &appliance, &writing);
        growth_add(flush, (double)writing.people, ran.cpu_s);
    }
}

void part_answer(struct bench *bench)
{
    char path[BENCH_PATH_MAX];
    struct appliance appliance;
    struct writing writing = { .boxes = NULL };
    struct growth flush = { .count = 0 };
    int people_each = bench->is_quick ? PEOPLE_EACH_QUICK : PEOPLE_EACH;
    bench_path(bench, "answers", path);
    struct folder_wanted wanted = { .path = path, .teams = TEAMS, .people_each = people_each };
    measure_small(bench, people_each, &flush);
    open_folder(&wanted, &appliance, &writing);
    measure_answers(bench, &writing);
    struct ran ran = close_folder(bench, &wanted, &appliance, &writing);
    add_flush(bench, &ran, writing.people);
    growth_add(&flush, (double)writing.people, ran.cpu_s);
    table_add_growth(&bench->table, "  its processor time by ballots", "s", &flush);
}
