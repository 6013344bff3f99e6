/* SPDX-License-Identifier: MIT */
#include "certs/keydir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/core/secret.h"
#include "certs/issue.h"

enum { FOLDER_MODE = 0700, KEY_MODE = 0600, CERTIFICATE_MODE = 0644 };

static dp_err lock_folder(const char *folder, struct keydir_lock *lock, struct dp_problem *problem)
{
    lock->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = lock->fd < 0 ? -1 : flock(lock->fd, LOCK_EX);
    while (result != 0 && lock->fd >= 0 && errno == EINTR) {
        result = flock(lock->fd, LOCK_EX);
    }
    if (result != 0) {
        int error = errno;
        char words[128];
        err_ignore(problem_set(problem, 0, 0, "could not lock the folder %s: %s", folder,
                               strerror_r(error, words, sizeof words)));
        return err_make(file_code_of_errno(error));
    }
    return DP_SUCCESS;
}

dp_err keydir_open(const char *folder, struct keydir_paths *paths, struct keydir_lock *lock,
                   struct dp_problem *problem)
{
    DP_TRY(file_join(paths->ca_key, sizeof paths->ca_key, folder, "ca.key"));
    DP_TRY(file_join(paths->ca_pem, sizeof paths->ca_pem, folder, "ca.pem"));
    DP_TRY(file_join(paths->leaf_key, sizeof paths->leaf_key, folder, "leaf.key"));
    DP_TRY(file_join(paths->leaf_pem, sizeof paths->leaf_pem, folder, "leaf.pem"));
    DP_TRY(file_make_dir(folder, FOLDER_MODE, problem));
    return lock_folder(folder, lock, problem);
}

void keydir_unlock(struct keydir_lock *lock)
{
    if (lock->fd >= 0) {
        close(lock->fd);
    }
    lock->fd = -1;
}

dp_err keydir_write_pair(const char *key_path, const mbedtls_pk_context *key, const char *pem_path,
                         const struct buf *certificate, struct dp_problem *problem)
{
    struct buf secret = buf_new(ISSUE_KEY_PEM_MAX);
    dp_err done = issue_key_pem(key, &secret, problem);
    if (err_is_ok(done)) {
        done = file_write_atomic(key_path, buf_bytes(&secret), KEY_MODE, problem);
    }
    if (secret.data != NULL) {
        secret_wipe(secret.data, secret.capacity);
    }
    buf_free(&secret);
    DP_TRY(done);
    return file_write_atomic(pem_path, buf_bytes(certificate), CERTIFICATE_MODE, problem);
}
