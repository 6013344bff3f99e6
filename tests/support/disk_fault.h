/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A disk that fails on demand. A test program that lists disk_fault.c among its sources
 * replaces the C library's fdatasync, pwrite, writev and statfs, also for the libraries it
 * loads, so that the store meets a failed fsync, a full disk or a network file system
 * without needing one.
 */

enum disk_fault {
    DISK_WELL,
    DISK_SYNC_FAILS, /* fdatasync gives EIO */
    DISK_FULL,       /* writes give ENOSPC */
    DISK_SHORT, /* writes write a little less than asked, as on a disk that is nearly full */
    DISK_META_FAILS, /* writes through a descriptor opened with O_DSYNC give EIO */
    DISK_IS_NFS,     /* statfs says so */
};

/** What fails from now on. */
void disk_fault_set(enum disk_fault fault);

/** How often fdatasync was called since the program began. */
unsigned disk_fault_syncs(void);
