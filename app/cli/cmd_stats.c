/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include <string.h>

#include "app/cli/exchange.h"
#include "app/cli/say.h"
#include "app/core/file.h"
#include "app/core/num.h"
#include "app/service/statsfile/statsfile.h"

enum { PERMUTATIONS_MAX = 99999 };

/* Where the sentences that follow belong to; a path that is too long stays unnamed. */
static void name_file(struct dp_problem *problem, const char *path)
{
    (void)str_copy(str_of(path), problem->file, sizeof problem->file);
}

static int print_lines(const struct command_call *call, const struct buf *text)
{
    struct str all = buf_str(text);
    say_all(call->out, all);
    if (all.len > 0 && all.ptr[all.len - 1] != '\n') {
        say(call->out, "\n");
    }
    return EXIT_OK;
}

/* A case names its input beside itself. */
static dp_err read_beside(const char *case_path, const char *name, struct buf *out,
                          struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    const char *slash = strrchr(case_path, '/');
    int folder_len = slash == NULL ? 0 : (int)(slash - case_path) + 1;
    int len = snprintf(path, sizeof path, "%.*s%s", folder_len, case_path, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return err_make(DP_TOO_LONG);
    }
    name_file(problem, path);
    return file_read(path, out, problem);
}

static dp_err run_case(const char *path, struct buf *out, struct dp_problem *problem)
{
    BUF_AUTO struct buf case_json = buf_new(STATSFILE_CASE_BYTES_MAX);
    BUF_AUTO struct buf input = buf_new(EXCHANGE_FILE_BYTES_MAX);
    char name[STATSFILE_NAME_MAX];
    DP_TRY(exchange_read(path, &case_json, problem));
    name_file(problem, path);
    DP_TRY(statsfile_input_name(buf_str(&case_json), name, problem));
    if (name[0] != '\0') {
        DP_TRY(read_beside(path, name, &input, problem));
    }
    return statsfile_run(buf_str(&case_json), buf_str(&input), out, problem);
}

int cmd_stats_run(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf out = buf_new(STATSFILE_OUT_BYTES_MAX);
    dp_err done = run_case(call->positional[0], &out, &problem);
    return err_is_ok(done) ? print_lines(call, &out) : command_fail(call, done, &problem);
}

static dp_err read_permutations(const struct command_call *call, uint32_t *permutations,
                                struct dp_problem *problem)
{
    const char *text = command_flag(call, "permutations");
    uint64_t count = 0;
    if (text != NULL && !err_is_ok(num_uint(str_of(text), 99, PERMUTATIONS_MAX, &count))) {
        return command_usage(problem, "--permutations takes a number from 99 to %d",
                             PERMUTATIONS_MAX);
    }
    *permutations = (uint32_t)count;
    return DP_SUCCESS;
}

/* The dates' file: the one named, else FILE_truth.csv beside FILE.csv if there is one. */
static dp_err read_dates(const struct command_call *call, struct buf *dates,
                         struct dp_problem *problem)
{
    const char *named = command_flag(call, "dates");
    if (named != NULL) {
        return exchange_read(named, dates, problem);
    }
    struct str data = str_of(call->positional[0]);
    char beside[FILE_PATH_MAX];
    if (!str_ends_with(data, STR(".csv"))) {
        return DP_SUCCESS;
    }
    int len = snprintf(beside, sizeof beside, "%.*s_truth.csv", (int)data.len - 4, data.ptr);
    if (len < 0 || (size_t)len >= sizeof beside || !file_exists(beside)) {
        return DP_SUCCESS;
    }
    return file_read(beside, dates, problem);
}

static dp_err scan(const struct command_call *call, struct buf *out, struct dp_problem *problem)
{
    BUF_AUTO struct buf data = buf_new(EXCHANGE_FILE_BYTES_MAX);
    BUF_AUTO struct buf dates = buf_new(EXCHANGE_FILE_BYTES_MAX);
    struct statsfile_scan_options options = { 0 };
    enum statsfile_set set;
    const char *kind = command_flag(call, "kind");
    if (kind == NULL || !err_is_ok(statsfile_set_find(str_of(kind), &set))) {
        return command_usage(problem, "--kind is pairs, panels, its or did");
    }
    DP_TRY(read_permutations(call, &options.permutations, problem));
    if (set == STATSFILE_ITS) {
        DP_TRY(read_dates(call, &dates, problem));
        options.dates_csv = buf_str(&dates);
    }
    DP_TRY(exchange_read(call->positional[0], &data, problem));
    name_file(problem, call->positional[0]);
    return statsfile_scan(set, buf_str(&data), &options, out, problem);
}

int cmd_stats_scan(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    BUF_AUTO struct buf out = buf_new(STATSFILE_OUT_BYTES_MAX);
    dp_err done = scan(call, &out, &problem);
    return err_is_ok(done) ? print_lines(call, &out) : command_fail(call, done, &problem);
}
