/* SPDX-License-Identifier: MIT */
#include "app/cli/command.h"

#include <string.h>

#include "app/cli/help.h"
#include "app/core/json.h"

#define DEFAULT_DIR "/var/lib/daypulse"

int command_exit_of(enum dp_code code)
{
    switch (code) {
    case DP_OK:
        return EXIT_OK;
    case DP_USAGE:
    case DP_UNSUPPORTED:
        return EXIT_USAGE;
    case DP_NOT_FOUND:
        return EXIT_NOT_FOUND;
    case DP_BUSY:
        return EXIT_BUSY;
    case DP_INVALID:
    case DP_NOT_UTF8:
    case DP_TOO_LONG:
    case DP_OUT_OF_RANGE:
    case DP_CONFLICT:
    case DP_EXISTS:
    case DP_CLOSED:
        return EXIT_INVALID;
    case DP_UNAUTHENTICATED:
    case DP_FORBIDDEN:
    case DP_RATE_LIMITED:
    case DP_NO_MEMORY:
    case DP_FULL:
    case DP_TIMEOUT:
    case DP_IO:
    case DP_CORRUPT:
    case DP_SCHEMA_OLDER:
    case DP_SCHEMA_NEWER:
    case DP_READ_ONLY:
    case DP_CRYPTO:
    case DP_TLS:
    case DP_BUG:
    case DP_CODE_COUNT:
        break;
    }
    return EXIT_FAILED;
}

static void fail_as_json(const struct command_call *call, dp_err err,
                         const struct dp_problem *problem, const char *sentence)
{
    BUF_AUTO struct buf text = buf_new(PROBLEM_SENTENCE_MAX * 8);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_key(&json, "error");
    json_text(&json, err_name(err.code));
    json_key(&json, "sentence");
    json_text(&json, sentence);
    if (problem != NULL && problem->line != 0) {
        json_key(&json, "file");
        json_text(&json, problem->file);
        json_key(&json, "line");
        json_int(&json, (int64_t)problem->line);
        json_key(&json, "column");
        json_int(&json, (int64_t)problem->column);
    }
    json_close_object(&json);
    err_ignore(json_finish(&json)); /* a shortened object is still said in words */
    fprintf(call->out, "%.*s\n", STR_ARG(buf_str(&text)));
}

int command_fail(const struct command_call *call, dp_err err, const struct dp_problem *problem)
{
    char text[PROBLEM_FILE_MAX + PROBLEM_SENTENCE_MAX + 64];
    bool has_sentence = problem != NULL && problem->sentence[0] != '\0';
    if (has_sentence) {
        problem_text(problem, text, sizeof text);
    } else {
        snprintf(text, sizeof text, "%s", err_sentence(err.code));
    }
    fprintf(call->talk, "daypulse: %s\n", text);
    if (call->is_json) {
        fail_as_json(call, err, problem,
                     has_sentence ? problem->sentence : err_sentence(err.code));
    }
    return command_exit_of(err.code);
}

const char *command_flag(const struct command_call *call, const char *name)
{
    for (size_t i = 0; i < COMMAND_FLAG_MAX && call->command->flags[i].name != NULL; i++) {
        if (strcmp(call->command->flags[i].name, name) == 0) {
            return call->flag_values[i];
        }
    }
    DP_CHECK(false && "the flag is in the command's row");
    return NULL;
}

/* How many words of the command line name the command: 2 for "roster import", 1 for "demo". */
static const struct command *find(int argc, char **argv, int *words)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    const struct command *alone = NULL;
    for (size_t i = 0; argc > 1 && i < count; i++) {
        if (strcmp(all[i].noun, argv[1]) != 0) {
            continue;
        }
        if (all[i].verb == NULL) {
            alone = &all[i];
        } else if (argc > 2 && strcmp(all[i].verb, argv[2]) == 0) {
            *words = 2;
            return &all[i];
        }
    }
    *words = 1;
    return alone;
}

/* "FILE" takes one, "[NAME]" up to one, "A B" two. */
static void positional_limits(const struct command *command, size_t *min, size_t *max)
{
    struct str rest = str_of(command->positional);
    struct str word;
    *min = 0;
    *max = 0;
    while (rest.len > 0 && str_next(&rest, ' ', &word)) {
        *max += 1;
        *min += word.ptr[0] == '[' ? 0 : 1;
    }
}

