/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Files in and JSON out, as several commands do it: a file by name or "-" for standard input, the list of
 * what is wrong with it, and one line of JSON on standard output.
 */

#include "app/cli/command.h"
#include "app/service/import/import.h"

enum { EXCHANGE_FILE_BYTES_MAX = 256 << 20, EXCHANGE_JSON_BYTES_MAX = 64 << 20 };

/** Reads a whole file; "-" is standard input. Takes: `out` with its maximum.
 * Fails: as file_read(), DP_FULL (longer than the maximum), DP_IO; with a sentence. */
dp_err exchange_read(const char *path, struct buf *out, struct dp_problem *problem);

/** Prints all that is wrong, "FILE:LINE:COLUMN: sentence" a line, and says how much was left out. */
void exchange_print_problems(const struct command_call *call, const char *path,
                             const struct import_problems *problems);

/** The same as a member "problems" of an open object. */
void exchange_json_problems(struct json_writer *json, const char *path,
                            const struct import_problems *problems);

/** Ends JSON and prints it with a newline. Gives the exit code. */
int exchange_print_json(const struct command_call *call, struct json_writer *json);

/** A member of an open object: "2026-03-09T02:00:00Z", or null for 0. */
void exchange_json_moment(struct json_writer *json, const char *key, int64_t unix_s);

enum { EXCHANGE_MOMENT_MAX = 32 };

/** "2026-03-09T02:00:00Z". */
void exchange_moment(int64_t unix_s, char out[EXCHANGE_MOMENT_MAX]);
