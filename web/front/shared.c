/* SPDX-License-Identifier: MIT */
#include "web/front/shared.h"

struct tls_context *shared_context(struct shared *shared)
{
    pthread_mutex_lock(&shared->context_lock);
    struct tls_context *context = tls_context_share(shared->context);
    pthread_mutex_unlock(&shared->context_lock);
    return context;
}

void shared_replace_context(struct shared *shared, struct tls_context *context)
{
    pthread_mutex_lock(&shared->context_lock);
    struct tls_context *old = shared->context;
    shared->context = context;
    pthread_mutex_unlock(&shared->context_lock);
    tls_context_release(old);
}

int64_t shared_now_ms(const struct shared *shared)
{
    return clock_monotonic_ms(&shared->options.clock);
}
