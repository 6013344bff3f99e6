/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a long-running part does before anything else, and how it sleeps. Signals are not handled but
 * waited for, in one place: SIGTERM and SIGINT end a part, SIGHUP asks it to read again what
 * may have changed.
 */

#include <stdint.h>

enum process_wake { PROCESS_TIME, PROCESS_RELOAD, PROCESS_STOP };

/** Blocks the signals that are waited for, ignores SIGPIPE, and sees to it that no memory of this
 * process gets into a core file or another process. Call before any thread starts.
 * Takes: the part's name for the log, which lives for ever. */
void process_prepare(const char *part);

/** Sleeps until the time is over or a signal came. Takes: seconds, at least 0. */
enum process_wake process_wait(int64_t seconds);
