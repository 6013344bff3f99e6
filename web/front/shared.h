/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Private to web/front: what its threads have in common.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <sys/un.h>

#include "app/core/file.h"
#include "web/front/budget.h"
#include "web/front/front.h"
#include "web/front/table.h"
#include "web/front/tls.h"

struct shared {
    struct front_options options; /* its texts are the copies below, or NULL */
    char key_path[FILE_PATH_MAX];
    char chain_path[FILE_PATH_MAX];
    char spool_folder[FILE_PATH_MAX];
    struct sockaddr_un backend;
    size_t backend_max; /* of one thread */
    int listener;
    struct table *table;
    struct budget buffers;
    struct budget downloads;
    atomic_bool is_stopping;
    pthread_mutex_t context_lock;
    struct tls_context *context; /* under context_lock */
};

/** A reference of the current context; give it back with tls_context_release(). */
struct tls_context *shared_context(struct shared *shared);

/** Puts another context in place of the current one, whose reference it gives back. */
void shared_replace_context(struct shared *shared, struct tls_context *context);

int64_t shared_now_ms(const struct shared *shared);
