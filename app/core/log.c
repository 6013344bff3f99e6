/* SPDX-License-Identifier: MIT */
#include "app/core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048 };

static enum log_level shown_level = LOG_LEVEL_INFO;
static const char *part_name = "daypulse";

void log_set_level(enum log_level level)
{
    __atomic_store_n(&shown_level, level, __ATOMIC_RELAXED);
}

void log_set_part(const char *part)
{
    part_name = part;
}

/* Control characters become '?', so that nobody can write a second line or move the cursor. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = '?';
        }
    }
}

__attribute__((format(printf, 2, 0))) static void write_line(enum log_level level,
                                                             const char *format, va_list args)
{
    static const int priority[] = { 3, 4, 6, 7 };
    if (level > __atomic_load_n(&shown_level, __ATOMIC_RELAXED)) {
        return;
    }
    char message[LINE_MAX_BYTES];
    (void)vsnprintf(message, sizeof message, format, args);
    make_printable(message);
    char line[LINE_MAX_BYTES + 64];
    int length = isatty(STDERR_FILENO)
                     ? snprintf(line, sizeof line, "%s: %s\n", part_name, message)
                     : snprintf(line, sizeof line, "<%d>%s: %s\n", priority[level], part_name,
                                message);
    if (length > 0 && write(STDERR_FILENO, line, strlen(line)) < 0) {
        return; /* there is nowhere left to say it */
    }
}

#define LOG_BODY(level)              \
    va_list args;                    \
    va_start(args, format);          \
    write_line(level, format, args); \
    va_end(args)

void log_error(const char *format, ...)
{
    LOG_BODY(LOG_LEVEL_ERROR);
}

void log_warning(const char *format, ...)
{
    LOG_BODY(LOG_LEVEL_WARNING);
}

void log_info(const char *format, ...)
{
    LOG_BODY(LOG_LEVEL_INFO);
}

void log_debug(const char *format, ...)
{
    LOG_BODY(LOG_LEVEL_DEBUG);
}
