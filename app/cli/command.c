/* SPDX-License-Identifier: MIT */
#include "app/cli/command.h"

#include <stdarg.h>
#include <string.h>

#include "app/cli/arguments.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "app/core/json.h"
#include "app/core/log.h"
#include "app/core/suggest.h"
#include "storage/folder.h"

enum { NAMES_MAX = 64, ERROR_JSON_MAX = 8192 };

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
    BUF_AUTO struct buf text = buf_new(ERROR_JSON_MAX);
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
    say(call->out, "%.*s\n", STR_ARG(buf_str(&text)));
}

int command_fail(const struct command_call *call, dp_err err, const struct dp_problem *problem)
{
    char text[PROBLEM_FILE_MAX + PROBLEM_SENTENCE_MAX + 64];
    bool has_sentence = problem != NULL && problem->sentence[0] != '\0';
    bool has_place = has_sentence && problem->line != 0;
    if (has_sentence) {
        problem_text(problem, text, sizeof text);
    } else {
        (void)snprintf(text, sizeof text, "%s", err_sentence(err.code));
    }
    say(call->talk, "%s%s\n", has_place ? "" : "daypulse: ", text);
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

const char *command_flag_or(const struct command_call *call, const char *name,
                            const char *other)
{
    const char *value = command_flag(call, name);
    return value == NULL ? other : value;
}

const char *command_variable(const struct command_call *call, const char *name)
{
    char *const *environment = call->world->environment;
    size_t len = strlen(name);
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        if (strncmp(environment[i], name, len) == 0 && environment[i][len] == '=') {
            return environment[i] + len + 1;
        }
    }
    return NULL;
}

dp_err command_usage(struct dp_problem *problem, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(problem->sentence, sizeof problem->sentence, format, args);
    va_end(args);
    return err_make(DP_USAGE);
}

/* ---- Finding -------------------------------------------------------------------------------------- */

/* The command that the first words name. `*words` gets 2 for "roster import", 1 for "demo". */
static const struct command *find(int argc, char **argv, int *words)
{
    size_t count = 0;
    const struct command *all = command_all(&count);
    const struct command *alone = NULL;
    *words = 1;
    for (size_t i = 0; i < count; i++) {
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
    bool is_other_verb = argc > 2 && argv[2][0] != '-' && help_has_verbs(argv[1]);
    return is_other_verb ? NULL : alone;
}

/* The words that may stand at a place: nouns, or the verbs of a noun. */
static size_t list_words(const char *noun, const char *names[NAMES_MAX])
{
    size_t all_count = 0;
    size_t count = 0;
    const struct command *all = command_all(&all_count);
    for (size_t i = 0; i < all_count && count < NAMES_MAX; i++) {
        if (noun == NULL) {
            names[count++] = all[i].noun;
        } else if (strcmp(all[i].noun, noun) == 0 && all[i].verb != NULL) {
            names[count++] = all[i].verb;
        }
    }
    return count;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* A noun that wants a verb stands alone. */
static int ask_for_verb(const struct command_world *world, int argc, char **argv)
{
    if (argc > 2 && is_help(argv[2])) {
        help_noun(argv[1], world->out);
        return EXIT_OK;
    }
    say(world->talk, "daypulse: %s what? One of:\n", argv[1]);
    help_noun(argv[1], world->talk);
    return EXIT_USAGE;
}

/* Takes: the noun in front of the word, or NULL. */
static int refuse_word(const struct command_world *world, const char *noun, const char *word)
{
    const char *names[NAMES_MAX];
    const char *near = suggest_nearest(str_of(word), names, list_words(noun, names));
    const char *front = noun == NULL ? "" : noun;
    const char *space = noun == NULL ? "" : " ";
    say(world->talk, "daypulse: there is no command '%s%s%s'", front, space, word);
    if (near != NULL) {
        say(world->talk, "; did you mean '%s%s%s'?\n", front, space, near);
    } else {
        say(world->talk, "; see daypulse help\n");
    }
    return EXIT_USAGE;
}

static int refuse(const struct command_world *world, int argc, char **argv)
{
    if (!help_has_verbs(argv[1])) {
        return refuse_word(world, NULL, argv[1]);
    }
    bool has_verb = argc > 2 && argv[2][0] != '-';
    return has_verb ? refuse_word(world, argv[1], argv[2]) : ask_for_verb(world, argc, argv);
}

/* ---- Running -------------------------------------------------------------------------------------- */

static dp_err load_settings(struct command_call *call, struct config *config,
                            struct dp_problem *problem)
{
    const char *file = call->config_file;
    file = file == NULL ? command_variable(call, "DAYPULSE_CONFIG") : file;
    struct config_sources sources = {
        .flags = call->settings,
        .flags_count = call->settings_count,
        .environment = call->world->environment,
        .file = file == NULL ? CONFIG_DEFAULT_FILE : file,
        .may_file_be_missing = file == NULL,
    };
    DP_TRY(config_load(&sources, config, problem));
    call->config_file = file;
    call->config = config;
    call->dir = config_text(config, CONFIG_DIR);
    return DP_SUCCESS;
}

static void set_log_level(const char *name)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            log_set_level((enum log_level)i);
        }
    }
}

static int run_with_settings(struct command_call *call)
{
    struct config config;
    struct dp_problem problem = { 0 };
    dp_err ready = load_settings(call, &config, &problem);
    if (!err_is_ok(ready)) {
        return command_fail(call, ready, &problem);
    }
    set_log_level(config_text(&config, CONFIG_LOG_LEVEL));
    ready = file_exists(call->dir) ? folder_become_owner(call->dir, &problem) : DP_SUCCESS;
    if (!err_is_ok(ready)) {
        return command_fail(call, ready, &problem);
    }
    return call->command->run(call);
}

static int run(struct command_call *call, int count, char **words)
{
    int code = arguments_take(call, count, words);
    if (code != EXIT_OK) {
        return code;
    }
    if (call->wants_help) {
        help_command(call->command, call->out);
        return EXIT_OK;
    }
    return call->command->setup == COMMAND_BARE ? call->command->run(call)
                                                : run_with_settings(call);
}

int command_main(int argc, char **argv, const struct command_world *world)
{
    struct command_call call = {
        .world = world, .clock = world->clock, .out = world->out, .talk = world->talk
    };
    if (argc < 2 || is_help(argv[1])) {
        help_all(argc < 2 ? world->talk : world->out);
        return argc < 2 ? EXIT_USAGE : EXIT_OK;
    }
    int words = 0;
    call.command = find(argc, argv, &words);
    int code = call.command == NULL ? refuse(world, argc, argv)
                                    : run(&call, argc - 1 - words, argv + 1 + words);
    if (fflush(world->out) != 0 && code == EXIT_OK) {
        say(world->talk, "daypulse: the output could not be written\n");
        return EXIT_FAILED;
    }
    return code;
}
