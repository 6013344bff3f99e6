/* SPDX-License-Identifier: MIT */
#include "app/service/account/limiter.h"

#include <arpa/inet.h>
#include <string.h>

#include "app/core/random.h"

/* How many tries a full bucket holds, and how long one takes to come back. */
struct limit {
    int64_t tries;
    int64_t refill_s;
};

static const struct limit BY_LOGIN = { LIMITER_TRIES, LIMITER_REFILL_S };
static const struct limit BY_NETWORK = { LIMITER_NETWORK_TRIES, LIMITER_NETWORK_REFILL_S };

void limiter_init(struct limiter *limiter, struct clock clock)
{
    *limiter = (struct limiter){ .clock = clock };
    pthread_mutex_init(&limiter->lock, NULL);
    random_secret(limiter->key.bytes, sizeof limiter->key.bytes);
}

/* The bytes that name a peer's network: an IPv4 /24, an IPv6 /64, or the text if it is neither. */
static struct bytes network_of(struct str peer, uint8_t out[16])
{
    char text[INET6_ADDRSTRLEN];
    if (!str_copy(peer, text, sizeof text)) {
        return bytes_of(peer.ptr, peer.len);
    }
    if (inet_pton(AF_INET, text, out) == 1) {
        return bytes_of(out, 3);
    }
    if (inet_pton(AF_INET6, text, out) == 1) {
        return bytes_of(out, 8);
    }
    return bytes_of(peer.ptr, peer.len);
}

static uint64_t name_of(const struct limiter *limiter, char kind, struct bytes what)
{
    struct bytes parts[] = { bytes_of(&kind, 1), what };
    struct secret_hash hash = secret_hmac(&limiter->key, parts, 2);
    uint64_t name = 0;
    memcpy(&name, hash.bytes, sizeof name);
    return name == 0 ? 1 : name;
}

/* The bucket of a name; a new one starts full. */
static struct limiter_bucket *bucket_of(struct limiter *limiter, const struct limit *limit,
                                        uint64_t name, int64_t now_s)
{
    struct limiter_bucket *oldest = &limiter->buckets[0];
    for (size_t i = 0; i < LIMITER_SLOTS; i++) {
        struct limiter_bucket *bucket = &limiter->buckets[i];
        if (bucket->name == name) {
            return bucket;
        }
        if (oldest->name != 0 &&
            (bucket->name == 0 || bucket->empty_since_s < oldest->empty_since_s)) {
            oldest = bucket;
        }
    }
    *oldest = (struct limiter_bucket){ name, now_s - limit->tries * limit->refill_s };
    return oldest;
}

static int64_t wait_of(const struct limiter_bucket *bucket, const struct limit *limit,
                       int64_t now_s)
{
    int64_t age_s = now_s - bucket->empty_since_s;
    return age_s >= limit->refill_s ? 0 : limit->refill_s - age_s;
}

static void take(struct limiter_bucket *bucket, const struct limit *limit, int64_t now_s)
{
    int64_t floor_s = now_s - limit->tries * limit->refill_s;
    if (bucket->empty_since_s < floor_s) {
        bucket->empty_since_s = floor_s;
    }
    bucket->empty_since_s += limit->refill_s;
}

dp_err limiter_take(struct limiter *limiter, struct str login, struct str peer, int64_t *wait_s)
{
    uint8_t network[16];
    uint64_t by_login = name_of(limiter, 'l', bytes_of(login.ptr, login.len));
    uint64_t by_peer = name_of(limiter, 'p', network_of(peer, network));
    int64_t now_s = clock_monotonic_ms(&limiter->clock) / 1000;
    pthread_mutex_lock(&limiter->lock);
    int64_t login_wait_s =
        wait_of(bucket_of(limiter, &BY_LOGIN, by_login, now_s), &BY_LOGIN, now_s);
    int64_t peer_wait_s =
        wait_of(bucket_of(limiter, &BY_NETWORK, by_peer, now_s), &BY_NETWORK, now_s);
    *wait_s = login_wait_s > peer_wait_s ? login_wait_s : peer_wait_s;
    if (*wait_s == 0) {
        take(bucket_of(limiter, &BY_LOGIN, by_login, now_s), &BY_LOGIN, now_s);
        take(bucket_of(limiter, &BY_NETWORK, by_peer, now_s), &BY_NETWORK, now_s);
    }
    pthread_mutex_unlock(&limiter->lock);
    return err_make(*wait_s == 0 ? DP_OK : DP_RATE_LIMITED);
}

void limiter_forgive(struct limiter *limiter, struct str login)
{
    uint64_t name = name_of(limiter, 'l', bytes_of(login.ptr, login.len));
    pthread_mutex_lock(&limiter->lock);
    for (size_t i = 0; i < LIMITER_SLOTS; i++) {
        if (limiter->buckets[i].name == name) {
            limiter->buckets[i] = (struct limiter_bucket){ 0 };
        }
    }
    pthread_mutex_unlock(&limiter->lock);
}
