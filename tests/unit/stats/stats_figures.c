/* SPDX-License-Identifier: MIT */
/*
 * Every number that the statistics give for the reference cases and the long sets, in a fixed order, so
 * that two machines, compilers or runs can be held against each other.
 *
 *     stats_figures FOLDER [PERMUTATIONS]      print them
 *     stats_figures --compare ONE OTHER        compare two such prints
 *
 * A print has a line "## name" before the JSON of each case and of each line of a scan. The comparison
 * wants texts, flags and whole numbers to be the same, and every other number to be within 1e-12 of the
 * other's size. It ends with "N passed, N failed" and exit status 1 if a case differs.
 */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/file.h"
#include "app/core/json.h"
#include "app/core/num.h"
#include "app/service/statsfile/statsfile.h"

enum { FILE_BYTES_MAX = 64 << 20, PATH_MAX_BYTES = 512, DIFFERENCES_SHOWN = 10 };

static const double TOLERANCE = 1e-12;

static struct dp_problem trouble;

static dp_err read_text(const char *folder, const char *name, struct buf *out)
{
    char path[FILE_PATH_MAX];
    DP_TRY(file_join(path, sizeof(path), folder, name));
    return file_read(path, out, &trouble);
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name);
    size_t tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

/* ---- Printing ------------------------------------------------------------------------------------ */

static dp_err print_case(const char *folder, const char *name)
{
    struct buf text BUF_AUTO = buf_new(STATSFILE_CASE_BYTES_MAX);
    struct buf input BUF_AUTO = buf_new(FILE_BYTES_MAX);
    struct buf out BUF_AUTO = buf_new(STATSFILE_OUT_BYTES_MAX);
    char input_name[STATSFILE_NAME_MAX];
    DP_TRY(read_text(folder, name, &text));
    DP_TRY(statsfile_input_name(buf_str(&text), input_name, &trouble));
    if (input_name[0] != '\0') {
        DP_TRY(read_text(folder, input_name, &input));
    }
    DP_TRY(statsfile_run(buf_str(&text), buf_str(&input), &out, &trouble));
    printf("## %s\n%.*s\n", name, STR_ARG(buf_str(&out)));
    return DP_SUCCESS;
}

static int is_case(const struct dirent *entry)
{
    return ends_with(entry->d_name, ".json");
}

