/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Runs another program's command line, for tests that ask an independent implementation (openssl).
 */

/** Gives what sh's wait status says: 0 when the last command of the line succeeded. */
int shell_run(const char *command);
