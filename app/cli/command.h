/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The command line: `daypulse <noun> <verb> [arguments] [--flags]`.
 *
 * One table (command_table.c) gives dispatch, --help, the completion and the documentation. A row
 * names its positional arguments and its flags; what is not in the row is refused with a sentence
 * and exit code 2 before the command runs. Data goes to standard output, talk to standard error.
 *
 * Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 busy, 5 invalid input, 6 done with findings.
 */

#include <stdio.h>

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

enum { COMMAND_POSITIONAL_MAX = 3, COMMAND_FLAG_MAX = 12 };

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
    struct command_flag flags[COMMAND_FLAG_MAX]; /* ends at the first without a name */
    bool has_json;
};

/** One run of a command: checked arguments and where its talk goes. */
struct command_call {
    const struct command *command;
    const char *program; /* argv[0] */
    const char *positional[COMMAND_POSITIONAL_MAX];
    size_t positional_count;
    const char *flag_values[COMMAND_FLAG_MAX]; /* beside command->flags; "" for a given switch */
    const char *dir;                           /* --dir; the default when not given */
    bool is_json;
    struct clock clock;
    FILE *out;
    FILE *talk;
};

/** All commands, in the order of the help. */
const struct command *command_all(size_t *count);

/** Finds the command, checks the arguments and runs it. Gives the exit code. */
int command_main(int argc, char **argv);

/** The value of a flag, or NULL when it was not given. The flag must be in the row. */
const char *command_flag(const struct command_call *call, const char *name);

/** The exit code that belongs to an error. */
int command_exit_of(enum dp_code code);

/** Says an error on standard error, with the problem's place and sentence when there is one, and
 * gives its exit code. With --json the same as one object on standard output. */
int command_fail(const struct command_call *call, dp_err err, const struct dp_problem *problem);
