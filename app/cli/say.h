/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Printing for people. Whether a stream could be written is asked once, when everything has been
 * printed (command_main() flushes standard output and looks), so nothing is asked here.
 */

#include <stdio.h>

#include "app/core/str.h"

/** As fprintf(). */
void say(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** All of a text, NULs too. */
void say_all(FILE *to, struct str text);

/** Now, before something that takes long. */
void say_now(FILE *to);