static dp_err print_cases(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_case, alphasort);
    dp_err err = count > 0 ? DP_SUCCESS : err_make(DP_NOT_FOUND);
    for (int i = 0; i < count; i++) {
        if (err_is_ok(err)) {
            err = print_case(folder, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    return err;
}

struct plan {
    enum statsfile_set set;
    const char *name;
};

static const struct plan SETS[] = {
    { STATSFILE_PAIRS, "pairs_null" },   { STATSFILE_PAIRS, "pairs_true" },
    { STATSFILE_PANELS, "panels_null" }, { STATSFILE_PANELS, "panels_true" },
    { STATSFILE_ITS, "its_set_null" },   { STATSFILE_ITS, "its_set_true" },
    { STATSFILE_DID, "did_set_null" },   { STATSFILE_DID, "did_set_true" },
};

static dp_err print_set(const char *folder, const struct plan *plan, uint32_t permutations)
{
    struct buf data BUF_AUTO = buf_new(FILE_BYTES_MAX);
    struct buf dates BUF_AUTO = buf_new(FILE_BYTES_MAX);
    struct buf out BUF_AUTO = buf_new(STATSFILE_OUT_BYTES_MAX);
    char name[PATH_MAX_BYTES];
    (void)snprintf(name, sizeof(name), "%s.csv", plan->name);
    DP_TRY(read_text(folder, name, &data));
    (void)snprintf(name, sizeof(name), "%s_truth.csv", plan->name);
    DP_TRY(read_text(folder, name, &dates));
    struct statsfile_scan_options options = { .dates_csv = buf_str(&dates),
                                              .permutations = permutations };
    DP_TRY(statsfile_scan(plan->set, buf_str(&data), &options, &out, &trouble));
    struct str rest = buf_str(&out);
    struct str line;
    for (size_t row = 1; str_next(&rest, '\n', &line) && line.len > 0; row++) {
        printf("## %s line %zu\n%.*s\n", plan->name, row, STR_ARG(line));
    }
    return DP_SUCCESS;
}

static dp_err print_all(const char *folder, uint32_t permutations)
{
    DP_TRY(print_cases(folder));
    for (size_t i = 0; i < sizeof(SETS) / sizeof(SETS[0]); i++) {
        DP_TRY(print_set(folder, &SETS[i], permutations));
    }
    return DP_SUCCESS;
}

/* ---- Comparing ----------------------------------------------------------------------------------- */

struct comparison {
    struct str name; /* of the case at hand */
    size_t cases;
    size_t cases_wrong;
    size_t numbers;
    size_t differences; /* in the case at hand */
    double largest;
    char largest_at[PATH_MAX_BYTES];
};

static void complain(struct comparison *c, const char *path, const char *what)
{
    c->differences++;
    if (c->differences <= DIFFERENCES_SHOWN) {
        printf("%.*s%s: %s\n", STR_ARG(c->name), path, what);
    }
}

static bool is_whole(double value)
{
    return fabs(value - rint(value)) <= 0.0 && fabs(value) < 1e15;
}

static void compare_number(struct comparison *c, const char *path,
                           const struct json_value pair[2])
{
    double one = 0.0;
    double other = 0.0;
    err_ignore(json_read_double(pair[0], &one));
    err_ignore(json_read_double(pair[1], &other));
    double size = fmax(fabs(one), fabs(other));
    double deviation = size > 0.0 ? fabs(one - other) / size : 0.0;
    bool are_whole = is_whole(one) && is_whole(other);
    c->numbers++;
    if (deviation > c->largest) {
        c->largest = deviation;
        (void)snprintf(c->largest_at, sizeof(c->largest_at), "%.*s%s", STR_ARG(c->name), path);
    }
    if (!(deviation <= (are_whole ? 0.0 : TOLERANCE))) {
        char what[128];
        (void)snprintf(what, sizeof(what), "%.15g and %.15g", one, other);
        complain(c, path, what);
    }
}

static void compare_value(struct comparison *c, const char *path,
                          const struct json_value pair[2]);

static void compare_members(struct comparison *c, const char *path,
                            const struct json_value pair[2])
{
    const void *at[2] = { NULL, NULL };
    struct json_member member[2];
    while (json_next(pair[0], &at[0], &member[0]) && json_next(pair[1], &at[1], &member[1])) {
        char place[PATH_MAX_BYTES];
        (void)snprintf(place, sizeof(place), "%.400s.%.*s", path, STR_ARG(member[0].key));
        if (!str_equal(member[0].key, member[1].key)) {
            complain(c, place, "another field in the other");
            return;
        }
        compare_value(c, place, (struct json_value[2]){ member[0].value, member[1].value });
    }
}

static void compare_elements(struct comparison *c, const char *path,
                             const struct json_value pair[2])
{
    for (size_t i = 0; i < json_count(pair[0]); i++) {
        char place[PATH_MAX_BYTES];
        (void)snprintf(place, sizeof(place), "%.400s[%zu]", path, i);
        compare_value(c, place,
                      (struct json_value[2]){ json_at(pair[0], i), json_at(pair[1], i) });
    }
}

/* Texts and flags. */
static bool are_same(const struct json_value pair[2])
{
    struct str texts[2];
    bool flags[2] = { false, false };
    if (err_is_ok(json_read_text(pair[0], &texts[0])) &&
        err_is_ok(json_read_text(pair[1], &texts[1]))) {
        return str_equal(texts[0], texts[1]);
    }
    err_ignore(json_read_bool(pair[0], &flags[0]));
    err_ignore(json_read_bool(pair[1], &flags[1]));
    return flags[0] == flags[1];
}

static void compare_value(struct comparison *c, const char *path,
                          const struct json_value pair[2])
{
    enum json_kind kind = json_kind_of(pair[0]);
    if (kind != json_kind_of(pair[1]) || json_count(pair[0]) != json_count(pair[1])) {
        complain(c, path, "another kind of value, or another length, in the other");
    } else if (kind == JSON_KIND_NUMBER) {
        compare_number(c, path, pair);
    } else if (kind == JSON_KIND_OBJECT) {
        compare_members(c, path, pair);
    } else if (kind == JSON_KIND_LIST) {
        compare_elements(c, path, pair);
    } else if (!are_same(pair)) {
        complain(c, path, "another text or flag in the other");
    }
}

/* The next "## name" and what follows up to the one after it; false at the end. */
static bool next_case(struct str *rest, struct str *name, struct str *json)
{
    struct str line;
    if (rest->len == 0 || !str_next(rest, '\n', &line) || line.len < 3) {
        return false;
    }
    *name = (struct str){ line.ptr + 3, line.len - 3 };
    *json = (struct str){ rest->ptr, 0 };
    while (rest->len > 0 && rest->ptr[0] != '#') {
        if (!str_next(rest, '\n', &line)) {
            break;
        }
        json->len = (size_t)(line.ptr + line.len - json->ptr);
    }
    return true;
}

static dp_err compare_case(struct comparison *c, struct str one, struct str other)
{
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    struct json_doc *other_doc JSON_DOC_AUTO = NULL;
    DP_TRY(json_parse(one, FILE_BYTES_MAX, &doc, &trouble));
    DP_TRY(json_parse(other, FILE_BYTES_MAX, &other_doc, &trouble));
    c->differences = 0;
    compare_value(c, "", (struct json_value[2]){ json_root(doc), json_root(other_doc) });
    c->cases++;
    c->cases_wrong += c->differences > 0;
    return DP_SUCCESS;
}

static dp_err compare_prints(struct comparison *c, struct str one, struct str other)
{
    struct str names[2];
    struct str json[2];
    while (next_case(&one, &names[0], &json[0])) {
        c->name = names[0];
        if (!next_case(&other, &names[1], &json[1]) || !str_equal(names[0], names[1])) {
            return problem_set(&trouble, 0, 0, "the other print lacks a case: %.*s",
                               STR_ARG(names[0]));
        }
        DP_TRY(compare_case(c, json[0], json[1]));
    }
    return next_case(&other, &names[1], &json[1])
               ? problem_set(&trouble, 0, 0, "the other print has more cases")
               : DP_SUCCESS;
}

static dp_err compare_files(const char *one, const char *other, struct comparison *c)
{
    struct buf texts[2] = { buf_new(FILE_BYTES_MAX), buf_new(FILE_BYTES_MAX) };
    dp_err err = file_read(one, &texts[0], &trouble);
    if (err_is_ok(err)) {
        err = file_read(other, &texts[1], &trouble);
    }
    if (err_is_ok(err)) {
        err = compare_prints(c, buf_str(&texts[0]), buf_str(&texts[1]));
    }
    buf_free(&texts[0]);
    buf_free(&texts[1]);
    return err;
}

static int compare(const char *one, const char *other)
{
    struct comparison c = { 0 };
    dp_err err = compare_files(one, other, &c);
    if (!err_is_ok(err)) {
        (void)fprintf(stderr, "%s: %s\n", err_sentence(err.code), trouble.sentence);
        return 2;
    }
    printf("%zu numbers; the largest deviation is %.2g%s%s\n", c.numbers, c.largest,
           c.largest > 0.0 ? ", at " : "", c.largest_at);
    printf("%zu passed, %zu failed\n", c.cases - c.cases_wrong, c.cases_wrong);
    return c.cases > 0 && c.cases_wrong == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    uint64_t permutations = 999;
    if (argc == 4 && strcmp(argv[1], "--compare") == 0) {
        return compare(argv[2], argv[3]);
    }
    if (argc < 2 || argc > 3 ||
        (argc == 3 && !err_is_ok(num_uint(str_of(argv[2]), 19, 99999, &permutations)))) {
        (void)fprintf(stderr,
                      "usage: stats_figures FOLDER [PERMUTATIONS] | --compare ONE OTHER\n");
        return 2;
    }
    dp_err err = print_all(argv[1], (uint32_t)permutations);
    if (!err_is_ok(err)) {
        (void)fprintf(stderr, "%s: %s\n", err_sentence(err.code), trouble.sentence);
        return 2;
    }
    return 0;
}
