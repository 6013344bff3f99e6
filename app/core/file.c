/* SPDX-License-Identifier: MIT */
#include "app/core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/code.h"
#include "app/core/random.h"

enum { READ_STEP_BYTES = 65536, WIPE_STEP_BYTES = 4096, TREE_OPEN_MAX = 16 };

enum dp_code file_code_of_errno(int error)
{
    switch (error) {
    case 0:
        return DP_OK;
    case ENOENT:
        return DP_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return DP_FORBIDDEN;
    case ENOSPC:
    case EDQUOT:
        return DP_FULL;
    case EEXIST:
        return DP_EXISTS;
    case ENOMEM:
        return DP_NO_MEMORY;
    case ENAMETOOLONG:
        return DP_TOO_LONG;
    default:
        return DP_IO;
    }
}

void file_close_at(const int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

dp_err file_fail(const char *tried, const char *path, int error, struct dp_problem *problem)
{
    struct stat info;
    char reason[128];
    char owner[128] = "";
    const char *words = strerror_r(error, reason, sizeof reason);
    if (error == EACCES && stat(path, &info) == 0) {
        (void)snprintf(
            owner, sizeof owner,
            "; it belongs to user %u, group %u, mode %04o, and Daypulse runs as user %u",
            (unsigned)info.st_uid, (unsigned)info.st_gid, (unsigned)(info.st_mode & 07777),
            (unsigned)geteuid());
    }
    err_ignore(problem_set(problem, 0, 0, "%s %s: %s%s", tried, path, words, owner));
    return err_make(file_code_of_errno(error));
}

static int open_to_read(const char *path, int *error)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *error = fd < 0 ? errno : 0;
    if (fd >= 0 && fstat(fd, &info) != 0) {
        *error = errno;
    } else if (fd >= 0 && S_ISDIR(info.st_mode)) {
        *error = EISDIR;
    }
    return fd;
}

/* What one read() put behind the end of `out`, or into nowhere when that is full. */
static ssize_t read_piece(int fd, struct buf *out)
{
    char spare = 0;
    size_t room = out->max - out->len < READ_STEP_BYTES ? out->max - out->len : READ_STEP_BYTES;
    char *into = room == 0 ? &spare : buf_reserve(out, room);
    if (into == NULL) {
        errno = ENOMEM;
        return -1;
    }
    ssize_t got = read(fd, into, room == 0 ? 1 : room);
    if (got > 0 && room == 0) {
        errno = EFBIG;
        return -1;
    }
    if (got > 0) {
        buf_grow_by(out, (size_t)got);
    }
    return got;
}

dp_err file_read(const char *path, struct buf *out, struct dp_problem *problem)
{
    int error = 0;
    ssize_t got = 1;
    buf_clear(out);
    FILE_FD_AUTO int fd = open_to_read(path, &error);
    while (error == 0 && got != 0) {
        got = read_piece(fd, out);
        error = got < 0 && errno != EINTR ? errno : 0;
    }
    if (error == EFBIG) {
        err_ignore(problem_set(problem, 0, 0, "%s is longer than %zu bytes", path, out->max));
        return err_make(DP_FULL);
    }
    return error == 0 ? DP_SUCCESS : file_fail("could not read", path, error, problem);
}

int file_write_fully(int fd, struct bytes data)
{
    size_t done = 0;
    while (done < data.len) {
        ssize_t wrote = write(fd, data.ptr + done, data.len - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return wrote < 0 ? errno : EIO;
        }
        done += (size_t)wrote;
    }
    return 0;
}

static int write_and_sync(const char *path, struct bytes content, mode_t mode)
{
    FILE_FD_AUTO int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        return errno;
    }
    int error = file_write_fully(fd, content);
    if (error == 0 && (fchmod(fd, mode) != 0 || fsync(fd) != 0)) {
        error = errno;
    }
    return error;
}

static dp_err sync_parent(const char *path)
{
    char folder[FILE_PATH_MAX];
    const char *slash = strrchr(path, '/');
    struct str parent = slash == NULL ? STR(".")
                                      : str_slice(str_of(path), 0, (size_t)(slash - path));
    if (parent.len == 0) {
        parent = STR("/");
    }
    if (!str_copy(parent, folder, sizeof folder)) {
        return err_make(DP_TOO_LONG);
    }
    return file_sync_dir(folder);
}

dp_err file_write_atomic(const char *path, struct bytes content, mode_t mode,
                         struct dp_problem *problem)
{
    uint8_t mark[6];
    char suffix[CODE_HEX_LEN(sizeof mark) + 1];
    random_secret(mark, sizeof mark);
    code_hex(bytes_of(mark, sizeof mark), suffix, sizeof suffix);
    char temporary[FILE_PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.%s.tmp", path, suffix);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        return err_make(DP_TOO_LONG);
    }
    int error = write_and_sync(temporary, content, mode);
    if (error == 0 && rename(temporary, path) != 0) {
        error = errno;
    }
    if (error != 0) {
        unlink(temporary);
        return file_fail("could not write", path, error, problem);
    }
    return sync_parent(path);
}

dp_err file_make_dir(const char *path, mode_t mode, struct dp_problem *problem)
{
    struct stat info;
    if (mkdir(path, mode) == 0) {
        return chmod(path, mode) == 0
                   ? sync_parent(path)
                   : file_fail("could not set the mode of", path, errno, problem);
    }
    if (errno != EEXIST) {
        return file_fail("could not make the folder", path, errno, problem);
    }
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        err_ignore(problem_set(problem, 0, 0, "%s is there but is not a folder", path));
        return err_make(DP_CONFLICT);
    }
    return DP_SUCCESS;
}

dp_err file_sync_dir(const char *path)
{
    FILE_FD_AUTO int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        return err_make(DP_IO);
    }
    return DP_SUCCESS;
}

static dp_err wipe_bytes(const char *path)
{
    static const uint8_t zeros[WIPE_STEP_BYTES];
    FILE_FD_AUTO int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_make(file_code_of_errno(errno));
    }
    off_t left = info.st_size;
    while (left > 0) {
        size_t step = left < WIPE_STEP_BYTES ? (size_t)left : WIPE_STEP_BYTES;
        if (file_write_fully(fd, bytes_of(zeros, step)) != 0) {
            return err_make(DP_IO);
        }
        left -= (off_t)step;
    }
    return err_make(fdatasync(fd) == 0 ? DP_OK : DP_IO);
}

dp_err file_destroy(const char *path)
{
    dp_err wiped = wipe_bytes(path);
    if (err_is(wiped, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(wiped);
    if (unlink(path) != 0) {
        return err_make(DP_IO);
    }
    return sync_parent(path);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

dp_err file_remove_tree(const char *path)
{
    if (!file_exists(path)) {
        return DP_SUCCESS;
    }
    /* glibc's nftw() is thread-safe as long as it does not change the working folder. */
    /* NOLINTNEXTLINE(concurrency-mt-unsafe) */
    if (nftw(path, remove_one, TREE_OPEN_MAX, FTW_DEPTH | FTW_PHYS) != 0) {
        return err_make(DP_IO);
    }
    return sync_parent(path);
}

bool file_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

dp_err file_join(char *out, size_t out_size, const char *folder, const char *name)
{
    int length = snprintf(out, out_size, "%s/%s", folder, name);
    return err_make(length < 0 || (size_t)length >= out_size ? DP_TOO_LONG : DP_OK);
}
