/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The command line: `daypulse <noun> <verb> [arguments] [--flags]`.
 *
 * One table (command_table.c) gives dispatch, --help, the completion and the documentation. A row
 * names its positional arguments, its flags and what it needs of the settings; what is not in the
 * row is refused with a sentence and exit code 2 before the command runs. Data goes to standard
 * output, talk to standard error.
 *
 *   setup             flags beside the row's own    before the command runs
 *   COMMAND_BARE      none                          nothing
 *   COMMAND_FOLDER    --dir, --config               settings read; root becomes the folder's owner
 *   COMMAND_SETTINGS  --config and every setting    the same
 *
 * Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 busy, 5 invalid input, 6 done with findings.
 */

#include <stdio.h>

#include "app/config/config.h"
#include "app/core/clock.h"
#include "app/core/err.h"
#include "app/core/str.h"

enum {
    EXIT_OK = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_FOUND = 3,
    EXIT_BUSY = 4,
    EXIT_INVALID = 5,
    EXIT_FINDINGS = 6,
};

enum {
    COMMAND_POSITIONAL_MAX = 3,
    COMMAND_FLAG_MAX = 12,
    COMMAND_SETTING_WORDS_MAX = 4 * CONFIG_COUNT,
};

enum command_setup { COMMAND_BARE, COMMAND_FOLDER, COMMAND_SETTINGS };

struct command_flag {
    const char *name;  /* without the dashes */
    const char *value; /* what its value is called in the help, or NULL for a switch */
    const char *help;
};

struct command_call;

struct command {
    const char *noun;
    const char *verb;       /* NULL when the noun stands alone */
    const char *positional; /* "FILE", "[NAME]", "" */
    const char *summary;    /* one line, no full stop */
    int (*run)(const struct command_call *call);
    enum command_setup setup;
    struct command_flag flags[COMMAND_FLAG_MAX]; /* ends at the first without a name */
    bool has_json;
};

/** What a run sees of the world around it; main.c says what. */
struct command_world {
    FILE *out;
    FILE *talk;
    struct clock clock;
    char *const *environment;
    /* The web room is no neighbour of this one, so its two doors are handed in: the long-running
     * part (web/part.h) and the table of addresses. NULL in a program without it. */
    dp_err (*serve)(const struct config *config, struct clock clock,
                    struct dp_problem *problem);
    void (*list_routes)(struct buf *out);
};

/** One run of a command: checked arguments and where its talk goes. */
struct command_call {
    const struct command_world *world;
    const struct command *command;
    const char *positional[COMMAND_POSITIONAL_MAX];
    size_t positional_count;
    const char
        *flag_values[COMMAND_FLAG_MAX]; /* beside command->flags; "" for a given switch */
    char *settings[COMMAND_SETTING_WORDS_MAX]; /* flags that are settings, with their values */
    size_t settings_count;
    const char *config_file;     /* --config, or NULL */
    const struct config *config; /* NULL with COMMAND_BARE */
    const char *dir;             /* the data folder; NULL with COMMAND_BARE */
    bool is_json;
    bool wants_help;
    struct clock clock;
    FILE *out;
    FILE *talk;
};

/** All commands, in the order of the help. */
const struct command *command_all(size_t *count);

/** Finds the command, checks the arguments and runs it. Gives the exit code. */
int command_main(int argc, char **argv, const struct command_world *world);

/** The value of a flag, or NULL when it was not given. The flag must be in the row. */
const char *command_flag(const struct command_call *call, const char *name);

/** The same, with another value in its place when it was not given. */
const char *command_flag_or(const struct command_call *call, const char *name,
                            const char *other);

/** The value of a variable of the environment, or NULL. */
const char *command_variable(const struct command_call *call, const char *name);

/** Fills a problem with what is wrong with a flag or an argument. Gives DP_USAGE, to be returned. */
dp_err command_usage(struct dp_problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The exit code that belongs to an error. */
int command_exit_of(enum dp_code code);

/** Says an error on standard error, with the problem's place and sentence when there is one, and
 * gives its exit code. With --json the same as one object on standard output. */
int command_fail(const struct command_call *call, dp_err err, const struct dp_problem *problem);