static int usage_fail(const struct command_call *call, const char *what, struct str which)
{
    fprintf(call->talk, "daypulse: %s%s%.*s\n", what, which.len > 0 ? " " : "", STR_ARG(which));
    help_usage(call->command, call->talk);
    return EXIT_USAGE;
}

static bool is_global(struct str name, struct command_call *call, const char *value)
{
    if (str_equal(name, STR("dir")) && value != NULL) {
        call->dir = value;
        return true;
    }
    return false;
}

static const struct command_flag *find_flag(const struct command *command, struct str name,
                                            size_t *index)
{
    for (size_t i = 0; i < COMMAND_FLAG_MAX && command->flags[i].name != NULL; i++) {
        if (str_equal(name, str_of(command->flags[i].name))) {
            *index = i;
            return &command->flags[i];
        }
    }
    return NULL;
}

/* Takes one "--name value", "--name=value" or "--switch". Gives the words used, 0 when refused. */
static int take_flag(struct command_call *call, int left, char **words, int *exit_code)
{
    struct str word = str_of(words[0] + 2);
    size_t equals = str_find_char(word, '=');
    struct str name = str_slice(word, 0, equals);
    const char *inline_value = equals < word.len ? word.ptr + equals + 1 : NULL;
    const char *value = inline_value != NULL ? inline_value : left > 1 ? words[1] : NULL;
    int used = inline_value != NULL ? 1 : 2;
    if (str_equal(name, STR("json")) && call->command->has_json && inline_value == NULL) {
        call->is_json = true;
        return 1;
    }
    if (is_global(name, call, value)) {
        return used;
    }
    size_t index = 0;
    const struct command_flag *flag = find_flag(call->command, name, &index);
    if (flag == NULL) {
        *exit_code = usage_fail(call, "there is no flag", str_of(words[0]));
        return 0;
    }
    if (flag->value == NULL) {
        if (inline_value != NULL) {
            *exit_code = usage_fail(call, "this flag takes no value:", str_of(words[0]));
            return 0;
        }
        call->flag_values[index] = "";
        return 1;
    }
    if (value == NULL) {
        *exit_code = usage_fail(call, "a value is missing after", str_of(words[0]));
        return 0;
    }
    call->flag_values[index] = value;
    return used;
}

static int run_checked(struct command_call *call, int count, char **words)
{
    int exit_code = EXIT_OK;
    for (int i = 0; i < count;) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
            help_command(call->command, call->out);
            return EXIT_OK;
        }
        if (words[i][0] == '-' && words[i][1] == '-' && words[i][2] != '\0') {
            int used = take_flag(call, count - i, words + i, &exit_code);
            if (used == 0) {
                return exit_code;
            }
            i += used;
            continue;
        }
        if (call->positional_count == COMMAND_POSITIONAL_MAX) {
            return usage_fail(call, "too many arguments:", str_of(words[i]));
        }
        call->positional[call->positional_count++] = words[i++];
    }
    size_t min = 0;
    size_t max = 0;
    positional_limits(call->command, &min, &max);
    if (call->positional_count > max) {
        return usage_fail(call, "too many arguments:", str_of(call->positional[max]));
    }
    if (call->positional_count < min) {
        return usage_fail(call, "something is missing:", str_of(call->command->positional));
    }
    return call->command->run(call);
}

int command_main(int argc, char **argv)
{
    struct command_call call = {
        .program = argv[0], .dir = DEFAULT_DIR, .clock = clock_system(), .out = stdout,
        .talk = stderr,
    };
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_all(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_OK;
    }
    int words = 0;
    call.command = find(argc, argv, &words);
    if (call.command == NULL) {
        fprintf(stderr, "daypulse: there is no command '%s%s%s'; see daypulse help\n", argv[1],
                argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
        return EXIT_USAGE;
    }
    int code = run_checked(&call, argc - 1 - words, argv + 1 + words);
    if (fflush(stdout) != 0 && code == EXIT_OK) {
        fprintf(stderr, "daypulse: the output could not be written\n");
        return EXIT_FAILED;
    }
    return code;
}
