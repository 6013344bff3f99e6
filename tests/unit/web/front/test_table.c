/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "web/front/table.h"

enum { MAX = 6, STEPS = 20000, WALKERS = 40, WALK_MAX = 25, PEERS = 9 };

/* A connection whose eviction shows: its other end then reads the end of the stream. */
struct member {
    struct table_entry entry;
    int ours;
    int theirs;
};

static struct peer peer_number(uint64_t number)
{
    struct peer peer = { .key = number };
    return peer;
}

static void open_member(struct member *member)
{
    int fds[2];
    memset(member, 0, sizeof *member);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    member->ours = fds[0];
    member->theirs = fds[1];
}

static dp_err enter(struct table *table, struct member *member, uint64_t peer)
{
    struct peer who = peer_number(peer);
    open_member(member);
    return table_enter(table, &member->entry, &who, member->ours);
}

static void leave(struct table *table, struct member *member)
{
    table_leave(table, &member->entry);
    table_leave(table, &member->entry); /* again is fine */
    close(member->ours);
    close(member->theirs);
}

static bool is_shut(const struct member *member)
{
    char byte;
    return recv(member->theirs, &byte, 1, MSG_DONTWAIT) == 0;
}

/* The address with most loses its oldest; the honest one, though older, stays. */
static void test_table_enter_full_evicts_oldest_of_the_greediest(void **state)
{
    struct table *table = NULL;
    struct member members[MAX + 2];
    (void)state;
    assert_ok(table_new(MAX, &table));
    assert_ok(enter(table, &members[0], 1));
    for (size_t i = 1; i < MAX; i++) {
        assert_ok(enter(table, &members[i], i < 3 ? 2 : 3)); /* 1: 1, 2: 2, 3: 3 */
    }
    assert_ok(enter(table, &members[MAX], 4));
    for (size_t i = 0; i < MAX; i++) {
        assert_int_equal(is_shut(&members[i]), i == 3);
    }
    assert_int_equal(table_counts(table).connections, MAX);
    assert_int_equal(table_counts(table).evicted, 1);
    assert_int_equal(table_counts(table).addresses, 4);
    for (size_t i = 0; i <= MAX; i++) {
        leave(table, &members[i]);
    }
    assert_int_equal(table_counts(table).connections, 0);
    assert_int_equal(table_counts(table).addresses, 0);
    table_free(table);
}

/* Who waits for us is never evicted, whoever holds most; if all do, the newcomer has to go. */
static void test_table_enter_answered_connections_stay(void **state)
{
    struct table *table = NULL;
    struct member members[MAX + 2];
    (void)state;
    assert_ok(table_new(MAX, &table));
    for (size_t i = 0; i < MAX; i++) {
        assert_ok(enter(table, &members[i], i < MAX - 1 ? 1 : 2));
        if (i < MAX - 1) {
            table_set_unfinished(table, &members[i].entry, false);
            table_set_unfinished(table, &members[i].entry, false);
        }
    }
    assert_ok(enter(table, &members[MAX], 3));
    assert_true(is_shut(&members[MAX - 1]));
    table_set_unfinished(table, &members[MAX].entry, false);
    assert_err(enter(table, &members[MAX + 1], 4), DP_FULL);
    assert_false(table_evict(table));
    assert_int_equal(table_counts(table).refused, 1);
    table_set_unfinished(table, &members[2].entry, true);
    assert_true(table_evict(table));
    assert_true(is_shut(&members[2]));
    table_set_unfinished(table, &members[2].entry, true); /* evicted already: nothing happens */
    for (size_t i = 0; i <= MAX + 1; i++) {
        leave(table, &members[i]);
    }
    table_free(table);
}

/* Age counts from when the client's turn began, so a kept-open connection is young again. */
static void test_table_set_unfinished_again_makes_young(void **state)
{
    struct table *table = NULL;
    struct member members[4];
    (void)state;
    assert_ok(table_new(3, &table));
    for (size_t i = 0; i < 3; i++) {
        assert_ok(enter(table, &members[i], 1));
    }
    table_set_unfinished(table, &members[0].entry, false);
    table_set_unfinished(table, &members[0].entry, true);
    assert_ok(enter(table, &members[3], 1));
    assert_true(is_shut(&members[1]));
    assert_false(is_shut(&members[0]));
    for (size_t i = 0; i < 4; i++) {
        leave(table, &members[i]);
    }
    table_free(table);
}

