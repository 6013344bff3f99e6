/* SPDX-License-Identifier: MIT */
#include "tests/support/disk_fault.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

static atomic_int fault_now;
static atomic_uint syncs_count;

void disk_fault_set(enum disk_fault fault)
{
    atomic_store(&fault_now, (int)fault);
}

unsigned disk_fault_syncs(void)
{
    return atomic_load(&syncs_count);
}

static int fails_with(int error)
{
    errno = error;
    return -1;
}

/* 0, or the errno with which a write through this descriptor fails now. */
static int write_error(int fd)
{
    switch (atomic_load(&fault_now)) {
    case DISK_FULL:
        return ENOSPC;
    case DISK_META_FAILS:
        return (fcntl(fd, F_GETFL) & O_DSYNC) == O_DSYNC ? EIO : 0;
    default:
        return 0;
    }
}

/* The C library's own parameter names are reserved.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

int fdatasync(int fd)
{
    atomic_fetch_add(&syncs_count, 1);
    if (atomic_load(&fault_now) == DISK_SYNC_FAILS) {
        return fails_with(EIO);
    }
    return (int)syscall(SYS_fdatasync, fd);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    int error = write_error(fd);
    if (error != 0) {
        return fails_with(error);
    }
    size_t part = atomic_load(&fault_now) == DISK_SHORT && len > 1 ? len - 1 : len;
    return (ssize_t)syscall(SYS_pwrite64, fd, bytes, part, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    int error = write_error(fd);
    if (error != 0) {
        return fails_with(error);
    }
    int fewer = atomic_load(&fault_now) == DISK_SHORT && count > 1 ? count - 1 : count;
    return (ssize_t)syscall(SYS_writev, fd, parts, fewer);
}

int statfs(const char *path, struct statfs *out)
{
    if (syscall(SYS_statfs, path, out) != 0) {
        return -1;
    }
    if (atomic_load(&fault_now) == DISK_IS_NFS) {
        out->f_type = NFS_SUPER_MAGIC;
    }
    return 0;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
