/* SPDX-License-Identifier: MIT */
/*
 * How long the whole link page takes to compute: the index (17 lags) and 6 themes (9 lags) against 8
 * outcomes, 20 teams by 104 weeks, 999 permutations each, on one core. Median of several runs with the
 * spread. Half the outcomes follow the index, so that the leave-one-out check runs, too; a second line
 * is the same with one week in twelve missing.
 *
 *     bench_stats [RUNS]
 *     bench_stats --write FOLDER    two links of that page, as CSV: what goes in and what comes out
 *
 * The second is for link_page.R, which holds another implementation's time and answers against ours.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/core/err.h"
#include "app/core/mem.h"
#include "app/core/num.h"
#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "app/stats/series.h"

enum {
    TEAMS = 20,
    WEEKS = 104,
    THEMES = 6,
    OUTCOMES = 8,
    CELLS = TEAMS * WEEKS,
    LAGS_INDEX = 8,
    LAGS_THEME = 4,
    RUNS = 5,
    RUNS_MAX = 101,
    PATH_BYTES = 512
};

struct company {
    double index[CELLS];
    double theme[THEMES][CELLS];
    double outcome[OUTCOMES][CELLS];
};

static double normal(struct prng *prng)
{
    double radius = sqrt(-2.0 * log(1.0 - prng_unit(prng)));
    return radius * cos(2.0 * M_PI * prng_unit(prng));
}

static void drift(struct prng *prng, double *series, double memory)
{
    double level = normal(prng);
    for (size_t t = 0; t < WEEKS; t++) {
        level = memory * level + sqrt(1.0 - memory * memory) * normal(prng);
        series[t] = level;
    }
}

/* One team's values of an outcome that follows its index by two weeks with the given weight. */
static void follow(struct prng *prng, const double *index, double weight, double missing,
                   double *out)
{
    drift(prng, out, 0.6);
    for (size_t t = WEEKS; t > 0; t--) {
        double lead = t > 2 ? weight * index[t - 3] : 0.0;
        bool is_missing = prng_unit(prng) < missing;
        out[t - 1] = is_missing ? NUMBER_NONE : 80.0 + 4.0 * (lead + out[t - 1]);
    }
}

static void invent(struct company *c, double missing)
{
    struct prng prng = prng_seed(7);
    for (size_t from = 0; from < CELLS; from += WEEKS) {
        drift(&prng, c->index + from, 0.6);
        for (size_t k = 0; k < THEMES; k++) {
            drift(&prng, c->theme[k] + from, 0.6);
        }
        for (size_t k = 0; k < OUTCOMES; k++) {
            follow(&prng, c->index + from, k % 2 == 0 ? 0.4 : 0.0, missing,
                   c->outcome[k] + from);
        }
    }
}

struct page {
    size_t links;
    size_t found;
    size_t graded;
};

static dp_err scan_link(const double *x, const double *y, int lag_max, struct scratch *scratch,
                        struct lagscan_result *result)
{
    struct panelscan_input input = {
        .x = x, .y = y, .teams = TEAMS, .periods = WEEKS, .options = { .lag_max = lag_max }
    };
    return panelscan(&input, scratch, result, NULL);
}

static dp_err compute_link(const double *x, const double *y, int lag_max,
                           struct scratch *scratch, struct page *page)
{
    struct lagscan_result result;
    DP_TRY(scan_link(x, y, lag_max, scratch, &result));
    page->links++;
    page->found += result.p_perm <= 0.05;
    page->graded += result.grade >= GRADE_MODERATE;
    return DP_SUCCESS;
}

/* The index and all themes against one outcome. */
static dp_err compute_outcome(const struct company *c, const double *outcome,
                              struct scratch *scratch, struct page *page)
{
    DP_TRY(compute_link(c->index, outcome, LAGS_INDEX, scratch, page));
    for (size_t theme = 0; theme < THEMES; theme++) {
        DP_TRY(compute_link(c->theme[theme], outcome, LAGS_THEME, scratch, page));
    }
    return DP_SUCCESS;
}

static dp_err compute_page(const struct company *c, struct scratch *scratch, struct page *page)
{
    *page = (struct page){ 0 };
    for (size_t k = 0; k < OUTCOMES; k++) {
        DP_TRY(compute_outcome(c, c->outcome[k], scratch, page));
    }
    return DP_SUCCESS;
}

static double cpu_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static size_t scratch_size(void)
{
    struct panelscan_input largest = { .teams = TEAMS, .periods = WEEKS };
    return panelscan_scratch_bytes(&largest);
}

