/* SPDX-License-Identifier: MIT */
#include "certs/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <mbedtls/platform.h>

#include "app/core/err.h"
#include "app/core/mem.h"

/*
 * Sizes step by a quarter of a power of two: 32, 40, 48, 56, 64, 80 ... 4096. A block carries its
 * step in a header that keeps the alignment of malloc.
 */
enum {
    STEP_BITS = 2,
    SMALLEST_BITS = 5,
    LARGEST_BITS = 12,
    STEPS = (LARGEST_BITS - SMALLEST_BITS) * (1 << STEP_BITS) + 1,
    STEP_NONE = STEPS,
    LARGEST_BYTES = 1 << LARGEST_BITS,
    STORE_MAX_BYTES = 16384, /* of one step, in one thread */
};

struct block {
    union {
        struct block *next; /* while in a store */
        size_t step;        /* while in use */
    } is;
    size_t padding;
};

struct store {
    struct block *first;
    size_t bytes;
};

static _Thread_local struct store stores[STEPS];
static _Thread_local bool is_thread_known;
static pthread_key_t thread_end;

static size_t bytes_of_step(size_t step)
{
    size_t quarter = step % (1U << STEP_BITS);
    size_t power = SMALLEST_BITS + step / (1U << STEP_BITS);
    return ((size_t)(1U << STEP_BITS) + quarter) << (power - STEP_BITS);
}

static size_t step_of_bytes(size_t bytes)
{
    if (bytes <= 1U << SMALLEST_BITS) {
        return 0;
    }
    if (bytes > LARGEST_BYTES) {
        return STEP_NONE;
    }
    size_t last = bytes - 1;
    size_t power = 63 - (size_t)__builtin_clzll(last);
    size_t quarter = (last >> (power - STEP_BITS)) & ((1U << STEP_BITS) - 1);
    return (power - SMALLEST_BITS) * (1U << STEP_BITS) + quarter + 1;
}

static void drop_stores(void *unused)
{
    (void)unused;
    for (size_t step = 0; step < STEPS; step++) {
        while (stores[step].first != NULL) {
            struct block *next = stores[step].first->is.next;
            mem_free(stores[step].first);
            stores[step].first = next;
        }
        stores[step].bytes = 0;
    }
    is_thread_known = false;
}

/* Arms the thread's destructor; without it (no memory) nothing may stay in a store. */
static bool know_thread(void)
{
    if (!is_thread_known) {
        is_thread_known = pthread_setspecific(thread_end, stores) == 0;
    }
    return is_thread_known;
}

void *pool_take(size_t count, size_t size)
{
    size_t total = 0;
    size_t whole = 0;
    if (__builtin_mul_overflow(count, size, &total)) {
        return NULL;
    }
    size_t step = step_of_bytes(total);
    if (step != STEP_NONE && stores[step].first != NULL) {
        struct block *found = stores[step].first;
        stores[step].first = found->is.next;
        stores[step].bytes -= bytes_of_step(step);
        found->is.step = step;
        return memset(found + 1, 0, total);
    }
    size_t room = step == STEP_NONE ? total : bytes_of_step(step);
    if (__builtin_add_overflow(room, sizeof(struct block), &whole)) {
        return NULL;
    }
    struct block *made = mem_new(1, whole);
    if (made == NULL) {
        return NULL;
    }
    made->is.step = step;
    return made + 1;
}

void pool_give(void *given)
{
    if (given == NULL) {
        return;
    }
    struct block *block = (struct block *)given - 1;
    size_t step = block->is.step;
    if (step == STEP_NONE || stores[step].bytes >= STORE_MAX_BYTES || !know_thread()) {
        mem_free(block);
        return;
    }
    block->is.next = stores[step].first;
    stores[step].first = block;
    stores[step].bytes += bytes_of_step(step);
}

#if defined(__SANITIZE_ADDRESS__)
#define POOL_IS_LEFT_OUT true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_IS_LEFT_OUT true
#endif
#endif
#ifndef POOL_IS_LEFT_OUT
#define POOL_IS_LEFT_OUT false
#endif

void pool_install(void)
{
    DP_CHECK(pthread_key_create(&thread_end, drop_stores) == 0);
    if (!POOL_IS_LEFT_OUT) {
        DP_CHECK(mbedtls_platform_set_calloc_free(pool_take, pool_give) == 0);
    }
}
