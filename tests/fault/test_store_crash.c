/* SPDX-License-Identifier: MIT */
/*
 * The store against kill -9: a child with several writers is killed at a random moment;
 * whatever it was told is stored must be there afterwards, whole, and the store must open
 * and write at once. And readers that are killed give their slots back. R1, R4, R7 and R8 of
 * the robustness tests, for the store alone.
 *
 *   test_fault_store_crash [ROUNDS]      default 50 crashes, and 10 x ROUNDS killed readers
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/core/num.h"
#include "app/core/random.h"
#include "storage/store.h"
#include "tests/support/support.h"

enum { WRITERS = 8, VALUE_BYTES = 200, FIRST_BYTES = 1 << 16 };

static unsigned rounds_count = 50;

static struct store *open_store(const char *path, const char *kind)
{
    struct dp_problem problem = { 0 };
    struct store *store = NULL;
    struct store_options options = { .path = path,
                                     .schema_version = 1,
                                     .kind = kind,
                                     .may_create = true,
                                     .file_mode = 0600,
                                     .first_map_bytes = FIRST_BYTES };
    if (!err_is_ok(store_open(&options, &problem, &store))) {
        print_error("%s\n", problem.sentence);
    }
    return store;
}

/* ---- Writers that are killed ---- */

/* What each writer was told is stored, in memory that outlives the killed child. */
struct journal {
    atomic_uint acknowledged[WRITERS];
};

struct writer {
    struct store *store;
    struct journal *journal;
    uint32_t number;
};

struct entry {
    uint32_t writer;
    uint32_t step;
};

static struct bytes key_of_entry(struct entry entry, char space[32])
{
    int len = snprintf(space, 32, "w%02u-%010u", entry.writer, entry.step);
    return bytes_of(space, (size_t)len);
}

/* Two keys that belong together, and the writer's newest step: all or nothing. */
static dp_err put_entry(struct store_txn *txn, void *context)
{
    const struct entry *entry = context;
    char space[32];
    char newest[8];
    uint8_t value[VALUE_BYTES];
    struct bytes key = key_of_entry(*entry, space);
    memset(value, (int)(entry->step & 0xff), sizeof value);
    DP_TRY(store_put(txn, key, bytes_of(value, sizeof value)));
    space[0] = 'x';
    DP_TRY(store_put(txn, key, bytes_of(value, sizeof value)));
    int len = snprintf(newest, sizeof newest, "n%02u", entry->writer);
    return store_put(txn, bytes_of(newest, (size_t)len),
                     bytes_of(&entry->step, sizeof entry->step));
}

static void *write_on(void *argument)
{
    const struct writer *writer = argument;
    atomic_uint *acknowledged = &writer->journal->acknowledged[writer->number];
    for (;;) {
        struct entry entry = { writer->number, atomic_load(acknowledged) + 1 };
        if (!err_is_ok(store_write(writer->store, put_entry, &entry))) {
            _exit(1);
        }
        atomic_store(acknowledged, entry.step);
    }
}

static void write_until_killed(const char *path, struct journal *journal)
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    struct store *store = open_store(path, "box");
    if (store == NULL) {
        _exit(2);
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){ store, journal, i };
        if (pthread_create(&threads[i], NULL, write_on, &writers[i]) != 0) {
            _exit(3);
        }
    }
    pthread_join(threads[0], NULL);
}

static void crash_once(const char *path, struct journal *journal)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        write_until_killed(path, journal);
        _exit(4);
    }
    usleep(2000 + random_secret_below(40000));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* else it ended by itself, by one of the codes above */
}

static void assert_entry(struct store_txn *txn, struct entry entry)
{
    char space[32];
    struct bytes value;
    struct bytes key = key_of_entry(entry, space);
    for (int half = 0; half < 2; half++) {
        assert_ok(store_get(txn, key, &value));
        assert_int_equal(value.len, VALUE_BYTES);
        assert_int_equal(value.ptr[0], entry.step & 0xff);
        assert_int_equal(value.ptr[VALUE_BYTES - 1], entry.step & 0xff);
        space[0] = 'x';
    }
}

/* All that a writer was told is there, and at most one step more, which it had not heard of
 * yet. Goes on from what is there. */
static void check_writer(struct store_txn *txn, struct journal *journal, uint32_t writer)
{
    char name[8];
    struct bytes value;
    uint32_t newest = 0;
    uint32_t acknowledged = atomic_load(&journal->acknowledged[writer]);
    int len = snprintf(name, sizeof name, "n%02u", writer);
    dp_err found = store_get(txn, bytes_of(name, (size_t)len), &value);
    if (err_is_ok(found)) {
        memcpy(&newest, value.ptr, sizeof newest);
    }
    if (newest != acknowledged && newest != acknowledged + 1) {
        fail_msg("writer %u was told %u, stored is %u", writer, acknowledged, newest);
    }
    for (uint32_t step = 1; step <= newest; step++) {
        assert_entry(txn, (struct entry){ writer, step });
    }
    atomic_store(&journal->acknowledged[writer], newest);
}

static dp_err put_mark(struct store_txn *txn, void *context)
{
    return store_put(txn, bytes_of("mark", 4), bytes_of(context, sizeof(unsigned)));
}

