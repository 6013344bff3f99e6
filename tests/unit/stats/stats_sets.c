/* SPDX-License-Identifier: MIT */
/*
 * How often the statistics are right: runs the eight sets of tests/vectors/stats and prints the rates
 * of false positives, power and coverage beside the limits, exit status 1 if any is missed.
 *
 *     stats_sets FOLDER [PERMUTATIONS]
 *
 * A finding is p <= .05; a refusal is never one. The last column counts what a page would call
 * moderate or strong, which is stricter.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/core/file.h"
#include "app/core/json.h"
#include "app/core/num.h"
#include "app/csv/csv_reader.h"
#include "app/service/statsfile/statsfile.h"

enum { SET_CASES_MAX = 1000, FILE_BYTES_MAX = 10 << 20 };

struct truth {
    double lag;
    double effect;
};

struct answer {
    double p;
    double lo;
    double hi;
    double lag;
    bool is_refused;
    bool is_graded; /* moderate or strong */
};

struct set_run {
    size_t count;
    struct truth truth[SET_CASES_MAX];
    struct answer answer[SET_CASES_MAX];
};

struct rates {
    size_t cases;
    size_t found;
    size_t graded;
    size_t right_lag;
    size_t covered;
};

static struct dp_problem trouble;

static dp_err read_text(const char *folder, const char *name, struct buf *out)
{
    char path[FILE_PATH_MAX];
    DP_TRY(file_join(path, sizeof(path), folder, name));
    return file_read(path, out, &trouble);
}

/* The lag or effect of each case, whichever the truth file has; absent ones stay unknown. */
static dp_err read_truth(struct str text, struct set_run *run)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    DP_TRY(csv_reader_open(&csv, text, &trouble));
    size_t lag = csv_reader_find(&csv, STR("lag"));
    size_t effect = csv_reader_find(&csv, STR("effect"));
    for (run->count = 0; run->count < SET_CASES_MAX; run->count++) {
        bool has_row = false;
        DP_TRY(csv_reader_next(&csv, &has_row, &trouble));
        if (!has_row) {
            return DP_SUCCESS;
        }
        struct truth *truth = &run->truth[run->count];
        truth->lag = (double)NAN;
        truth->effect = (double)NAN;
        err_ignore(num_double(csv_reader_field(&csv, lag), &truth->lag));
        err_ignore(num_double(csv_reader_field(&csv, effect), &truth->effect));
    }
    return err_make(DP_TOO_LONG);
}

static double member(struct json_value line, const char *key)
{
    double value = (double)NAN;
    err_ignore(json_read_double(json_get(line, key), &value));
    return value;
}

static dp_err read_answer(struct str text, struct set_run *run)
{
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    DP_TRY(json_parse(text, FILE_BYTES_MAX, &doc, &trouble));
    struct json_value line = json_root(doc);
    size_t place = (size_t)member(line, "case") - 1;
    if (place >= run->count) {
        return problem_set(&trouble, 0, 0, "a case has no truth");
    }
    struct answer *a = &run->answer[place];
    struct str grade = STR("");
    DP_TRY(json_read_bool(json_get(line, "refused"), &a->is_refused));
    DP_TRY(json_read_text(json_get(line, "grade"), &grade));
    a->p = member(line, "p");
    a->lo = member(line, "lo");
    a->hi = member(line, "hi");
    a->lag = member(line, "lag");
    a->is_graded = str_equal(grade, STR("moderate")) || str_equal(grade, STR("strong"));
    return DP_SUCCESS;
}

struct set_plan {
    enum statsfile_set set;
    const char *data;
    const char *truth;
};

static dp_err run_set(const char *folder, const struct set_plan *plan, uint32_t permutations,
                      struct set_run *run)
{
    struct buf data BUF_AUTO = buf_new(FILE_BYTES_MAX);
    struct buf truth BUF_AUTO = buf_new(FILE_BYTES_MAX);
    struct buf out BUF_AUTO = buf_new(FILE_BYTES_MAX);
    DP_TRY(read_text(folder, plan->data, &data));
    DP_TRY(read_text(folder, plan->truth, &truth));
    DP_TRY(read_truth(buf_str(&truth), run));
    struct statsfile_scan_options options = { .dates_csv = buf_str(&truth),
                                              .permutations = permutations };
    DP_TRY(statsfile_scan(plan->set, buf_str(&data), &options, &out, &trouble));
    struct str rest = buf_str(&out);
    struct str line;
    size_t lines = 0;
    while (str_next(&rest, '\n', &line) && line.len > 0) {
        DP_TRY(read_answer(line, run));
        lines++;
    }
    return lines == run->count ? DP_SUCCESS : err_make(DP_CORRUPT);
}

