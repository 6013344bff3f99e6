/* SPDX-License-Identifier: MIT */
#include "app/cli/say.h"

#include <stdarg.h>

void say(FILE *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vfprintf(to, format, args);
    va_end(args);
}

void say_all(FILE *to, struct str text)
{
    if (text.len > 0) {
        (void)fwrite(text.ptr, 1, text.len, to);
    }
}

void say_now(FILE *to)
{
    (void)fflush(to);
}
