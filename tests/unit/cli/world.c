/* SPDX-License-Identifier: MIT */
#include "tests/unit/cli/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 32, WORD_MAX = 1024 };

static struct world_said kept;
static char config_variable[WORD_MAX] = "DAYPULSE_CONFIG=/dev/null";

static void forget(void)
{
    free(kept.out);
    free(kept.talk);
    kept = (struct world_said){ 0 };
}

void world_use_config(const char *path)
{
    (void)snprintf(config_variable, sizeof config_variable, "DAYPULSE_CONFIG=%s",
                   path == NULL ? "/dev/null" : path);
}

static void list_routes(struct buf *out)
{
    buf_add_text(out, "| GET | `/healthz` |\n");
}

struct world_said world_run(const char *const *words)
{
    static char space[WORDS_MAX][WORD_MAX];
    char *argv[WORDS_MAX + 1] = { space[0] };
    char *environment[] = { config_variable, NULL };
    size_t out_len = 0;
    size_t talk_len = 0;
    int argc = 1;
    (void)snprintf(space[0], WORD_MAX, "daypulse");
    for (; words[argc - 1] != NULL && argc < WORDS_MAX; argc++) {
        (void)snprintf(space[argc], WORD_MAX, "%s", words[argc - 1]);
        argv[argc] = space[argc];
    }
    forget();
    FILE *out = open_memstream(&kept.out, &out_len);
    FILE *talk = open_memstream(&kept.talk, &talk_len);
    struct command_world world = { .out = out,
                                   .talk = talk,
                                   .clock = clock_system(),
                                   .environment = environment,
                                   .list_routes = list_routes };
    kept.code = command_main(argc, argv, &world);
    (void)fclose(out);
    (void)fclose(talk);
    return kept;
}

void world_assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" is not in: %s", part, text);
    }
}

int world_end(void **state)
{
    (void)state;
    forget();
    return 0;
}