/* ---- A random walk against a table that is kept the simple way ------------------------------------ */

struct walker {
    struct member member;
    uint64_t peer;
    unsigned long born; /* when its turn began; 0: not unfinished */
    bool is_in;
};

/* The greediest address by plain counting; 0 when nobody is unfinished. */
static size_t most_unfinished(const struct walker *walkers, size_t counts[PEERS])
{
    size_t most = 0;
    memset(counts, 0, PEERS * sizeof counts[0]);
    for (size_t i = 0; i < WALKERS; i++) {
        if (walkers[i].is_in && walkers[i].born > 0) {
            counts[walkers[i].peer]++;
            most = counts[walkers[i].peer] > most ? counts[walkers[i].peer] : most;
        }
    }
    return most;
}

static bool is_oldest_of_peer(const struct walker *walkers, const struct walker *one)
{
    for (size_t i = 0; i < WALKERS; i++) {
        if (walkers[i].is_in && walkers[i].peer == one->peer && walkers[i].born > 0 &&
            walkers[i].born < one->born) {
            return false;
        }
    }
    return true;
}

/* Finds who was evicted, checks that it was right, and takes it out of the simple table. */
static void check_eviction(struct walker *walkers, size_t most, const size_t counts[PEERS])
{
    size_t evicted = 0;
    for (size_t i = 0; i < WALKERS; i++) {
        struct walker *one = &walkers[i];
        if (one->is_in && !one->member.entry.is_inside) {
            evicted++;
            assert_true(is_shut(&one->member));
            assert_int_equal(counts[one->peer], most);
            assert_true(is_oldest_of_peer(walkers, one));
            one->is_in = false;
            one->born = 0;
        }
    }
    assert_int_equal(evicted, 1);
}

static size_t count_in(const struct walker *walkers)
{
    size_t count = 0;
    for (size_t i = 0; i < WALKERS; i++) {
        count += walkers[i].is_in;
    }
    return count;
}

static void walk_in(struct table *table, struct walker *walkers, struct walker *one,
                    unsigned long now)
{
    size_t counts[PEERS];
    size_t most = most_unfinished(walkers, counts);
    bool is_full = count_in(walkers) == WALK_MAX;
    struct peer who = peer_number(one->peer);
    dp_err entered = table_enter(table, &one->member.entry, &who, one->member.ours);
    if (is_full && most == 0) {
        assert_err(entered, DP_FULL);
        return;
    }
    assert_ok(entered);
    if (is_full) {
        check_eviction(walkers, most, counts);
    }
    one->is_in = true;
    one->born = now;
}

/* After any history of comings and goings the victim is the one that plain counting names. */
static void test_table_random_walk_agrees_with_plain_counting(void **state)
{
    struct table *table = NULL;
    static struct walker walkers[WALKERS];
    unsigned long long at = 4242;
    (void)state;
    assert_ok(table_new(WALK_MAX, &table));
    for (size_t i = 0; i < WALKERS; i++) {
        open_member(&walkers[i].member);
    }
    for (unsigned long now = 1; now < STEPS; now++) {
        at = at * 6364136223846793005ULL + 1442695040888963407ULL;
        struct walker *one = &walkers[(at >> 33) % WALKERS];
        unsigned what = (unsigned)(at >> 50) % 4;
        if (!one->is_in) {
            table_leave(table, &one->member.entry);
            close(one->member.ours);
            close(one->member.theirs);
            open_member(&one->member);
            one->peer = (at >> 20) % PEERS * ((at >> 25) % 2); /* half of them are peer 0 */
            walk_in(table, walkers, one, now);
        } else if (what == 0) {
            table_leave(table, &one->member.entry);
            one->is_in = false;
            one->born = 0;
        } else {
            bool was_unfinished = one->born > 0;
            table_set_unfinished(table, &one->member.entry, what != 1);
            one->born = what == 1 ? 0 : was_unfinished ? one->born : now;
        }
        assert_int_equal(table_counts(table).connections, count_in(walkers));
    }
    for (size_t i = 0; i < WALKERS; i++) {
        leave(table, &walkers[i].member);
    }
    assert_int_equal(table_counts(table).addresses, 0);
    table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_enter_full_evicts_oldest_of_the_greediest),
        cmocka_unit_test(test_table_enter_answered_connections_stay),
        cmocka_unit_test(test_table_set_unfinished_again_makes_young),
        cmocka_unit_test(test_table_random_walk_agrees_with_plain_counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
