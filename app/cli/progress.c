/* SPDX-License-Identifier: MIT */
#include "app/cli/progress.h"

#include <unistd.h>

#include "app/cli/say.h"

enum { BAR_CELLS = 32, EVERY_MS = 100 };

struct progress progress_start(FILE *talk, const char *label, struct clock clock)
{
    return (struct progress){ .talk = talk,
                              .label = label,
                              .clock = clock,
                              .shown_ms = clock_monotonic_ms(&clock) - EVERY_MS,
                              .is_terminal = isatty(fileno(talk)) == 1 };
}

void progress_show(void *progress, size_t done, size_t total)
{
    struct progress *bar = progress;
    int64_t now_ms = clock_monotonic_ms(&bar->clock);
    if (!bar->is_terminal || total == 0 || now_ms - bar->shown_ms < EVERY_MS) {
        return;
    }
    size_t part = done < total ? done : total;
    size_t cells = part * BAR_CELLS / total;
    char drawn[BAR_CELLS + 1];
    for (size_t i = 0; i < BAR_CELLS; i++) {
        drawn[i] = i < cells ? '#' : '.';
    }
    drawn[BAR_CELLS] = '\0';
    say(bar->talk, "\r%s [%s] %zu%%", bar->label, drawn, part * 100 / total);
    say_now(bar->talk);
    bar->shown_ms = now_ms;
    bar->is_shown = true;
}

void progress_end(struct progress *progress)
{
    if (progress->is_shown) {
        say(progress->talk, "\r\033[K");
        say_now(progress->talk);
        progress->is_shown = false;
    }
}
