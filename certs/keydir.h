/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to certs/: the files in the data folder's certs/, and a lock so that two processes that
 * start at once don't make two authorities.
 */

#include <mbedtls/pk.h>

#include "app/core/buf.h"
#include "app/core/err.h"
#include "app/core/file.h"

struct keydir_paths {
    char ca_key[FILE_PATH_MAX];
    char ca_pem[FILE_PATH_MAX];
    char leaf_key[FILE_PATH_MAX];
    char leaf_pem[FILE_PATH_MAX];
};

struct keydir_lock {
    int fd;
};

#define KEYDIR_UNLOCKED ((struct keydir_lock){ -1 })

/** Makes the folder (0700) unless it is there, names its files and locks it until
 * keydir_unlock(). Fails: DP_TOO_LONG, DP_FORBIDDEN, DP_CONFLICT, DP_IO. */
dp_err keydir_open(const char *folder, struct keydir_paths *paths, struct keydir_lock *lock,
                   struct dp_problem *problem);

void keydir_unlock(struct keydir_lock *lock);

#define KEYDIR_AUTO __attribute__((cleanup(keydir_unlock)))

/** Writes a key (0600), then its certificate (0644), each whole or not at all.
 * Fails: DP_CRYPTO, DP_FORBIDDEN, DP_FULL, DP_IO, DP_NO_MEMORY. */
dp_err keydir_write_pair(const char *key_path, const mbedtls_pk_context *key, const char *pem_path,
                         const struct buf *certificate, struct dp_problem *problem);
