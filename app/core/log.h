/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Lines for the admin on standard error, with a syslog priority in front when it is not a terminal
 * ("<4>..."), so that the journal sorts them. Never pass an address, a token, a name or anything
 * about one answer: the log must not know who answered (privacy.md 3).
 */

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/** Lines less important than `level` are dropped. The start is LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);

/** The program's name in front of each line ("web", "flush"); must live for ever. */
void log_set_part(const char *part);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
