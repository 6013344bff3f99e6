/* SPDX-License-Identifier: MIT */
#include "tests/support/shell.h"

#include <stdlib.h>

int shell_run(const char *command)
{
    return system(command); /* NOLINT(cert-env33-c): a test's own constant line */
}
