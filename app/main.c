/* SPDX-License-Identifier: MIT */

/* The program: hands the command line what it can't see by itself, the web room and the world. */

#include <unistd.h>

#include "app/cli/command.h"
#include "web/part.h"

int main(int argc, char **argv)
{
    const struct command_world world = { .out = stdout,
                                         .talk = stderr,
                                         .clock = clock_system(),
                                         .environment = environ,
                                         .serve = part_serve,
                                         .list_routes = part_list_routes };
    return command_main(argc, argv, &world);
}
