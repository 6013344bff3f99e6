/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Files and folders, with durability said plainly: what "sync" promises is on the disk when the
 * call returns. Failures fill a problem with the path, what was tried, and why it failed.
 */

#include <sys/types.h>

#include "app/core/buf.h"
#include "app/core/err.h"

enum { FILE_PATH_MAX = 1024 };

/** Reads a whole regular file into `out` (cleared first).
 * Fails: DP_NOT_FOUND, DP_FORBIDDEN (says owner and mode), DP_FULL (longer than out's maximum),
 * DP_IO. */
dp_err file_read(const char *path, struct buf *out, struct dp_problem *problem);

/** Writes a file so that a crash leaves either the old or the new one: temporary name beside it,
 * fsync, rename, fsync of the folder. Fails: DP_IO, DP_FORBIDDEN, DP_FULL (no space). */
dp_err file_write_atomic(const char *path, struct bytes content, mode_t mode,
                         struct dp_problem *problem);

/** Makes a folder (its parent exists); one that is there already is fine.
 * Fails: DP_IO, DP_FORBIDDEN, DP_CONFLICT (something else has the name). */
dp_err file_make_dir(const char *path, mode_t mode, struct dp_problem *problem);

/** fsync of a folder, so that names made or removed in it last. Fails: DP_IO. */
dp_err file_sync_dir(const char *path);

/** Overwrites a file's bytes with zeros, fdatasync, unlink. A missing file is fine.
 * Fails: DP_IO. */
dp_err file_destroy(const char *path);

/** Removes a folder and what is in it, not following links; a missing one is fine. Fails: DP_IO. */
dp_err file_remove_tree(const char *path);

bool file_exists(const char *path);

/** "a/b" into out. Fails: DP_TOO_LONG. */
dp_err file_join(char *out, size_t out_size, const char *folder, const char *name);

/** Writes all of `data` to a descriptor. Gives 0 or the errno. */
int file_write_fully(int fd, struct bytes data);

/** Fills a problem with one sentence that an admin can act on: what was tried ("could not read"),
 * the path, errno's words and, when access was denied, whose file it is. Gives the errno's code. */
dp_err file_fail(const char *tried, const char *path, int error, struct dp_problem *problem);

/** Maps errno to a code: ENOENT, EACCES, ENOSPC and so on; DP_IO for the rest. */
enum dp_code file_code_of_errno(int error);

/** Closes a descriptor variable at the end of its scope; -1 is left alone. */
void file_close_at(const int *fd);
#define FILE_FD_AUTO __attribute__((cleanup(file_close_at)))
