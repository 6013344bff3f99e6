/* SPDX-License-Identifier: MIT */
#include "web/front/table.h"

#include <pthread.h>
#include <sys/socket.h>

#include "app/core/mem.h"
#include "app/core/random.h"

enum { BUCKETS = 8192 };

/* An address with at least one connection. */
struct table_address {
    struct peer peer;
    size_t connections;
    size_t unfinished;
    struct table_entry *oldest; /* of the unfinished */
    struct table_entry *newest;
    struct table_address *bucket_next;
    struct table_address *level_before; /* among those that hold as many unfinished */
    struct table_address *level_after;
};

struct table {
    pthread_mutex_t lock;
    uint64_t seed;
    size_t max;
    struct table_counts counts;
    size_t top_level;              /* the most unfinished that any address holds */
    struct table_address **levels; /* by count of unfinished, 0..max */
    struct table_address *buckets[BUCKETS];
};

dp_err table_new(size_t connections_max, struct table **out)
{
    struct table *table = mem_new(1, sizeof *table);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): it holds pointers */
    struct table_address **levels = mem_new(connections_max + 1, sizeof *levels);
    if (table == NULL || levels == NULL) {
        mem_free(levels);
        mem_free(table);
        return err_make(DP_NO_MEMORY);
    }
    DP_CHECK(pthread_mutex_init(&table->lock, NULL) == 0);
    random_secret(&table->seed, sizeof table->seed);
    table->max = connections_max;
    table->levels = levels;
    *out = table;
    return DP_SUCCESS;
}

void table_free(struct table *table)
{
    if (table == NULL) {
        return;
    }
    DP_CHECK(table->counts.connections == 0 && table->counts.addresses == 0);
    pthread_mutex_destroy(&table->lock);
    mem_free(table->levels);
    mem_free(table);
}

/* ---- Addresses ------------------------------------------------------------------------------------ */

/* Keyed, so that nobody can choose addresses that fall into one bucket. */
static struct table_address **bucket_of(struct table *table, const struct peer *peer)
{
    uint64_t mixed = (peer->key ^ table->seed) + (peer->is_ipv6 ? 1 : 0);
    for (int round = 0; round < 2; round++) {
        mixed ^= mixed >> 32;
        mixed *= 0xd6e8feb86659fd93ULL;
        mixed += table->seed;
    }
    return &table->buckets[(mixed >> 40) % BUCKETS];
}

static struct table_address *find_address(struct table *table, const struct peer *peer)
{
    struct table_address *at = *bucket_of(table, peer);
    while (at != NULL && !peer_equal(&at->peer, peer)) {
        at = at->bucket_next;
    }
    return at;
}

static void level_link(struct table *table, struct table_address *address)
{
    struct table_address **head = &table->levels[address->unfinished];
    address->level_before = NULL;
    address->level_after = *head;
    if (*head != NULL) {
        (*head)->level_before = address;
    }
    *head = address;
    if (address->unfinished > table->top_level) {
        table->top_level = address->unfinished;
    }
}

static void level_unlink(struct table *table, struct table_address *address)
{
    if (address->level_before != NULL) {
        address->level_before->level_after = address->level_after;
    } else {
        table->levels[address->unfinished] = address->level_after;
    }
    if (address->level_after != NULL) {
        address->level_after->level_before = address->level_before;
    }
}

/* One step at most: an address that left the top level now stands on the one below. */
static void level_move(struct table *table, struct table_address *address, size_t unfinished)
{
    level_unlink(table, address);
    address->unfinished = unfinished;
    level_link(table, address);
    while (table->top_level > 0 && table->levels[table->top_level] == NULL) {
        table->top_level--;
    }
}

static struct table_address *take_address(struct table *table, const struct peer *peer)
{
    struct table_address *address = find_address(table, peer);
    if (address != NULL) {
        return address;
    }
    address = mem_new(1, sizeof *address);
    if (address == NULL) {
        return NULL;
    }
    struct table_address **bucket = bucket_of(table, peer);
    address->peer = *peer;
    address->bucket_next = *bucket;
    *bucket = address;
    table->counts.addresses++;
    level_link(table, address);
    return address;
}