static struct rates rates_of(const struct set_run *run)
{
    struct rates rates = { .cases = run->count };
    for (size_t i = 0; i < run->count; i++) {
        const struct answer *a = &run->answer[i];
        const struct truth *t = &run->truth[i];
        bool is_found = !a->is_refused && a->p <= 0.05;
        rates.found += is_found;
        rates.graded += a->is_graded;
        rates.right_lag += is_found && fabs(a->lag - t->lag) < 0.5;
        rates.covered += a->lo <= t->effect && t->effect <= a->hi;
    }
    return rates;
}

/* ---- the limits ---- */

enum measure { FOUND, RIGHT_LAG, COVERED };

struct limit {
    struct set_plan plan;
    const char *what;
    double limit;
    enum measure measure;
    bool is_upper;
};

static const struct limit LIMITS[] = {
    { { STATSFILE_PAIRS, "pairs_null.csv", "pairs_null_truth.csv" },
      "pairs, no relation: found",
      0.09,
      FOUND,
      true },
    { { STATSFILE_PAIRS, "pairs_true.csv", "pairs_true_truth.csv" },
      "pairs, true relation: found",
      0.65,
      FOUND,
      false },
    { { STATSFILE_PAIRS, "pairs_true.csv", "pairs_true_truth.csv" },
      "pairs, true relation: right lag",
      0.93,
      RIGHT_LAG,
      false },
    { { STATSFILE_PANELS, "panels_null.csv", "panels_null_truth.csv" },
      "panels, no relation: found",
      6.0 / 40.0,
      FOUND,
      true },
    { { STATSFILE_PANELS, "panels_true.csv", "panels_true_truth.csv" },
      "panels, true relation: found",
      16.0 / 40.0,
      FOUND,
      false },
    { { STATSFILE_ITS, "its_set_null.csv", "its_set_null_truth.csv" },
      "its, no effect: found",
      0.10,
      FOUND,
      true },
    { { STATSFILE_ITS, "its_set_true.csv", "its_set_true_truth.csv" },
      "its, true effect: interval covers it",
      0.89,
      COVERED,
      false },
    { { STATSFILE_DID, "did_set_null.csv", "did_set_null_truth.csv" },
      "did, no effect: found",
      0.12,
      FOUND,
      true },
    { { STATSFILE_DID, "did_set_true.csv", "did_set_true_truth.csv" },
      "did, true effect: interval covers it",
      0.90,
      COVERED,
      false },
};

static double measured(const struct rates *rates, enum measure measure)
{
    switch (measure) {
    case RIGHT_LAG:
        return (double)rates->right_lag / (double)rates->found;
    case COVERED:
        return (double)rates->covered / (double)rates->cases;
    case FOUND:
        break;
    }
    return (double)rates->found / (double)rates->cases;
}

static bool check_limit(const struct limit *l, const struct set_run *run)
{
    struct rates rates = rates_of(run);
    double value = measured(&rates, l->measure);
    bool is_met = l->is_upper ? value <= l->limit : value >= l->limit;
    printf("%-40s %8.3f %5s %.3f %6zu %16.3f %s\n", l->what, value,
           l->is_upper ? "<=" : ">=", l->limit, rates.cases,
           (double)rates.graded / (double)rates.cases, is_met ? "" : "MISSED");
    return is_met;
}

/* Limits on the same data stand one after the other; each set is run once. */
static dp_err check_one(const char *folder, size_t place, uint32_t permutations, size_t *missed)
{
    static struct set_run run;
    const struct limit *l = &LIMITS[place];
    bool is_loaded = place > 0 && strcmp(l->plan.data, LIMITS[place - 1].plan.data) == 0;
    if (!is_loaded) {
        DP_TRY(run_set(folder, &l->plan, permutations, &run));
    }
    *missed += !check_limit(l, &run);
    return DP_SUCCESS;
}

static dp_err check_all(const char *folder, uint32_t permutations, size_t *missed)
{
    printf("%-40s %8s %10s %6s %16s\n", "set", "measured", "limit", "cases",
           "graded on a page");
    for (size_t i = 0; i < sizeof(LIMITS) / sizeof(LIMITS[0]); i++) {
        DP_TRY(check_one(folder, i, permutations, missed));
    }
    return DP_SUCCESS;
}

int main(int argc, char **argv)
{
    uint64_t permutations = 999;
    if (argc < 2 || argc > 3 ||
        (argc == 3 && !err_is_ok(num_uint(str_of(argv[2]), 19, 99999, &permutations)))) {
        (void)fprintf(stderr, "usage: stats_sets FOLDER [PERMUTATIONS]\n");
        return 2;
    }
    size_t missed = 0;
    dp_err err = check_all(argv[1], (uint32_t)permutations, &missed);
    if (!err_is_ok(err)) {
        (void)fprintf(stderr, "%s: %s\n", err_sentence(err.code), trouble.sentence);
        return 2;
    }
    printf("%zu passed, %zu failed\n", sizeof(LIMITS) / sizeof(LIMITS[0]) - missed, missed);
    return missed == 0 ? 0 : 1;
}