static void check_store(const char *path, struct journal *journal, unsigned round)
{
    uint64_t first = 0;
    uint64_t second = 0;
    struct store *store = open_store(path, "box");
    assert_non_null(store);
    assert_ok(store_write(store, put_mark, &round));
    struct store_txn *txn = NULL;
    assert_ok(store_read(store, &txn));
    for (uint32_t i = 0; i < WRITERS; i++) {
        check_writer(txn, journal, i);
    }
    assert_ok(store_count(txn, bytes_of("w", 1), &first));
    assert_ok(store_count(txn, bytes_of("x", 1), &second));
    assert_int_equal(first, second); /* no half of a job */
    store_read_end(txn);
    store_close(store);
}

static void test_kill_writers_keeps_what_was_acknowledged(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "store");
    struct journal *journal = mmap(NULL, sizeof *journal, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint64_t total = 0;
    assert_ptr_not_equal(journal, MAP_FAILED);
    for (unsigned round = 0; round < rounds_count; round++) {
        crash_once(path, journal);
        check_store(path, journal, round);
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        total += atomic_load(&journal->acknowledged[i]);
    }
    print_message("%u crashes, %llu acknowledged, all there\n", rounds_count,
                  (unsigned long long)total);
    assert_true(total > rounds_count); /* else nothing was tested */
    assert_int_equal(munmap(journal, sizeof *journal), 0);
    support_remove_tree(dir);
}

/* ---- Readers that are killed ---- */

/* A child that opens a snapshot, says so, and waits to be killed. */
static void start_reader(const char *path, int ready)
{
    struct store_txn *txn = NULL;
    struct store *store = open_store(path, "box");
    if (store == NULL || !err_is_ok(store_read(store, &txn)) || write(ready, "r", 1) != 1) {
        _exit(1);
    }
    for (;;) {
        pause();
    }
}

/* Many readers in turn are killed amid their snapshot. Their slots come back, the file
 * doesn't grow for them, and nobody is ever refused. */
static void test_kill_readers_gives_slots_back(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "store");
    struct store_status status;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    uint32_t cleared = 0;
    struct store *store = open_store(path, "box");
    assert_non_null(store);
    for (unsigned i = 0; i < rounds_count * 10; i++) {
        char said = 0;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            start_reader(path, ready[1]);
        }
        assert_int_equal(read(ready[0], &said, 1), 1);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_ok(store_write(store, put_mark, &i));
        if (i % 50 ==
            49) { /* once a minute, as it were; the children also clear at their start */
            cleared += store_clear_dead_readers(store);
        }
    }
    store_status(store, &status);
    assert_true(cleared > 0);
    assert_true(status.readers < 60);
    assert_true(status.used_bytes < 1 << 20);
    store_close(store);
    close(ready[0]);
    close(ready[1]);
    support_remove_tree(dir);
}

/* ---- A disk that is really full ---- */

static dp_err put_much(struct store_txn *txn, void *context)
{
    static const uint8_t value[8000];
    char key[16];
    const uint32_t *number = context;
    int len = snprintf(key, sizeof key, "k%u", *number);
    return store_put(txn, bytes_of(key, (size_t)len), bytes_of(value, sizeof value));
}

static uint64_t count_all(struct store *store)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    uint64_t count = 0;
    assert_ok(store_read(store, &txn));
    assert_ok(store_count(txn, bytes_of("", 0), &count));
    return count;
}

/* In a file system of 1 MiB: DP_FULL, everything acknowledged still there; after something
 * else on the disk is removed, writing goes on without a restart. */
static void fill_disk(const char *dir)
{
    const char *ballast = support_path(dir, "ballast");
    char *zeros = calloc(1, 300000);
    assert_non_null(zeros);
    support_write_file(ballast, zeros, 300000);
    free(zeros);
    struct store *store = open_store(support_path(dir, "store"), "box");
    assert_non_null(store);
    uint32_t next = 0;
    uint32_t stored = 0;
    dp_err err = DP_SUCCESS;
    for (; err_is_ok(err) && stored < 1000; stored++, next++) {
        err = store_write(store, put_much, &next);
    }
    assert_err(err, DP_FULL);
    assert_int_equal(count_all(store), stored - 1);
    assert_err(store_write(store, put_much, &next), DP_FULL);
    assert_int_equal(unlink(ballast), 0);
    assert_ok(store_write(store, put_much, &next));
    assert_int_equal(count_all(store), stored);
    store_close(store);
}

static void test_full_disk_recovers(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", dir, "tmpfs", 0, "size=1m") != 0) {
        print_message("no right to mount a small file system: %s\n", strerror(errno));
        support_remove_tree(dir);
        skip();
        return;
    }
    fill_disk(dir);
    assert_int_equal(umount(dir), 0);
    support_remove_tree(dir);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kill_writers_keeps_what_was_acknowledged),
        cmocka_unit_test(test_kill_readers_gives_slots_back),
        cmocka_unit_test(test_full_disk_recovers),
    };
    uint64_t rounds = rounds_count;
    if (argc > 1 && err_is_ok(num_uint(str_of(argv[1]), 1, 1000000, &rounds))) {
        rounds_count = (unsigned)rounds;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
