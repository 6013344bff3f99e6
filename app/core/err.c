/* SPDX-License-Identifier: MIT */
#include "app/core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *err_sentence(enum dp_code code)
{
    switch (code) {
    case DP_OK:
        return "It worked";
    case DP_USAGE:
        return "This can't be asked for in this way";
    case DP_UNSUPPORTED:
        return "This is not supported here";
    case DP_INVALID:
        return "A value is not valid";
    case DP_NOT_UTF8:
        return "The text is not valid UTF-8";
    case DP_TOO_LONG:
        return "This is longer than allowed";
    case DP_OUT_OF_RANGE:
        return "A number lies outside its range";
    case DP_CONFLICT:
        return "This does not fit what is already there";
    case DP_UNAUTHENTICATED:
        return "Please log in first";
    case DP_FORBIDDEN:
        return "You may not do this";
    case DP_RATE_LIMITED:
        return "Too many tries; please wait a little";
    case DP_NOT_FOUND:
        return "There is no such thing here";
    case DP_EXISTS:
        return "This exists already";
    case DP_CLOSED:
        return "This is closed";
    case DP_NO_MEMORY:
        return "There is not enough memory";
    case DP_FULL:
        return "There is no room left";
    case DP_BUSY:
        return "Something else is using this right now";
    case DP_TIMEOUT:
        return "It took too long";
    case DP_IO:
        return "Reading or writing failed";
    case DP_CORRUPT:
        return "The stored data is damaged";
    case DP_SCHEMA_OLDER:
        return "The data folder was made by an older version and must be migrated first";
    case DP_SCHEMA_NEWER:
        return "The data folder was made by a newer version of Daypulse; please upgrade the "
               "program";
    case DP_READ_ONLY:
        return "Writing has stopped after a failure of the disk; restart when the disk is well";
    case DP_CRYPTO:
        return "A cryptographic check failed";
    case DP_TLS:
        return "The secure connection failed";
    case DP_BUG:
        return "Daypulse met a mistake of its own";
    case DP_CODE_COUNT:
        break;
    }
    return "Unknown error";
}

const char *err_name(enum dp_code code)
{
    switch (code) {
    case DP_OK:
        return "ok";
    case DP_USAGE:
        return "usage";
    case DP_UNSUPPORTED:
        return "unsupported";
    case DP_INVALID:
        return "invalid";
    case DP_NOT_UTF8:
        return "not_utf8";
    case DP_TOO_LONG:
        return "too_long";
    case DP_OUT_OF_RANGE:
        return "out_of_range";
    case DP_CONFLICT:
        return "conflict";
    case DP_UNAUTHENTICATED:
        return "unauthenticated";
    case DP_FORBIDDEN:
        return "forbidden";
    case DP_RATE_LIMITED:
        return "rate_limited";
    case DP_NOT_FOUND:
        return "not_found";
    case DP_EXISTS:
        return "exists";
    case DP_CLOSED:
        return "closed";
    case DP_NO_MEMORY:
        return "no_memory";
    case DP_FULL:
        return "full";
    case DP_BUSY:
        return "busy";
    case DP_TIMEOUT:
        return "timeout";
    case DP_IO:
        return "io";
    case DP_CORRUPT:
        return "corrupt";
    case DP_SCHEMA_OLDER:
        return "schema_older";
    case DP_SCHEMA_NEWER:
        return "schema_newer";
    case DP_READ_ONLY:
        return "read_only";
    case DP_CRYPTO:
        return "crypto";
    case DP_TLS:
        return "tls";
    case DP_BUG:
        return "bug";
    case DP_CODE_COUNT:
        break;
    }
    return "unknown";
}

void err_check_failed(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "daypulse: a check failed, so the program stops: %s (%s:%d)\n",
                  condition, file, line);
    abort();
}

/* vsnprintf may cut in the middle of a character; what is shown must stay UTF-8. */
static void drop_half_character(char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    while (start > 0 && len - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return;
    }
    unsigned char first = (unsigned char)text[start - 1];
    size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (len - start + 1 < wanted) {
        text[start - 1] = '\0';
    }
}

dp_err problem_set(struct dp_problem *problem, size_t line, size_t column, const char *format,
                   ...)
{
    if (problem != NULL) {
        va_list args;
        va_start(args, format);
        int needed = vsnprintf(problem->sentence, sizeof problem->sentence, format, args);
        va_end(args);
        if (needed >= (int)sizeof problem->sentence) {
            drop_half_character(problem->sentence);
        }
        problem->line = line;
        problem->column = column;
    }
    return err_make(DP_INVALID);
}

void problem_text(const struct dp_problem *problem, char *out, size_t out_size)
{
    char place[PROBLEM_FILE_MAX + 64] = "";
    if (problem->line != 0 && problem->column != 0) {
        (void)snprintf(place, sizeof place, "%s:%zu:%zu: ", problem->file, problem->line,
                       problem->column);
    } else if (problem->line != 0) {
        (void)snprintf(place, sizeof place, "%s:%zu: ", problem->file, problem->line);
    } else if (problem->file[0] != '\0') {
        (void)snprintf(place, sizeof place, "%s: ", problem->file);
    }
    const char *shown = place[0] == ':' ? place + 1 : place;
    (void)snprintf(out, out_size, "%s%s", shown, problem->sentence);
}
