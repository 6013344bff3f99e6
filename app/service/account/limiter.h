/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How often somebody may try a password. Token buckets in memory only, one for each account (5
 * tries, one more every three minutes) and one for each network (an IPv4 /24 or IPv6 /64; 30 tries,
 * one more every half minute, for a whole office shares one).
 * Networks are kept as a keyed hash under a key that lives as long as the process, so that no
 * address is ever stored. When the table is full the bucket that is closest to full again goes.
 */

#include <pthread.h>

#include "app/core/clock.h"
#include "app/core/secret.h"

enum { LIMITER_TRIES = 5, LIMITER_REFILL_S = 180, LIMITER_SLOTS = 1024 };
enum { LIMITER_NETWORK_TRIES = 30, LIMITER_NETWORK_REFILL_S = 30 };

struct limiter_bucket {
    uint64_t name; /* 0: free */
    int64_t empty_since_s; /* when the bucket would last have been empty */
};

struct limiter {
    pthread_mutex_t lock;
    struct secret_key key;
    struct clock clock;
    struct limiter_bucket buckets[LIMITER_SLOTS];
};

void limiter_init(struct limiter *limiter, struct clock clock);

/** Takes a try for an account name and a peer address.
 * Gives: DP_SUCCESS, or DP_RATE_LIMITED with the seconds to wait in `*wait_s`. */
dp_err limiter_take(struct limiter *limiter, struct str login, struct str peer, int64_t *wait_s);

/** A good password gives the tries of the account back. */
void limiter_forgive(struct limiter *limiter, struct str login);
