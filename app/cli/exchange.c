/* SPDX-License-Identifier: MIT */
#include "app/cli/exchange.h"

#include <string.h>

#include "app/cli/say.h"
#include "app/core/file.h"
#include "app/core/zone.h"

enum { PIECE_BYTES = 65536 };

static dp_err read_stdin(struct buf *out, struct dp_problem *problem)
{
    buf_clear(out);
    for (;;) {
        char *room = buf_reserve(out, PIECE_BYTES);
        if (room == NULL) {
            err_ignore(problem_set(problem, 0, 0, "standard input is longer than %zu bytes",
                                   out->max - PIECE_BYTES));
            return buf_finish(out);
        }
        size_t count = fread(room, 1, PIECE_BYTES, stdin);
        buf_grow_by(out, count);
        if (count < PIECE_BYTES) {
            break;
        }
    }
    if (ferror(stdin) != 0) {
        err_ignore(problem_set(problem, 0, 0, "standard input could not be read"));
        return err_make(DP_IO);
    }
    return DP_SUCCESS;
}

dp_err exchange_read(const char *path, struct buf *out, struct dp_problem *problem)
{
    if (strcmp(path, "-") == 0) {
        return read_stdin(out, problem);
    }
    return file_read(path, out, problem);
}

/* As it was typed, so that an editor can jump there. */
static struct dp_problem placed(const char *path, const struct dp_problem *problem)
{
    struct dp_problem at = *problem;
    (void)snprintf(at.file, sizeof at.file, "%s", path);
    return at;
}

void exchange_print_problems(const struct command_call *call, const char *path,
                             const struct import_problems *problems)
{
    char text[PROBLEM_FILE_MAX + PROBLEM_SENTENCE_MAX + 64];
    for (size_t i = 0; i < problems->count; i++) {
        struct dp_problem at = placed(path, &problems->items[i]);
        problem_text(&at, text, sizeof text);
        say(call->talk, "%s\n", text);
    }
    if (problems->total > problems->count) {
        say(call->talk, "daypulse: and %zu more like these\n",
            problems->total - problems->count);
    }
}

void exchange_json_problems(struct json_writer *json, const char *path,
                            const struct import_problems *problems)
{
    json_put_count(json, "problems_total", problems->total);
    json_key(json, "problems");
    json_open_list(json);
    for (size_t i = 0; i < problems->count; i++) {
        json_open_object(json);
        json_put_text(json, "file", path);
        json_put_count(json, "line", problems->items[i].line);
        json_put_count(json, "column", problems->items[i].column);
        json_put_text(json, "sentence", problems->items[i].sentence);
        json_close_object(json);
    }
    json_close_list(json);
}

int exchange_print_json(const struct command_call *call, struct json_writer *json)
{
    dp_err finished = json_finish(json);
    if (!err_is_ok(finished)) {
        return command_fail(call, finished, NULL);
    }
    struct str text = buf_str(json->out);
    say_all(call->out, text);
    say(call->out, "\n");
    return EXIT_OK;
}

void exchange_moment(int64_t unix_s, char out[EXCHANGE_MOMENT_MAX])
{
    char day[DATE_TEXT_MAX];
    struct zone utc;
    zone_utc(&utc);
    struct zone_local local = zone_to_local(&utc, unix_s);
    date_text(local.date, day);
    (void)snprintf(out, EXCHANGE_MOMENT_MAX, "%sT%02d:%02d:%02dZ", day,
                   local.second_of_day / 3600 % 24, local.second_of_day / 60 % 60,
                   local.second_of_day % 60);
}

void exchange_json_moment(struct json_writer *json, const char *key, int64_t unix_s)
{
    char text[EXCHANGE_MOMENT_MAX];
    json_key(json, key);
    if (unix_s == 0) {
        json_none(json);
        return;
    }
    exchange_moment(unix_s, text);
    json_text(json, text);
}
