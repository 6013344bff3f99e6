/* SPDX-License-Identifier: MIT */
#include "storage/place.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#include "app/core/file.h"

/* Not in linux/magic.h of every machine that we build on. */
static const unsigned long SMB2_MAGIC = 0xfe534d42UL;
static const unsigned long CIFS_MAGIC = 0xff534d42UL;

static bool is_network(unsigned long magic)
{
    return magic == NFS_SUPER_MAGIC || magic == SMB_SUPER_MAGIC || magic == SMB2_MAGIC ||
           magic == CIFS_MAGIC || magic == AFS_SUPER_MAGIC || magic == CODA_SUPER_MAGIC;
}

dp_err place_check(const char *path, struct dp_problem *problem)
{
    struct statfs system;
    if (statfs(path, &system) != 0) {
        char reason[128];
        int error = errno;
        err_ignore(problem_set(problem, 0, 0, "%.255s can't be used: %s", path,
                               strerror_r(error, reason, sizeof reason)));
        return err_make(file_code_of_errno(error));
    }
    if (is_network((unsigned long)system.f_type & 0xffffffffUL)) {
        err_ignore(problem_set(
            problem, 0, 0,
            "%.255s lies on a network file system, where data can't be kept safely: "
            "choose a folder on a disk of this machine",
            path));
        return err_make(DP_UNSUPPORTED);
    }
    return DP_SUCCESS;
}