static void drop_address(struct table *table, struct table_address *address)
{
    struct table_address **at = bucket_of(table, &address->peer);
    while (*at != address) {
        at = &(*at)->bucket_next;
    }
    *at = address->bucket_next;
    level_unlink(table, address);
    table->counts.addresses--;
    mem_free(address);
}

/* ---- Connections ---------------------------------------------------------------------------------- */

static void mark_unfinished(struct table *table, struct table_entry *entry)
{
    struct table_address *address = entry->address;
    level_move(table, address, address->unfinished + 1);
    entry->is_unfinished = true;
    entry->newer = NULL;
    entry->older = address->newest;
    if (address->newest != NULL) {
        address->newest->newer = entry;
    } else {
        address->oldest = entry;
    }
    address->newest = entry;
}

static void mark_finished(struct table *table, struct table_entry *entry)
{
    struct table_address *address = entry->address;
    level_move(table, address, address->unfinished - 1);
    entry->is_unfinished = false;
    if (entry->older != NULL) {
        entry->older->newer = entry->newer;
    } else {
        address->oldest = entry->newer;
    }
    if (entry->newer != NULL) {
        entry->newer->older = entry->older;
    } else {
        address->newest = entry->older;
    }
    entry->older = NULL;
    entry->newer = NULL;
}

static void leave(struct table *table, struct table_entry *entry)
{
    if (!entry->is_inside) {
        return;
    }
    if (entry->is_unfinished) {
        mark_finished(table, entry);
    }
    entry->is_inside = false;
    table->counts.connections--;
    entry->address->connections--;
    if (entry->address->connections == 0) {
        drop_address(table, entry->address);
    }
    entry->address = NULL;
}

/* The socket is still open here, because its owner calls table_leave() first; so the descriptor
 * can't be somebody else's by now. */
static bool evict(struct table *table)
{
    if (table->top_level == 0) {
        return false;
    }
    struct table_entry *victim = table->levels[table->top_level]->oldest;
    (void)shutdown(victim->fd, SHUT_RDWR);
    leave(table, victim);
    table->counts.evicted++;
    return true;
}

static dp_err enter(struct table *table, struct table_entry *entry, const struct peer *peer,
                    int fd)
{
    if (table->counts.connections >= table->max && !evict(table)) {
        table->counts.refused++;
        return err_make(DP_FULL);
    }
    struct table_address *address = take_address(table, peer);
    if (address == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    entry->fd = fd;
    entry->address = address;
    entry->is_inside = true;
    address->connections++;
    table->counts.connections++;
    mark_unfinished(table, entry);
    return DP_SUCCESS;
}

dp_err table_enter(struct table *table, struct table_entry *entry, const struct peer *peer,
                   int fd)
{
    pthread_mutex_lock(&table->lock);
    dp_err done = enter(table, entry, peer, fd);
    pthread_mutex_unlock(&table->lock);
    return done;
}

void table_set_unfinished(struct table *table, struct table_entry *entry, bool is_unfinished)
{
    pthread_mutex_lock(&table->lock);
    if (entry->is_inside && entry->is_unfinished != is_unfinished) {
        if (is_unfinished) {
            mark_unfinished(table, entry);
        } else {
            mark_finished(table, entry);
        }
    }
    pthread_mutex_unlock(&table->lock);
}

void table_leave(struct table *table, struct table_entry *entry)
{
    pthread_mutex_lock(&table->lock);
    leave(table, entry);
    pthread_mutex_unlock(&table->lock);
}

bool table_evict(struct table *table)
{
    pthread_mutex_lock(&table->lock);
    bool is_done = evict(table);
    pthread_mutex_unlock(&table->lock);
    return is_done;
}

struct table_counts table_counts(struct table *table)
{
    pthread_mutex_lock(&table->lock);
    struct table_counts counts = table->counts;
    pthread_mutex_unlock(&table->lock);
    return counts;
}