/* Gives the time of each run in rising order. */
static dp_err time_page(const struct company *c, size_t runs, struct page *page,
                        double times[RUNS_MAX])
{
    void *bytes MEM_AUTO = mem_new(1, scratch_size());
    if (bytes == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct scratch scratch = scratch_of(bytes, scratch_size());
    for (size_t run = 0; run < runs; run++) {
        double start = cpu_ms();
        DP_TRY(compute_page(c, &scratch, page));
        times[run] = cpu_ms() - start;
    }
    series_sort(times, runs);
    return DP_SUCCESS;
}

static dp_err measure(const struct company *c, size_t runs, const char *what)
{
    struct page page = { 0 };
    double times[RUNS_MAX] = { 0 };
    DP_TRY(time_page(c, runs, &page, times));
    printf(
        "%-34s %7.0f ms (%.0f to %.0f, %zu runs); %zu links, %zu with p <= .05, %zu graded\n",
        what, times[runs / 2], times[0], times[runs - 1], runs, page.links, page.found,
        page.graded);
    return DP_SUCCESS;
}

/* ---- Two links as files -------------------------------------------------------------------------- */

static dp_err open_csv(const char *folder, const char *name, FILE **file)
{
    char path[PATH_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return err_make(DP_TOO_LONG);
    }
    *file = fopen(path, "w");
    return *file != NULL ? DP_SUCCESS : err_make(DP_IO);
}

static dp_err close_csv(FILE *file)
{
    return fclose(file) == 0 ? DP_SUCCESS : err_make(DP_IO);
}

/* Seventeen digits, so that the other program starts from the very same numbers. */
static dp_err write_input(const struct company *c, const char *folder)
{
    FILE *file = NULL;
    DP_TRY(open_csv(folder, "input.csv", &file));
    (void)fprintf(file, "team,t,index,theme,outcome\n");
    for (size_t i = 0; i < CELLS; i++) {
        (void)fprintf(file, "%zu,%zu,%.17g,%.17g,%.17g\n", i / WEEKS + 1, i % WEEKS + 1,
                      c->index[i], c->theme[0][i], c->outcome[0][i]);
    }
    return close_csv(file);
}

static void write_result(FILE *file, const char *link, double page_ms,
                         const struct lagscan_result *result)
{
    for (size_t i = 0; i < result->lag_count; i++) {
        (void)fprintf(file, "%s,%d,%.17g,%d,%.17g,%u,%.3f\n", link, result->lags[i],
                      result->r[i], result->best_lag, result->p_perm, result->permutations,
                      page_ms);
    }
}

/* The index and a theme against the first outcome, and how long the whole page took. */
static dp_err write_results(const struct company *c, const char *folder)
{
    double times[RUNS_MAX] = { 0 };
    struct page page = { 0 };
    struct lagscan_result index;
    struct lagscan_result theme;
    void *bytes MEM_AUTO = mem_new(1, scratch_size());
    if (bytes == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct scratch scratch = scratch_of(bytes, scratch_size());
    DP_TRY(time_page(c, RUNS, &page, times));
    DP_TRY(scan_link(c->index, c->outcome[0], LAGS_INDEX, &scratch, &index));
    DP_TRY(scan_link(c->theme[0], c->outcome[0], LAGS_THEME, &scratch, &theme));
    FILE *file = NULL;
    DP_TRY(open_csv(folder, "result.csv", &file));
    (void)fprintf(file, "link,lag,r,best_lag,p_perm,permutations,page_ms\n");
    write_result(file, "index", times[RUNS / 2], &index);
    write_result(file, "theme", times[RUNS / 2], &theme);
    return close_csv(file);
}

static dp_err write_links(struct company *c, const char *folder)
{
    invent(c, 0.0);
    DP_TRY(write_input(c, folder));
    return write_results(c, folder);
}

int main(int argc, char **argv)
{
    static struct company company;
    uint64_t runs = RUNS;
    if (argc == 3 && strcmp(argv[1], "--write") == 0) {
        dp_err err = write_links(&company, argv[2]);
        if (!err_is_ok(err)) {
            (void)fprintf(stderr, "bench_stats: %s: %s\n", argv[2], err_sentence(err.code));
        }
        return err_is_ok(err) ? 0 : 1;
    }
    if (argc > 2 || (argc == 2 && !err_is_ok(num_uint(str_of(argv[1]), 1, RUNS_MAX, &runs)))) {
        (void)fprintf(stderr, "usage: bench_stats [RUNS] | --write FOLDER\n");
        return 2;
    }
    invent(&company, 0.0);
    dp_err err = measure(&company, (size_t)runs, "link page, complete");
    if (err_is_ok(err)) {
        invent(&company, 1.0 / 12.0);
        err = measure(&company, (size_t)runs, "link page, one week in 12 missing");
    }
    return err_is_ok(err) ? 0 : 1;
}
